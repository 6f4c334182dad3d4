"""Computes and keeps how reliable the reviewers of a track are, and weights results by it.

It is computed when a review stage ends, in the transaction that ends it: from the reviews of that assignment and the
sums kept of the others. So reading it costs one request, however many reviews there are. What comes later counts from
the end of its day (`recounts`): who asks often learns nothing of when a review came.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.school.memberships import FillMore
from chalicelib.tracks import criteria, models, scoring, work_models
from chalicelib.tracks.evidence import correctness, counter_models
from chalicelib.tracks.models import Assignment, Track
from chalicelib.tracks.reliability import reliability, reliability_models
from chalicelib.tracks.reliability.reliability import WORTH, Marks, Rubric, Tally
from chalicelib.tracks.reliability.reliability_models import StoredReliability, StoredTally
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import Change, TrackState
from chalicelib.tracks.work_models import Review

Weigh = Callable[[Review], float]


def completing(track_state: TrackState, change: Change) -> FillMore:
    """What the transaction of a step adds: with the end of a review stage, how reliable reviewers are."""
    if change.stage_state.stage is not Stage.COMPLETED:
        return _nothing
    counted = count(track_state, change.assignment, change.at)

    def fill(transaction: Transaction) -> None:
        transaction.save(counted.tally)
        transaction.save(counted.reliability)

    return fill


@dataclass(frozen=True, slots=True)
class Counted:
    """What is kept of a track when one of its assignments was counted."""

    tally: StoredTally
    reliability: StoredReliability


def count(track_state: TrackState, assignment: Assignment, at: datetime) -> Counted:
    """Computes how reliable the reviewers of a track are: from all of one assignment, and the sums of the others."""
    track = track_state.track
    people = {each.user_id for each in models.participants_of(track.id)}
    own = {user_id: each for user_id, each in _tally(track, assignment).items() if user_id in people}
    over = {each.id for each in track_state.assignments if each.stage == Stage.COMPLETED} - {assignment.id}
    others = [each for each in reliability_models.tallies_in(track.id) if each.assignment_id in over]
    found = reliability.reliabilities(reliability.together([own, *(each.tallies(people) for each in others)]))
    tally = StoredTally(
        *models.tally_key(track.id, assignment.id),
        track_id=track.id,
        assignment_id=assignment.id,
        by_reviewer=reliability_models.to_stored(own),
    )
    stored = StoredReliability(
        *models.reliability_key(track.id),
        track_id=track.id,
        by_reviewer=reliability_models.to_stored(found.by_reviewer),
        mean=found.mean,
        rests_on=_in_order(track_state, {assignment.id, *(each.assignment_id for each in others)}),
        computed_at=at,
    )
    return Counted(tally, stored)


def weights_in(track: Track) -> Weigh | None:
    """What each review counts in the medians of a track; None where all count the same. A teacher's counts fully."""
    if not track.weighted:
        return None
    stored = reliability_models.find(track.id)
    if stored is None:
        return None
    found = stored.reliabilities
    return lambda review: WORTH if review.is_teachers else found.weight_of(review.reviewer_id)


def medians(names: Iterable[str], reviews: Sequence[Review], weigh: Weigh | None) -> dict[str, float] | None:
    """Of the reviews of a submission, by criterion; None without any."""
    if weigh is None:
        return scoring.medians(names, [each.scores for each in reviews])
    return scoring.weighted_medians(names, [(each.scores, weigh(each)) for each in reviews])


def _tally(track: Track, assignment: Assignment) -> dict[int, Tally]:
    works = criteria.works_among(track.options)
    right = _right(assignment) if works else {}
    rubric = Rubric(criteria=list(track.criteria), max_score=track.max_score, works=works, right=right)
    reviews = work_models.counted(work_models.reviews_of(assignment.id))
    return reliability.tally([_marks(each) for each in reviews], rubric)


def _right(assignment: Assignment) -> Mapping[int, bool]:
    tried = counter_models.of_assignment(assignment.id)
    return correctness.right_among(work_models.submissions_to(assignment.id), tried)


def _marks(review: Review) -> Marks:
    return Marks(
        reviewer_id=review.reviewer_id,
        submission_id=review.submission_id,
        scores=review.scores,
        compared=not review.is_teachers,
    )


def _in_order(track_state: TrackState, assignment_ids: Collection[int]) -> list[int]:
    return [each.id for each in track_state.assignments if each.id in assignment_ids]


def _nothing(transaction: Transaction) -> None:
    """Adds nothing."""
