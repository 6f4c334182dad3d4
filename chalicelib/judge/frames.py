"""The judge's frames: verdicts, sent on the submitter's personal channel."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from chalicelib.common.http.responses import CamelView, WordedText
from chalicelib.judge import origins
from chalicelib.judge.grading import scale
from chalicelib.judge.models import Submission
from chalicelib.judge.origins import Origin
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.realtime.frames import Outgoing, UserPayload
from chalicelib.realtime.rooms import RoomKind

RETRIEVED = "SUBMISSION_VERDICT_RETRIEVED"
IMPORTED = "PACKAGE_IMPORTED"
PROGRESS = "SUBMISSION_PROGRESS"


class Stage(StrEnum):
    """What a submission without a verdict waits for."""

    QUEUED = "queued"
    COMPILING = "compiling"
    TESTING = "testing"


class VerdictPayload(UserPayload):
    """`time` in seconds, `memory` in KiB; `code` is the verdict for programs, `verdict` the one for people.

    `points` are on the problem's scale, `taskPoints` on that of the task that it was sent to, if it was sent to one.
    """

    id: int
    problem_id: int
    origin: Origin | None
    origin_text: str = Field(description="The same as a text: course#{course_id}#{lesson_id}#{task_id}")
    verdict: WordedText
    code: Verdict
    time: float
    memory: int
    points: float
    max_points: float
    task_points: float | None
    task_max_points: int | None
    tests_passed: int
    tests_total: int

    @classmethod
    def of(cls, submission: Submission, worth: int | None) -> "VerdictPayload":
        """`worth` is how many points the task has."""
        return cls(
            id=submission.id,
            user_id=submission.user_id,
            problem_id=submission.problem_id,
            origin=origins.read(submission.origin),
            origin_text=submission.origin,
            verdict=submission.text,
            code=Verdict(submission.verdict),
            time=round(submission.time_ms / 1000, 3),
            memory=submission.memory_kb,
            points=submission.points,
            max_points=submission.max_points,
            task_points=scale.of_task(submission, worth),
            task_max_points=worth,
            tests_passed=submission.tests_passed,
            tests_total=submission.tests_total,
        )


class ImportedPayload(CamelView):
    """`failed`: nothing was changed. `judging`: the tests are in, the jury's programs are being judged. `done`: they
    were. `GET /problems/{problem_id}/package/{import_id}` says the rest.
    """

    import_id: int
    problem_id: int
    state: Literal["judging", "failed", "done"]


class ProgressPayload(CamelView):
    """How far the judging of a submission is. `test` is the last one that was run, 0 while compiling.

    Where results are coarse, the tests' numbers stay 0.
    """

    id: int
    stage: Literal[Stage.COMPILING, Stage.TESTING]
    test: int
    tests_passed: int
    tests_total: int

    @classmethod
    def of(cls, submission: Submission) -> "ProgressPayload":
        stage, test, passed, total = submission.progress
        return cls(id=submission.id, stage=stage, test=test, tests_passed=passed, tests_total=total)


FRAMES = (
    Outgoing(
        PROGRESS,
        ProgressPayload,
        frozenset({RoomKind.PERSONAL}),
        "A program is being judged; at most every 300 ms, and never sent again",
        alone=True,
    ),
    Outgoing(RETRIEVED, VerdictPayload, frozenset({RoomKind.PERSONAL}), "A program was judged; once, when final"),
    Outgoing(IMPORTED, ImportedPayload, frozenset({RoomKind.PERSONAL}), "A package that one has sent was taken or not"),
)
