"""What a teacher does to the running stage of an assignment: give more time, or end it. The engine follows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.events import timers
from chalicelib.common.http import errors
from chalicelib.tracks import assignments, runs, stages, tracks
from chalicelib.tracks.assignments import Seen
from chalicelib.tracks.models import TOPIC
from chalicelib.tracks.runs import Change
from chalicelib.tracks.stages import Stage, Timetable

TRIES = 10
FURTHEST = timedelta(days=366)
"""From now, that a deadline may be."""

Changed = Callable[[Timetable, datetime], Timetable]
"""What becomes of a timetable now."""


def extend(caller: Caller, assignment_id: int, stage: Stage, deadline: datetime) -> Seen:
    """Move the deadline of a running stage to later; 400 for any other moment, 409 when that stage is not running."""

    def extended(timetable: Timetable, now: datetime) -> Timetable:
        _refuse(deadline, timetable, now)
        return stages.extended(timetable, deadline)

    return _change(caller, assignment_id, stage, extended)


def close(caller: Caller, assignment_id: int, stage: Stage) -> Seen:
    """End a running stage now; 409 when that stage is not running."""
    return _change(caller, assignment_id, stage, stages.ended)


def _change(caller: Caller, assignment_id: int, stage: Stage, changed: Changed) -> Seen:
    for _ in range(TRIES):
        run, assignment = runs.with_assignment(assignment_id)
        if assignment.stage != stage:
            raise errors.Conflict("stage_not_running", "This assignment is not in the stage {stage}", stage=stage.value)
        now = clock.now()
        timetable = changed(assignment.timetable, now)
        try:
            due_at = runs.go_on(run, Change(assignment=assignment, timetable=timetable, at=now))
        except transactions.ConditionFailed:
            continue
        if due_at is not None:
            timers.enqueue_if_soon(TOPIC, str(run.track.id), due_at)
        observe.logger.info(
            "deadline moved", assignment_id=assignment_id, stage=stage, to=timetable.deadline.isoformat(), by=caller.id
        )
        return assignments.as_teachers_see(assignment_id)
    raise tracks.changed_meanwhile()


def _refuse(deadline: datetime, timetable: Timetable, now: datetime) -> None:
    if deadline <= now:
        raise errors.BadRequest("deadline_in_the_past", "The new deadline is in the past")
    if deadline <= timetable.deadline:
        raise errors.BadRequest("deadline_not_later", "A deadline can only be moved to later")
    if deadline > now + FURTHEST:
        raise errors.BadRequest("deadline_too_far", "A deadline is at most {days} days ahead", days=FURTHEST.days)
