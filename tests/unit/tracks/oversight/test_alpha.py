"""Krippendorff's alpha: the published values, and what holds of any data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks.oversight import alpha as krippendorff
from chalicelib.tracks.oversight.alpha import Level, alpha

OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
"""Four observers and twelve units, with values missing: Krippendorff 2011, section C."""
UNITS = [[value for value in unit if value is not None] for unit in zip(*OBSERVERS, strict=True)]

points = st.integers(0, 20).map(lambda halves: halves / 2)
units = st.lists(st.lists(points, min_size=0, max_size=5), max_size=12)


@pytest.mark.parametrize(
    ("level", "published"),
    [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849), (Level.RATIO, 0.797)],
)
def test_the_published_values(level: Level, published: float) -> None:
    found = alpha(UNITS, level)
    assert found is not None
    assert round(found, 3) == published


def test_two_observers_of_binary_data_as_published() -> None:
    """Krippendorff 2011, section A: 0.095."""
    one, other = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    found = alpha(list(zip(one, other, strict=True)), Level.NOMINAL)
    assert found is not None
    assert round(found, 3) == 0.095


@pytest.mark.parametrize("same", [[], [[1.0, 1.0]], [[1.0], [2.0]], [[3.0, 3.0], [3.0, 3.0]], [[1.0, 2.0], [3.0]]])
@pytest.mark.parametrize("level", Level)
def test_it_is_not_defined_without_units_to_compare_or_without_any_difference(
    same: list[list[float]], level: Level
) -> None:
    assert alpha(same, level) is None


@pytest.mark.parametrize("level", Level)
def test_perfect_agreement_is_one_and_the_opposite_is_below_chance(level: Level) -> None:
    assert alpha([[1, 1], [2, 2, 2], [5, 5]], level) == 1
    opposite = alpha([[1, 5], [5, 1], [1, 5]], level)
    assert opposite is not None
    assert opposite < 0


@given(units)
def test_the_short_form_for_intervals_is_the_definition(data: list[list[float]]) -> None:
    short = alpha(data)
    compared = [unit for unit in data if len(unit) >= 2]
    if short is None:
        assert len(compared) < 2 or len({value for unit in compared for value in unit}) == 1
        return
    observed, expected = krippendorff._by_pairs(compared, krippendorff.DISTANCES[Level.INTERVAL])
    assert short == pytest.approx(1 - observed / expected)


@given(units, st.randoms(use_true_random=False))
def test_neither_the_order_nor_lonely_values_nor_the_zero_of_the_scale_matter(data: list[list[float]], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = [random.sample(unit, len(unit)) for unit in data] + [[7.5], []]
    random.shuffle(shuffled)
    assert alpha(shuffled) == pytest.approx(alpha(data))
    assert alpha([[3 * value + 1 for value in unit] for unit in data]) == pytest.approx(alpha(data))


@pytest.mark.parametrize("value", [0.1, 14.5, 1 / 3])
def test_equal_values_are_equal_however_they_are_added(value: float) -> None:
    assert alpha([[value] * 3] * 7) is None


@given(units)
def test_it_never_exceeds_one(data: list[list[float]]) -> None:
    for level in Level:
        found = alpha(data, level)
        assert found is None or found <= 1 + 1e-9
