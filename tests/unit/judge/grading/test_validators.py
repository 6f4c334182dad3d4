"""What authors' checkers and interactors mean by their exits, and what becomes of those that fail."""

from signal import SIGKILL, SIGPIPE, SIGSEGV
from typing import Any

import pytest

from chalicelib.judge.grading import validators
from chalicelib.judge.grading.validators import (
    LEFT_EARLY,
    MAX_MESSAGE,
    MESSAGE_FILE,
    MULTIPLIER_FILE,
    SCORE_FILE,
    TEAM_MESSAGE_FILE,
    CheckResult,
    Convention,
)
from chalicelib.judge_protocol.contract import ACCEPTING_EXIT_CODES, Outcome, Run, Verdict

AC, WA, IE = Verdict.OK, Verdict.WRONG_ANSWER, Verdict.SYSTEM_ERROR
TESTLIB, ICPC = Convention.TESTLIB, Convention.ICPC
TRACEBACK = b'Traceback (most recent call last):\n  File "main.py", line 1\nZeroDivisionError: division by zero\n'
JAVA_CRASH = b'Exception in thread "main" java.lang.ArithmeticException: / by zero'


def exited(code: int, stderr: bytes = b"", **changes: Any) -> Run:
    outcome = Outcome.OK if code == 0 else Outcome.RUNTIME_ERROR
    return Run(**{"id": "1", "outcome": outcome, "exit_code": code, "stderr": stderr, **changes})


def died(outcome: Outcome, signal: int | None = SIGKILL, **changes: Any) -> Run:
    return Run(id="1", outcome=outcome, signal=signal, **changes)


def feedback(code: int, **files: bytes) -> Run:
    names = {"message": MESSAGE_FILE, "team": TEAM_MESSAGE_FILE, "score": SCORE_FILE, "multiplier": MULTIPLIER_FILE}
    return exited(code, collected={names[name]: data for name, data in files.items()})


def worded(found: CheckResult) -> tuple[Verdict, str, float]:
    return found.verdict, str(found.message), found.share


@pytest.mark.parametrize(
    ("run", "found", "message", "share"),
    [
        (exited(0, b"ok 3 numbers\n"), AC, "ok 3 numbers", 1),
        (exited(0), AC, "", 1),
        (exited(1, b"wrong answer expected 5, found 4\n"), WA, "expected 5, found 4", 0),
        (exited(1), WA, "wrong answer", 0),
        (exited(1, b"my own words"), WA, "my own words", 0),
        (exited(2, b"wrong output format Expected integer"), WA, "wrong output format: Expected integer", 0),
        (exited(2), WA, "wrong output format", 0),
        (exited(4, b"wrong output format Extra tokens"), WA, "wrong output format: Extra tokens", 0),
        (exited(8, b"unexpected eof token"), WA, "unexpected eof: token", 0),
        (exited(7, b"points 5 half of it"), AC, "5 of 10 points: half of it", 0.5),
        (exited(7, b"points 5"), AC, "5 of 10 points", 0.5),
        (exited(7, b"points 0"), AC, "0 of 10 points", 0),
        (exited(7, b"points 10"), AC, "10 of 10 points", 1),
        (exited(7, b"2.5"), AC, "2.5 of 10 points", 0.25),
        (exited(7, b"points 2.5e0 half"), AC, "2.5 of 10 points: half", 0.25),
    ],
)
def test_what_a_testlib_checker_finds(run: Run, found: Verdict, message: str, share: float) -> None:
    assert worded(validators.read_result(run, TESTLIB, points=10)) == (found, message, share)


@pytest.mark.parametrize(
    ("run", "found", "message", "share"),
    [
        (feedback(42), AC, "", 1),
        (feedback(43), WA, "wrong answer", 0),
        (feedback(43, message=b"line 3 is\nwrong"), WA, "line 3 is wrong", 0),
        (feedback(43, message=b"the answer is 5", team=b"no"), WA, "no", 0),
        (feedback(42, score=b"2.5\n", message=b"fine"), AC, "2.5 of 10 points: fine", 0.25),
        (feedback(42, score=b"0"), AC, "0 of 10 points", 0),
        (feedback(42, score=b"10"), AC, "10 of 10 points", 1),
        (feedback(42, score=b"2.500000000e+00"), AC, "2.5 of 10 points", 0.25),
        (feedback(42, score=b"25E-1"), AC, "2.5 of 10 points", 0.25),
        (feedback(43, score=b"5"), WA, "wrong answer", 0),
        (feedback(42, multiplier=b"0.25\n", message=b"fine"), AC, "fine", 0.25),
        (feedback(42, multiplier=b"2.5e-01"), AC, "", 0.25),
    ],
)
def test_what_an_icpc_validator_finds(run: Run, found: Verdict, message: str, share: float) -> None:
    assert worded(validators.read_result(run, ICPC, points=10)) == (found, message, share)


@pytest.mark.parametrize(
    ("run", "convention", "told"),
    [
        (exited(3, b"FAIL answer is missing"), TESTLIB, "exit code 3: FAIL answer is missing"),
        (exited(5), TESTLIB, "exit code 5"),
        (exited(42), TESTLIB, "exit code 42"),
        (exited(7), TESTLIB, "no points"),
        (exited(7, b"points"), TESTLIB, "no points"),
        (exited(7, b"points many"), TESTLIB, "no points"),
        (exited(7, b"points 11"), TESTLIB, "'11' points of 10"),
        (exited(7, b"points 10.001"), TESTLIB, "'10.001' points of 10"),
        (exited(7, b"points -1"), TESTLIB, "'-1' points of 10"),
        (exited(7, b"points nan"), TESTLIB, "no points"),
        (exited(7, b"points inf"), TESTLIB, "no points"),
        (exited(1, TRACEBACK), TESTLIB, "ZeroDivisionError"),
        (exited(1, JAVA_CRASH), TESTLIB, "ArithmeticException"),
        (exited(2, b"panic: runtime error: index out of range\n\ngoroutine 1 [running]:"), TESTLIB, "panic"),
        (exited(1, b"node:internal/modules:1\n  throw err\n\nNode.js v18.19.0"), TESTLIB, "Node.js"),
        (exited(1, b"Unhandled Exception:\nSystem.DivideByZeroException"), TESTLIB, "DivideByZero"),
        (exited(0), ICPC, "exit code 0"),
        (exited(1, TRACEBACK), ICPC, "ZeroDivisionError"),
        (feedback(42, score=b""), ICPC, "'' points of 10"),
        (feedback(42, score=b"ten"), ICPC, "'ten' points of 10"),
        (feedback(42, score=b"11"), ICPC, "'11' points of 10"),
        (feedback(42, score=b"1.1e+01"), ICPC, "'1.1e+01' points of 10"),
        (feedback(42, score=b"1e"), ICPC, "'1e' points of 10"),
        (feedback(42, score=b"-1"), ICPC, "'-1' points of 10"),
        (feedback(42, score=b"1\n2"), ICPC, "points of 10"),
        (feedback(42, score=b"1" * 60_000), ICPC, "points of 10"),
        (feedback(42, score=b"\xff\x00"), ICPC, "points of 10"),
        (died(Outcome.RUNTIME_ERROR, SIGSEGV), TESTLIB, "runtime error"),
        (died(Outcome.TIME_LIMIT), TESTLIB, "time limit"),
        (died(Outcome.WALL_TIME_LIMIT), ICPC, "wall time limit"),
        (died(Outcome.MEMORY_LIMIT), TESTLIB, "memory limit"),
        (died(Outcome.OUTPUT_LIMIT), ICPC, "output limit"),
        (died(Outcome.SYSTEM_ERROR, None), TESTLIB, "system error"),
        (Run(id="1", outcome=Outcome.OK), TESTLIB, "exit code None"),
    ],
)
def test_an_authors_program_that_fails_is_the_authors_to_hear_of(run: Run, convention: Convention, told: str) -> None:
    check_result = validators.read_result(run, convention, points=10)
    assert (check_result.verdict, str(check_result.message), check_result.share) == (IE, "", 0)
    assert told in str(check_result.notice)


def test_what_an_authors_program_says_is_cut_to_one_printable_line() -> None:
    check_result = validators.read_result(
        exited(1, b"wrong answer \xff\x00\x1b[31m\n" + b"long " * 5000), TESTLIB, points=1
    )
    assert str(check_result.message).startswith("\\xff\\x00\\x1b[31m long")
    assert str(check_result.message).isprintable()
    assert len(str(check_result.message)) <= MAX_MESSAGE + 1
    assert len(str(validators.failure(exited(3, b"x" * 16_000)))) < MAX_MESSAGE + 100


def test_a_test_worth_nothing_is_right_with_nothing() -> None:
    assert worded(validators.read_result(exited(7, b"points 0 fine"), TESTLIB, points=0)) == (AC, "fine", 1)
    assert worded(validators.read_result(exited(7, b"points 100.00"), TESTLIB, points=0)) == (AC, "", 1)
    assert worded(validators.read_result(feedback(42, score=b"100.00"), ICPC, points=0)) == (AC, "", 1)
    assert worded(validators.read_result(feedback(42, score=b"3.000000000e+00"), ICPC, points=0)) == (AC, "", 1)
    assert validators.read_result(feedback(42, score=b"many"), ICPC, points=0).verdict is IE
    assert validators.read_result(feedback(42, multiplier=b"0"), ICPC, points=0).share == 1
    assert validators.read_result(feedback(42, multiplier=b"1.5"), ICPC, points=10).verdict is IE


@pytest.mark.parametrize(
    ("points", "usual", "share"),
    [(10, None, 1), (10, 4, 0.4), (10, 0, 0), (10, 12, 1), (0, 4, 1), (float("inf"), 4, 4), (float("inf"), None, 1)],
)
def test_an_icpc_validator_that_names_no_points_gives_the_usual(
    points: float, usual: float | None, share: float
) -> None:
    assert validators.read_result(feedback(42), ICPC, points=points, usual=usual).share == share
    assert validators.read_result(feedback(42, score=b"0"), ICPC, points=10, usual=4).share == 0
    assert validators.read_result(feedback(43), ICPC, points=10, usual=4).share == 0


@pytest.mark.parametrize(("said", "earned"), [(b"points 12.5 nice", 12.5), (b"points 0", 0)])
def test_points_of_a_testlib_checker_without_a_bound_are_a_part(said: bytes, earned: float) -> None:
    """In Polygon they are no OK; the format's validators accept with any score."""
    found = validators.read_result(exited(7, said), TESTLIB, points=float("inf"))
    assert (found.verdict, found.share) == (Verdict.PARTIAL, earned)
    assert validators.read_pair(pair(ENDED, exited(7, said)), TESTLIB, points=float("inf")) == found
    assert validators.read_pair(pair(CRASHED, exited(7, said)), TESTLIB, points=float("inf")) is OWN
    assert validators.read_result(exited(0, b"ok"), TESTLIB, points=float("inf")).verdict is AC
    assert validators.read_result(exited(7, b"points -1"), TESTLIB, points=float("inf")).verdict is IE
    for beyond in (b"1e16", b"1e999", b"9" * 400):
        assert validators.read_result(feedback(42, score=beyond), ICPC, points=float("inf")).verdict is IE
    scored = validators.read_result(feedback(42, score=b"12.5"), ICPC, points=float("inf"))
    assert (scored.verdict, scored.share) == (AC, 12.5)


def test_a_third_of_a_group_may_be_given_as_it_prints() -> None:
    assert validators.read_result(exited(7, b"points 33.333333333333336"), TESTLIB, points=100 / 3).share == 1


def pair(solution: Run, interactor: Run, *, solution_first: bool = False) -> Run:
    return Run(
        id="1",
        outcome=solution.outcome,
        exit_code=solution.exit_code,
        signal=solution.signal,
        interactor=interactor,
        ended_first=solution_first,
    )


RIGHT_EXIT, WRONG_EXIT, BROKEN_EXIT = exited(0, b"ok"), exited(1, b"wrong answer no"), exited(3, b"FAIL")
ENDED = exited(0)
CRASHED, LATE, ASLEEP = exited(1), died(Outcome.TIME_LIMIT), died(Outcome.WALL_TIME_LIMIT)
OWN = None
"""The solution's own outcome decides."""


@pytest.mark.parametrize(
    ("solution", "interactor", "solution_first", "found"),
    [
        # The interactor is asked when the solution has done nothing wrong.
        (ENDED, RIGHT_EXIT, True, AC),
        (ENDED, RIGHT_EXIT, False, AC),
        (ENDED, WRONG_EXIT, True, WA),
        (ENDED, WRONG_EXIT, False, WA),
        (ENDED, BROKEN_EXIT, True, IE),
        # Its wrong answer, given first, stands whatever the solution does afterwards.
        (CRASHED, WRONG_EXIT, False, WA),
        (LATE, WRONG_EXIT, False, WA),
        (ASLEEP, WRONG_EXIT, False, WA),
        (died(Outcome.RUNTIME_ERROR, SIGPIPE), WRONG_EXIT, False, WA),
        (died(Outcome.MEMORY_LIMIT), WRONG_EXIT, False, WA),
        # It does not when the solution had failed by then: the interactor saw nothing but the end.
        (CRASHED, WRONG_EXIT, True, OWN),
        (LATE, WRONG_EXIT, True, OWN),
        (ASLEEP, WRONG_EXIT, True, OWN),
        # That it accepts excuses nothing.
        (CRASHED, RIGHT_EXIT, False, OWN),
        (LATE, RIGHT_EXIT, False, OWN),
        (ASLEEP, RIGHT_EXIT, True, OWN),
        (died(Outcome.OUTPUT_LIMIT), RIGHT_EXIT, False, OWN),
        # Its failure is its author's.
        (ENDED, died(Outcome.RUNTIME_ERROR, SIGSEGV), False, IE),
        (ENDED, died(Outcome.TIME_LIMIT), True, IE),
        (ENDED, died(Outcome.WALL_TIME_LIMIT), True, IE),
        (ENDED, died(Outcome.MEMORY_LIMIT), False, IE),
        (CRASHED, BROKEN_EXIT, False, IE),
        (died(Outcome.RUNTIME_ERROR, SIGPIPE), died(Outcome.RUNTIME_ERROR, SIGSEGV), False, IE),
        (LATE, died(Outcome.TIME_LIMIT), False, IE),
        # Unless it was cut, or lost its counterpart, because of the solution.
        (LATE, died(Outcome.WALL_TIME_LIMIT), False, OWN),
        (ASLEEP, died(Outcome.WALL_TIME_LIMIT), False, OWN),
        (ASLEEP, died(Outcome.WALL_TIME_LIMIT), True, OWN),
        (CRASHED, died(Outcome.RUNTIME_ERROR, SIGPIPE), True, OWN),
        (ENDED, died(Outcome.RUNTIME_ERROR, SIGPIPE), True, WA),
        (ENDED, exited(1, TRACEBACK + b"BrokenPipeError: [Errno 32] Broken pipe"), True, WA),
        (ENDED, exited(1, TRACEBACK + b"EOFError: EOF when reading a line"), True, WA),
        (ENDED, died(Outcome.RUNTIME_ERROR, SIGPIPE), False, IE),
    ],
)
def test_what_a_pair_is_worth(solution: Run, interactor: Run, *, solution_first: bool, found: Verdict | None) -> None:
    check_result = validators.read_pair(pair(solution, interactor, solution_first=solution_first), TESTLIB, points=1)
    assert (check_result.verdict if check_result else None) is found


WAYS_TO_END = (ENDED, CRASHED, LATE, ASLEEP, died(Outcome.MEMORY_LIMIT), died(Outcome.OUTPUT_LIMIT))


@pytest.mark.parametrize("convention", [TESTLIB, ICPC])
def test_only_after_an_exit_that_may_accept_does_the_solutions_end_decide(convention: Convention) -> None:
    """The judge stops the others, as soon as their interactor has ended."""
    for code in range(256):
        interactor = exited(code, b"points 1" if code == 7 else b"")
        first, *others = [validators.read_pair(pair(each, interactor), convention, points=1) for each in WAYS_TO_END]
        is_decided = first is not OWN and all(each == first for each in others)
        assert is_decided or code in ACCEPTING_EXIT_CODES, code


def test_a_solution_that_leaves_early_is_told_so() -> None:
    run = pair(ENDED, died(Outcome.RUNTIME_ERROR, SIGPIPE), solution_first=True)
    assert validators.read_pair(run, TESTLIB, points=1) == CheckResult(WA, LEFT_EARLY)


@pytest.mark.parametrize(("code", "found"), [(42, AC), (43, WA), (0, IE), (1, IE)])
def test_an_interactor_may_follow_the_icpc_convention(code: int, found: Verdict) -> None:
    check_result = validators.read_pair(pair(ENDED, exited(code)), ICPC, points=1)
    assert check_result is not None
    assert check_result.verdict is found


def test_a_pair_earns_the_points_that_its_interactor_gives() -> None:
    check_result = validators.read_pair(pair(ENDED, exited(7, b"points 3")), TESTLIB, points=4)
    assert check_result is not None
    assert check_result.share == 0.75


def test_a_run_without_its_interactor_is_the_authors_to_hear_of() -> None:
    check_result = validators.read_pair(ENDED, TESTLIB, points=1)
    assert check_result is not None
    assert check_result.verdict is IE
