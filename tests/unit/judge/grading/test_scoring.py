"""What tests are worth together. Results are written as in a table: A accepted, W wrong, S skipped."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge.grading import scoring, verdict
from chalicelib.judge.grading.results import TestResult as Result
from chalicelib.judge.grading.scoring import MAX_POINTS, MAX_TESTS, BadScoring, Rule, Scoring
from chalicelib.judge_protocol.contract import Compilation, Outcome, Verdict

LETTERS = {Verdict.OK: "A", Verdict.WRONG_ANSWER: "W", Verdict.SKIPPED: "S"}


def group(tests: int, points: float | str, rule: str = "sum", **changes: Any) -> dict[str, Any]:
    return {"tests": tests, "points": points, "rule": rule, **changes}


def rules(*groups: dict[str, Any]) -> Scoring:
    return scoring.parse({"groups": list(groups)}, sum(each["tests"] for each in groups))


def judged(rules: Scoring, outputs: str) -> verdict.Judgement:
    """A program whose tests would all be right or wrong as `outputs` says, if they were run; digits are tenths."""
    results = {}
    for number, letter in enumerate(outputs, 1):
        share = int(letter) / 10 if letter.isdigit() else float(letter == "A")
        found = Verdict.WRONG_ANSWER if letter == "W" else Verdict.OK
        results[number] = Result(number=number, verdict=found, share=share)
    return verdict.of_submission(Compilation(outcome=Outcome.OK), results, rules)


def letters(judgement: verdict.Judgement) -> str:
    return "".join(LETTERS[result.verdict] for result in judgement.results)


BATCH = rules(group(3, 100, "all"))
DEPENDENT = rules(
    group(1, 10, name="one"),
    group(1, 20, name="two"),
    group(1, 30, name="both", depends_on=["one", "two"]),
    group(1, 40, name="free"),
)
CHAIN = rules(group(1, 10), group(2, 20, depends_on=["1"]), group(1, 30, depends_on=["2"]))
MIXED = rules(group(2, 0, name="samples"), group(2, 40, "min"), group(4, 60, depends_on=["samples"]))


@pytest.mark.parametrize(
    ("rules", "outputs", "told", "points"),
    [
        # A batch is worth all or nothing, and ends with its first failure.
        (BATCH, "AAA", "AAA", 100),
        (BATCH, "AAW", "AAW", 0),
        (BATCH, "AWA", "AWS", 0),
        (BATCH, "WAA", "WSS", 0),
        (rules(group(3, 100, "all", short_circuit=False)), "WAA", "WAA", 0),
        (rules(group(3, 90, short_circuit=True)), "AWA", "AWS", 30),
        # Each batch for itself.
        (rules(group(3, 40, "all"), group(3, 60, "all")), "WAAAAA", "WSSAAA", 60),
        (rules(group(3, 40, "all"), group(3, 60, "all")), "AAAAWA", "AAAAWS", 40),
        # Dependencies.
        (DEPENDENT, "AAAA", "AAAA", 100),
        (DEPENDENT, "AWAA", "AWSA", 50),
        (DEPENDENT, "WAAW", "WASW", 20),
        (CHAIN, "WAAA", "WSSS", 0),
        (CHAIN, "AWAA", "AWAS", 20),
        # Sums, worst tests, parts of a test.
        (rules(group(2, 100)), "AW", "AW", 50),
        (rules(group(3, 100)), "AAA", "AAA", 100),
        (rules(group(3, 100)), "AAW", "AAW", 66.666667),
        (rules(group(4, 100)), "A5W0", "AAWA", 37.5),
        (rules(group(3, 100, "min")), "A5A", "AAA", 50),
        (rules(group(3, 100, "min")), "A0A", "AAA", 0),
        (rules(group(3, 100, "min")), "AWA", "AWS", 0),
        (rules(group(2, 100, "all")), "A9", "AA", 0),
        (rules(group(4, 100, "avg")), "A5WA", "AAWA", 62.5),
        (MIXED, "AAAAAAAA", "AAAAAAAA", 100),
        (MIXED, "AAAAAAWW", "AAAAAAWW", 70),
        (MIXED, "AWA5AAAA", "AWAASSSS", 20),
        # All or nothing.
        (scoring.all_or_nothing(3, stops=True), "AAA", "AAA", 1),
        (scoring.all_or_nothing(3, stops=True), "AWA", "AWS", 0),
        (scoring.all_or_nothing(3, stops=False), "AWA", "AWA", 0),
    ],
)
def test_what_is_run_and_what_it_earns(rules: Scoring, outputs: str, told: str, points: float) -> None:
    judgement = judged(rules, outputs)
    assert (letters(judgement), judgement.points) == (told, points)
    assert (judgement.verdict is Verdict.OK) == (points == rules.max_points)


def test_each_test_may_have_its_points() -> None:
    each = scoring.parse({"points": [10, 20.5, 30]}, 3)
    assert (each.max_points, list(each.test_points()), each.graded) == (60.5, [10, 20.5, 30], True)
    assert judged(each, "AWA").points == 40


def test_a_test_of_a_sum_is_worth_its_part_and_one_of_another_group_the_whole() -> None:
    assert list(rules(group(4, 10), group(2, 10, "min"), group(1, 10, "all")).test_points()) == [2.5] * 4 + [10] * 3


@given(st.integers(min_value=1, max_value=300), st.sampled_from([0.1, 1, 33, 100]))
def test_all_right_earns_everything(tests: int, points: float) -> None:
    for rule in Rule:
        scored = rules(group(tests, points, rule), group(tests, points, rule))
        judgement = judged(scored, "A" * 2 * tests)
        assert (judgement.points, judgement.verdict) == (scored.max_points, Verdict.OK)


@given(st.text(alphabet="AW", min_size=8, max_size=8))
def test_what_was_run_in_vain_changes_nothing(outputs: str) -> None:
    """However tests were cut into jobs: all at once, or only those that are not decided."""
    for scored in (MIXED, rules(group(4, 50, "all"), group(4, 50, "min"))):
        results: dict[int, Result] = {}
        for number, letter in enumerate(outputs, 1):
            passed = {each: result.verdict is Verdict.OK for each, result in results.items()}
            if number not in scored.skipped(passed):
                found = Verdict.OK if letter == "A" else Verdict.WRONG_ANSWER
                results[number] = Result(number=number, verdict=found, share=float(letter == "A"))
        judgement = verdict.of_submission(Compilation(outcome=Outcome.OK), results, scored)
        assert judgement == judged(scored, outputs)


@pytest.mark.parametrize(
    ("scored", "first", "last", "stops"),
    [
        (BATCH, 1, 3, True),
        (BATCH, 2, 3, True),
        (rules(group(3, 1), group(3, 1, "all")), 1, 3, False),
        (rules(group(3, 1), group(3, 1, "all")), 4, 6, True),
        (rules(group(3, 1, "all"), group(3, 1, "all")), 3, 4, False),
    ],
)
def test_a_job_may_stop_at_a_failure_that_decides_the_rest_of_it(
    scored: Scoring, first: int, last: int, *, stops: bool
) -> None:
    assert scored.stops_within(first, last) is stops


@pytest.mark.parametrize(
    ("scored", "may_skip"),
    [(BATCH, True), (DEPENDENT, True), (rules(group(3, 1)), False), (scoring.all_or_nothing(3, stops=False), False)],
)
def test_it_is_known_whether_anything_can_be_skipped(scored: Scoring, *, may_skip: bool) -> None:
    assert scored.may_skip is may_skip


def groups(*each: object) -> dict[str, Any]:
    return {"groups": list(each)}


@pytest.mark.parametrize(
    ("stored", "complaint"),
    [
        (None, "A scoring has either"),
        ([], "A scoring has either"),
        ({}, "A scoring has either"),
        ({"points": [1, 1], "groups": []}, "A scoring has either"),
        ({"points": "11"}, "A scoring has either"),
        ({"points": [1]}, "The scoring is about 1 test, and there are 2"),
        ({"points": []}, "The scoring is about 0 tests"),
        ({"points": [1, -1]}, "Points are a number from 0"),
        ({"points": [1, True]}, "Points are a number from 0"),
        ({"points": [1, "1"]}, "Points are a number from 0"),
        ({"points": [1, float("nan")]}, "Points are a number from 0"),
        ({"points": [1, MAX_POINTS + 1]}, "Points are a number from 0"),
        (groups("a"), "A group is an object"),
        (groups(group(2, 1, colour="red")), "A group has no colour"),
        (groups({"tests": 2}), "Points are a number"),
        (groups({"points": 2}), "'tests' is how many"),
        (groups(group(0, 1), group(2, 1)), "'tests' is how many"),
        (groups({"tests": True, "points": 1}), "'tests' is how many"),
        (groups({"tests": "2", "points": 1}), "'tests' is how many"),
        (groups(group(3, 1)), "The scoring is about 3 tests"),
        (groups(group(MAX_TESTS, 1), group(1, 1)), f"More than {MAX_TESTS} tests"),
        (groups(group(10**30, 1)), f"More than {MAX_TESTS} tests"),
        (groups(group(2, 1, "median")), "'rule' is one of sum, min, max, avg, all"),
        (groups(group(2, 1, short_circuit="yes")), "'short_circuit' is true or false"),
        (groups(group(1, 1, name="a"), group(1, 1, name="a")), "Two groups are called 'a'"),
        (groups(group(1, 1, name="2"), group(1, 1)), "Two groups are called '2'"),
        (groups(group(1, 1, name="a", depends_on=["a"]), group(1, 1)), "No earlier group is called 'a'"),
        (groups(group(1, 1, depends_on=["2"]), group(1, 1)), "No earlier group is called '2'"),
        (groups(group(1, 1), group(1, 1, depends_on="1")), "'depends_on' is a list"),
        ({**groups(group(2, 1)), "total": "avg"}, "'total' is one of sum, min"),
        ({**groups(group(2, 1)), "objective": "least"}, "'objective' is one of max, min"),
        ({**groups(group(2, 1)), "totals": {}}, "'totals' is a list of objects"),
        ({**groups(group(2, 1)), "totals": [{"name": "x", "rule": "all", "of": ["1"]}]}, "'totals' is a list of objec"),
        ({**groups(group(2, 1)), "totals": [{"name": "x", "rule": "min", "of": []}]}, "'totals' is a list of objects"),
        (
            {**groups(group(2, 1)), "totals": [{"name": "x", "rule": "min", "of": ["1"], "y": 1}]},
            "'totals' is a list o",
        ),
        (
            {**groups(group(2, 1)), "totals": [{"name": "x", "rule": "min", "of": ["x"]}]},
            "No earlier group is called 'x'",
        ),
        (
            {**groups(group(2, 1)), "totals": [{"name": "x", "rule": "sum", "of": ["1", "1"]}]},
            "In 'totals' no group is",
        ),
        (
            {**groups(group(2, 1)), "totals": [{"name": each, "rule": "sum", "of": ["1"]} for each in "xy"]},
            "In 'totals' no group is named twice",
        ),
        ({**groups(group(2, 1)), "totals": [{"name": "1", "rule": "min", "of": ["1"]}]}, "Two groups are called '1'"),
        (
            {**groups(group(2, 1)), "total": "min", "totals": [{"name": "x", "rule": "min", "of": ["1"]}]},
            "A scoring has 'total', 'totals' or 'graders', one of them",
        ),
        (groups(group(2, 1, failed_points=-1)), "Points are a number from 0"),
        ({"points": [1, 1], "total": "min"}, "A scoring has either 'points'"),
        (
            {"groups": [{"tests": 2, "points": "unbounded", "rule": "all"}]},
            "Points without a bound do not go with the rule",
        ),
    ],
)
def test_a_scoring_that_cannot_be_is_refused(stored: object, complaint: str) -> None:
    with pytest.raises(BadScoring) as refused:
        scoring.parse(stored, 2)
    assert str(refused.value).startswith(complaint)


def test_the_least_of_groups_may_count_and_those_worth_nothing_do_not() -> None:
    least = scoring.parse({**groups(group(1, 0), group(1, 30), group(2, 70)), "total": "min"}, 4)
    assert least.max_points == 30
    assert least.points({1: 1.0, 2: 1.0, 3: 1.0, 4: 0.5}) == 30
    assert least.points({1: 0.0, 2: 1.0, 3: 0.5, 4: 0.0}) == 17.5
    assert least.points({2: 0.0, 3: 1.0, 4: 1.0}) == 0


def test_without_a_bound_tests_earn_what_they_earn() -> None:
    unbounded = scoring.parse(groups(group(2, "unbounded"), group(2, "unbounded", "min")), 4)
    assert (unbounded.is_unbounded, unbounded.max_points) == (True, 0.0)
    assert list(unbounded.test_points()) == [float("inf")] * 4
    assert unbounded.points({1: 400.0, 2: 2.5, 3: 7.0, 4: 9.0}) == 409.5
    results = {number: Result(number=number, verdict=Verdict.OK, share=3.0) for number in range(1, 5)}
    judgement = verdict.of_submission(Compilation(outcome=Outcome.OK), results, unbounded)
    assert (judgement.verdict, judgement.points, judgement.max_points) == (Verdict.OK, 9.0, 0.0)
    failed = results | {2: Result(number=2, verdict=Verdict.WRONG_ANSWER)}
    text = verdict.of_submission(Compilation(outcome=Outcome.OK), failed, unbounded).text
    assert str(text) == "Wrong answer on test 2 (6 points)"


def test_a_part_of_nobody_knows_how_many_points_is_no_failure_and_not_all() -> None:
    stored = groups(group(2, "unbounded", short_circuit=True, name="a"), group(1, "unbounded", depends_on=["a"]))
    unbounded = scoring.parse(stored, 3)
    found = {number: Result(number=number, verdict=Verdict.PARTIAL, share=2.5) for number in (1, 2, 3)}
    judgement = verdict.of_submission(Compilation(outcome=Outcome.OK), found, unbounded)
    assert (judgement.verdict, judgement.points, judgement.tests_passed) == (Verdict.PARTIAL, 7.5, 3)
    assert (str(judgement.text), judgement.failed_on) == ("Partially correct (7.5 points)", None)
    right = found | {1: Result(number=1, verdict=Verdict.OK, share=1.0)}
    assert verdict.of_submission(Compilation(outcome=Outcome.OK), right, unbounded).verdict is Verdict.PARTIAL
    wrong = found | {3: Result(number=3, verdict=Verdict.WRONG_ANSWER)}
    text = verdict.of_submission(Compilation(outcome=Outcome.OK), wrong, unbounded).text
    assert str(text) == "Wrong answer on test 3 (5 points)"


NESTED = scoring.read(
    {
        "groups": [group(1, 10, name="a"), group(2, 20, "max", name="b"), group(2, 40, "avg", name="c")],
        "totals": [
            {"name": "inner", "rule": "min", "of": ["b", "c"]},
            {"name": "whole", "rule": "avg", "of": ["a", "inner"]},
        ],
    }
)


@pytest.mark.parametrize(
    ("outputs", "points"),
    [
        ("AAAAA", (10 + 20) / 2),
        ("AWAAA", (10 + 20) / 2),
        ("AWWAA", 10 / 2),
        ("WAAAW", (0 + 20) / 2),
        ("AAAWW", 10 / 2),
        ("A55AW", (10 + 10) / 2),
    ],
)
def test_groups_of_groups_have_rules_of_their_own(outputs: str, points: float) -> None:
    assert NESTED.max_points == 15
    assert judged(NESTED, outputs).points == points


def test_what_failed_may_earn_something_where_it_was_run() -> None:
    consoled = rules(group(3, 30, failed_points=2), group(2, 10, "all", failed_points=1))
    assert judged(consoled, "AWAAA").points == 10 + 2 + 10 + 10
    assert judged(consoled, "WWWAW").points == 6
    stopped = rules(group(3, 30, failed_points=2, short_circuit=True))
    assert judged(stopped, "AWA").points == 12


def test_where_fewer_points_are_better_what_failed_has_none() -> None:
    stored = {"groups": [group(2, "unbounded", failed_points=50), group(1, "unbounded", "max")], "objective": "min"}
    fewest = scoring.parse(stored, 3)
    assert (fewest.max_points, fewest.is_unbounded) == (0, True)
    assert judged(fewest, "345").points == pytest.approx(1.2)
    assert judged(fewest, "3W5").points == pytest.approx(50.8)
    assert str(judged(fewest, "3W5").text) == "Wrong answer on test 2 (50.8 points, fewer are better)"
    assert (judged(fewest, "34W").points, str(judged(fewest, "34W").text)) == (0, "Wrong answer on test 3")
