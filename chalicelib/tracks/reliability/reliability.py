"""Computes how reliable the reviewers of a track are, from the points in their reviews. Pure.

A review is compared with what others gave the same submission, criterion by criterion: with the median of the other
reviews, never with one that its own points are part of. Points of the criterion marked `works` are compared with the
judge instead, where it has judged the submission, and that has half of the say: the judge is the only one who
does not guess. Distances are parts of the highest score.

    part         = mean distance of a reviewer's reviews, as a part of CHANCE, at most 1
    agreement    = 1 - part
    reliability  = 1 - part ** own * mean ** (1 - own),   own = n / (n + PRIOR)

`n` are the reviews that could be compared, `mean` is the mean part of all who have written enough of them. So who has
written little is drawn toward the mean. Parts are multiplied, not added, because they are distances: none at all stays
none, and full agreement is 1 however little was written.

It resists one careless or hostile reviewer among several: their points move a median of three or more others little.
Of two others the median is the mean, which one of them moves by half. Reviewers who agreed on their points beforehand
look reliable on submissions where they are the majority, and only the judge tells on them; the secret ring of
`allocation` keeps them from choosing such submissions. It does not resist a common error of most, nor one who always
gives what is usual where all the solutions are alike.
"""

import statistics
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from chalicelib.tracks.scoring import Scores

ENOUGH = 3
"""Reviews that can be compared; with fewer there is no reliability."""
PRIOR = 3
"""The mean of all counts as much as so many reviews of one's own."""
CHANCE = 1 / 3
"""The mean distance of two marks drawn at random from the whole range."""
HALF = 0.5
"""A program that the judge refused deserves at most this part of the points; how much is a matter of opinion."""
DIGITS = 6
"""To which results are rounded."""
WORTH = 1.0
"""What a review of one counts who is not compared with others: a teacher's; and any, before there are results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """A review's points by criterion. Those that are not `compared`, a teacher's, only count as what others gave."""

    reviewer_id: int
    submission_id: int
    scores: Scores
    compared: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """What reviews go by. `works` is the criterion that the judge knows, `right` what it said, by submission."""

    criteria: Collection[str]
    max_score: float
    works: str | None = None
    right: Mapping[int, bool]

    def right_or_not(self, submission_id: int) -> bool | None:
        """What the judge said of a submission; None when it said nothing, or nobody wants to know."""
        return None if self.works is None else self.right.get(submission_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Sums over a reviewer's reviews: of all, of those compared with others, and of those compared with the judge."""

    reviews: int
    distance: float
    compared: int
    from_others: float
    judged: int
    from_judge: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Of a reviewer. `value` is None while there are too few reviews to tell. Distances are means, None of nothing;
    `agreement` is None as well where a reviewer is not to know it (`seen.py`).
    """

    reviews: int
    judged: int
    from_others: float | None
    from_judge: float | None
    agreement: float | None
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliabilities:
    """Of all reviewers of a track. `mean` is what they are drawn toward; None when nobody has written enough."""

    by_reviewer: Mapping[int, Reliability]
    mean: float | None

    def weight_of(self, reviewer_id: int) -> float:
        """What a review of somebody's counts: of who has written too little, as much as the mean."""
        known = self.by_reviewer.get(reviewer_id)
        if known is not None and known.value is not None:
            return known.value
        return WORTH if self.mean is None else self.mean


@dataclass(frozen=True, slots=True)
class _Distance:
    """Of one review, from what it could be compared with."""

    others: float | None
    judge: float | None

    @property
    def whole(self) -> float | None:
        found = [each for each in (self.others, self.judge) if each is not None]
        return fsum(found) / len(found) if found else None


def tally(reviews: Iterable[Marks], rubric: Rubric) -> dict[int, Tally]:
    """The sums of each reviewer, over the reviews of an assignment; who wrote nothing that can be compared has none."""
    of_submission: dict[int, list[Marks]] = defaultdict(list)
    for each in reviews:
        of_submission[each.submission_id].append(each)
    distances: dict[int, list[_Distance]] = defaultdict(list)
    for together in of_submission.values():
        for review in together:
            if review.compared:
                distance = _distance(review, [each for each in together if each is not review], rubric)
                distances[review.reviewer_id].append(distance)
    tallies = {reviewer_id: _summed(theirs) for reviewer_id, theirs in distances.items()}
    return {reviewer_id: each for reviewer_id, each in tallies.items() if each.reviews}


def together(tallies: Iterable[Mapping[int, Tally]]) -> dict[int, Tally]:
    """The sums of each reviewer over several assignments."""
    of: dict[int, list[Tally]] = defaultdict(list)
    for of_assignment in tallies:
        for reviewer_id, each in of_assignment.items():
            of[reviewer_id].append(each)
    return {
        reviewer_id: Tally(
            reviews=sum(each.reviews for each in theirs),
            distance=fsum(each.distance for each in theirs),
            compared=sum(each.compared for each in theirs),
            from_others=fsum(each.from_others for each in theirs),
            judged=sum(each.judged for each in theirs),
            from_judge=fsum(each.from_judge for each in theirs),
        )
        for reviewer_id, theirs in of.items()
    }


def reliabilities(tallies: Mapping[int, Tally]) -> Reliabilities:
    parts = {reviewer_id: _part(each) for reviewer_id, each in tallies.items()}
    enough = [parts[reviewer_id] for reviewer_id, each in tallies.items() if each.reviews >= ENOUGH]
    mean = fsum(enough) / len(enough) if enough else None
    return Reliabilities(
        by_reviewer={
            reviewer_id: _reliability(each, parts[reviewer_id], mean) for reviewer_id, each in tallies.items()
        },
        mean=None if mean is None else round(1 - mean, DIGITS),
    )


def _distance(review: Marks, others: Sequence[Marks], rubric: Rubric) -> _Distance:
    right = rubric.right_or_not(review.submission_id)
    left = [name for name in rubric.criteria if right is None or name != rubric.works]
    from_others = [
        abs(review.scores[name] - statistics.median(each.scores[name] for each in others)) / rubric.max_score
        for name in (left if others else ())
    ]
    return _Distance(
        others=fsum(from_others) / len(from_others) if from_others else None,
        judge=None if right is None else _from_judge(review.scores[str(rubric.works)] / rubric.max_score, right=right),
    )


def _from_judge(part: float, *, right: bool) -> float:
    """From all the points for a program that is right; from anything up to the half for one that is not."""
    return 1 - part if right else max(0.0, part - HALF) / (1 - HALF)


def _summed(distances: Sequence[_Distance]) -> Tally:
    whole = [each.whole for each in distances if each.whole is not None]
    others = [each.others for each in distances if each.others is not None]
    judge = [each.judge for each in distances if each.judge is not None]
    return Tally(
        reviews=len(whole),
        distance=fsum(whole),
        compared=len(others),
        from_others=fsum(others),
        judged=len(judge),
        from_judge=fsum(judge),
    )


def _part(each: Tally) -> float:
    return min(1.0, each.distance / each.reviews / CHANCE)


def _reliability(each: Tally, part: float, mean: float | None) -> Reliability:
    value = None
    if each.reviews >= ENOUGH and mean is not None:
        own = each.reviews / (each.reviews + PRIOR)
        value = round(1 - part**own * mean ** (1 - own), DIGITS)
    return Reliability(
        reviews=each.reviews,
        judged=each.judged,
        from_others=round(each.from_others / each.compared, DIGITS) if each.compared else None,
        from_judge=round(each.from_judge / each.judged, DIGITS) if each.judged else None,
        agreement=round(1 - part, DIGITS),
        value=value,
    )
