"""Counts again how reliable reviewers are, when something came that the end of a review stage had not seen.

A review that came late or was hidden, a verdict, a counter-test: the write that brings it sets a timer of the
assignment, at the end of the day (`late_facts`). So a day's worth of it is counted once, and tells no moment.
"""

from datetime import datetime

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.tracks import late_facts, models, state
from chalicelib.tracks.models import Assignment, Track
from chalicelib.tracks.reliability import calibration, reliability_models
from chalicelib.tracks.reliability.reliability_models import StoredReliability
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Capacity, Review

TOPIC = "reliability"
"""Of the timers; a subject is an assignment's id."""
TRIES = 10
SEES_LATER = frozenset({Stage.CODE_REVIEW, Stage.COMPLETED})
"""In the first the stage may end between reading it and writing."""


def note(transaction: Transaction, assignment: Assignment, now: datetime) -> None:
    """Adds, to the transaction that writes something of an assignment after its review stage, that it is counted."""
    timers.start(transaction, TOPIC, str(assignment.id), late_facts.counts_from(now))


def note_review(transaction: Transaction, assignment: Assignment, review: Review, now: datetime) -> None:
    """As `note`, for a review that the end of the stage may not have seen. One that is owed is counted down in the same
    write, and a stage does not end by fewer than it has.
    """
    if assignment.stage == Stage.COMPLETED or (assignment.stage in SEES_LATER and review.capacity != Capacity.OWED):
        note(transaction, assignment, now)


def note_verdict(transaction: Transaction, track_id: int, assignment_id: int) -> None:
    """As `note`, for what the judge says: it is counted again unless the review stage is still to come."""
    key = models.assignment_key(track_id, assignment_id)
    assignment = dynamo_items.find(Assignment, *key, consistent=True)
    if assignment is not None and assignment.stage in SEES_LATER:
        note(transaction, assignment, clock.now())


def advance(subject: str, now: datetime) -> None:
    """Counts an assignment again. One whose stage runs is counted when that ends.

    A track's assignments are counted at the same midnight, and all change the same item: who is refused goes round
    again. ConditionFailed when that did not help: the timer comes again.
    """
    timer = timers.find(TOPIC, subject)
    if timer is None or timer.due_at > now:
        return
    for left in reversed(range(TRIES)):
        try:
            _count_if_over(int(subject), now)
            break
        except transactions.ConditionFailed:
            if not left:
                raise
    timers.move(timer, None)


def _count_if_over(assignment_id: int, now: datetime) -> None:
    place = models.find_place(assignment_id)
    track_state = state.find(place.track_id) if place else None
    assignment = track_state.find(assignment_id) if track_state else None
    if track_state is not None and assignment is not None and assignment.stage == Stage.COMPLETED:
        _count(track_state, assignment, now)


def _count(track_state: TrackState, assignment: Assignment, now: datetime) -> None:
    """ConditionFailed when the track has gone on or another has counted meanwhile."""
    track = track_state.track
    earlier = reliability_models.find(track.id)
    counted = calibration.count(track_state, assignment, now)
    as_read = models.same(StoredReliability.computed_at, earlier.computed_at if earlier else None)

    def fill(transaction: Transaction) -> None:
        unchanged = Track.version == track.version
        transaction.check(Track, *models.track_key(track.id), condition=unchanged, named="track_unchanged")
        transaction.save(counted.tally)
        transaction.save(counted.reliability, condition=as_read, named="reliability_as_read")

    transactions.transact(fill)
    observe.logger.info("reliability counted again", track_id=track.id, assignment_id=assignment.id)
