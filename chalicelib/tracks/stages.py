"""The stages of an assignment, and when each ends. Pure.

    not_started --open--> submission --close--> closing --allot--> code_review --complete--> completed

At 80 % of the time of submission and of code_review there is one reminder. The moment of each step follows from the
state alone, and a late step leads to the same state. So any number of ticks, in any order and with some missing, lead
to the same state as one tick at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

SOON = 0.8
"""The part of a stage after which those who have not finished it are reminded."""


class Stage(StrEnum):
    """`closing`: nothing can be submitted any more, and who reviews what is being written. It lasts a moment."""

    NOT_STARTED = "not_started"
    SUBMISSION = "submission"
    CLOSING = "closing"
    CODE_REVIEW = "code_review"
    COMPLETED = "completed"


class Step(StrEnum):
    OPEN = "open"
    REMIND = "remind"
    CLOSE = "close"
    ALLOT = "allot"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageState:
    """Where an assignment is. The deadlines are set as it opens; that of the review follows that of the submission."""

    submission_time: timedelta
    review_time: timedelta
    stage: Stage = Stage.NOT_STARTED
    opened_at: datetime | None = None
    submission_deadline: datetime | None = None
    code_review_deadline: datetime | None = None
    reminded: bool = False

    @property
    def deadline(self) -> datetime:
        """Of the running stage."""
        return self._span[1]

    @property
    def soon_at(self) -> datetime:
        """When those who have not finished the running stage are reminded."""
        began_at, deadline = self._span
        return began_at + SOON * (deadline - began_at)

    @property
    def _span(self) -> tuple[datetime, datetime]:
        spans = {
            Stage.SUBMISSION: (self.opened_at, self.submission_deadline),
            Stage.CODE_REVIEW: (self.submission_deadline, self.code_review_deadline),
        }
        began_at, deadline = spans.get(self.stage, (None, None))
        if began_at is None or deadline is None:
            raise ValueError(f"{self.stage} has no deadline")
        return began_at, deadline


def current(stage_states: Sequence[StageState]) -> int | None:
    """Which of a track's assignments it is at; None when all are completed."""
    return next((number for number, each in enumerate(stage_states) if each.stage is not Stage.COMPLETED), None)


def next_step(stage_state: StageState) -> Step | None:
    """None when it is completed."""
    match stage_state.stage:
        case Stage.NOT_STARTED:
            return Step.OPEN
        case Stage.SUBMISSION:
            return Step.CLOSE if stage_state.reminded else Step.REMIND
        case Stage.CLOSING:
            return Step.ALLOT
        case Stage.CODE_REVIEW:
            return Step.COMPLETE if stage_state.reminded else Step.REMIND
        case Stage.COMPLETED:
            return None


def due_at(stage_states: Sequence[StageState], started_at: datetime) -> datetime | None:
    """When the next step of a track is due that started then; None when there is none."""
    number = current(stage_states)
    if number is None:
        return None
    stage_state = stage_states[number]
    match stage_state.stage:
        case Stage.NOT_STARTED:
            return started_at if number == 0 else stage_states[number - 1].code_review_deadline
        case Stage.CLOSING:
            return stage_state.submission_deadline
        case _:
            return stage_state.deadline if stage_state.reminded else stage_state.soon_at


def opened(stage_state: StageState, at: datetime) -> StageState:
    opening = replace(stage_state, stage=Stage.SUBMISSION, opened_at=at, reminded=False)
    return _until(opening, at + stage_state.submission_time)


def reminded(stage_state: StageState) -> StageState:
    return replace(stage_state, reminded=True)


def closed(stage_state: StageState) -> StageState:
    return replace(stage_state, stage=Stage.CLOSING)


def allotted(stage_state: StageState, *, owed: int) -> StageState:
    """With nothing to review, there is no review stage."""
    if not owed:
        return replace(stage_state, stage=Stage.COMPLETED, code_review_deadline=stage_state.submission_deadline)
    return replace(stage_state, stage=Stage.CODE_REVIEW, reminded=False)


def completed(stage_state: StageState) -> StageState:
    return replace(stage_state, stage=Stage.COMPLETED)


def extended(stage_state: StageState, deadline: datetime) -> StageState:
    """The running stage ends at another moment. Who was reminded of it is not reminded again."""
    if stage_state.stage is Stage.CODE_REVIEW:
        return replace(stage_state, code_review_deadline=deadline)
    return _until(stage_state, deadline)


def ended(stage_state: StageState, now: datetime) -> StageState:
    """The running stage ends now, if it has not by itself; nobody needs to be reminded of it."""
    return reminded(extended(stage_state, min(now, stage_state.deadline)))


def _until(stage_state: StageState, deadline: datetime) -> StageState:
    return replace(stage_state, submission_deadline=deadline, code_review_deadline=deadline + stage_state.review_time)
