"""Which programs are right, by all that the judge has said of them."""

from typing import Any

import pytest

from chalicelib.tracks.evidence import correctness
from chalicelib.tracks.evidence.counter_models import CounterTest, Outcome
from chalicelib.tracks.work_models import Submission


def submission(verdict: str | None, number: int = 1, program: int = 5) -> Submission:
    return Submission(id=number, judged={"submission_id": program, "verdict": verdict, "points": None})


def tried(outcome: Outcome, number: int = 1, program: int = 5, **more: Any) -> CounterTest:
    return CounterTest(submission_id=number, program_id=program, outcome=outcome, **more)


@pytest.mark.parametrize(
    ("verdict", "counter_test", "right"),
    [
        ("OK", None, True),
        ("WRONG_ANSWER", None, False),
        ("PARTIAL", None, False),
        ("OK", tried(Outcome.BREAKS), False),
        ("OK", tried(Outcome.HOLDS), True),
        ("OK", tried(Outcome.INVALID), True),
        ("OK", tried(Outcome.WAITING), True),
        ("OK", tried(Outcome.BREAKS, number=2), True),
        ("OK", tried(Outcome.BREAKS, program=4), True),
        ("OK", tried(Outcome.BREAKS, by_teacher=True), False),
    ],
)
def test_a_program_is_right_that_passes_and_that_nothing_breaks(
    verdict: str,
    counter_test: CounterTest | None,
    right: bool,  # noqa: FBT001 - a table
) -> None:
    known = [] if counter_test is None else [counter_test]
    assert correctness.right_among([submission(verdict)], known) == {1: right}


def test_what_the_judge_has_not_judged_is_left_out() -> None:
    known = [submission(None), Submission(id=2), submission("OK", 3)]
    assert correctness.right_among(known, [tried(Outcome.BREAKS)]) == {3: True}
