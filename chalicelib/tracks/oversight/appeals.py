"""Appeals: an author asks the track's teachers to look at the reviews of their work again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, validation
from chalicelib.common.http.errors import In, Place
from chalicelib.tracks import access, work_models
from chalicelib.tracks.access import AssignmentViewer
from chalicelib.tracks.oversight import appeal_models, appeal_window, notifications
from chalicelib.tracks.oversight import models as keys
from chalicelib.tracks.oversight.appeal_models import Appeal
from chalicelib.tracks.work_models import Submission

MOST = 3
"""Appeals of one submission, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppeal:
    """`review_id` and `criterion` say what it is about; without them it is about the whole."""

    review_id: int | None
    criterion: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAppeals:
    """Somebody's in one assignment, the oldest first. They may appeal until `until`; None when they may not."""

    appeals: Sequence[Appeal]
    until: datetime | None


def file(caller: Caller, assignment_id: int, new: NewAppeal) -> Appeal:
    """One at a time, while there is time for appeals.

    403 for who does not take part, and before the reviews are over; 404 without a submission, and for a review that is
    not of it; 400 for what is no criterion; 409 while one is open, after the last one, and when it is too late.
    """
    viewer = _author(caller, assignment_id)
    access.refuse_before_results(viewer.assignment)
    submission = work_models.find_submission(assignment_id, caller.id)
    if submission is None:
        raise errors.NotFound("solution_not_found", "Submission not found")
    appeal = _repeated(submission, new) or _file(viewer, submission, new)
    # Done again after a failure, it tells whom it has not told.
    notifications.tell_of_appeal(viewer.track_state.track, viewer.assignment, appeal)
    return appeal


def own(caller: Caller, assignment_id: int) -> OwnAppeals:
    """403 for who does not take part."""
    viewer = _author(caller, assignment_id)
    submission = work_models.find_submission(assignment_id, caller.id)
    if submission is None:
        return OwnAppeals(appeals=[], until=None)
    reviews = work_models.counted(work_models.reviews_of(assignment_id, caller.id))
    until = appeal_window.until(viewer.assignment, reviews)
    may = len(submission.appeals or ()) < MOST and until is not None and clock.now() < until
    return OwnAppeals(appeals=appeal_models.appeals_of(submission), until=until if may else None)


def _author(caller: Caller, assignment_id: int) -> AssignmentViewer:
    viewer = access.get_viewer(caller, assignment_id)
    if viewer.participant is None:
        raise access.not_enrolled()
    return viewer


def _file(viewer: AssignmentViewer, submission: Submission, new: NewAppeal) -> Appeal:
    _refuse(viewer, submission, new)

    def store(appeal_id: int) -> Appeal:
        appeal = Appeal(
            *keys.appeal_key(submission.track_id, appeal_id),
            id=appeal_id,
            track_id=submission.track_id,
            assignment_id=submission.assignment_id,
            submission_id=submission.id,
            author_id=submission.user_id,
            review_id=new.review_id,
            criterion=new.criterion,
            text=new.text,
            created_at=clock.now(),
        )
        appeal_models.add(appeal, submission, viewer.assignment)
        return appeal

    try:
        appeal = transactions.with_new_id(store)
    except transactions.ConditionFailed as refused:
        raise (_is_open() if appeal_models.NONE_OPEN in refused.failed else errors.ChangedMeanwhile()) from refused
    observe.logger.info("appeal filed", appeal_id=appeal.id, submission_id=submission.id)
    return appeal


def _refuse(viewer: AssignmentViewer, submission: Submission, new: NewAppeal) -> None:
    reviews = work_models.counted(work_models.reviews_of(submission.assignment_id, submission.user_id))
    if new.review_id is not None and new.review_id not in {each.id for each in reviews}:
        raise no_such_review()
    if new.criterion is not None and new.criterion not in viewer.track_state.track.criteria:
        where = Place(In.BODY, validation.pointer("criterion"))
        raise errors.BadRequest("unknown_criterion", "The track has no such criterion", where=where)
    if submission.open_appeal is not None:
        raise _is_open()
    if len(submission.appeals or ()) >= MOST:
        raise errors.Conflict("too_many_appeals", "There were {limit} appeals of this work already", limit=MOST)
    until = appeal_window.until(viewer.assignment, reviews)
    if until is None or until <= clock.now():
        raise errors.Conflict("appeal_time_over", "The time for appeals is over")


def _repeated(submission: Submission, new: NewAppeal) -> Appeal | None:
    """The open appeal, if it says just that."""
    opened = appeal_models.find(submission.open_appeal) if submission.open_appeal else None
    said = (new.review_id, new.criterion, new.text)
    return opened if opened and (opened.review_id, opened.criterion, opened.text) == said else None


def no_such_review() -> errors.NotFound:
    return errors.NotFound("review_not_found", "Review not found")


def _is_open() -> errors.Conflict:
    return errors.Conflict("appeal_open", "An appeal of this work waits for a teacher's decision")
