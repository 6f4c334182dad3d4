"""What coarse results tell of hidden tests, and how many bits a program can put into it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common.texts import EMPTY, untranslated
from chalicelib.judge.grading import coarse, exact, scoring, verdict
from chalicelib.judge.grading.results import TestResult as Result
from chalicelib.judge.grading.scoring import Scoring
from chalicelib.judge.grading.validators import CheckResult
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Submission
from chalicelib.judge_protocol.contract import Compilation, Outcome, Run, Verdict

SHOWN, HIDDEN = 2, 3
TESTS = SHOWN + HIDDEN
TIME_LIMIT, MEMORY_LIMIT = 1000, 64 * 1024
PLAIN = scoring.all_or_nothing(TESTS, stops=False)
STOPPING = scoring.all_or_nothing(TESTS, stops=True)
GRADED = scoring.parse({"points": [10, 10, 20, 30, 30]}, TESTS)
QUIET = Run(id="1", outcome=Outcome.OK, exit_code=0, cpu_ms=10.0, memory_kb=900, stdout=b"5")

RUNS = st.builds(
    Run,
    id=st.just("1"),
    outcome=st.sampled_from([each for each in Outcome if each is not Outcome.COMPILE_ERROR]),
    exit_code=st.none() | st.integers(0, 255),
    signal=st.none() | st.integers(1, 64),
    cpu_ms=st.floats(0, 3 * TIME_LIMIT),
    wall_ms=st.floats(0, 9 * TIME_LIMIT),
    memory_kb=st.integers(0, 2 * MEMORY_LIMIT),
    stdout=st.binary(max_size=3),
    stderr=st.binary(max_size=3),
)
SAID = st.builds(
    CheckResult,
    verdict=st.sampled_from([Verdict.OK, Verdict.WRONG_ANSWER, Verdict.SYSTEM_ERROR]),
    message=st.builds(untranslated, st.text(max_size=3)),
    share=st.sampled_from([0.0, 0.3, 1.0]),
    notice=st.builds(untranslated, st.text(max_size=3)),
)
REPORTS = st.lists(st.tuples(RUNS, SAID), min_size=HIDDEN, max_size=HIDDEN)
RIGHT = CheckResult(Verdict.OK, share=1.0)


def judged(reports: Sequence[tuple[Run, CheckResult]], rules: Scoring = PLAIN) -> Judgement:
    """Of a program that did well on the tests that are shown, and this on the others."""
    whole = [(QUIET, RIGHT)] * SHOWN + list(reports)
    results = {
        number: verdict.of_run(
            run, number=number, check_result=said if run.outcome is Outcome.OK else None, visible=SHOWN
        )
        for number, (run, said) in enumerate(whole, 1)
    }
    return verdict.of_submission(Compilation(outcome=Outcome.OK), results, rules)


def told(judgement: Judgement, rules: Scoring = PLAIN, *, shown: int = SHOWN) -> Judgement:
    return coarse.told(judgement, rules, shown=shown, time_limit_ms=TIME_LIMIT, memory_limit_kb=MEMORY_LIMIT)


def seen(judgement: Judgement, rules: Scoring = PLAIN) -> str:
    """Everything that is stored for a submitter to read; the notice is for those who teach."""
    made = replace(told(judgement, rules), notice=EMPTY)
    return repr((made, made.time_ms, made.memory_kb, made.tests_passed))


def passing(**changes: Any) -> tuple[Run, CheckResult]:
    return Run(**{"id": "1", "outcome": Outcome.OK, "stdout": b"5", "cpu_ms": 1.0, "memory_kb": 1, **changes}), RIGHT


@pytest.mark.parametrize("rules", [PLAIN, STOPPING], ids=["all", "first failure"])
@given(st.lists(REPORTS, min_size=2, max_size=12))
def test_beside_the_verdict_hidden_tests_tell_two_bits_at_most(
    rules: Scoring, many: list[list[tuple[Run, CheckResult]]]
) -> None:
    different = defaultdict(set)
    for reports in many:
        judgement = judged(reports, rules)
        different[judgement.verdict].add(seen(judgement, rules))
    assert all(len(found) <= (4 if each is Verdict.OK else 1) for each, found in different.items())


@given(REPORTS, REPORTS)
def test_where_tests_earn_points_the_points_are_told_and_nothing_more(
    one: list[tuple[Run, CheckResult]], other: list[tuple[Run, CheckResult]]
) -> None:
    first, second = judged(one, GRADED), judged(other, GRADED)
    if first.verdict is not Verdict.OK and (first.verdict, first.points) == (second.verdict, second.points):
        assert seen(first, GRADED) == seen(second, GRADED)


def test_a_byte_that_is_carried_out_by_all_channels_at_once_leaves_two_bits() -> None:
    """A right program: the byte decides over its time, its memory and what it says."""
    exactly, coarsely = set(), set()
    for byte in range(256):
        run = passing(
            cpu_ms=(byte >> 4) * 60.0, memory_kb=(byte & 15) * 4000, exit_code=0, stderr=b"%d" % byte, wall_ms=byte
        )
        judgement = judged([run] * HIDDEN)
        exactly.add(repr(judgement))
        coarsely.add(seen(judgement))
    assert (len(exactly), len(coarsely)) == (256, 4)


def test_a_byte_as_an_exit_code_or_the_number_of_the_failing_test_leaves_none() -> None:
    coarsely = set()
    for byte in range(1, 256):
        died = Run(id="1", outcome=Outcome.RUNTIME_ERROR, exit_code=byte, cpu_ms=byte, memory_kb=byte, stderr=b"x")
        reports = [passing(cpu_ms=byte)] * HIDDEN
        reports[byte % HIDDEN] = died, RIGHT
        coarsely.add(seen(judged(reports)))
    assert len(coarsely) == 1


@pytest.mark.parametrize(
    ("time_ms", "memory_kb", "quarter"),
    [
        (0, 0, 1),
        (250, 0, 1),
        (250.5, 0, 2),
        (100, MEMORY_LIMIT // 4 + 1, 2),
        (500.5, 1, 3),
        (750, MEMORY_LIMIT // 2, 3),
        (1, MEMORY_LIMIT - 1, 4),
        (1000, 1, 4),
        (1100, 2 * MEMORY_LIMIT, 4),
    ],
)
def test_a_program_that_passes_is_told_the_quarter_of_the_limit_that_it_came_nearest_to(
    time_ms: float, memory_kb: int, quarter: int
) -> None:
    made = told(judged([passing(), passing(cpu_ms=time_ms, memory_kb=memory_kb), passing()]))
    both = (TIME_LIMIT * quarter / 4, MEMORY_LIMIT * quarter // 4)
    assert {(each.time_ms, each.memory_kb) for each in made.results[SHOWN:]} == {both}
    assert (made.time_ms, made.memory_kb) == both
    assert [(each.number, each.verdict, each.share) for each in made.results] == [
        (number, Verdict.OK, 1.0) for number in range(1, TESTS + 1)
    ]
    assert (made.verdict, str(made.text), made.tests_passed, made.points) == (Verdict.OK, "OK", TESTS, 1.0)


def test_the_tests_that_are_shown_are_told_exactly() -> None:
    judgement = judged([passing()] * HIDDEN)
    assert told(judgement).results[:SHOWN] == judgement.results[:SHOWN]


@pytest.mark.parametrize(
    ("outcome", "text", "time_ms", "memory_kb"),
    [
        (Outcome.RUNTIME_ERROR, "Runtime error", 10, 900),
        (Outcome.TIME_LIMIT, "Time limit exceeded", TIME_LIMIT, 900),
        (Outcome.WALL_TIME_LIMIT, "Wall time limit exceeded", TIME_LIMIT, 900),
        (Outcome.MEMORY_LIMIT, "Memory limit exceeded", 10, MEMORY_LIMIT),
        (Outcome.OUTPUT_LIMIT, "Output limit exceeded", 10, 900),
    ],
)
def test_of_a_program_that_fails_the_verdict_alone_is_told(
    outcome: Outcome, text: str, time_ms: int, memory_kb: int
) -> None:
    failing = Run(id="1", outcome=outcome, exit_code=3, cpu_ms=2345.0, memory_kb=77_777), RIGHT
    made = told(judged([passing(), failing, passing()]))
    assert [each.verdict for each in made.results] == [Verdict.OK] * SHOWN + [Verdict.HIDDEN] * HIDDEN
    assert {str(each.message) for each in made.results} == {""}
    assert [(each.number, each.share) for each in made.results[SHOWN:]] == [(3, 0.0), (4, 0.0), (5, 0.0)]
    broken = (TIME_LIMIT if time_ms == TIME_LIMIT else 0, MEMORY_LIMIT if memory_kb == MEMORY_LIMIT else 0)
    assert {(each.time_ms, each.memory_kb) for each in made.results[SHOWN:]} == {broken}
    assert (str(made.text), made.tests_passed) == (text, SHOWN)
    assert (made.time_ms, made.memory_kb) == (time_ms, memory_kb)
    assert verdict.first_failure(made.results) is None


def test_a_failure_on_a_test_that_is_shown_is_told_with_its_number() -> None:
    results = {number: Result(number=number, verdict=Verdict.OK, share=1.0) for number in range(1, TESTS + 1)}
    results[2] = Result(number=2, verdict=Verdict.WRONG_ANSWER, message=untranslated("expected 5"))
    judgement = verdict.of_submission(Compilation(outcome=Outcome.OK), results, PLAIN)
    made = told(judgement)
    assert str(made.text) == "Wrong answer on test 2: expected 5"
    assert str(told(judgement, shown=1).text) == "Wrong answer"
    assert [each.verdict for each in made.results[SHOWN:]] == [Verdict.HIDDEN] * HIDDEN


def test_points_are_told_without_the_number_of_a_test() -> None:
    wrong = QUIET, CheckResult(Verdict.WRONG_ANSWER)
    judgement = judged([passing(), wrong, passing()], GRADED)
    assert (str(judgement.text), str(told(judgement, GRADED).text)) == (
        "Wrong answer on test 4 (70 of 100 points)",
        "Wrong answer (70 of 100 points)",
    )
    half = QUIET, CheckResult(Verdict.OK, share=0.5)
    assert (
        str(told(judged([half, passing(), passing()], GRADED), GRADED).text) == "Partially correct (90 of 100 points)"
    )
    broken = QUIET, CheckResult(Verdict.SYSTEM_ERROR, notice=untranslated("the checker died"))
    assert str(told(judged([broken, passing(), passing()], GRADED), GRADED).text) == "System error"


def test_without_hidden_tests_everything_is_told() -> None:
    judgement = judged([passing(cpu_ms=123.0)] * HIDDEN)
    assert told(judgement, shown=TESTS) is judgement
    nothing = verdict.of_submission(Compilation(outcome=Outcome.COMPILE_ERROR, output="line 1"), {}, PLAIN)
    assert told(nothing) is nothing


def test_what_is_kept_exactly_is_read_again() -> None:
    judgement, now = judged([passing(cpu_ms=123.0, memory_kb=4567)] * HIDDEN), datetime(2026, 9, 1, tzinfo=UTC)
    stored = Submission(
        text=untranslated("t"), time_ms=250, memory_kb=16384, tests_passed=1, exact=exact.kept(judgement, now)
    )
    found = exact.measured(stored, exact=True)
    assert (str(found.text), found.time_ms, found.memory_kb, found.tests_passed, found.judged_at) == (
        "OK",
        123.0,
        4567,
        TESTS,
        now,
    )
    assert exact.measured(stored, exact=False).time_ms == 250
