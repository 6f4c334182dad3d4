"""What a teacher may do to the stages of a running track: move a deadline, end a stage, reopen one that is over.

Everybody who takes part is told. The scheduler then takes the steps that follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.events import timers
from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place
from chalicelib.tracks import access, assignments, models, notifications, stages, state
from chalicelib.tracks.assignments import AssignmentForViewer
from chalicelib.tracks.models import TOPIC, Assignment
from chalicelib.tracks.notifications import TrackNotification
from chalicelib.tracks.stages import Stage, StageState
from chalicelib.tracks.state import Change, TrackState

TRIES = 10
DEADLINE = Place(In.BODY, "/deadline")
FURTHEST = timedelta(days=366)
"""From now, that a deadline may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a stage, and what is told of it."""

    stage_state: StageState
    notice: TrackNotification | None
    owed: int | None = None


Decide = Callable[[TrackState, Assignment, datetime], Decision]


def extend_deadline(caller: Caller, assignment_id: int, stage: Stage, deadline: datetime) -> AssignmentForViewer:
    """Move the deadline of a running stage to later; 400 for any other moment, 409 when that stage is not running."""

    def extended(track_state: TrackState, assignment: Assignment, now: datetime) -> Decision:
        _refuse_idle(assignment, stage)
        _refuse_moment(deadline, now)
        if deadline <= assignment.stage_state.deadline:
            raise errors.BadRequest("deadline_not_later", "A deadline can only be moved to later", where=DEADLINE)
        stage_state = stages.extended(assignment.stage_state, deadline, now)
        notice = notifications.deadline_moved(track_state.track, assignment, stage_state)
        return Decision(stage_state=stage_state, notice=notice)

    return _change(caller, assignment_id, extended)


def close_stage(caller: Caller, assignment_id: int, stage: Stage) -> AssignmentForViewer:
    """End a running stage now; 409 when that stage is not running."""

    def ended(track_state: TrackState, assignment: Assignment, now: datetime) -> Decision:
        _refuse_idle(assignment, stage)
        stage_state = stages.ended(assignment.stage_state, now)
        return Decision(stage_state=stage_state, notice=notifications.stage_closed(track_state.track, assignment))

    return _change(caller, assignment_id, ended)


def reopen_stage(caller: Caller, assignment_id: int, stage: Stage, deadline: datetime) -> AssignmentForViewer:
    """Have a stage that is over run again, until then; 400 for a moment that cannot be, 409 when it is not over.

    Submissions: the reviews that are owed are withdrawn first, and allotted anew when the stage ends; those that are
    written stay. Reviews: 409 when none is owed.
    """

    def reopened(track_state: TrackState, assignment: Assignment, now: datetime) -> Decision:
        over = {Stage.COMPLETED, Stage.CODE_REVIEW} if stage is Stage.SUBMISSION else {Stage.COMPLETED}
        if assignment.stage not in over:
            raise errors.Conflict("stage_not_over", "The stage {stage} of this assignment is not over", stage=stage)
        _refuse_moment(deadline, now)
        stage_state = stages.reopened(assignment.stage_state, stage, deadline, now)
        if stage is Stage.SUBMISSION:
            return Decision(stage_state=stage_state, notice=None)  # told of when the reviews are withdrawn
        # Not what the assignment says: an earlier version did not count reviews that came late.
        owed = sum(len(each.owed_in(assignment.id)) for each in models.participants_of(track_state.track.id))
        if not owed:
            raise errors.Conflict("no_reviews_owed", "Nobody owes a review of this assignment")
        notice = notifications.stage_reopened(track_state.track, assignment, stage_state)
        return Decision(stage_state=stage_state, notice=notice, owed=owed)

    return _change(caller, assignment_id, reopened)


def _change(caller: Caller, assignment_id: int, decide: Decide) -> AssignmentForViewer:
    for _ in range(TRIES):
        track_state, assignment = state.with_assignment(assignment_id)
        access.check_may_write(caller, track_state.track)
        now = clock.now()
        decision = decide(track_state, assignment, now)
        notices = [decision.notice] if decision.notice else []
        change = Change(
            assignment=assignment,
            stage_state=decision.stage_state,
            at=now,
            notices=notices,
            owed=decision.owed,
            counted=decision.owed is not None,
        )
        try:
            due_at = state.advance(track_state, change)
        except transactions.ConditionFailed:
            continue
        if due_at is not None:
            timers.enqueue_if_soon(TOPIC, str(track_state.track.id), due_at)
        observe.logger.info(
            "stage changed", assignment_id=assignment_id, stage=decision.stage_state.stage, by=caller.id
        )
        return assignments.for_teachers(assignment_id)
    raise errors.ChangedMeanwhile


def _refuse_idle(assignment: Assignment, stage: Stage) -> None:
    if assignment.stage != stage:
        raise errors.Conflict("stage_not_running", "This assignment is not in the stage {stage}", stage=stage.value)


def _refuse_moment(deadline: datetime, now: datetime) -> None:
    if deadline <= now:
        raise errors.BadRequest("deadline_in_the_past", "The new deadline is in the past", where=DEADLINE)
    if deadline > now + FURTHEST:
        raise errors.BadRequest(
            "deadline_too_far", "A deadline is at most {days} days ahead", days=FURTHEST.days, where=DEADLINE
        )
