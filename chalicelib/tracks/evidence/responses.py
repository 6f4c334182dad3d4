"""What goes out of judged assignments: their problems, and counter-tests."""

from collections.abc import Sequence
from typing import Literal, Self

from chalicelib.common.http.responses import ListView, Moment, View, WordedText
from chalicelib.judge import languages
from chalicelib.judge.models import Problem
from chalicelib.judge.problems.statements import Shown
from chalicelib.judge.responses import ProblemSampleView, StatementInfo
from chalicelib.judge_protocol.contract import Language
from chalicelib.tracks.evidence.counter_tests import SeenCounterTest


class CounterTestView(View):
    """An input on which the program under review was tried: whether it `breaks` the program, or the program `holds`;
    one that is `invalid` says in `reason` why. `verdict` is the program's on it.

    `input` is its beginning, of `size` bytes in all. `review_id` is that of the review it belongs to, once there is
    one. `reviewer_id` and `sent_at` are null for the author of the program. `is_adopted`: it is among the tests now.
    `takes_place`: it is one of the five of its review; not when the judge failed.
    """

    id: int
    submission_id: int
    review_id: int | None
    reviewer_id: int | None
    outcome: Literal["waiting", "breaks", "holds", "invalid"]
    reason: WordedText | None
    verdict: str | None
    input: str
    size: int
    sent_at: Moment | None
    is_adopted: bool
    takes_place: bool

    @classmethod
    def of(cls, seen: SeenCounterTest, **more: object) -> Self:
        counter_test = seen.counter_test
        values = {
            "id": counter_test.id,
            "submission_id": counter_test.submission_id,
            "review_id": seen.review_id,
            "reviewer_id": counter_test.reviewer_id if seen.shows_reviewer else None,
            "outcome": counter_test.outcome,
            "reason": counter_test.reason or None,
            "verdict": counter_test.verdict,
            "input": counter_test.excerpt,
            "size": counter_test.size,
            "sent_at": counter_test.sent_at if seen.shows_reviewer else None,
            "is_adopted": counter_test.tests_version is not None,
            "takes_place": counter_test.takes_place,
        }
        return cls(**{**values, **more})


class CounterTestsView(ListView):
    items: list[CounterTestView]

    @classmethod
    def of(cls, found: Sequence[SeenCounterTest]) -> Self:
        return cls(items=[CounterTestView.of(each) for each in found])


class WholeCounterTestView(CounterTestView):
    """With all of its input, the jury's `answer` (null until there is one), and what the program printed: the beginning
    of that when `is_cut`. `message` says what is wrong with it.
    """

    answer: str | None
    output: str | None
    is_cut: bool
    message: WordedText | None

    @classmethod
    def of_tried(cls, seen: SeenCounterTest) -> Self:
        tried = seen.tried
        if tried is None:
            raise TypeError("a counter-test without what came of it")
        return cls.of(
            seen,
            input=tried.given,
            answer=tried.answer,
            output=tried.output,
            is_cut=tried.is_cut,
            message=tried.message or None,
        )


class RejudgingSolutionsView(View):
    """The solutions to the assignment are judged anew in the background."""

    status: Literal["Checking"] = "Checking"


class AdoptedView(View):
    """The problem with the test that was taken in: what was judged by the older tests keeps its verdict until it is
    judged anew, which `rejudge` asks for. A problem with programs of a jury is published again by hand, once they have
    got what they promise.
    """

    problem_id: int
    tests_version: int
    tests_count: int
    is_published: bool
    rejudge: str

    @classmethod
    def of(cls, problem: Problem, assignment_id: int) -> Self:
        return cls(
            problem_id=problem.id,
            tests_version=problem.tests_version,
            tests_count=problem.tests_count,
            is_published=problem.published,
            rejudge=f"/assignments/{assignment_id}/rejudge",
        )


class AssignmentProblemView(View):
    """What is to be solved. `time_limit` in seconds, `memory_limit` in MiB; `samples` are tests that everybody may see,
    `languages` those that a solution may be in.

    `title` and `statement` are in the language that the request asks for, if there is a statement in it;
    `statement_language` says in which they are, null where nobody has said.
    """

    title: str
    statement: str
    statement_language: str | None
    statements: list[StatementInfo]
    time_limit: float
    memory_limit: int
    samples: list[ProblemSampleView]
    languages: list[str]

    @classmethod
    def of(cls, problem: Problem, described: Sequence[Language], shown: Shown) -> Self:
        return cls(
            title=shown.title,
            statement=shown.text,
            statement_language=shown.language,
            statements=StatementInfo.all_of(problem),
            time_limit=float(problem.time_limit_ms) / 1000,
            memory_limit=problem.memory_limit_kb // 1024,
            samples=[ProblemSampleView(input=each.input, output=each.output) for each in problem.samples],
            languages=languages.offered(described, problem.languages),
        )
