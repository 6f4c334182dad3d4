"""The tracks' part of a user's dashboard."""

from collections.abc import Collection, Iterator
from datetime import datetime

from chalicelib.common import clock
from chalicelib.common.http import paging
from chalicelib.school.deadlines import Deadline, DeadlineKind
from chalicelib.school.readings import Readings
from chalicelib.tracks import access, models, state, work_models
from chalicelib.tracks.models import Participant, Status
from chalicelib.tracks.responses import TodoView
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState

MOST_TRACKS = 20
"""Of somebody's tracks, the newest, that are looked at: each costs a query."""


def assignments(readings: Readings) -> list[TodoView]:
    """What somebody has still to do in their newest tracks, the most urgent first."""
    return readings.of(_assignments_of)


def deadlines_of(readings: Readings) -> list[Deadline]:
    """The same, among all that is due."""
    return [_deadline(each) for each in readings.of(_assignments_of)]


def _deadline(todo: TodoView) -> Deadline:
    return Deadline(
        kind=DeadlineKind.REVIEW if todo.reviews_left else DeadlineKind.SUBMISSION,
        title=todo.assignment_title,
        within=todo.track_title,
        due_at=todo.deadline,
        ids={"track_id": todo.track_id, "assignment_id": todo.assignment_id},
        reviews_left=todo.reviews_left,
    )


def _assignments_of(user_id: int) -> list[TodoView]:
    taken_part_in = models.participations_of(user_id, paging.ListQuery(limit=MOST_TRACKS))
    running = [
        (track_state, participant)
        for track, participant in taken_part_in
        if track.status == Status.ACTIVE or participant.owes or participant.extensions
        if (track_state := state.find(track.id)) is not None
    ]
    now = clock.now()
    begun = [
        assignment.id
        for track_state, participant in running
        for assignment in track_state.assignments
        if assignment.stage == Stage.SUBMISSION or participant.may_submit(assignment.id, now)
    ]
    submitted = work_models.submissions_of(user_id, begun)
    todo = [each for track_state, participant in running for each in _todo(track_state, participant, submitted, now)]
    return sorted(todo, key=lambda each: each.deadline)


def _todo(
    track_state: TrackState, participant: Participant, submitted: Collection[int], now: datetime
) -> Iterator[TodoView]:
    for assignment in track_state.assignments:
        if access.is_barred(track_state, assignment, participant, now):
            continue
        extension = participant.extension_in(assignment.id)
        own = extension if extension and extension.may_submit(now) else None
        deadline = own.submission_until if own else assignment.submission_deadline
        takes = assignment.stage == Stage.SUBMISSION or (own and assignment.stage != Stage.NOT_STARTED)
        if takes and assignment.id not in submitted and deadline:
            yield TodoView.of(track_state, assignment, deadline)
        reviews_left, review_deadline = len(participant.owed_in(assignment.id)), assignment.code_review_deadline
        if extension and extension.may_review(now):
            review_deadline = extension.code_review_until
        if reviews_left and not participant.overdue_in(assignment.id, now):
            moments = (participant.returned_until(assignment.id, each) for each in participant.owed_in(assignment.id))
            review_deadline = min((each for each in moments if each), default=review_deadline)
        if reviews_left and review_deadline:
            yield TodoView.of(track_state, assignment, review_deadline, reviews_left=reviews_left)
