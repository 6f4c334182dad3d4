"""Problems, languages and submissions on the wire."""

from typing import Annotated, Literal, Self

from pydantic import Field

from chalicelib.common.shapes import Body, Moment, View
from chalicelib.judge.contract import Language, Verdict
from chalicelib.judge.models import Submission

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
    """`time` in seconds, `memory` in KiB. `message` is empty for tests that are not shown."""

    number: int
    verdict: Verdict
    time: float
    memory: int
    message: str


class ProgramBody(Body):
    """A program. Without a language, that of the course."""

    code: str
    language: LanguageId | None = None


class SolvedView(View):
    """Seed 000's `verdict` and `time` (seconds), and what programs read: `code`. `memory` in KiB."""

    submission_id: int
    verdict: str
    code: Verdict
    time: float
    memory: int
    tests_passed: int
    tests_total: int
    compiler_output: str

    @classmethod
    def of(cls, submission: Submission) -> Self:
        return cls(
            submission_id=submission.id,
            verdict=submission.text,
            code=Verdict(submission.verdict),
            time=_seconds(float(submission.time_ms)),
            memory=submission.memory_kb,
            tests_passed=submission.tests_passed,
            tests_total=submission.tests_total,
            compiler_output=submission.compiler_output,
        )


class CheckingView(View):
    """Not judged yet: look again at `GET /submissions/{submission_id}`."""

    status: Literal["Checking"] = "Checking"
    submission_id: int


class SubmissionView(View):
    """A submission as its author sees it. `status` is "Checking" until `is_checked`; `memory` in KiB."""

    id: int
    user_id: int
    problem_id: int
    status: Literal["Checking", "Checked"]
    is_checked: bool
    language: str
    source: str
    verdict: str
    code: Verdict
    time: float
    memory: int
    tests_passed: int
    tests_total: int
    tests: list[TestResultView]
    compiler_output: str
    submitted_at: Moment
    judged_at: Moment | None

    @classmethod
    def of(cls, submission: Submission) -> Self:
        return cls(
            id=submission.id,
            user_id=submission.user_id,
            problem_id=submission.problem_id,
            status="Checked" if submission.is_final else "Checking",
            is_checked=submission.is_final,
            language=submission.language,
            source=submission.source,
            verdict=submission.text,
            code=Verdict(submission.verdict),
            time=_seconds(float(submission.time_ms)),
            memory=submission.memory_kb,
            tests_passed=submission.tests_passed,
            tests_total=submission.tests_total,
            tests=[_result(result) for result in submission.results],
            compiler_output=submission.compiler_output,
            submitted_at=submission.submitted_at,
            judged_at=submission.judged_at,
        )


def _result(result: dict[str, object]) -> TestResultView:
    return TestResultView.model_validate(
        {**result, "time": _seconds(float(str(result["time_ms"]))), "memory": result["memory_kb"]}
    )


def _seconds(milliseconds: float) -> float:
    return round(milliseconds / 1000, 3)
