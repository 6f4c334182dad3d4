"""What counter-tests earn."""

from typing import Any

from chalicelib.tracks.evidence import points
from chalicelib.tracks.evidence.counter_models import CounterTest, Outcome


def tried(reviewer_id: int, submission_id: int = 1, digest: str = "a", **more: Any) -> CounterTest:
    fields = {"outcome": Outcome.BREAKS, "by_teacher": False, **more}
    return CounterTest(reviewer_id=reviewer_id, submission_id=submission_id, digest=digest, **fields)


def test_what_breaks_counts_and_nothing_else() -> None:
    others = [tried(2, outcome=outcome) for outcome in Outcome if outcome is not Outcome.BREAKS]
    assert points.earned([tried(1), *others], 2) == {1: 2}


def test_the_same_input_counts_once_for_a_program() -> None:
    assert points.earned([tried(1), tried(1), tried(1, digest="b"), tried(1, 2)], 0.5) == {1: 1.5}


def test_no_more_than_five_count() -> None:
    assert points.earned([tried(1, number) for number in range(9)], 1) == {1: points.MOST_COUNTED}


def test_teachers_earn_nothing() -> None:
    assert points.earned([tried(1, by_teacher=True)], 1) == {}
