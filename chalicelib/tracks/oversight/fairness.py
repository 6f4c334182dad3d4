"""Computes the fairness card of an assignment: whether its submissions get what they are to get. Pure."""

import statistics
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.tracks import review_duties, scoring
from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.oversight.alpha import alpha
from chalicelib.tracks.scoring import Scores
from chalicelib.tracks.work_models import Review, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessCard:
    """Members that nothing can be said of are None.

    `longest_wait` is the longest time that a submission waited for its first review, from the end of the submissions,
    or from when it came, if that was later. `reserved` are submissions that volunteers have at the moment, `lapsed`
    those that they let go without a review. `agreement` is Krippendorff's alpha of what participants gave in all.
    """

    submissions: int
    reviews_expected: int
    reviews_fewest: int | None
    reviews_median: float | None
    share_short: float | None
    longest_wait: timedelta | None
    reserved: int
    lapsed: int
    agreement: float | None
    agreement_by_criterion: Mapping[str, float | None]


def card_of(
    assignment: Assignment,
    submissions: Sequence[Submission],
    reviews: Iterable[Review],
    participants: Iterable[Participant],
    criteria: Collection[str],
    now: datetime,
) -> FairnessCard:
    of: dict[int, list[Review]] = defaultdict(list)
    for review in reviews:
        if review.counts:
            of[review.submission_id].append(review)
    numbers = [len(of[each.id]) for each in submissions]
    short = sum(number < assignment.reviews_each for number in numbers)
    peers = [[each.scores for each in of[work.id] if not each.is_teachers] for work in submissions]
    reserved, lapsed = _with_volunteers(assignment, submissions, participants, now)
    return FairnessCard(
        submissions=len(submissions),
        reviews_expected=assignment.reviews_each,
        reviews_fewest=min(numbers, default=None),
        reviews_median=statistics.median(numbers) if numbers else None,
        share_short=round(short / len(numbers), scoring.DIGITS) if numbers else None,
        longest_wait=_longest_wait(assignment, submissions, of, now),
        reserved=reserved,
        lapsed=lapsed,
        agreement=_agreement(peers, criteria),
        agreement_by_criterion={name: _agreement(peers, [name]) for name in criteria},
    )


def _with_volunteers(
    assignment: Assignment, submissions: Iterable[Submission], participants: Iterable[Participant], now: datetime
) -> tuple[int, int]:
    """How many submissions volunteers have, and how many they let go."""
    leases = {(user, each.id) for each in submissions for user in review_duties.leases_of(each, now)}
    begun = {
        (each.user_id, work)
        for each in participants
        for work in each.handed_in(assignment.id)
        if each.returned_until(assignment.id, work) is None
    }
    return len(leases), len(begun - leases)


def _agreement(reviews: Iterable[Sequence[Scores]], criteria: Collection[str]) -> float | None:
    """Of the points in these criteria together, among the reviews of each submission."""
    found = alpha([scoring.total(scores[name] for name in criteria) for scores in unit] for unit in reviews)
    return None if found is None else round(found, scoring.DIGITS)


def _longest_wait(
    assignment: Assignment, submissions: Iterable[Submission], of: Mapping[int, Sequence[Review]], now: datetime
) -> timedelta | None:
    """A submission that has no review waits still, or waited until the stage was over."""
    began_at = assignment.stage_state.submissions_end
    if began_at is None or now < began_at or not assignment.reviews_each:
        return None
    until = min(now, assignment.code_review_deadline or now)
    waits = []
    for work in submissions:
        since = max(began_at, work.submitted_at)
        first = min((each.completed_at for each in of.get(work.id, ())), default=max(until, since))
        waits.append(max(first - since, timedelta(0)))
    return max(waits, default=None)
