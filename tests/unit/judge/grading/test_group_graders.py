"""Graders of groups of tests: the modes of the format's default one, and what the author's own is asked."""

from typing import Any

import pytest

from chalicelib.judge.grading import group_graders, scoring, verdict
from chalicelib.judge.grading.group_graders import Question, Result
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.grading.scoring import BadScoring, Scoring
from chalicelib.judge_protocol.contract import Compilation, Outcome, Verdict

OK, WRONG, SLOW, CRASHED = Verdict.OK, Verdict.WRONG_ANSWER, Verdict.TIME_LIMIT, Verdict.RUNTIME_ERROR
COMPILED = Compilation(outcome=Outcome.OK)


def graded(tests: dict[int, Result], *described: dict[str, Any]) -> Result:
    return group_graders.result(read(*described).graders, tests, {})


def read(*described: dict[str, Any], **group: Any) -> Scoring:
    groups = [{"name": name, "tests": 2, "points": 10, "short_circuit": False, **group} for name in ("a", "b")]
    return scoring.read({"groups": groups, "graders": list(described)})


def results(*verdicts: Verdict) -> dict[int, Result]:
    return {number: Result(each, 5.0 if each is OK else 0.0) for number, each in enumerate(verdicts, 1)}


@pytest.mark.parametrize(
    ("settings", "verdicts", "expected"),
    [
        ({}, [OK, OK, OK, OK], (OK, 20)),
        ({}, [OK, WRONG, CRASHED, OK], (WRONG, 5)),
        ({"breaks": False}, [OK, WRONG, CRASHED, OK], (CRASHED, 10)),
        ({"breaks": False}, [WRONG, SLOW, OK, OK], (SLOW, 10)),
        ({"breaks": False, "verdict": "first_error"}, [OK, WRONG, CRASHED, OK], (WRONG, 10)),
        ({"breaks": False, "verdict": "always_accept"}, [WRONG] * 4, (OK, 0)),
        ({"breaks": False, "accepts_any": True}, [WRONG, WRONG, OK, WRONG], (OK, 5)),
        ({"breaks": False, "accepts_any": True}, [WRONG, SLOW, WRONG, WRONG], (SLOW, 0)),
        ({"breaks": False, "score": "avg"}, [OK, WRONG, OK, OK], (WRONG, 3.75)),
        ({"breaks": False, "score": "min"}, [OK, WRONG, OK, OK], (WRONG, 0)),
        ({"breaks": False, "score": "max"}, [WRONG, WRONG, OK, WRONG], (WRONG, 5)),
    ],
)
def test_the_default_grader_has_its_modes(
    settings: dict[str, Any], verdicts: list[Verdict], expected: tuple[Verdict, float]
) -> None:
    found = graded(results(*verdicts), {"name": "all", "of": ["a", "b"], **settings})
    assert (found.verdict, found.score) == expected


def test_a_grader_gets_the_results_of_those_within_it_and_nothing_of_what_did_not_run() -> None:
    inner = {"name": "b/", "of": ["b"], "verdict": "always_accept", "score": "min", "breaks": False}
    whole = {"name": "all", "of": ["a", "b/"], "score": "avg"}
    assert graded(results(OK, OK, WRONG, OK), inner, whole) == Result(OK, 10 / 3)
    assert graded({1: Result(OK, 5.0), 2: Result(OK, 3.0)}, inner, whole) == Result(OK, 4.0)
    assert graded(results(OK, WRONG), inner, whole) == Result(WRONG, 2.5)
    samples = {"name": "a/", "of": ["a"], "samples": True}
    assert graded(results(OK, OK, OK, OK), samples, {"name": "all", "of": ["a/", "b"]}) == Result(OK, 10.0)
    assert graded({}, whole | {"of": ["a"]}) == Result(OK, 0.0)


def test_the_authors_grader_is_asked_for_inner_groups_first() -> None:
    found = read(
        {"name": "a/", "of": ["a"], "arguments": ["inner"], "breaks": False},
        {"name": "all", "of": ["a/", "b"], "arguments": [], "breaks": False},
    )
    tests = results(OK, SLOW, Verdict.MEMORY_LIMIT, OK)
    assert group_graders.questions(found.graders, tests, {}) == [Question(0, ("inner",), b"AC 5\nTLE 0\n")]
    answers = {0: Result(OK, 2.5)}
    assert group_graders.questions(found.graders, tests, answers) == [Question(1, (), b"AC 2.5\nRTE 0\nAC 5\n")]
    answers[1] = Result(WRONG, 7.0)
    assert group_graders.questions(found.graders, tests, answers) == []
    assert group_graders.result(found.graders, tests, answers) == Result(WRONG, 7.0)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (b"AC 30\n", Result(OK, 30.0)),
        (b" TLE 0.5e1 ", Result(SLOW, 5.0)),
        (b"WA", Result(WRONG, 0.0)),
        (b"", None),
        (b"AC 1\nAC 2", None),
        (b"AC many", None),
        (b"OK 1", None),
        (b"AC 1e999", None),
        (b"AC 1e16", None),
        (b"AC \xff", None),
    ],
)
def test_what_the_authors_grader_writes_is_one_result(output: bytes, expected: Result | None) -> None:
    assert group_graders.read_answer(output) == expected


@pytest.mark.parametrize(
    ("points", "said", "expected"),
    [
        (100, Result(OK, 60.0), (Verdict.PARTIAL, 60.0, "Partially correct (60 of 100 points)")),
        (100, Result(OK, 160.0), (OK, 100.0, "OK")),
        (100, Result(SLOW, 60.0), (SLOW, 0.0, "Time limit exceeded on test 3 (0 of 100 points)")),
        (100, Result(CRASHED, 60.0), (CRASHED, 0.0, "Runtime error (0 of 100 points)")),
        ("unbounded", Result(OK, 1e6), (OK, 1e6, "OK")),
        (None, Result(OK, 3.0), (OK, 1.0, "OK")),
        (None, Result(WRONG, 3.0), (WRONG, 0.0, "Wrong answer on test 2")),
    ],
)
def test_what_the_authors_grader_says_is_the_verdict(
    points: float | str | None, said: Result, expected: tuple[Verdict, float, str]
) -> None:
    own = {"name": "all", "of": ["a", "b"], "arguments": []} | ({} if points is None else {"points": points})
    rules = read(own)
    ran = {number: TestResult(number=number, verdict=each) for number, each in enumerate([OK, WRONG, SLOW, OK], 1)}
    assert verdict.to_be_graded(COMPILED, ran, rules) is not None
    judged = verdict.of_submission(COMPILED, ran, rules, said)
    assert (judged.verdict, judged.points, str(judged.text)) == expected
    assert judged.max_points == {100: 100.0, "unbounded": 0.0, None: 1.0}[points]


@pytest.mark.parametrize(
    ("settings", "verdicts", "expected"),
    [
        ({"accepts_any": True}, [OK, OK, WRONG, OK], (Verdict.PARTIAL, "Partially correct (10 of 20 points)")),
        ({"accepts_any": True}, [WRONG, OK, SLOW, OK], (SLOW, "Time limit exceeded on test 3 (0 of 20 points)")),
        ({"verdict": "first_error"}, [OK, OK, WRONG, OK], (WRONG, "Wrong answer on test 3 (10 of 20 points)")),
        ({}, [OK, WRONG, CRASHED, OK], (CRASHED, "Runtime error on test 3 (0 of 20 points)")),
        ({"accepts_any": True}, [OK, OK, OK, OK], (OK, "OK")),
    ],
)
def test_graders_may_make_the_verdict_and_leave_points_to_groups(
    settings: dict[str, Any], verdicts: list[Verdict], expected: tuple[Verdict, str]
) -> None:
    inner = [{"name": f"{name}/", "of": [name]} for name in ("a", "b")]
    whole = {"name": "all", "of": ["a/", "b/"], "points": "groups", "breaks": False, **settings}
    rules = read(*inner, whole, rule="all")
    ran = {
        number: TestResult(number=number, verdict=each, share=float(each is OK))
        for number, each in enumerate(verdicts, 1)
    }
    tests = verdict.to_be_graded(COMPILED, ran, rules) or {}
    judged = verdict.of_submission(COMPILED, ran, rules, group_graders.result(rules.graders, tests, {}))
    assert (judged.verdict, str(judged.text), judged.max_points) == (*expected, 20.0)


def test_what_a_test_earned_is_what_graders_get() -> None:
    rules = read({"name": "all", "of": ["a", "b"]}, points="unbounded", failed_points=1)
    ran = {
        1: TestResult(number=1, verdict=OK, share=7.0),
        2: TestResult(number=2, verdict=WRONG),
        3: TestResult(number=3, verdict=OK, share=0.5),
        4: TestResult(number=4, verdict=Verdict.SYSTEM_ERROR),
    }
    assert verdict.to_be_graded(COMPILED, ran, rules) is None
    ran[4] = TestResult(number=4, verdict=SLOW, share=0.2)
    found = verdict.to_be_graded(COMPILED, ran, rules)
    assert found == {1: Result(OK, 7.0), 2: Result(WRONG, 1.0), 3: Result(OK, 0.5), 4: Result(SLOW, 1.0)}
    assert verdict.to_be_graded(Compilation(outcome=Outcome.COMPILE_ERROR), ran, rules) is None


@pytest.mark.parametrize(
    "described",
    [
        {"name": "all", "of": ["a"], "verdict": "best"},
        {"name": "all", "of": ["c"]},
        {"name": "all", "of": []},
        {"name": "all", "of": ["a", "a"]},
        {"name": "a", "of": ["a"]},
        {"name": "all", "of": ["a"], "breaks": 1},
        {"name": "all", "of": ["a"], "arguments": "x"},
        {"name": "all", "of": ["a"], "arguments": ["x"] * 33},
        {"name": "all", "of": ["a"], "points": -1},
        {"name": "all", "of": ["a"], "rule": "sum"},
    ],
)
def test_a_grader_that_cannot_be_is_a_fault(described: dict[str, Any]) -> None:
    with pytest.raises(BadScoring):
        read(described)
