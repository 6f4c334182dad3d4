"""Reads and advances the state of a running track.

Every write that changes when the next step is due has the condition that the track still has the `version` that was
read, raises the version, and moves the timer, in one transaction. Of two concurrent writers, one must read again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.common.http import errors
from chalicelib.school.memberships import FillMore
from chalicelib.tracks import models, stages
from chalicelib.tracks.models import TOPIC, Assignment, Participant, Status, Track
from chalicelib.tracks.notifications import TrackNotification
from chalicelib.tracks.stages import Stage, StageState

OWED_AS_COUNTED = "owed_as_counted"
"""The condition of a change that counts debts."""


@dataclass(frozen=True, slots=True)
class TrackState:
    """A track with its assignments, in their order."""

    track: Track
    assignments: tuple[Assignment, ...]

    @property
    def stage_states(self) -> tuple[StageState, ...]:
        return tuple(each.stage_state for each in self.assignments)

    def find(self, assignment_id: int) -> Assignment | None:
        return next((each for each in self.assignments if each.id == assignment_id), None)

    def before(self, assignment: Assignment) -> tuple[Assignment, ...]:
        """The assignments that come before one."""
        return self.assignments[: self.assignments.index(assignment)]

    @property
    def next_due(self) -> tuple[datetime, Assignment] | None:
        """When the track goes on by itself, and at which assignment; None when it does not."""
        started_at = self.track.started_at
        due = None if started_at is None else stages.next_due(self.stage_states, started_at)
        return None if due is None else (due[0], self.assignments[due[1]])

    def due_at(self, stage_states: Sequence[StageState]) -> datetime | None:
        """When the track goes on by itself, were it at these; None when it does not."""
        started_at = self.track.started_at
        due = None if started_at is None else stages.next_due(stage_states, started_at)
        return None if due is None else due[0]

    def due_after(self, change: "Change") -> datetime | None:
        """When the track goes on by itself after a change; None when it is over with that."""
        changed = [change.stage_state if each is change.assignment else each.stage_state for each in self.assignments]
        return self.due_at(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one assignment at a moment, and what is to be told of it.

    Numbers come with an allotment, its seed a step before it. With `counted` the debts were counted, or the reviews
    that paid them: it holds as long as nobody has paid one since, or was given one.
    """

    assignment: Assignment
    stage_state: StageState
    at: datetime
    notices: Sequence[TrackNotification] = ()
    reviews_each: int | None = None
    owed: int | None = None
    counted: bool = False
    allotment_seed: int | None = None


def find(track_id: int) -> TrackState | None:
    track, assignments = models.find_with_assignments(track_id)
    return TrackState(track, tuple(assignments)) if track else None


def with_assignment(assignment_id: int) -> tuple[TrackState, Assignment]:
    """Returns the state of the track that an assignment is in; 404 when there is none."""
    place = models.find_place(assignment_id)
    if place is None:
        raise no_such_assignment()
    return with_assignment_of(place.track_id, assignment_id)


def with_assignment_of(track_id: int, assignment_id: int) -> tuple[TrackState, Assignment]:
    """As `with_assignment`, for an assignment whose track is known."""
    track_state = find(track_id)
    assignment = track_state.find(assignment_id) if track_state else None
    if track_state is None or assignment is None:
        raise no_such_assignment()
    return track_state, assignment


def no_such_assignment() -> errors.NotFound:
    return errors.NotFound("assignment_not_found", "Assignment not found")


def _nothing(transaction: Transaction) -> None:
    """Adds nothing."""


def advance(track_state: TrackState, change: Change, also: FillMore = _nothing) -> datetime | None:
    """Store what becomes of a track, and what `also` adds; when its next step is due. ConditionFailed when it is not
    as it was read.
    """
    pending = [*track_state.track.pending, *(notice.to_json() for notice in change.notices)]
    goes_on_at = track_state.due_after(change)
    due_at = change.at if pending else goes_on_at
    status = Status.ACTIVE if goes_on_at else Status.COMPLETED
    actions: list[Action] = [Track.pending.set(pending), Track.status.set(status)]

    def fill(transaction: Transaction) -> None:
        _bump_version(transaction, track_state.track, actions, due_at)
        key = models.assignment_key(track_state.track.id, change.assignment.id)
        condition = Assignment.owed == change.assignment.owed if change.counted else None
        transaction.update(Assignment(*key), actions=following(change), condition=condition, named=OWED_AS_COUNTED)
        also(transaction)

    transactions.transact(fill)
    return due_at


def mark_sent(track_state: TrackState) -> None:
    """Everybody knows of the last step: the next may come. ConditionFailed when the track is not as it was read."""

    def fill(transaction: Transaction) -> None:
        _bump_version(
            transaction, track_state.track, [Track.pending.set([])], track_state.due_at(track_state.stage_states)
        )

    transactions.transact(fill)


def allot(track_state: TrackState, assignment: Assignment, submissions: Mapping[int, Sequence[int]]) -> None:
    """Have participants owe reviews of these submissions, as many participants at once as a transaction takes.

    Doing it again, or the rest of it, leads to the same. ConditionFailed when the track is not as it was read.
    """
    _change_debts(track_state.track, assignment, submissions, Participant.owes.add)


def withdraw(track_state: TrackState, assignment: Assignment, submissions: Mapping[int, Sequence[int]]) -> None:
    """Have participants owe these reviews no longer, as `allot` has them owe some."""
    _change_debts(track_state.track, assignment, submissions, Participant.owes.delete)


def end_review(transaction: Transaction, track_state: TrackState, assignment: Assignment, now: datetime) -> None:
    """Add to the transaction that settles the last reviews that are owed: the review stage ends now.

    It is refused when another has settled some meanwhile, or the stage has ended by itself.
    """
    ended = Change(assignment=assignment, stage_state=stages.ended(assignment.stage_state, now), at=now, owed=0)
    in_review = (Assignment.stage == Stage.CODE_REVIEW) & (Assignment.owed == assignment.owed)
    key = models.assignment_key(track_state.track.id, assignment.id)
    transaction.update(Assignment(*key), actions=following(ended), condition=in_review, named="in_review")
    _bump_version(transaction, track_state.track, [], now)


def _bump_version(transaction: Transaction, track: Track, actions: Sequence[Action], due_at: datetime | None) -> None:
    """From the version that was read to the next, and the timer with it."""
    transaction.update(
        Track(*models.track_key(track.id)),
        actions=[*actions, Track.version.add(1)],
        condition=(Track.status != Status.WAITING) & (Track.version == track.version),
        named="track_unchanged",
    )
    if due_at is None:
        timers.stop(transaction, TOPIC, str(track.id))
    else:
        timers.start(transaction, TOPIC, str(track.id), due_at)


def following(change: Change) -> list[Action]:
    """The assignment's fields. `owed` is left alone but where it is set: reviews count it down meanwhile."""
    stage_state = change.stage_state
    fields: dict[str, Any] = {
        "stage": stage_state.stage,
        "reminded": stage_state.reminded,
        "opened_at": stage_state.opened_at,
        "submission_deadline": stage_state.submission_deadline,
        "closes_at": stage_state.closes_at,
        "code_review_deadline": stage_state.code_review_deadline,
        "began_at": stage_state.began_at,
        "given_back_until": stage_state.given_back_until,
    }
    if change.owed is not None:
        fields["owed"] = change.owed
    if change.reviews_each is not None:
        fields["reviews_each"] = change.reviews_each
    if change.allotment_seed is not None:
        fields["allotment_seed"] = change.allotment_seed
    return [*models.setting(Assignment, fields), Assignment.version.add(1)]


def _change_debts(
    track: Track,
    assignment: Assignment,
    submissions: Mapping[int, Sequence[int]],
    action: Callable[[set[str]], Action],
) -> None:
    for batch in _batches(list(submissions.items())):
        _change_batch(track, assignment, batch, action)


def _change_batch(
    track: Track,
    assignment: Assignment,
    batch: Sequence[tuple[int, Sequence[int]]],
    action: Callable[[set[str]], Action],
) -> None:
    def fill(transaction: Transaction) -> None:
        # Else one who stood still between reading and writing would bring back debts that were paid meanwhile.
        transaction.check(
            Track, *models.track_key(track.id), condition=Track.version == track.version, named="track_unchanged"
        )
        for user_id, submission_ids in batch:
            duties = {models.review_duty(assignment.id, each) for each in submission_ids}
            participant = Participant(*models.participant_key(track.id, user_id))
            transaction.update(participant, actions=[action(duties)])

    transactions.transact(fill)


def _batches(entries: Sequence[tuple[int, Sequence[int]]]) -> Iterator[Sequence[tuple[int, Sequence[int]]]]:
    for start in range(0, len(entries), transactions.MOST_WRITES - 1):
        yield entries[start : start + transactions.MOST_WRITES - 1]
