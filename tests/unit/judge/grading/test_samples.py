"""What is kept of the runs on samples: bounded, whole letters, failures first."""

import json

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chalicelib.judge.grading import samples
from chalicelib.judge.grading.results import Difference
from chalicelib.judge.grading.samples import MAX_SAMPLES_BYTES, MAX_SHOWN_BYTES, SampleRun
from chalicelib.judge_protocol.contract import Verdict

LONG = b"x" * (MAX_SHOWN_BYTES + 1)


def run_of(number: int, got: bytes = b"4", *, given: bytes = b"2 2", expected: bytes = b"5") -> SampleRun:
    return samples.of_run(number, given=given, expected=expected, got=got)


@having(st.binary(max_size=50), st.binary(max_size=50))
def test_runs_are_read_as_they_were_written(expected: bytes, got: bytes) -> None:
    difference = samples.first_difference(expected, got)
    run = samples.of_run(1, given=b"", expected=expected, got=got, difference=difference)
    assert SampleRun.of_json(json.loads(json.dumps(run.to_json()))) == run


@having(st.binary(max_size=50), st.binary(max_size=50))
def test_only_the_same_has_no_difference(expected: bytes, got: bytes) -> None:
    assert (samples.first_difference(expected, got) is None) == (expected == got)


@pytest.mark.parametrize(
    ("expected", "got", "difference"),
    [
        (b"1\n2\n3", b"1\n3\n3", Difference(line=2, expected="2", got="3")),
        (b"1\n2\n", b"1 \n3\n", Difference(line=2, expected="2", got="3")),
        (b"1\n2\n", b"1\n", Difference(line=2, expected="2", got=None)),
        (b"1\n", b"1\n2\n", Difference(line=2, expected=None, got="2")),
        (b"1\n2\n", b"1 \n2\n", Difference(line=1, expected="1", got="1 ")),
        (b"1\n", b"1", Difference(line=2, expected="", got=None)),
        (b"5\n", b"", Difference(line=1, expected="5", got=None)),
        (b"1" * 60 + b"2", b"1" * 60 + b"3", Difference(line=1, expected="…11111111112", got="…11111111113")),
        ("да".encode() * 20 + b"2", "да".encode() * 20, Difference(line=1, expected="…адада2", got="…адада")),
    ],
)
def test_the_first_line_that_differs_is_told(expected: bytes, got: bytes, difference: Difference) -> None:
    assert samples.first_difference(expected, got) == difference


def test_long_texts_are_cut_and_it_is_said_which() -> None:
    run = run_of(1, LONG, given=LONG)
    assert (run.truncated, len(run.input), run.expected, run.got) == (
        ("input", "got"),
        MAX_SHOWN_BYTES,
        "5",
        "x" * MAX_SHOWN_BYTES,
    )
    assert run_of(1, LONG[1:]).truncated == ()


def test_no_letter_is_cut_in_half() -> None:
    assert run_of(1, b"x" + "ы".encode() * MAX_SHOWN_BYTES).got == "x" + "ы" * (MAX_SHOWN_BYTES // 2 - 1)


def test_what_is_no_text_is_shown_as_far_as_it_is() -> None:
    assert run_of(1, b"4\xff\n").got == "4\ufffd\n"


def test_failures_are_kept_before_what_passed_and_what_was_skipped_never() -> None:
    runs = [(run_of(number, LONG, given=LONG, expected=LONG), Verdict.OK) for number in range(1, 10)]
    failed = (run_of(10, LONG, given=LONG, expected=LONG), Verdict.WRONG_ANSWER)
    kept = samples.kept([*runs, failed, (run_of(11), Verdict.SKIPPED)])
    assert [run.number for run in kept] == [1, 10]
    assert sum(run.size for run in kept) <= MAX_SAMPLES_BYTES
