"""Decides what reviewers see of their own reliability. Pure.

From exact numbers one could compute what others gave the work that one has reviewed, and find its author by the
standings. Rounding alone does not prevent that: a mean of one review is that review, and two means in turn, one with a
review more, tell that review's own. So what is seen comes of batches: runs of assignments, each with `ENOUGH` reviews
that could be compared. The mean of a batch is rounded, to a step no finer than two marks lie apart, and nothing else is
used of it. A review is in one batch, and seen from when that is full; no two numbers differ by one review.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, fsum

from chalicelib.tracks.reliability.reliability import CHANCE, DIGITS, ENOUGH, PRIOR, Reliability, Tally

FINEST = 1 / 20


@dataclass(frozen=True, slots=True)
class _Mean:
    """Of the reviews in full batches."""

    reviews: int
    distance: float


def step_of(max_score: float) -> float:
    """As a part of the highest score; marks are whole points."""
    return max(FINEST, 1 / max_score)


def coarse(part: float, step: float = FINEST) -> float:
    """The nearest multiple of the step, the lower of two. So a mean of the furthest marks is no number of its own."""
    return round(ceil(round(part / step - 0.5, DIGITS)) * step, DIGITS)


def of_oneself(tallies: Sequence[Tally], mean: float | None, max_score: float) -> Reliability:
    """A reviewer's own, by their tallies in the order of assignments. `mean` is that of all, exact."""
    step = step_of(max_score)
    others = _mean_of(((each.compared, each.from_others) for each in tallies), step)
    judge = _mean_of(((each.judged, each.from_judge) for each in tallies), step)
    known = [each for each in (others, judge) if each is not None]
    part = min(1.0, fsum(each.distance for each in known) / len(known) / CHANCE) if known else None
    return Reliability(
        reviews=sum(each.reviews for each in tallies),
        judged=sum(each.judged for each in tallies),
        from_others=others.distance if others else None,
        from_judge=judge.distance if judge else None,
        agreement=None if part is None else coarse(1 - part),
        value=None if part is None or mean is None else _drawn(part, coarse(mean), max(each.reviews for each in known)),
    )


def _drawn(part: float, mean: float, reviews: int) -> float:
    """As `reliability.reliabilities` draws it toward the mean, of what is seen."""
    own = reviews / (reviews + PRIOR)
    return coarse(1 - part**own * (1 - mean) ** (1 - own))


def _mean_of(sums: Iterable[tuple[int, float]], step: float) -> _Mean | None:
    """Of counts and sums of distances, assignment by assignment; None before the first batch is full."""
    count, distance = 0, 0.0
    full: list[_Mean] = []
    for more, further in sums:
        count, distance = count + more, distance + further
        if count >= ENOUGH:
            full.append(_Mean(count, coarse(distance / count, step)))
            count, distance = 0, 0.0
    if not full:
        return None
    reviews = sum(each.reviews for each in full)
    return _Mean(reviews, round(fsum(each.reviews * each.distance for each in full) / reviews, DIGITS))
