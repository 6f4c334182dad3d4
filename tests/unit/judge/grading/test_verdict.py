from dataclasses import replace
from signal import SIGABRT, SIGKILL, SIGSEGV
from typing import Any

import pytest

from chalicelib.common.texts import EMPTY, untranslated
from chalicelib.judge.grading import checkers, scoring, verdict
from chalicelib.judge.grading.results import TestResult as Result
from chalicelib.judge.grading.scoring import Scoring
from chalicelib.judge.grading.validators import RIGHT, jury_failed, wrong
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge_protocol.contract import Compilation, Outcome, Run, Verdict

COMPILED = Compilation(outcome=Outcome.OK)
PLAIN = scoring.all_or_nothing(2, stops=False)
STOPPING = scoring.all_or_nothing(3, stops=True)
GRADED = scoring.parse({"points": [40, 60]}, 2)
COST = {"cpu_ms": 10.0, "wall_ms": 20.0, "memory_kb": 300}


def run(outcome: Outcome = Outcome.OK, **changes: Any) -> Run:
    return Run(**{"id": "1", "outcome": outcome, "stdout": b"5\n", **COST, **changes})


def result_of(ran: Run, number: int = 1, answer: bytes = b"5") -> Result:
    check_result = checkers.tokens(answer, ran.stdout) if ran.outcome is Outcome.OK else None
    return verdict.of_run(ran, number=number, check_result=check_result)


NO = untranslated("no")


def failed(number: int, found: Verdict, message: str = "") -> Result:
    return Result(number=number, verdict=found, time_ms=1, memory_kb=1, message=untranslated(message))


def passed(number: int, **changes: Any) -> Result:
    return Result(**{"number": number, "verdict": Verdict.OK, "time_ms": 1.0, "memory_kb": 1, "share": 1.0, **changes})


def test_what_its_runtime_said_is_told_in_place_of_the_last_line() -> None:
    crashed = run(Outcome.RUNTIME_ERROR, exit_code=1, stderr=b"E: no\n  at main\n")
    told = [
        verdict.of_run(crashed, number=number, check_result=None, visible=1, complaint=lambda _: "E: no").message
        for number in (1, 2)
    ]
    assert list(map(str, told)) == ["exit code 1, E: no", ""]


def judged(results: list[Result], rules: Scoring = PLAIN) -> Judgement:
    return verdict.of_submission(COMPILED, {result.number: result for result in results}, rules)


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
        (run(Outcome.RUNTIME_ERROR, stderr=b"it fell over"), Verdict.RUNTIME_ERROR, "it fell over"),
        (run(Outcome.RUNTIME_ERROR, stderr=b"x" * 201), Verdict.RUNTIME_ERROR, "x" * 200),
        (run(Outcome.TIME_LIMIT, signal=SIGKILL), Verdict.TIME_LIMIT, ""),
        (run(Outcome.WALL_TIME_LIMIT, signal=SIGKILL), Verdict.WALL_TIME_LIMIT, ""),
        (run(Outcome.MEMORY_LIMIT, signal=SIGKILL), Verdict.MEMORY_LIMIT, ""),
        (run(Outcome.OUTPUT_LIMIT, stderr=b"x"), Verdict.OUTPUT_LIMIT, ""),
        (run(Outcome.SYSTEM_ERROR), Verdict.SYSTEM_ERROR, ""),
    ],
)
def test_what_a_run_is_worth(ran: Run, found: Verdict, message: str) -> None:
    time_ms = 20.0 if found is Verdict.WALL_TIME_LIMIT else 10.0
    share = float(found is Verdict.OK)
    result = result_of(ran)
    assert str(result.message) == message
    assert result == Result(
        number=1, verdict=found, time_ms=time_ms, memory_kb=300, message=result.message, share=share
    )


def test_a_clean_exit_of_which_nothing_is_said_earns_nothing() -> None:
    result = verdict.of_run(run(), number=1, check_result=None)
    assert (result.verdict, str(result.message), result.share, str(result.notice)) == (Verdict.OK, "", 0.0, "")


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.OK])
def test_a_right_output_does_not_save_a_run_that_went_wrong(outcome: Outcome) -> None:
    assert result_of(run(outcome, stdout=b"5\n", exit_code=1)).verdict == outcome.name


@pytest.mark.parametrize("ran", [run(stdout=b"4"), run(stdout=b""), run(Outcome.RUNTIME_ERROR, stderr=b"secret input")])
def test_a_hidden_test_tells_nothing(ran: Run) -> None:
    """The first two tests are shown, unless the problem says otherwise."""
    told = [result_of(ran, number=number).message != EMPTY for number in range(1, 5)]
    assert told == [True, True, False, False]


def test_a_problem_may_show_more_tests_or_none() -> None:
    def told(number: int, visible: int) -> str:
        return str(verdict.of_run(run(), number=number, check_result=wrong(NO), visible=visible).message)

    assert [told(number, visible=3) for number in (3, 4)] == ["no", ""]
    assert told(1, visible=0) == ""


def test_what_was_said_of_an_output_is_taken_over() -> None:
    result = verdict.of_run(run(), number=1, check_result=wrong(untranslated("half of it"), share=0.5))
    assert (result.verdict, str(result.message), result.share) == (Verdict.WRONG_ANSWER, "half of it", 0.5)
    assert verdict.of_run(run(), number=1, check_result=replace(RIGHT, message=NO, share=0.1)).share == 0.1


def test_an_author_is_told_which_test_their_program_failed_on_and_the_student_is_not() -> None:
    result = verdict.of_run(run(), number=2, check_result=jury_failed(untranslated("ended with time limit")))
    assert (result.verdict, str(result.message), str(result.notice)) == (
        Verdict.SYSTEM_ERROR,
        "",
        "Test 2: ended with time limit",
    )


def test_a_pair_that_printed_nothing_has_not_failed_for_that() -> None:
    pair = run(stdout=b"", interactor=run())
    assert str(verdict.of_run(pair, number=1, check_result=wrong(untranslated("wrong guess"))).message) == "wrong guess"


def test_time_is_that_of_the_processor_but_for_the_wall_limit() -> None:
    assert result_of(run()).time_ms == 10.0
    assert result_of(run(Outcome.TIME_LIMIT)).time_ms == 10.0
    assert result_of(run(Outcome.WALL_TIME_LIMIT)).time_ms == 20.0


@pytest.mark.parametrize(
    ("results", "found", "text"),
    [
        ([passed(1), passed(2)], Verdict.OK, "OK"),
        ([passed(1), failed(2, Verdict.TIME_LIMIT)], Verdict.TIME_LIMIT, "Time limit exceeded on test 2"),
        (
            [failed(1, Verdict.WALL_TIME_LIMIT), passed(2)],
            Verdict.WALL_TIME_LIMIT,
            "Wall time limit exceeded on test 1",
        ),
        ([failed(1, Verdict.MEMORY_LIMIT), passed(2)], Verdict.MEMORY_LIMIT, "Memory limit exceeded on test 1"),
        ([failed(1, Verdict.OUTPUT_LIMIT), passed(2)], Verdict.OUTPUT_LIMIT, "Output limit exceeded on test 1"),
        (
            [failed(1, Verdict.RUNTIME_ERROR, "SIGSEGV"), passed(2)],
            Verdict.RUNTIME_ERROR,
            "Runtime error on test 1: SIGSEGV",
        ),
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
        ([failed(1, Verdict.WRONG_ANSWER), failed(2, Verdict.SYSTEM_ERROR)], Verdict.WRONG_ANSWER, None),
        ([failed(1, Verdict.SYSTEM_ERROR), failed(2, Verdict.WRONG_ANSWER)], Verdict.SYSTEM_ERROR, "System error"),
        ([passed(1), passed(2, share=0.5)], Verdict.PARTIAL, "Partially correct"),
        ([passed(1)], Verdict.SYSTEM_ERROR, "System error"),
        ([passed(2)], Verdict.SYSTEM_ERROR, "System error"),
        ([], Verdict.SYSTEM_ERROR, "System error"),
    ],
)
def test_the_first_failure_decides(results: list[Result], found: Verdict, text: str | None) -> None:
    judgement = judged(results)
    assert judgement.verdict is found
    assert text is None or str(judgement.text) == text
    assert judgement.points == float(found is Verdict.OK)
    assert judgement.max_points == 1


@pytest.mark.parametrize(
    ("results", "found", "text", "points"),
    [
        ([passed(1), passed(2)], Verdict.OK, "OK", 100),
        (
            [passed(1), failed(2, Verdict.TIME_LIMIT)],
            Verdict.TIME_LIMIT,
            "Time limit exceeded on test 2 (40 of 100 points)",
            40,
        ),
        ([passed(1, share=0.25), passed(2)], Verdict.PARTIAL, "Partially correct (70 of 100 points)", 70),
        ([passed(1, share=0.0), passed(2, share=0.0)], Verdict.PARTIAL, "Partially correct (0 of 100 points)", 0),
        ([failed(1, Verdict.WRONG_ANSWER), failed(2, Verdict.SYSTEM_ERROR)], Verdict.SYSTEM_ERROR, "System error", 0),
        ([passed(1), failed(2, Verdict.SYSTEM_ERROR)], Verdict.SYSTEM_ERROR, "System error", 0),
    ],
)
def test_where_there_are_points_they_are_told(results: list[Result], found: Verdict, text: str, points: float) -> None:
    judgement = judged(results, GRADED)
    assert (judgement.verdict, str(judgement.text), judgement.points) == (found, text, points)
    assert judgement.max_points == 100


@pytest.mark.parametrize("ran_on", [[], [passed(3)], [failed(3, Verdict.SYSTEM_ERROR)]])
def test_what_is_decided_is_skipped_whether_it_was_run_or_not(ran_on: list[Result]) -> None:
    judgement = judged([passed(1), failed(2, Verdict.WRONG_ANSWER), *ran_on], STOPPING)
    assert [(result.number, result.verdict) for result in judgement.results] == [
        (1, Verdict.OK),
        (2, Verdict.WRONG_ANSWER),
        (3, Verdict.SKIPPED),
    ]
    assert judgement.results[2] == Result(number=3, verdict=Verdict.SKIPPED)
    assert (str(judgement.text), judgement.tests_passed, judgement.tests_total) == ("Wrong answer on test 2", 1, 3)
    assert judgement.failed_on == 2


def test_what_does_not_compile_is_not_run() -> None:
    compilation = Compilation(outcome=Outcome.COMPILE_ERROR, output="line 1")
    assert verdict.of_submission(compilation, {1: passed(1)}, PLAIN) == Judgement(
        verdict=Verdict.COMPILE_ERROR,
        text=verdict.TEXTS[Verdict.COMPILE_ERROR],
        compiler_output="line 1",
        results=(),
        tests_total=2,
        points=0.0,
        max_points=1.0,
        notice=EMPTY,
    )


def test_what_the_compiler_said_is_kept_when_it_compiled_as_well() -> None:
    compilation = Compilation(outcome=Outcome.OK, output="warning: unused variable")
    judgement = verdict.of_submission(compilation, {1: passed(1), 2: passed(2)}, PLAIN)
    assert (judgement.verdict, judgement.compiler_output) == (Verdict.OK, "warning: unused variable")


def test_time_and_memory_are_the_greatest_of_all_tests() -> None:
    judgement = judged([passed(1, time_ms=5.0, memory_kb=100), passed(2, time_ms=2.0, memory_kb=300)])
    assert (judgement.time_ms, judgement.memory_kb, judgement.tests_passed, judgement.failed_on) == (5.0, 300, 2, None)


@pytest.mark.parametrize(("rules", "tests_total", "max_points"), [(None, 0, 0.0), (PLAIN, 2, 1.0), (GRADED, 2, 100.0)])
def test_a_system_error_has_neither_points_nor_results(
    rules: Scoring | None, tests_total: int, max_points: float
) -> None:
    judgement = verdict.system_error(rules)
    assert judgement == Judgement(
        verdict=Verdict.SYSTEM_ERROR,
        text=verdict.TEXTS[Verdict.SYSTEM_ERROR],
        compiler_output="",
        results=(),
        tests_total=tests_total,
        points=0.0,
        max_points=max_points,
        notice=EMPTY,
    )
    assert (judgement.time_ms, judgement.memory_kb, judgement.tests_passed, judgement.failed_on) == (0.0, 0, 0, None)


def test_the_author_is_told_why_a_problem_could_not_be_judged() -> None:
    assert (
        str(verdict.system_error(notice=untranslated("the checker does not compile")).notice)
        == "the checker does not compile"
    )


def test_the_notice_of_the_first_failure_of_ours_is_kept() -> None:
    judgement = judged(
        [replace(failed(1, Verdict.SYSTEM_ERROR), notice=untranslated("first")), failed(2, Verdict.SYSTEM_ERROR)]
    )
    assert str(judgement.notice) == "first"


def test_without_a_system_error_the_author_is_told_nothing() -> None:
    assert str(judged([passed(1), replace(failed(2, Verdict.WRONG_ANSWER), notice=untranslated("wrong"))]).notice) == ""


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Verdict.OK, "OK"),
        (Verdict.WRONG_ANSWER, "Wrong answer"),
        (Verdict.COMPILE_ERROR, "Compilation error"),
        (Verdict.RUNTIME_ERROR, "Runtime error"),
        (Verdict.TIME_LIMIT, "Time limit exceeded"),
        (Verdict.WALL_TIME_LIMIT, "Wall time limit exceeded"),
        (Verdict.MEMORY_LIMIT, "Memory limit exceeded"),
        (Verdict.OUTPUT_LIMIT, "Output limit exceeded"),
        (Verdict.SYSTEM_ERROR, "System error"),
        (Verdict.PARTIAL, "Partially correct"),
        (Verdict.CANCELLED, "Cancelled"),
        (Verdict.PENDING, "Checking"),
    ],
)
def test_a_verdict_in_words(found: Verdict, text: str) -> None:
    assert str(verdict.TEXTS[found]) == text


def test_every_outcome_has_a_worth_and_every_verdict_a_text() -> None:
    for outcome in Outcome:
        assert verdict.of_submission(Compilation(outcome=outcome), {1: passed(1), 2: passed(2)}, PLAIN).text
    assert {result_of(run(outcome)).verdict for outcome in Outcome} == set(Verdict) - {
        Verdict.PENDING,
        Verdict.WRONG_ANSWER,
        Verdict.SKIPPED,
        Verdict.HIDDEN,
        Verdict.PARTIAL,
        Verdict.CANCELLED,
    }
