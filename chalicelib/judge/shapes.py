"""Problems, languages and submissions on the wire."""

from typing import Annotated, Any, Literal, Self

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


class VerdictView(View):
    """Seed 000's `verdict` and `time` (seconds), and what programs read: `code`. `memory` in KiB."""

    verdict: str
    code: Verdict
    time: float
    memory: int
    tests_passed: int
    tests_total: int
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


class SubmissionView(VerdictView):
    """A submission as its author sees it. `status` is "Checking" until `is_checked`."""

    id: int
    user_id: int
    problem_id: int
    status: Literal["Checking", "Checked"]
    is_checked: bool
    language: str
    source: str
    tests: list[TestResultView]
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
            tests=[_result(result) for result in submission.results],
            submitted_at=submission.submitted_at,
            judged_at=submission.judged_at,
            **_verdict(submission),
        )


def _verdict(submission: Submission) -> dict[str, Any]:
    return {
        "verdict": submission.text,
        "code": Verdict(submission.verdict),
        "time": _seconds(submission.time_ms),
        "memory": submission.memory_kb,
        "tests_passed": submission.tests_passed,
        "tests_total": submission.tests_total,
        "compiler_output": submission.compiler_output,
    }


def _result(result: dict[str, Any]) -> TestResultView:
    return TestResultView(
        number=result["number"],
        verdict=Verdict(result["verdict"]),
        time=_seconds(result["time_ms"]),
        memory=result["memory_kb"],
        message=result["message"],
    )


def _seconds(milliseconds: float) -> float:
    return round(milliseconds / 1000, 3)
