"""What a package promises of its programs test by test: what breaks it, and that it is stored as it was read."""

import json

import pytest

from chalicelib.common.texts import untranslated
from chalicelib.judge.grading import scoring
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.problems import promises
from chalicelib.judge.problems.promises import Requirement
from chalicelib.judge_protocol.contract import Verdict

OK, WRONG, SLOW = Verdict.OK, Verdict.WRONG_ANSWER, Verdict.TIME_LIMIT
GROUPS = scoring.read(
    {"groups": [{"tests": 1, "points": 0}, {"tests": 2, "points": 40, "rule": "all"}, {"tests": 1, "points": 60}]}
)
RESULTS = {
    1: TestResult(number=1, verdict=OK, share=1.0),
    2: TestResult(number=2, verdict=OK, share=1.0),
    3: TestResult(number=3, verdict=WRONG, message=untranslated("off\nby one")),
    4: TestResult(number=4, verdict=OK, share=0.5),
}


def unmet(*asked: Requirement) -> list[str]:
    return [str(each) for each in promises.unmet(asked, RESULTS, GROUPS, points=30)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Requirement(permitted=frozenset({OK, WRONG}), required=frozenset({WRONG, SLOW})), []),
        (Requirement(permitted=frozenset({OK, SLOW})), ["test 3 got WRONG_ANSWER, and permitted are OK or TIME_LIMIT"]),
        (Requirement(required=frozenset({SLOW})), ["no test got TIME_LIMIT"]),
        (Requirement(where="easy", tests=(1, 2), permitted=frozenset({OK})), []),
        (Requirement(where="easy", tests=(1, 2), required=frozenset({WRONG})), ["easy: no test got WRONG_ANSWER"]),
        (Requirement(message="off by one"), []),
        (Requirement(message="off by two"), ["'off by two' was said of no test"]),
        (Requirement(tests=(1, 2), message="off by one"), ["'off by one' was said of no test"]),
        (Requirement(score=(30, 30)), []),
        (Requirement(score=(0, 29)), ["it earned 30 points, and 0 to 29 are promised"]),
        (Requirement(tests=(2, 3, 4), score=(30, 30)), []),
        (Requirement(tests=(2, 3), score=(0, 0)), []),
        (Requirement(tests=(2, 3), score=(40, 40)), ["it earned 0 points, and 40 to 40 are promised"]),
        (Requirement(tests=(4,), score=(30, 31)), []),
        (Requirement(tests=(2,), score=(7, 7)), []),
    ],
)
def test_what_is_not_kept_is_told(asked: Requirement, told: list[str]) -> None:
    assert unmet(asked) == told


def test_all_that_is_not_kept_is_told() -> None:
    asked = Requirement(permitted=frozenset({OK}), required=frozenset({SLOW}), message="x", score=(1, 2))
    assert len(unmet(asked)) == 4
    assert len(unmet(*[asked] * 10)) == promises.MOST_TOLD


@pytest.mark.parametrize(
    "asked",
    [
        Requirement(),
        Requirement(where="a", tests=()),
        Requirement(where="a", tests=(1, 2, 3, 7, 9, 10), permitted=frozenset({OK}), required=frozenset({OK, WRONG})),
        Requirement(score=(0.5, 40), message="said"),
    ],
)
def test_a_requirement_is_stored_as_it_is(asked: Requirement) -> None:
    assert Requirement.of_json(json.loads(json.dumps(asked.to_json()))) == asked


def test_neighbours_are_stored_as_a_range() -> None:
    assert Requirement(tests=tuple(range(1, 9000))).to_json()["tests"] == [[1, 8999]]


def test_each_tests_own_result_is_needed_for_all_but_the_score() -> None:
    assert not Requirement(score=(1, 2)).is_of_tests
    for asked in (Requirement(permitted=frozenset()), Requirement(message="x"), Requirement(tests=(1,), score=(1, 1))):
        assert asked.is_of_tests
