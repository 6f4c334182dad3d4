"""Tells which programs are right, by all that the judge has said of them. Pure.

A program is right that passes the problem's tests and that no counter-test breaks. Of one that was replaced, what was
tried before says nothing.
"""

from collections.abc import Iterable, Mapping

from chalicelib.tracks.evidence.counter_models import CounterTest, Outcome
from chalicelib.tracks.work_models import Submission

RIGHT = "OK"
"""The judge's verdict of a program that passes the tests."""


def right_among(submissions: Iterable[Submission], counter_tests: Iterable[CounterTest]) -> Mapping[int, bool]:
    """Whether a program is right, by submission; those that the judge has not judged are left out."""
    breaking = list(counter_tests)
    judged = {each: verdict for each in submissions if (verdict := (each.judged or {}).get("verdict")) is not None}
    return {each.id: verdict == RIGHT and not breaking_of(each, breaking) for each, verdict in judged.items()}


def breaking_of(submission: Submission, counter_tests: Iterable[CounterTest]) -> list[CounterTest]:
    """The counter-tests that break a solution's program as it stands."""
    program = (submission.judged or {}).get("submission_id")
    return [
        each
        for each in counter_tests
        if (each.submission_id, each.program_id) == (submission.id, program) and each.outcome == Outcome.BREAKS
    ]
