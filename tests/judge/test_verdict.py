from signal import SIGABRT, SIGKILL, SIGSEGV
from typing import Any

import pytest

from chalicelib.judge import checkers, verdict
from chalicelib.judge.contract import Compilation, Outcome, Run, Verdict
from chalicelib.judge.verdict import TestResult as Result

COMPILED = Compilation(outcome=Outcome.OK)


def run(outcome: Outcome = Outcome.OK, **changes: Any) -> Run:
    return Run(**{"id": "1", "outcome": outcome, "stdout": b"5\n", "cpu_ms": 10.0, "wall_ms": 20.0, **changes})


def result_of(ran: Run, number: int = 1, answer: bytes = b"5") -> Result:
    return verdict.of_run(ran, number=number, answer=answer, checker=checkers.tokens)


def failed(number: int, found: Verdict, message: str = "") -> Result:
    return Result(number=number, verdict=found, time_ms=1, memory_kb=1, message=message)


def passed(number: int, **changes: Any) -> Result:
    return Result(**{"number": number, "verdict": Verdict.OK, "time_ms": 1.0, "memory_kb": 1, **changes})


@pytest.mark.parametrize(
    ("ran", "found", "message"),
    [
        (run(), Verdict.OK, ""),
        (run(stdout=b"4"), Verdict.WRONG_ANSWER, "expected 5 in line 1, got 4"),
        (run(stdout=b""), Verdict.WRONG_ANSWER, "the program printed nothing"),
        (run(stdout=b" \n\t\n"), Verdict.WRONG_ANSWER, "the program printed nothing"),
        (run(stderr=b"warning"), Verdict.OK, ""),
        (run(Outcome.RUNTIME_ERROR, exit_code=3), Verdict.RUNTIME_ERROR, "exit code 3"),
        (run(Outcome.RUNTIME_ERROR, signal=SIGSEGV), Verdict.RUNTIME_ERROR, "SIGSEGV"),
        (run(Outcome.RUNTIME_ERROR, signal=SIGABRT, stderr=b"assert"), Verdict.RUNTIME_ERROR, "SIGABRT"),
        (run(Outcome.RUNTIME_ERROR, signal=99), Verdict.RUNTIME_ERROR, "signal 99"),
        (
            run(Outcome.RUNTIME_ERROR, exit_code=1, stderr=b"Traceback\n  x\nKeyError: 1\n\n"),
            Verdict.RUNTIME_ERROR,
            "exit code 1, KeyError: 1",
        ),
        (run(Outcome.RUNTIME_ERROR, exit_code=1, stderr=b"\xff"), Verdict.RUNTIME_ERROR, "exit code 1, \\xff"),
        (run(Outcome.TIME_LIMIT, signal=SIGKILL), Verdict.TIME_LIMIT, ""),
        (run(Outcome.WALL_TIME_LIMIT, signal=SIGKILL), Verdict.WALL_TIME_LIMIT, ""),
        (run(Outcome.MEMORY_LIMIT, signal=SIGKILL), Verdict.MEMORY_LIMIT, ""),
        (run(Outcome.OUTPUT_LIMIT, stderr=b"x"), Verdict.OUTPUT_LIMIT, ""),
        (run(Outcome.SYSTEM_ERROR), Verdict.SYSTEM_ERROR, ""),
    ],
)
def test_what_a_run_is_worth(ran: Run, found: Verdict, message: str) -> None:
    result = result_of(ran)
    assert (result.verdict, result.message) == (found, message)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.OK])
def test_a_right_output_does_not_save_a_run_that_went_wrong(outcome: Outcome) -> None:
    assert result_of(run(outcome, stdout=b"5\n", exit_code=1)).verdict == outcome.name


@pytest.mark.parametrize("ran", [run(stdout=b"4"), run(stdout=b""), run(Outcome.RUNTIME_ERROR, stderr=b"secret input")])
def test_a_hidden_test_tells_nothing(ran: Run) -> None:
    assert result_of(ran, number=verdict.VISIBLE_TESTS).message != ""
    assert result_of(ran, number=verdict.VISIBLE_TESTS + 1).message == ""


def test_time_is_that_of_the_processor_but_for_the_wall_limit() -> None:
    assert result_of(run()).time_ms == 10.0
    assert result_of(run(Outcome.TIME_LIMIT)).time_ms == 10.0
    assert result_of(run(Outcome.WALL_TIME_LIMIT)).time_ms == 20.0


@pytest.mark.parametrize(
    ("results", "found", "text"),
    [
        ([passed(1), passed(2)], Verdict.OK, "OK"),
        ([passed(1), failed(2, Verdict.TIME_LIMIT)], Verdict.TIME_LIMIT, "Time limit exceeded on test 2"),
        ([failed(1, Verdict.WALL_TIME_LIMIT)], Verdict.WALL_TIME_LIMIT, "Wall time limit exceeded on test 1"),
        ([failed(1, Verdict.MEMORY_LIMIT)], Verdict.MEMORY_LIMIT, "Memory limit exceeded on test 1"),
        ([failed(1, Verdict.OUTPUT_LIMIT)], Verdict.OUTPUT_LIMIT, "Output limit exceeded on test 1"),
        ([failed(1, Verdict.RUNTIME_ERROR, "SIGSEGV")], Verdict.RUNTIME_ERROR, "Runtime error on test 1: SIGSEGV"),
        (
            [failed(1, Verdict.WRONG_ANSWER, "expected 5 in line 1, got 4"), passed(2)],
            Verdict.WRONG_ANSWER,
            "Wrong answer on test 1: expected 5 in line 1, got 4",
        ),
        (
            [failed(1, Verdict.WRONG_ANSWER), failed(2, Verdict.TIME_LIMIT)],
            Verdict.WRONG_ANSWER,
            "Wrong answer on test 1",
        ),
        ([passed(1)], Verdict.SYSTEM_ERROR, "System error"),
        ([], Verdict.SYSTEM_ERROR, "System error"),
    ],
)
def test_the_first_failure_decides(results: list[Result], found: Verdict, text: str) -> None:
    judgement = verdict.of_submission(COMPILED, results, tests_total=2)
    assert (judgement.verdict, judgement.text) == (found, text)


def test_what_does_not_compile_is_not_run() -> None:
    compilation = Compilation(outcome=Outcome.COMPILE_ERROR, output="line 1")
    judgement = verdict.of_submission(compilation, [passed(1)], tests_total=1)
    assert (judgement.verdict, judgement.text) == (Verdict.COMPILE_ERROR, "Compilation error")
    assert (judgement.compiler_output, judgement.results, judgement.tests_passed) == ("line 1", (), 0)


def test_time_and_memory_are_the_greatest_of_all_tests() -> None:
    results = [passed(1, time_ms=5.0, memory_kb=100), passed(2, time_ms=2.0, memory_kb=300)]
    judgement = verdict.of_submission(COMPILED, results, tests_total=2)
    assert (judgement.time_ms, judgement.memory_kb, judgement.tests_passed) == (5.0, 300, 2)


def test_without_tests_there_is_neither_time_nor_memory() -> None:
    judgement = verdict.system_error()
    assert (judgement.verdict, judgement.time_ms, judgement.memory_kb) == (Verdict.SYSTEM_ERROR, 0.0, 0)


def test_results_after_the_first_failure_can_be_left_out() -> None:
    results = [passed(1), failed(2, Verdict.WRONG_ANSWER), passed(3)]
    assert verdict.up_to_first_failure(results) == results[:2]
    assert verdict.up_to_first_failure(results[:1]) == results[:1]
    assert verdict.up_to_first_failure([]) == []


def test_every_outcome_has_a_worth_and_every_verdict_a_text() -> None:
    for outcome in Outcome:
        assert verdict.of_submission(Compilation(outcome=outcome), [passed(1)], tests_total=1).text
    assert {result_of(run(outcome)).verdict for outcome in Outcome} == set(Verdict) - {
        Verdict.PENDING,
        Verdict.WRONG_ANSWER,
    }
