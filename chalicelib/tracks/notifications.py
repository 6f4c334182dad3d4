"""Notifications that a track sends to its participants as it advances.

A step stores its notifications with the state that it leads to, and the next step sends them. So nobody is notified of
what did not happen, and what an interruption left unsent is sent later. Who is notified of what is decided once; under
one key the portal notifies nobody twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from chalicelib.common.http.responses import View
from chalicelib.common.texts import Stored, Text
from chalicelib.school import notifications
from chalicelib.school.models import Tag
from chalicelib.tracks.frames import (
    AssignmentOpened,
    CommentAnswered,
    DeadlineMoved,
    DeadlineSoon,
    ExtensionGranted,
    ReviewStarted,
    StageClosed,
    StageReopened,
    TrackNotStarted,
    TrackStarted,
    Type,
)
from chalicelib.tracks.late_work import Extension
from chalicelib.tracks.models import Assignment, Participant, Track
from chalicelib.tracks.stages import Stage, StageState


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackNotification:
    """For all participants, unless `to` names some. Its texts are stored ones, as the rest of it is."""

    key: str
    type: str
    title: Stored
    description: Stored
    payload: Mapping[str, Any]
    tag: str = Tag.MEDIUM
    to: Sequence[int] | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def send(pending: Iterable[Mapping[str, Any]], everybody: Sequence[int]) -> None:
    """Tell what steps have left to be told."""
    for each in pending:
        notice = TrackNotification(**each)
        notifications.notify_once(
            notice.key,
            everybody if notice.to is None else notice.to,
            kind=notice.type,
            title=Text.from_json(notice.title),
            description=Text.from_json(notice.description),
            payload=notice.payload,
            tag=Tag(notice.tag),
        )


def track_started(track: Track, started_at: datetime) -> TrackNotification:
    return TrackNotification(
        key=f"track#{track.id}#started",
        type=Type.TRACK_STARTED,
        title=Text("notice_track_started", "The track has started").to_json(),
        description=track.title,
        payload=_payload(TrackStarted(track_id=track.id, started_at=started_at)),
    )


def track_not_started(track: Track, starts_at: datetime) -> TrackNotification:
    """For the track's author: nobody else waits for it."""
    number = track.current_participants
    few = Text(
        "notice_too_few",
        "{title}: {n} participant, and a track needs two and an assignment",
        {"title": track.title, "n": number},
        plural="{title}: {n} participants, and a track needs two and an assignment",
    )
    return TrackNotification(
        key=f"track#{track.id}#not_started#{starts_at.isoformat()}",
        type=Type.TRACK_NOT_STARTED,
        title=Text("notice_track_not_started", "The track could not start").to_json(),
        description=few.to_json(),
        payload=_payload(TrackNotStarted(track_id=track.id, starts_at=starts_at, participants=number)),
        tag=Tag.HIGH,
        to=[track.author_id],
    )


def assignment_opened(assignment: Assignment, stage_state: StageState) -> TrackNotification:
    """`stage_state` is what it has from now on; so it is below."""
    deadline = stage_state.deadline
    opened = AssignmentOpened(assignment_id=assignment.id, track_id=assignment.track_id, deadline=deadline)
    return TrackNotification(
        key=f"assignment#{assignment.id}#opened",
        type=Type.ASSIGNMENT_OPENED,
        title=Text("notice_assignment_opened", "A new assignment").to_json(),
        description=assignment.title,
        payload=_payload(opened),
    )


def review_started(
    assignment: Assignment, stage_state: StageState, allotment: Mapping[int, Sequence[int]]
) -> list[TrackNotification]:
    """For each who was allotted something; those with the same number of reviews share a notice."""
    deadline = stage_state.deadline
    return [
        TrackNotification(
            key=f"assignment#{assignment.id}#review#{deadline.isoformat()}#{left}",
            type=Type.REVIEW_STARTED,
            title=Text("notice_review_started", "Time to review").to_json(),
            description=_about(assignment, _reviews_to_write(left)),
            payload=_payload(
                ReviewStarted(
                    assignment_id=assignment.id, track_id=assignment.track_id, deadline=deadline, reviews_left=left
                )
            ),
            to=users,
        )
        for left, users in _by_number({user: len(chosen) for user, chosen in allotment.items()})
    ]


def deadline_soon(assignment: Assignment, unfinished: Iterable[Participant]) -> list[TrackNotification]:
    """For those who have not finished the running stage; those with the same number of reviews share a notice."""
    stage_state = assignment.stage_state
    stage = stage_state.stage.value
    return [
        TrackNotification(
            key=f"assignment#{assignment.id}#{stage}#soon#{stage_state.deadline.isoformat()}#{left}",
            type=Type.DEADLINE_SOON,
            title=Text("notice_deadline_soon", "The deadline is near").to_json(),
            description=_about(assignment, _what_is_left(stage_state.stage, left)),
            payload=_payload(
                DeadlineSoon(
                    assignment_id=assignment.id,
                    track_id=assignment.track_id,
                    stage=stage,
                    deadline=stage_state.deadline,
                    reviews_left=left,
                )
            ),
            tag=Tag.HIGH,
            to=users,
        )
        for left, users in _by_number({each.user_id: _reviews_left(each, assignment) for each in unfinished})
    ]


def _reviews_left(participant: Participant, assignment: Assignment) -> int:
    """Those of the assignment that are to be written by its deadline, or those that come before its solution."""
    if assignment.stage == Stage.CODE_REVIEW:
        return len(participant.owed_in(assignment.id))
    return len(participant.owes or ())


def deadline_moved(
    track: Track, assignment: Assignment, stage_state: StageState, *, outage: bool = False
) -> TrackNotification:
    """The running stage gets more time; by its teacher, or because an `outage` took some."""
    why = Text("notice_after_outage", "after an outage there is more time") if outage else None
    what = why or Text("notice_more_time", "there is more time")
    return _of_stage(
        track,
        assignment,
        Type.DEADLINE_MOVED,
        title=Text("notice_deadline_moved", "A deadline has moved"),
        what=what,
        told=DeadlineMoved(
            assignment_id=assignment.id,
            track_id=track.id,
            stage=stage_state.stage.value,
            deadline=stage_state.deadline,
            reason="outage" if outage else "teacher",
        ),
    )


def stage_closed(track: Track, assignment: Assignment) -> TrackNotification:
    """The teacher has ended the running stage."""
    stage = assignment.stage_state.stage
    return _of_stage(
        track,
        assignment,
        Type.STAGE_CLOSED,
        title=Text("notice_stage_closed", "A stage was closed"),
        what=_STAGES_CLOSED[stage],
        told=StageClosed(assignment_id=assignment.id, track_id=track.id, stage=stage.value),
    )


def stage_reopened(track: Track, assignment: Assignment, stage_state: StageState) -> TrackNotification:
    stage, deadline = stage_state.stage, stage_state.deadline
    return _of_stage(
        track,
        assignment,
        Type.STAGE_REOPENED,
        title=Text("notice_stage_reopened", "A stage is open again"),
        what=_STAGES_REOPENED[stage],
        told=StageReopened(assignment_id=assignment.id, track_id=track.id, stage=stage.value, deadline=deadline),
    )


def extension_granted(assignment: Assignment, user_id: int, extension: Extension) -> TrackNotification:
    """For who has more time."""
    told = ExtensionGranted(
        assignment_id=assignment.id,
        track_id=assignment.track_id,
        submission_until=extension.submission_until,
        code_review_until=extension.code_review_until,
        reason=extension.reason,
    )
    return TrackNotification(
        key=f"assignment#{assignment.id}#extension#{user_id}#{extension.granted_at.isoformat()}#{extension.version}",
        type=Type.EXTENSION_GRANTED,
        title=Text("notice_extension", "You have more time").to_json(),
        description=_about(assignment, extension.reason),
        payload=_payload(told),
        tag=Tag.HIGH,
        to=[user_id],
    )


def comment_answered(assignment: Assignment, submission_id: int, comment_id: int, number: int) -> TrackNotification:
    """For who is to read the answer of this number. It says neither who answered nor what."""
    told = CommentAnswered(
        assignment_id=assignment.id, track_id=assignment.track_id, submission_id=submission_id, comment_id=comment_id
    )
    what = Text("notice_an_answer", "there is an answer to a comment on the code")
    return TrackNotification(
        key=f"comment#{comment_id}#answered#{number}",
        type=Type.COMMENT_ANSWERED,
        title=Text("notice_comment_answered", "A comment was answered").to_json(),
        description=_about(assignment, what),
        payload=_payload(told),
    )


_STAGES_CLOSED = {
    Stage.SUBMISSION: Text("notice_submissions_closed", "no more solutions are taken"),
    Stage.CODE_REVIEW: Text("notice_reviews_closed", "the review stage is over"),
}
_STAGES_REOPENED = {
    Stage.SUBMISSION: Text("notice_submissions_reopened", "solutions are taken again"),
    Stage.CODE_REVIEW: Text("notice_reviews_reopened", "there is time to review again"),
}


def _of_stage(
    track: Track, assignment: Assignment, type_: Type, *, title: Text, what: Text, told: View
) -> TrackNotification:
    """For everybody. The track's version tells one such change from the next."""
    return TrackNotification(
        key=f"assignment#{assignment.id}#{type_}#{track.version}",
        type=type_,
        title=title.to_json(),
        description=_about(assignment, what),
        payload=_payload(told),
        tag=Tag.HIGH,
    )


def _by_number(numbers: Mapping[int, int]) -> list[tuple[int, list[int]]]:
    users: dict[int, list[int]] = defaultdict(list)
    for user, number in numbers.items():
        users[number].append(user)
    return sorted(users.items())


def _about(assignment: Assignment, what: Text | str) -> Stored:
    return Text("notice_about", "{title}: {what}", {"title": assignment.title, "what": what}).to_json()


def _what_is_left(stage: Stage, reviews: int) -> Text:
    if stage is Stage.CODE_REVIEW:
        return _reviews_to_write(reviews)
    if not reviews:
        return Text("notice_send_in", "send in your solution")
    return Text(
        "notice_reviews_first",
        "send in your solution, {n} review of earlier assignments first",
        {"n": reviews},
        plural="send in your solution, {n} reviews of earlier assignments first",
    )


def _reviews_to_write(number: int) -> Text:
    return Text("notice_reviews", "{n} review to write", {"n": number}, plural="{n} reviews to write")


def _payload(view: View) -> dict[str, Any]:
    return view.model_dump(mode="json")
