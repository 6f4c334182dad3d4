"""The judge's frames: verdicts, sent on the submitter's personal channel."""

from pydantic import Field

from chalicelib.common.http.responses import WordedText
from chalicelib.judge import origins
from chalicelib.judge.models import Submission
from chalicelib.judge.origins import Origin
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.realtime.frames import Outgoing, UserPayload
from chalicelib.realtime.rooms import RoomKind

RETRIEVED = "SUBMISSION_VERDICT_RETRIEVED"


class VerdictPayload(UserPayload):
    """`time` in seconds, `memory` in KiB; `code` is the verdict for programs, `verdict` the one for people."""

    id: int
    problem_id: int
    origin: Origin | None
    origin_text: str = Field(description="The same as a text: course#{course_id}#{lesson_id}#{task_id}")
    verdict: WordedText
    code: Verdict
    time: float
    memory: int
    points: float
    tests_passed: int
    tests_total: int

    @classmethod
    def of(cls, submission: Submission) -> "VerdictPayload":
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
            tests_passed=submission.tests_passed,
            tests_total=submission.tests_total,
        )


FRAMES = (
    Outgoing(RETRIEVED, VerdictPayload, frozenset({RoomKind.PERSONAL}), "A program was judged; once, when final"),
)
