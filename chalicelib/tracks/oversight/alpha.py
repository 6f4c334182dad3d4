"""Computes Krippendorff's alpha: how far reviewers agree, beyond what chance would bring. Pure.

Alpha is 1 - D_o / D_e: the disagreement within units (submissions) over that among all values, whichever unit they come
from. 1 is perfect agreement, 0 what chance brings, below 0 worse than that. Units may have any number of values; those
with fewer than two say nothing. (K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011.)
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

FEWEST = 2
"""Values of a unit that can agree."""

Counts = Mapping[float, int]
"""How often each value stands in units that have two at least, in the order of the values."""
Distance = Callable[[float, float, Counts], float]
"""The squared difference of two values."""


class Level(StrEnum):
    """Of measurement: which differences between values count."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def alpha(units: Iterable[Sequence[float]], level: Level = Level.INTERVAL) -> float | None:
    """Returns None where it is not defined: without two units that can be compared, or when all values are the same."""
    compared = [unit for unit in units if len(unit) >= FEWEST]
    values = [value for unit in compared for value in unit]
    if len(compared) < FEWEST or len(set(values)) == 1:
        return None
    if level is Level.INTERVAL:
        observed, expected = _squares_within(compared), _squares(values)
    else:
        observed, expected = _by_pairs(compared, DISTANCES[level])
    return None if expected == 0 else 1 - observed / expected


def _squares_within(units: Sequence[Sequence[float]]) -> float:
    return sum(_squares(unit) for unit in units)


def _squares(values: Sequence[float]) -> float:
    """The squared differences of all pairs of values, over how many values each is paired with.

    By Σ(a - b)² = 2(n Σ(a - mean)²), which takes a time that grows with the values, not with their pairs.
    """
    number = len(values)
    mean = sum(values) / number
    return 2 * number * sum((value - mean) ** 2 for value in values) / (number - 1)


def _by_pairs(units: Sequence[Sequence[float]], distance: Distance) -> tuple[float, float]:
    counts = dict(sorted(Counter(value for unit in units for value in unit).items()))
    observed = sum(_apart(Counter(unit), counts, distance) / (len(unit) - 1) for unit in units)
    return observed, _apart(counts, counts, distance) / (sum(counts.values()) - 1)


def _apart(values: Counts, counts: Counts, distance: Distance) -> float:
    """The differences of all ordered pairs of values."""
    return sum(
        times * others * distance(one, other, counts)
        for one, times in values.items()
        for other, others in values.items()
        if one != other
    )


def _nominal(_one: float, _other: float, _counts: Counts) -> float:
    return 1


def _ordinal(one: float, other: float, counts: Counts) -> float:
    low, high = min(one, other), max(one, other)
    between = sum(times for value, times in counts.items() if low <= value <= high)
    return (between - (counts[low] + counts[high]) / 2) ** 2


def _interval(one: float, other: float, _counts: Counts) -> float:
    return (one - other) ** 2


def _ratio(one: float, other: float, _counts: Counts) -> float:
    return 0 if one + other == 0 else ((one - other) / (one + other)) ** 2


DISTANCES: Mapping[Level, Distance] = {
    Level.NOMINAL: _nominal,
    Level.ORDINAL: _ordinal,
    Level.INTERVAL: _interval,
    Level.RATIO: _ratio,
}
