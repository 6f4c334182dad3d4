"""Medians of points with weights."""

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks import scoring

points = st.integers(0, 100).map(float) | st.floats(0, 1000)
weights = st.floats(0.01, 1)
marks = st.lists(st.tuples(points, weights), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("given_marks", "median"),
    [
        ([(7, 0.3)], 7),
        ([(4, 0.5), (8, 0.5)], 6),  # as the plain one
        ([(4, 0.9), (8, 0.3)], 4),  # three quarters of the weight of two
        ([(4, 0.9), (8, 0.1)], 4),
        ([(4, 0.6), (8, 0.4)], 5.2),  # of the width from 0.25 to 0.75, 0.35 is 4's
        ([(0, 0.2), (0, 0.2), (9, 0.8)], 9),  # two thirds of the weight of three
        ([(0, 0.1), (7, 0.45), (9, 0.45)], 7.7),  # from 1/3 to 2/3, 0.21667 is 7's
        ([(0, 0.0), (7, 0.4), (9, 0.4)], 8),  # what has no weight is not there
        ([(0, 0.0), (7, 0.0), (8, 0.0)], 7),  # nothing has any
    ],
)
def test_the_middle_of_the_weight_counts(given_marks: list[tuple[float, float]], median: float) -> None:
    assert scoring.weighted_median(given_marks) == pytest.approx(median)


@given(st.lists(points, min_size=1, max_size=12), weights)
def test_with_equal_weights_it_is_the_plain_median(given_points: list[float], weight: float) -> None:
    assert scoring.weighted_median([(each, weight) for each in given_points]) == statistics.median(given_points)


@given(marks)
def test_nearly_equal_weights_lead_nearly_to_the_plain_median(given_marks: list[tuple[float, float]]) -> None:
    """The step from the plain median to a weighted one is no leap, for an even number too."""
    nearly = [(each, 1 + weight * 1e-6) for each, weight in given_marks]
    plain = statistics.median(each for each, _ in given_marks)
    assert scoring.weighted_median(nearly) == pytest.approx(plain, abs=0.05)


@given(marks, st.randoms(use_true_random=False))
def test_it_lies_among_the_points_and_does_not_depend_on_the_order(
    given_marks: list[tuple[float, float]], rnd: random.Random
) -> None:
    median = scoring.weighted_median(given_marks)
    assert min(given_marks)[0] <= median <= max(given_marks)[0]
    assert scoring.weighted_median(rnd.sample(given_marks, len(given_marks))) == median


@given(marks, st.integers(0, 11), st.floats(0, 500))
def test_more_points_never_lower_it(given_marks: list[tuple[float, float]], number: int, more: float) -> None:
    number %= len(given_marks)
    each, weight = given_marks[number]
    raised = [*given_marks[:number], (each + more, weight), *given_marks[number + 1 :]]
    assert scoring.weighted_median(raised) >= scoring.weighted_median(given_marks) - 1e-5


@given(marks, points)
def test_points_with_most_of_the_weight_decide(given_marks: list[tuple[float, float]], heavy: float) -> None:
    weight = 1.01 * (len(given_marks) + 2) / len(given_marks) * sum(weight for _, weight in given_marks)
    assert scoring.weighted_median([*given_marks, (heavy, weight)]) == pytest.approx(heavy, abs=1e-6)


@given(st.lists(st.tuples(points, points), min_size=1, max_size=6))
def test_by_criterion(given_points: list[tuple[float, float]]) -> None:
    reviews = [({"a": a, "b": b}, 1.0) for a, b in given_points]
    assert scoring.weighted_medians(["a", "b"], reviews) == scoring.medians(["a", "b"], [each for each, _ in reviews])
    assert scoring.weighted_medians(["a"], []) is None
