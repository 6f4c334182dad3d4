"""Notifications of appeals and of reviews that are withheld: to the track's teachers, the author, and reviewers."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.common.http.responses import View
from chalicelib.common.texts import Text
from chalicelib.school import memberships, notifications
from chalicelib.school.models import Tag
from chalicelib.tracks import access, models
from chalicelib.tracks.models import Assignment, Track
from chalicelib.tracks.oversight.appeal_models import Appeal, AppealState, Ruling
from chalicelib.tracks.oversight.frames import (
    AppealDecided,
    AppealFiled,
    ReviewDecided,
    ReviewHidden,
    ReviewReturned,
    Type,
)
from chalicelib.tracks.work_models import Review, Withheld


def tell_of_appeal(track: Track, assignment: Assignment, appeal: Appeal) -> None:
    """The teachers, but for those who take part."""
    _send(
        f"appeal#{appeal.id}#filed",
        _teachers_of(track),
        Type.APPEAL_FILED,
        Text("notice_appeal_filed", "An appeal waits for a decision"),
        Text("notice_about", "{title}: {what}", {"title": track.title, "what": assignment.title}),
        AppealFiled(appeal_id=appeal.id, assignment_id=assignment.id, track_id=track.id),
    )


def tell_of_ruling(assignment: Assignment, appeal: Appeal, reviews: Sequence[Review]) -> None:
    """The author, and who reviewed the work: of an appeal against one review, its reviewer alone."""
    ruling = appeal.ruling
    if ruling is None:
        return
    key, description = f"appeal#{appeal.id}#decided#{appeal.version}", _words_of(assignment, ruling)
    told = {"assignment_id": assignment.id, "track_id": assignment.track_id, "reason": ruling.reason}
    _send(
        f"{key}#author",
        [appeal.author_id],
        Type.APPEAL_DECIDED,
        Text("notice_appeal_decided", "Your appeal was decided"),
        description,
        AppealDecided(appeal_id=appeal.id, upheld=ruling.scores is not None, **told),
    )
    concerned = {each.reviewer_id for each in reviews if appeal.review_id in {None, each.id}}
    _send(
        f"{key}#reviewers",
        sorted(concerned - {ruling.decided_by}),
        Type.REVIEW_DECIDED,
        Text("notice_review_decided", "A teacher decided on work that you reviewed"),
        description,
        ReviewDecided(submission_id=appeal.submission_id, upheld=ruling.scores is not None, **told),
    )


def tell_of_withheld(assignment: Assignment, review: Review) -> None:
    """Who wrote it; a teacher's own does not tell the teacher who hides it."""
    withheld = review.withheld
    if not withheld or withheld["by"] == review.reviewer_id:
        return
    told = {
        "review_id": review.id,
        "submission_id": review.submission_id,
        "assignment_id": assignment.id,
        "track_id": assignment.track_id,
        "reason": withheld["reason"],
    }
    is_hidden = withheld["state"] == Withheld.HIDDEN
    hidden = Text("notice_review_hidden", "A review of yours was hidden")
    returned = Text("notice_review_returned", "A review of yours is to be written again")
    until = None if is_hidden else datetime.fromisoformat(withheld["until"])
    _send(
        f"review#{review.id}#{withheld['state']}#{withheld['at']}",
        [review.reviewer_id],
        Type.REVIEW_HIDDEN if is_hidden else Type.REVIEW_RETURNED,
        hidden if is_hidden else returned,
        Text("notice_about", "{title}: {what}", {"title": assignment.title, "what": withheld["reason"]}),
        ReviewHidden(**told) if until is None else ReviewReturned(**told, until=until),
    )


def _words_of(assignment: Assignment, ruling: Ruling) -> Text:
    upheld = Text("notice_appeal_upheld", "the appeal was upheld: {reason}", {"reason": ruling.reason})
    rejected = Text("notice_appeal_rejected", "the appeal was rejected: {reason}", {"reason": ruling.reason})
    what = upheld if ruling.state is AppealState.UPHELD else rejected
    return Text("notice_about", "{title}: {what}", {"title": assignment.title, "what": what})


def _send(key: str, user_ids: Sequence[int], kind: Type, title: Text, description: Text, told: View) -> None:
    if there := access.still_there(user_ids):
        notifications.notify_once(
            key,
            there,
            kind=kind,
            title=title,
            description=description,
            payload=told.model_dump(mode="json"),
            tag=Tag.HIGH,
        )


def _teachers_of(track: Track) -> list[int]:
    teachers = [track.author_id, *memberships.co_teachers_of(models.group_of(track.id))]
    return [each for each in teachers if models.find_participant(track.id, each) is None]
