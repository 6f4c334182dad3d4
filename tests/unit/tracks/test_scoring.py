"""Medians and places."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.tracks import scoring
from chalicelib.tracks.scoring import Standing

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "median"),
    [([5.0], 5.0), ([1.0, 2.0], 1.5), ([10.0, 0.0, 9.0], 9.0), ([4.0, 4.0, 0.0, 5.0], 4.0)],
)
def test_a_median_by_criterion(given: list[float], median: float) -> None:
    assert scoring.medians(["style"], [{"style": points} for points in given]) == {"style": median}


def test_without_reviews_there_is_no_median() -> None:
    assert scoring.medians(["style"], []) is None


@pytest.mark.parametrize(
    ("reviews", "found"),
    [
        ([(10, 10)], None),
        ([(10, 10), (8, 7)], None),
        ([(10, 10), (10, 4)], (0.3, None)),
        ([(10, 4), (4, 10)], (0.6, "b")),
        ([(9, 2), (3, 3)], (0.6, "a")),
        ([(10, 5), (5, 10)], None),
        ([(5, 5), (9, 9), (5, 5)], (0.4, None)),
    ],
)
def test_reviews_disagree(reviews: list[tuple[float, float]], found: tuple[float, str | None] | None) -> None:
    spread = scoring.disagreement(["a", "b"], [{"a": a, "b": b} for a, b in reviews], 10)
    assert spread == (None if found is None else scoring.Spread(*found))


def standing(user_id: int, score: float, minutes: int | None) -> Standing:
    at = None if minutes is None else NOON + timedelta(minutes=minutes)
    return Standing(user_id=user_id, score=score, assignments=0 if at is None else 1, last_submitted_at=at)


def places(*standings: Standing) -> list[tuple[int, int]]:
    return [(place, each.user_id) for place, each in scoring.ranked(standings)]


def test_most_points_come_first() -> None:
    assert places(standing(1, 5, 0), standing(2, 9.5, 30), standing(3, 9, 10)) == [(1, 2), (2, 3), (3, 1)]


def test_of_equals_the_earlier_submission_comes_first_and_none_comes_last() -> None:
    assert places(standing(1, 5, 20), standing(2, 5, 10), standing(3, 0, None), standing(4, 0, 5)) == [
        (1, 2),
        (2, 1),
        (3, 4),
        (4, 3),
    ]


@pytest.mark.parametrize(
    ("work", "timed", "expected"),
    [
        ([], True, (0, 0, None)),
        ([(8.0, 10), (7.5, 20)], True, (15.5, 2, 20)),
        ([(8.0, 10), (7.5, 20)], False, (15.5, 2, None)),
        ([(8.0, 10), (None, 99)], True, (8.0, 1, 10)),
        ([(8.0, 10), (0.0, 99)], True, (8.0, 2, 10)),
        ([(0.0, 10)], True, (0, 1, None)),
        ([(0.1, 1), (0.2, 2)], True, (0.3, 2, 2)),
    ],
)
def test_work_that_brought_no_points_counts_for_nothing(
    *, work: list[tuple[float | None, int]], timed: bool, expected: tuple[float, int, int | None]
) -> None:
    found = scoring.standing(1, [(score, NOON + timedelta(minutes=at)) for score, at in work], timed=timed)
    score, assignments, at = expected
    last = None if at is None else NOON + timedelta(minutes=at)
    assert (found.score, found.assignments, found.last_submitted_at) == (score, assignments, last)


def test_who_sends_in_what_nobody_scores_keeps_their_place() -> None:
    """As before: with equal points, those with one more submission fell behind those without it."""
    diligent = scoring.standing(2, [(9.0, NOON), (None, NOON + timedelta(days=9))], timed=True)
    idle = scoring.standing(1, [(9.0, NOON + timedelta(hours=1))], timed=True)
    assert places(idle, diligent) == [(1, 2), (2, 1)]


def test_who_is_equal_in_all_shares_a_place() -> None:
    equals = standing(1, 5, 20), standing(3, 5, 10), standing(2, 5, 10), standing(4, 4, 0)
    assert places(*equals) == [(1, 2), (1, 3), (3, 1), (4, 4)]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"style": 0, "tests": 10}, []),
        ({"style": 0}, ["'criteria_scores.tests' is a required property"]),
        (
            {"style": 1, "tests": 1, "speed": 1},
            ["'criteria_scores.speed' is an unknown property"],
        ),
        (
            {"style": -0.1, "tests": 10.1},
            ["criteria_scores.style validation error", "criteria_scores.tests validation error"],
        ),
        ({"style": float("nan"), "tests": 1}, ["criteria_scores.style validation error"]),
        ({"tests": 11}, ["'criteria_scores.style' is a required property", "criteria_scores.tests validation error"]),
    ],
)
def test_all_that_is_wrong_with_points_is_told(given: dict[str, float], wrong: list[str]) -> None:
    found = scoring.violations_in(given, {"style": "", "tests": ""}, 10)
    assert [str(each.listed_as or each.text) for each in found] == wrong


def test_a_decision_stands_in_place_of_the_medians() -> None:
    assert scoring.points({"style": 5.0}, None) == {"style": 5.0}
    assert scoring.points({"style": 5.0}, {"style": 9.0}) == {"style": 9.0}
    assert scoring.points(None, {"style": 9.0}) == {"style": 9.0}
    assert scoring.points(None, None) is None
