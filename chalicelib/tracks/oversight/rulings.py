"""Rulings: a teacher decides an appeal by its evidence.

The scores of an appeal that is upheld stand in place of the medians. A ruling may be changed; the earlier are kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, etags, paging
from chalicelib.common.http.etags import IfMatch
from chalicelib.tracks import access, scoring, work_models
from chalicelib.tracks.evidence import counter_models
from chalicelib.tracks.evidence.counter_models import CounterTest
from chalicelib.tracks.models import Assignment, Track
from chalicelib.tracks.oversight import appeal_models, notifications
from chalicelib.tracks.oversight.appeal_models import Appeal, AppealState, Ruling
from chalicelib.tracks.reliability import calibration
from chalicelib.tracks.reviewing import models as comment_models
from chalicelib.tracks.reviewing.models import Comment
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Review, Submission

TRIES = 10
MOST_RULINGS = 20
"""On one appeal: all are kept with it, in one item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRuling:
    """Without `scores` the appeal is rejected."""

    scores: Mapping[str, float] | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealsPage:
    """With what people are called, by their ids."""

    page: paging.Page[Appeal]
    names: Mapping[int, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An appeal with what it is decided by. `names` are what people are called, by their ids."""

    appeal: Appeal
    assignment: Assignment
    submission: Submission
    reviews: Sequence[Review]
    medians: Mapping[str, float] | None
    counter_tests: Sequence[CounterTest]
    comments: Sequence[Comment]
    names: Mapping[int, str | None]


def list_in_track(
    caller: Caller, track_id: int, appeal_state: AppealState | None, query: paging.ListQuery
) -> AppealsPage:
    """The newest first. 404 and 403 as `access.get_taught` raises them."""
    access.get_taught(caller, track_id)
    page = appeal_models.list_in_track(track_id, appeal_state, query)
    return AppealsPage(page=page, names=access.display_names(_people(page.items)))


def evidence_of(caller: Caller, appeal_id: int) -> Evidence:
    """404 for no such appeal; 403 for who does not teach its track, and for a teacher who takes part."""
    appeal, track_state = _get(caller, appeal_id)
    return _evidence(appeal, track_state, _submission_of(appeal))


def rule(caller: Caller, appeal_id: int, new: NewRuling) -> Evidence:
    """Decide an appeal that is open: 409 for one that another has decided. The same ruling again changes nothing."""
    appeal, track_state = _get(caller, appeal_id)
    if appeal.state != AppealState.OPEN and not _is_repeated(appeal, caller, new):
        raise _is_decided()
    return _rule(caller, appeal, track_state, new)


def change(caller: Caller, appeal_id: int, new: NewRuling, expected: IfMatch) -> Evidence:
    """Rule otherwise on an appeal that is decided: 409 for an open one, and for one that was decided too often; 412
    when it is not as it was seen.
    """
    appeal, track_state = _get(caller, appeal_id)
    if appeal.state == AppealState.OPEN:
        raise errors.Conflict("appeal_open", "An appeal of this work waits for a teacher's decision")
    etags.require(appeal.version, expected)
    return _rule(caller, appeal, track_state, new)


def _rule(caller: Caller, appeal: Appeal, track_state: TrackState, new: NewRuling) -> Evidence:
    _refuse_strange(new, track_state.track)
    submission = _submission_of(appeal)
    if not _is_repeated(appeal, caller, new):
        if len(appeal.decisions) >= MOST_RULINGS:
            english = "An appeal is decided {limit} times at most"
            raise errors.Conflict("too_many_decisions", english, limit=MOST_RULINGS)
        ruling = Ruling(scores=new.scores, reason=new.reason, decided_by=caller.id, decided_at=clock.now())
        try:
            appeal_models.rule(appeal, appeal_models.appeals_of(submission), submission, ruling)
        except transactions.ConditionFailed as refused:
            raise (_is_decided() if appeal_models.AS_READ in refused.failed else errors.ChangedMeanwhile()) from refused
        observe.logger.info("appeal decided", appeal_id=appeal.id, state=ruling.state, by=caller.id)
    evidence = _evidence(_find(appeal.id), track_state, _submission_of(appeal))
    # Done again after a failure, it tells whom it has not told.
    notifications.tell_of_ruling(evidence.assignment, evidence.appeal, evidence.reviews)
    return evidence


def _is_repeated(appeal: Appeal, caller: Caller, new: NewRuling) -> bool:
    holds = appeal.ruling
    return holds is not None and (holds.scores, holds.reason, holds.decided_by) == (new.scores, new.reason, caller.id)


def _get(caller: Caller, appeal_id: int) -> tuple[Appeal, TrackState]:
    appeal = _find(appeal_id)
    return appeal, access.get_taught(caller, appeal.track_id)


def _find(appeal_id: int) -> Appeal:
    appeal = appeal_models.find(appeal_id)
    if appeal is None:
        raise _no_such_appeal()
    return appeal


def _submission_of(appeal: Appeal) -> Submission:
    submission = work_models.find_submission(appeal.assignment_id, appeal.author_id)
    if submission is None:  # its author has left meanwhile
        raise _no_such_appeal()
    return submission


def _evidence(appeal: Appeal, track_state: TrackState, submission: Submission) -> Evidence:
    assignment = track_state.find(appeal.assignment_id)
    if assignment is None:
        raise _no_such_appeal()
    reviews, track = work_models.reviews_of(assignment.id, submission.user_id), track_state.track
    return Evidence(
        appeal=appeal,
        assignment=assignment,
        submission=submission,
        reviews=reviews,
        medians=calibration.medians(track.criteria, work_models.counted(reviews), calibration.weights_in(track)),
        counter_tests=_tried(assignment, submission),
        comments=comment_models.comments_on(submission.id),
        names=access.display_names({*_people([appeal]), *(each.reviewer_id for each in reviews)}),
    )


def _tried(assignment: Assignment, submission: Submission) -> Sequence[CounterTest]:
    """Of an assignment without a problem there are none."""
    return [] if assignment.problem_id is None else counter_models.of_submission(assignment.id, submission.user_id)


def _people(appeals: Sequence[Appeal]) -> set[int]:
    return {each.author_id for each in appeals} | {by.decided_by for each in appeals for by in each.rulings}


def _refuse_strange(new: NewRuling, track: Track) -> None:
    wrong = [] if new.scores is None else scoring.violations_in(new.scores, track.criteria, track.max_score, "scores")
    if wrong:
        raise errors.BadRequest(
            "invalid_scores",
            "Each criterion, and nothing else, gets from 0 to {limit:g} points",
            limit=track.max_score,
            violations=wrong,
        )


def _no_such_appeal() -> errors.NotFound:
    return errors.NotFound("appeal_not_found", "Appeal not found")


def _is_decided() -> errors.Conflict:
    return errors.Conflict("appeal_decided", "This appeal is decided already")
