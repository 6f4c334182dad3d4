"""Takes a track's steps when their time has come: one at a time, under the condition that nobody has taken it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from chalicelib.common import observe
from chalicelib.common.dynamo import transactions
from chalicelib.tracks import allocation, models, notifications, stages, state
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.notifications import Notice
from chalicelib.tracks.stages import Stage, Step
from chalicelib.tracks.state import Change, TrackState


class Lost(Exception):
    """A timer went off for a track that is not there."""


def advance(subject: str, now: datetime) -> None:
    """Take the step of a track that is due, if one is: first tell what is untold, then go on."""
    run = state.find(int(subject))
    if run is None:
        raise Lost(f"There is no track {subject}")
    try:
        _advance(run, now)
    except transactions.ConditionFailed:
        observe.logger.info("step was taken by another", track_id=run.track.id)


def _advance(run: TrackState, now: datetime) -> None:
    if run.track.pending:
        _tell(run)
        return
    assignment, due_at = run.current, run.due_at(run.timetables)
    if assignment is None or due_at is None or due_at > now:
        return
    step = stages.next_step(assignment.timetable)
    if step is not None:
        state.advance(run, _STEPS[step](run, assignment, due_at))
        late = round((now - due_at).total_seconds(), 3)
        observe.logger.info("track went on", track_id=run.track.id, assignment_id=assignment.id, step=step, late=late)


def _tell(run: TrackState) -> None:
    everybody = [each.user_id for each in models.participants_of(run.track.id)]
    notifications.tell(run.track.pending, everybody)
    state.mark_told(run)


def _open(run: TrackState, assignment: Assignment, at: datetime) -> Change:
    timetable = stages.opened(assignment.timetable, at)
    opened = notifications.assignment_opened(assignment, timetable)
    is_first = assignment is run.assignments[0]
    told = [notifications.track_started(run.track), opened] if is_first else [opened]
    return Change(assignment=assignment, timetable=timetable, at=at, notices=told)


def _remind(run: TrackState, assignment: Assignment, at: datetime) -> Change:
    timetable = assignment.timetable
    participants = models.participants_of(run.track.id)
    if timetable.stage is Stage.SUBMISSION:
        done = {each.user_id for each in models.submissions_to(assignment.id)}
        unfinished = [each for each in participants if each.user_id not in done]
    else:
        unfinished = [each for each in participants if each.owed_in(assignment.id)]
    told = notifications.deadline_soon(assignment, unfinished)
    return Change(assignment=assignment, timetable=stages.reminded(timetable), at=at, notices=told)


def _close(run: TrackState, assignment: Assignment, at: datetime) -> Change:
    return Change(assignment=assignment, timetable=stages.closed(assignment.timetable), at=at)


def _allot(run: TrackState, assignment: Assignment, at: datetime) -> Change:
    submissions = {each.user_id: each.id for each in models.submissions_to(assignment.id)}
    others = {each.user_id for each in models.participants_of(run.track.id)} - submissions.keys()
    per_user = run.track.reviews_per_user
    authors = allocation.allot(submissions.keys(), others, reviews_per_user=per_user, seed=assignment.id)
    allotment = {user: [submissions[author] for author in chosen] for user, chosen in authors.items()}
    state.allot(run, assignment, allotment)
    owed = sum(map(len, allotment.values()))
    timetable = stages.allotted(assignment.timetable, owed=owed)
    told: Sequence[Notice] = notifications.review_started(assignment, timetable, allotment) if owed else ()
    each = allocation.reviews_each(len(submissions), per_user)
    return Change(assignment=assignment, timetable=timetable, at=at, notices=told, owed=owed, reviews_each=each)


def _complete(run: TrackState, assignment: Assignment, at: datetime) -> Change:
    return Change(assignment=assignment, timetable=stages.completed(assignment.timetable), at=at)


_STEPS: Mapping[Step, Callable[[TrackState, Assignment, datetime], Change]] = {
    Step.OPEN: _open,
    Step.REMIND: _remind,
    Step.CLOSE: _close,
    Step.ALLOT: _allot,
    Step.COMPLETE: _complete,
}
