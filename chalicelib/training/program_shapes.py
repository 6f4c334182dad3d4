"""Programs of a session on the wire, in seed 002's words."""

from collections.abc import Sequence
from typing import Any, Self

from pydantic import model_validator

from chalicelib.common.http import errors
from chalicelib.common.http.requests import Body
from chalicelib.common.http.responses import Moment, View
from chalicelib.judge.grading import verdict as verdicts
from chalicelib.judge.models import Submission
from chalicelib.judge.requests import LanguageId
from chalicelib.judge.responses import SubmissionView
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.training import programs
from chalicelib.training.models import Session
from chalicelib.training.programs import Listed


class TrainingProgram(Body):
    """A program as `code`, or as the text of a `file`."""

    problem: str
    compiler: LanguageId
    code: str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.code is None) == (self.file is None):
            raise errors.BadRequest("one_program", "Send the program as either code or file")
        return self

    @property
    def source(self) -> str:
        return self.code if self.code is not None else self.file or ""


class SentView(View):
    """`runId` is `id`: what the seed's client reads. `code` is the verdict for programs, `verdict` for people."""

    id: int
    runId: int  # noqa: N815 - seed 002's name
    problemAlias: str  # noqa: N815
    userId: int  # noqa: N815
    compiler: str
    verdict: str
    code: Verdict
    submissionTime: Moment  # noqa: N815
    timeFromStart: int  # noqa: N815

    @classmethod
    def of(cls, session: Session, submission: Submission) -> Self:
        return cls(**_sent(session, submission))

    @classmethod
    def of_listed(cls, session: Session, listed: Listed) -> Self:
        sent = listed.sent
        return cls(
            id=sent.submission_id,
            runId=sent.submission_id,
            problemAlias=sent.alias,
            userId=sent.user_id,
            compiler=sent.compiler,
            verdict=verdicts.TEXTS[listed.verdict],
            code=listed.verdict,
            submissionTime=sent.submitted_at,
            timeFromStart=int((sent.submitted_at - session.started_at).total_seconds()),
        )


class SentList(View):
    """`timeFromStart` of each is in seconds."""

    count: int
    submissions: list[SentView]

    @classmethod
    def of(cls, session: Session, listed: Sequence[Listed]) -> Self:
        views = [SentView.of_listed(session, each) for each in listed]
        return cls(count=len(views), submissions=views)


class SentDetail(SentView):
    """`time` in seconds, `memory` in KiB; `test` is the first that failed."""

    time: float
    memory: int
    test: int | None
    compileLog: str  # noqa: N815 - seed 002's name

    @classmethod
    def of(cls, session: Session, submission: Submission) -> Self:
        return cls(
            **_sent(session, submission),
            time=round(submission.time_ms / 1000, 3),
            memory=submission.memory_kb,
            test=programs.first_failure(submission),
            compileLog=submission.compiler_output,
        )


class SentInFull(View):
    """With its source and tests."""

    submission: SentDetail
    source: str
    judged: SubmissionView

    @classmethod
    def of(cls, session: Session, submission: Submission) -> Self:
        return cls(
            submission=SentDetail.of(session, submission),
            source=submission.source,
            judged=SubmissionView.of(submission, teaches=False),
        )


def _sent(session: Session, submission: Submission) -> dict[str, Any]:
    return {
        "id": submission.id,
        "runId": submission.id,
        "problemAlias": programs.alias_of(submission),
        "userId": submission.user_id,
        "compiler": submission.language,
        "verdict": submission.text or verdicts.TEXTS[Verdict(submission.verdict)],
        "code": Verdict(submission.verdict),
        "submissionTime": submission.submitted_at,
        "timeFromStart": int((submission.submitted_at - session.started_at).total_seconds()),
    }
