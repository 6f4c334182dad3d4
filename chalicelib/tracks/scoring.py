"""Computes scores from reviews. Pure."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, groupby

from chalicelib.common.http import validation
from chalicelib.common.http.errors import In, Place, Violation
from chalicelib.common.texts import Text

FIELD, REMARKS_FIELD = "criteria_scores", "criteria_comments"
"""Of a review on the wire."""

APART, APART_IN_ONE = 0.3, 0.6
"""Of the points that can be had, the part by which reviews that disagree lie apart: in all, or in one criterion."""

DIGITS = 6
"""After the point, to which sums are rounded: equals are to be equal."""

Scores = Mapping[str, float]
"""Points by criterion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far somebody is. `assignments` are those that were scored; `last_submitted_at` is of the last that brought
    points: None without any, and while times are secret. `evidence` is what of the score counter-tests have earned.
    """

    user_id: int
    score: float
    assignments: int
    last_submitted_at: datetime | None
    evidence: float = 0


def medians(criteria: Iterable[str], reviews: Sequence[Scores]) -> dict[str, float] | None:
    """The median of the reviews, by criterion: one reviewer who is out of line changes little. None without reviews."""
    if not reviews:
        return None
    return {name: statistics.median(scores[name] for scores in reviews) for name in criteria}


def points(medians: Scores | None, decided: Scores | None) -> Scores | None:
    """What a submission is worth, by criterion: what a teacher has decided on an appeal, else the medians."""
    return medians if decided is None else decided


def weighted_medians(criteria: Iterable[str], reviews: Sequence[tuple[Scores, float]]) -> dict[str, float] | None:
    """As `medians`, of reviews with weights."""
    if not reviews:
        return None
    return {name: weighted_median([(scores[name], weight) for scores, weight in reviews]) for name in criteria}


def weighted_median(marks: Sequence[tuple[float, float]]) -> float:
    """The middle of points with weights.

    The points lie side by side in their order, each as wide as its weight. Of n with a weight the middle n-th of the
    whole width counts: its mean is the result. So with equal weights it is the plain median, for an even number too;
    points that hold three quarters of the weight of two, or two thirds of that of three, are the result by themselves;
    and a small change of a weight changes it little, where the usual definition leaps from one point to the next.
    What has no weight counts for nothing, unless nothing has any: then all count the same.
    """
    heavy = sorted((points, weight) for points, weight in marks if weight > 0)
    if len({weight for _, weight in heavy}) <= 1:
        return statistics.median(points for points, _ in heavy or marks)
    whole = math.fsum(weight for _, weight in heavy)
    width = whole / len(heavy)
    start, end = (whole - width) / 2, (whole + width) / 2
    ends = list(accumulate(weight for _, weight in heavy))
    middle = math.fsum(
        points * max(0.0, min(until, end) - max(until - weight, start))
        for (points, weight), until in zip(heavy, ends, strict=True)
    )
    return min(max(round(middle / width, DIGITS), heavy[0][0]), heavy[-1][0])


@dataclass(frozen=True, slots=True)
class Spread:
    """How far reviews lie apart, as a part of the points that can be had: in all, or in the `criterion`."""

    part: float
    criterion: str | None = None


def disagreement(criteria: Iterable[str], reviews: Sequence[Scores], max_score: float) -> Spread | None:
    """How far reviews of one submission lie apart, if that is far: in all, else in the criterion where it is most."""
    names = list(criteria)
    if not names or len(reviews) < 2:  # noqa: PLR2004 - one agrees with itself
        return None
    whole = _spread([sum(scores[name] for name in names) for scores in reviews]) / (max_score * len(names))
    if whole >= APART:
        return Spread(round(whole, DIGITS))
    part, name = max((_spread([scores[name] for scores in reviews]) / max_score, name) for name in names)
    return Spread(round(part, DIGITS), name) if part >= APART_IN_ONE else None


def _spread(points: Sequence[float]) -> float:
    return max(points) - min(points)


def total(points: Iterable[float]) -> float:
    return round(sum(points), DIGITS)


def standing(
    user_id: int, work: Iterable[tuple[float | None, datetime]], *, timed: bool, evidence: float = 0
) -> Standing:
    """From each submission's score, None without reviews, and its moment; `timed` says whether moments may be told.
    What counter-tests have earned is added.

    Work that brought no points costs its author nothing: its moment does not count.
    """
    scored = [(score, at) for score, at in work if score is not None]
    moments = (at for score, at in scored if score) if timed else ()
    return Standing(
        user_id=user_id,
        score=total([*(score for score, _ in scored), evidence]),
        assignments=len(scored),
        last_submitted_at=max(moments, default=None),
        evidence=evidence,
    )


def ranked(standings: Iterable[Standing]) -> list[tuple[int, Standing]]:
    """With their places: most points first; of equals, who sent in earlier the last work that brought them points.

    Who is equal in both shares a place, and the places after it are left out (1, 2, 2, 4).
    """
    placed: list[tuple[int, Standing]] = []
    for _, equals in groupby(sorted(standings, key=_sort_key), key=_sort_key):
        place = len(placed) + 1
        placed += [(place, standing) for standing in sorted(equals, key=lambda each: each.user_id)]
    return placed


def _sort_key(standing: Standing) -> tuple[float, bool, float]:
    submitted_at = standing.last_submitted_at
    return -standing.score, submitted_at is None, submitted_at.timestamp() if submitted_at else 0.0


def violations_in(scores: Scores, criteria: Iterable[str], max_score: float, field: str = FIELD) -> list[Violation]:
    """What is wrong with the points of a review: a criterion without any, a strange one, or points out of range.

    `field` is where they stand on the wire.
    """
    wanted = list(criteria)
    missing = [validation.required(_place(name, field)) for name in wanted if name not in scores]
    strange = [validation.unknown(_place(name, field)) for name in scores if name not in wanted]
    points = Text("points_outside", "must be from 0 to {max:g} points", {"max": max_score})
    outside = [
        validation.invalid(_place(name, field), points, {"min": 0, "max": max_score})
        for name in wanted
        if not 0 <= scores.get(name, 0) <= max_score
    ]
    return missing + strange + outside


def strange_remarks(remarks: Iterable[str], criteria: Iterable[str]) -> list[Violation]:
    """Words for what is no criterion."""
    wanted = set(criteria)
    return [validation.unknown(remark_place(name)) for name in remarks if name not in wanted]


def remark_place(criterion: str) -> Place:
    """Where a review says something of a criterion as a whole."""
    return Place(In.BODY, validation.pointer(REMARKS_FIELD, criterion))


def _place(criterion: str, field: str) -> Place:
    return Place(In.BODY, validation.pointer(field, criterion))
