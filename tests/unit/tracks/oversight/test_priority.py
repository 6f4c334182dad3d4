"""How urgently a teacher is to look at a submission, and why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.tracks.evidence.counter_models import CounterTest
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.oversight import priority
from chalicelib.tracks.oversight.priority import Judged, ReasonKind, Rubric
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Capacity, Review, Submission

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
RUBRIC = Rubric(criteria=["style", "works"], max_score=10, works="works")
SECOND = timedelta(seconds=1)


def assignment(stage: Stage = Stage.COMPLETED, order: int = 1) -> Assignment:
    return Assignment(id=order, order=order, stage=stage, reviews_each=4)


def submission(number: int = 1, **more: Any) -> Submission:
    return Submission(**{"id": number, "reviews": 4, **more})


def review(style: float, works: float, number: int = 1, **more: Any) -> Review:
    known = {"comment": "So", "capacity": Capacity.OWED, "completed_at": NOW}
    return Review(**{"id": number, "scores": {"style": style, "works": works}, **known, **more})


def reasons(work: Submission, *reviews: Review, stage: Stage = Stage.COMPLETED) -> dict[str, float]:
    case = priority.case_of(assignment(stage), work, reviews, RUBRIC, None)
    return {} if case is None else {each.kind.value: each.weight for each in case.reasons}


def empty(seconds: float = 59, **more: Any) -> Review:
    return review(5, 5, **{"comment": None, "handed_out_at": NOW - seconds * SECOND, **more})


def test_there_may_be_nothing_to_look_at() -> None:
    assert priority.case_of(assignment(), submission(), [review(8, 9), review(7, 9)], RUBRIC, None) is None


def test_an_appeal_weighs_most() -> None:
    assert reasons(submission(open_appeal=7)) == {"appeal": 100}
    others = sum(weight for kind, weight in priority.WEIGHTS.items() if kind is not ReasonKind.APPEAL)
    assert priority.WEIGHTS[ReasonKind.APPEAL] < others, "what has every other fault comes before it"


@pytest.mark.parametrize(("has", "weight"), [(4, None), (3, 7.5), (1, 22.5), (0, 30)])
def test_missing_reviews_weigh_by_their_part_when_the_stage_is_over(has: int, weight: float | None) -> None:
    assert reasons(submission(reviews=has)).get("missing") == weight
    assert reasons(submission(reviews=has), stage=Stage.CODE_REVIEW) == {}


def test_reviews_that_lie_apart_weigh_by_how_far() -> None:
    assert reasons(submission(), review(9, 9), review(1, 1)) == {"disagreement": 40}
    case = priority.case_of(assignment(), submission(), [review(9, 5), review(1, 5)], RUBRIC, None)
    assert case is not None
    assert [(each.criterion, each.part) for each in case.reasons] == [(None, 0.4)]


def against(judged: Judged | None, points: float, rubric: Rubric = RUBRIC) -> dict[str, float]:
    case = priority.case_of(assignment(), submission(), [review(7, points)], rubric, judged)
    return {} if case is None else {each.kind.value: each.weight for each in case.reasons}


@pytest.mark.parametrize(
    ("judged", "points", "weight"),
    [
        (Judged(passes=False), 9, 54),
        (Judged(passes=False), 5, 30),
        (Judged(passes=False), 4.5, None),
        (Judged(passes=True), 1, 54),
        (Judged(passes=True), 5.5, None),
        (None, 0, None),
    ],
)
def test_the_median_against_the_judge(judged: Judged | None, points: float, weight: float | None) -> None:
    assert against(judged, points).get("judge") == weight
    assert against(judged, points, Rubric(criteria=["style", "works"], max_score=10)) == {}


def test_a_counter_test_outweighs_the_tests_which_lack_it() -> None:
    breaking = CounterTest(id=7)
    assert against(Judged(passes=True, broken_by=[breaking]), 1) == {"broken": 55}
    assert against(Judged(passes=True, broken_by=[breaking]), 9) == {"broken": 55, "judge": 54}
    assert against(Judged(passes=False, broken_by=[breaking]), 1) == {}
    adopted = CounterTest(id=7, tests_version=2)
    assert against(Judged(passes=True, broken_by=[adopted]), 1) == {}, "only a rejudge is lacking"
    case = priority.case_of(assignment(), submission(), [], RUBRIC, Judged(passes=True, broken_by=[adopted, breaking]))
    assert case is not None
    assert [each.counter_test_id for each in case.reasons] == [7]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (empty(), True),
        (empty(comment="  "), True),
        (empty(remarks={"style": " "}), True),
        (empty(60), False),
        (empty(comment="Well"), False),
        (empty(remarks={"style": "Well"}), False),
        (empty(line_comments=1), False),
        (empty(scores={"style": 5, "works": 6}), False),
        (empty(handed_out_at=None), False),
    ],
)
def test_a_review_of_nothing(said: Review, expected: bool) -> None:  # noqa: FBT001 - a table
    assert priority.says_nothing(said, RUBRIC.criteria) is expected
    assert ("empty" in reasons(submission(), said)) is expected


def test_what_is_withheld_is_no_reason_and_what_a_teacher_has_looked_at_is_settled() -> None:
    apart = [review(9, 9), review(1, 1)]
    assert reasons(submission(), *apart, empty(withheld={"state": "hidden"})) == {"disagreement": 40}
    assert reasons(submission(decision={"scores": {}}), *apart) == {}
    assert reasons(submission(reviews=3), *apart, review(5, 5, capacity=Capacity.TEACHER)) == {"missing": 7.5}


def test_reasons_and_cases_are_in_order_of_weight() -> None:
    work = submission(2, open_appeal=7, reviews=0)
    case = priority.case_of(assignment(), work, [review(9, 9), review(1, 1)], RUBRIC, None)
    assert case is not None
    assert [each.kind.value for each in case.reasons] == ["appeal", "disagreement", "missing"]
    assert case.priority == 170
    missing = [
        priority.case_of(assignment(order=order), submission(number, reviews=0), [], RUBRIC, None)
        for order, number in ((2, 1), (1, 9), (1, 3))
    ]
    found = priority.ordered([each for each in missing if each] + [case])
    assert [(each.assignment.order, each.submission.id) for each in found] == [(1, 2), (1, 3), (1, 9), (2, 1)]
