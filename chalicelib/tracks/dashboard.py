"""The tracks' part of a user's dashboard."""

from collections.abc import Collection, Iterable, Iterator

from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import paging
from chalicelib.tracks import access, models, state
from chalicelib.tracks.models import Assignment, Participant, Status
from chalicelib.tracks.responses import TodoView
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState

MOST_TRACKS = 20
"""Of somebody's tracks, the newest, that are looked at: each costs a query."""


def assignments(caller: Caller) -> list[TodoView]:
    """What the caller has still to do in their newest tracks, the most urgent first."""
    taken_part_in = models.participations_of(caller.id, paging.ListQuery(limit=MOST_TRACKS))
    running = [
        (track_state, participant)
        for track, participant in taken_part_in
        if track.status == Status.ACTIVE or participant.owes
        if (track_state := state.find(track.id)) is not None
    ]
    current = [
        assignment.id
        for track_state, _ in running
        for assignment in track_state.assignments
        if assignment.stage == Stage.SUBMISSION
    ]
    submitted = models.submissions_of(caller.id, current)
    todo = [each for track_state, participant in running for each in _todo(track_state, participant, submitted)]
    return sorted(todo, key=lambda each: each.deadline)


def _todo(track_state: TrackState, participant: Participant, submitted: Collection[int]) -> Iterator[TodoView]:
    for assignment in _open_to(track_state, participant):
        deadline = assignment.submission_deadline
        if assignment.stage == Stage.SUBMISSION and assignment.id not in submitted and deadline:
            yield TodoView.of(track_state, assignment, deadline)
        reviews_left, review_deadline = len(participant.owed_in(assignment.id)), assignment.code_review_deadline
        if reviews_left and review_deadline:
            yield TodoView.of(track_state, assignment, review_deadline, reviews_left=reviews_left)


def _open_to(track_state: TrackState, participant: Participant) -> Iterable[Assignment]:
    return (each for each in track_state.assignments if not access.is_barred(track_state, each, participant))
