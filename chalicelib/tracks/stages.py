"""An assignment's stages, and when each gives way to the next. Pure.

    not_started --open--> submission --close--> closing --allot--> code_review --complete--> completed

Within submission and code_review, at 80 % of the time, comes one reminder. Every step happens at a moment that follows
from the state alone; late or not, it leads to the same state. So any number of ticks, in any order, with any of them
missing, lead to where one tick at the end would have.
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


def current(timetables: Sequence[StageState]) -> int | None:
    """Which of a track's assignments it is at; None when all are completed."""
    return next((number for number, each in enumerate(timetables) if each.stage is not Stage.COMPLETED), None)


def next_step(timetable: StageState) -> Step | None:
    """None when it is completed."""
    match timetable.stage:
        case Stage.NOT_STARTED:
            return Step.OPEN
        case Stage.SUBMISSION:
            return Step.CLOSE if timetable.reminded else Step.REMIND
        case Stage.CLOSING:
            return Step.ALLOT
        case Stage.CODE_REVIEW:
            return Step.COMPLETE if timetable.reminded else Step.REMIND
        case Stage.COMPLETED:
            return None


def due_at(timetables: Sequence[StageState], started_at: datetime) -> datetime | None:
    """When the next step of a track is due that started then; None when there is none."""
    number = current(timetables)
    if number is None:
        return None
    timetable = timetables[number]
    match timetable.stage:
        case Stage.NOT_STARTED:
            return started_at if number == 0 else timetables[number - 1].code_review_deadline
        case Stage.CLOSING:
            return timetable.submission_deadline
        case _:
            return timetable.deadline if timetable.reminded else timetable.soon_at


def opened(timetable: StageState, at: datetime) -> StageState:
    opening = replace(timetable, stage=Stage.SUBMISSION, opened_at=at, reminded=False)
    return _until(opening, at + timetable.submission_time)


def reminded(timetable: StageState) -> StageState:
    return replace(timetable, reminded=True)


def closed(timetable: StageState) -> StageState:
    return replace(timetable, stage=Stage.CLOSING)


def allotted(timetable: StageState, *, owed: int) -> StageState:
    """With nothing to review, there is no review stage."""
    if not owed:
        return replace(timetable, stage=Stage.COMPLETED, code_review_deadline=timetable.submission_deadline)
    return replace(timetable, stage=Stage.CODE_REVIEW, reminded=False)


def completed(timetable: StageState) -> StageState:
    return replace(timetable, stage=Stage.COMPLETED)


def extended(timetable: StageState, deadline: datetime) -> StageState:
    """The running stage ends at another moment. Who was reminded of it is not reminded again."""
    if timetable.stage is Stage.CODE_REVIEW:
        return replace(timetable, code_review_deadline=deadline)
    return _until(timetable, deadline)


def ended(timetable: StageState, now: datetime) -> StageState:
    """The running stage ends now, if it has not by itself; nobody needs to be reminded of it."""
    return reminded(extended(timetable, min(now, timetable.deadline)))


def _until(timetable: StageState, deadline: datetime) -> StageState:
    return replace(timetable, submission_deadline=deadline, code_review_deadline=deadline + timetable.review_time)
