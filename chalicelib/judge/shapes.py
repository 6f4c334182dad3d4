"""Problems, languages and submissions on the wire."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from chalicelib.common.http import paging
from chalicelib.common.http.requests import Body, Query
from chalicelib.common.http.responses import Moment, View
from chalicelib.judge.models import Judged, Judging, Submission
from chalicelib.judge.results import TestResult
from chalicelib.judge.scoring import MAX_TESTS
from chalicelib.judge_protocol.contract import Language, Verdict

LanguageId = Annotated[str, Field(min_length=1, max_length=40)]


class LanguageView(View):
    """`version` is what the toolchain says of itself; null when it is not available."""

    id: str
    name: str
    version: str | None
    available: bool

    @classmethod
    def of(cls, language: Language) -> Self:
        return cls(id=language.id, name=language.name, version=language.version or None, available=language.available)


class LanguagesView(View):
    languages: list[LanguageView]


class TestResultView(View):
    """`time` in seconds, `memory` in KiB. `message` is empty for tests that are not shown.

    `share` is how much of the test's points was earned, 0 to 1.
    """

    number: int
    verdict: Verdict
    time: float
    memory: int
    message: str
    share: float

    @classmethod
    def of(cls, result: TestResult) -> Self:
        return cls(
            number=result.number,
            verdict=result.verdict,
            time=_seconds(result.time_ms),
            memory=result.memory_kb,
            message=result.message,
            share=result.share,
        )


class TestsQuery(Query):
    after: int = Field(0, ge=0, le=MAX_TESTS, description="The tests after this number")


class TestResultsView(View):
    """A page of a submission's results. `next` is the `after` of the page that follows; null on the last."""

    tests: list[TestResultView]
    next: int | None

    @classmethod
    def of(cls, page: Sequence[TestResult], *, tests_total: int) -> Self:
        last = page[-1].number if page else tests_total
        return cls(tests=[TestResultView.of(result) for result in page], next=last if last < tests_total else None)


class ProgramBody(Body):
    """A program. Without a language, that of the course."""

    code: str
    language: LanguageId | None = None


class VerdictView(View):
    """Seed 000's `verdict` and `time` (seconds), and what programs read: `code`. `memory` in KiB."""

    verdict: str
    code: Verdict
    time: float
    memory: int
    tests_passed: int
    tests_total: int
    points: float
    max_points: float
    compiler_output: str


class SolvedView(VerdictView):
    """The answer to a program that was waited for."""

    submission_id: int

    @classmethod
    def of(cls, submission: Submission) -> Self:
        return cls(submission_id=submission.id, **_verdict(submission))


class CheckingView(View):
    """Not judged yet: look again at `GET /submissions/{submission_id}`."""

    status: Literal["Checking"] = "Checking"
    submission_id: int


class HistoryQuery(paging.WalkedQuery):
    task_id: int | None = Field(None, ge=1, description="What was sent to this task alone")
    user_id: int | None = Field(None, ge=1, description="What this user has sent, for teachers; else one's own")


class SubmissionInfo(View):
    """A submission in a list. `time` in seconds, `memory` in KiB."""

    id: int
    user_id: int
    problem_id: int
    language: str
    verdict: str
    code: Verdict
    time: float
    memory: int
    tests_passed: int
    tests_total: int
    points: float
    max_points: float
    submitted_at: Moment
    judged_at: Moment | None

    @classmethod
    def of(cls, submission: Submission) -> Self:
        return cls(
            id=submission.id,
            user_id=submission.user_id,
            problem_id=submission.problem_id,
            language=submission.language,
            submitted_at=submission.submitted_at,
            judged_at=submission.judged_at,
            **_outcome(submission),
        )


class SubmissionsView(View):
    submissions: list[SubmissionInfo]


class JudgingView(View):
    """A verdict that a later one has replaced. `number` counts a submission's judgings from 1."""

    number: int
    verdict: str
    code: Verdict
    time: float
    memory: int
    tests_passed: int
    tests_total: int
    points: float
    max_points: float
    tests_version: int
    judged_at: Moment | None

    @classmethod
    def of(cls, judging: Judging) -> Self:
        return cls(
            number=judging.judging,
            tests_version=judging.tests_version,
            judged_at=judging.judged_at,
            **_outcome(judging),
        )


class JudgingsView(View):
    judgings: list[JudgingView]


class SubmissionView(VerdictView):
    """A submission as its author sees it. `status` is "Checking" until `is_checked`.

    `tests` are the first hundred; `notice` is what the problem's author should know, and teachers alone see it.
    """

    id: int
    user_id: int
    problem_id: int
    status: Literal["Checking", "Checked"]
    is_checked: bool
    language: str
    source: str
    tests: list[TestResultView]
    notice: str
    submitted_at: Moment
    judged_at: Moment | None

    @classmethod
    def of(cls, submission: Submission, *, teaches: bool) -> Self:
        return cls(
            id=submission.id,
            user_id=submission.user_id,
            problem_id=submission.problem_id,
            status="Checked" if submission.is_final else "Checking",
            is_checked=submission.is_final,
            language=submission.language,
            source=submission.source,
            tests=[TestResultView.of(TestResult.of_json(stored)) for stored in submission.results],
            notice=submission.notice if teaches else "",
            submitted_at=submission.submitted_at,
            judged_at=submission.judged_at,
            **_verdict(submission),
        )


def _verdict(submission: Submission) -> dict[str, Any]:
    return {**_outcome(submission), "compiler_output": submission.compiler_output}


def _outcome(judged: Judged) -> dict[str, Any]:
    return {
        "verdict": judged.text,
        "code": Verdict(judged.verdict),
        "time": _seconds(judged.time_ms),
        "memory": judged.memory_kb,
        "tests_passed": judged.tests_passed,
        "tests_total": judged.tests_total,
        "points": judged.points,
        "max_points": judged.max_points,
    }


def _seconds(milliseconds: float) -> float:
    return round(milliseconds / 1000, 3)
