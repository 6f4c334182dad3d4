"""Passes of multi-pass problems: what is asked for, and what cannot be."""

import pytest

from chalicelib.common.texts import untranslated
from chalicelib.judge.grading.passes import KEPT_BYTES, NEXT, Passes, longest
from chalicelib.judge.grading.validators import RIGHT, UNDECIDED, CheckResult, jury_failed, wrong
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import File, Outcome, Run, TestInput

FIRST = TestInput(id="1", input=b"first")
WRONG = wrong(untranslated("no"))


def test_the_next_pass_reads_what_was_written_and_keeps_the_rest() -> None:
    passes = Passes(3)
    assert passes.prepared(FIRST) == FIRST
    assert passes.taken("1", RIGHT, {NEXT: b"second", "feedback/state": b"s"}) is UNDECIDED
    assert passes.prepared(FIRST).input == b"second"
    assert passes.case("1", TestCase(b"first", b"a")) == TestCase(b"second", b"a")
    assert passes.validated(FIRST).files == (File(name="feedback/state", data=b"s"),)
    assert passes.prepared(TestInput(id="2", input=b"other")).input == b"other"
    assert passes.taken("1", RIGHT, {"feedback/state": b"s"}) is RIGHT


@pytest.mark.parametrize(
    ("said", "collected", "notice"),
    [
        (WRONG, {}, ""),
        (jury_failed(untranslated("crashed")), {NEXT: b""}, "crashed"),
        (WRONG, {NEXT: b""}, "asked for another pass of an output that it did not accept"),
        (RIGHT, {NEXT: bytes(KEPT_BYTES)}, f"left {KEPT_BYTES} bytes or more for the next pass"),
    ],
)
def test_what_ends_the_passes(said: CheckResult, collected: dict[str, bytes], notice: str) -> None:
    found = Passes(2).taken("1", said, collected)
    assert found is not None
    assert str(found.notice) == notice


def test_no_more_passes_than_the_problem_has() -> None:
    passes = Passes(2)
    assert passes.taken("1", RIGHT, {NEXT: b""}) is UNDECIDED
    found = passes.taken("1", RIGHT, {NEXT: b""})
    assert found is not None
    assert str(found.notice) == "asked for more than 2 passes"


def test_a_problem_of_one_pass_has_no_next() -> None:
    assert Passes().taken("1", RIGHT, {NEXT: b""}) is RIGHT
    assert Passes().validated(FIRST) == FIRST


def test_the_longest_pass_counts() -> None:
    early = Run(id="1", outcome=Outcome.OK, cpu_ms=9, wall_ms=1, memory_kb=5)
    late = Run(id="1", outcome=Outcome.OK, cpu_ms=2, wall_ms=8, memory_kb=6, stdout=b"x")
    assert longest(late, early) == Run(id="1", outcome=Outcome.OK, cpu_ms=9, wall_ms=8, memory_kb=6, stdout=b"x")
    assert longest(late, None) == late
