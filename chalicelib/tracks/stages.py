"""The stages of an assignment, and when each ends. Pure.

    not_started --open--> submission --close--> closing --allot--> code_review --complete--> completed

A teacher may reopen what is over: code_review or completed --reopening--> submission, completed --> code_review. So
several assignments of a track may run at once.

At 80 % of the time of submission and of code_review there is one reminder, and another when the stage gets longer. The
moment of each step follows from the state alone, and a late step leads to the same state. So any number of ticks, in
any order and with some missing, lead to the same state as one tick at the end. Only an outage stops the clock:
`given_back`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

SOON = 0.8
"""The part of a stage after which those who have not finished it are reminded."""


class Stage(StrEnum):
    """`closing`: nothing can be submitted any more, and who reviews what is being written. `reopening`: submissions are
    to be taken again, and who reviews what is being withdrawn. Each lasts a moment.
    """

    NOT_STARTED = "not_started"
    SUBMISSION = "submission"
    CLOSING = "closing"
    CODE_REVIEW = "code_review"
    COMPLETED = "completed"
    REOPENING = "reopening"


class Step(StrEnum):
    OPEN = "open"
    REMIND = "remind"
    CLOSE = "close"
    ALLOT = "allot"
    COMPLETE = "complete"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which no stage could go on."""

    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StageState:
    """Where an assignment is. The deadlines are set as it opens; that of the review follows that of the submission.

    Late work is taken for `late_time` after the deadline of the submission: until `closes_at`, which is None where that
    is the deadline itself. `began_at` is when the running stage began anew, if it did. Outages up to `given_back_until`
    have been given back.
    """

    submission_time: timedelta
    review_time: timedelta
    late_time: timedelta = timedelta(0)
    stage: Stage = Stage.NOT_STARTED
    opened_at: datetime | None = None
    submission_deadline: datetime | None = None
    closes_at: datetime | None = None
    code_review_deadline: datetime | None = None
    reminded: bool = False
    began_at: datetime | None = None
    given_back_until: datetime | None = None

    @property
    def deadline(self) -> datetime:
        """Of the running stage."""
        return self._span[1]

    @property
    def ends_at(self) -> datetime:
        """When the running stage is over: later than its deadline where late work is taken."""
        deadline = self.deadline
        return self.closes_at or deadline if self.stage is Stage.SUBMISSION else deadline

    @property
    def soon_at(self) -> datetime:
        """When those who have not finished the running stage are reminded."""
        began_at, deadline = self._span
        return began_at + SOON * (deadline - began_at)

    @property
    def submissions_end(self) -> datetime | None:
        return self.closes_at or self.submission_deadline

    @property
    def _span(self) -> tuple[datetime, datetime]:
        spans = {
            Stage.SUBMISSION: (self.began_at or self.opened_at, self.submission_deadline),
            Stage.CODE_REVIEW: (self.began_at or self.submissions_end, self.code_review_deadline),
        }
        began_at, deadline = spans.get(self.stage, (None, None))
        if began_at is None or deadline is None:
            raise ValueError(f"{self.stage} has no deadline")
        return began_at, deadline


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
        case Stage.REOPENING:
            return Step.WITHDRAW
        case Stage.COMPLETED:
            return None


def next_due(stage_states: Sequence[StageState], started_at: datetime) -> tuple[datetime, int] | None:
    """When the next step of a track is due that started then, and at which assignment; None when there is none.

    One opens when all before it are completed.
    """
    moments = [(at, number) for number, each in enumerate(stage_states) if (at := _step_at(each)) is not None]
    number = next((number for number, each in enumerate(stage_states) if each.stage is Stage.NOT_STARTED), None)
    if number is not None and all(each.stage is Stage.COMPLETED for each in stage_states[:number]):
        ends = [each.code_review_deadline for each in stage_states[:number] if each.code_review_deadline]
        moments.append((max(ends, default=started_at), number))
    return min(moments, default=None)


def _step_at(stage_state: StageState) -> datetime | None:
    match stage_state.stage:
        case Stage.NOT_STARTED | Stage.COMPLETED:
            return None
        case Stage.CLOSING:
            return stage_state.submissions_end
        case Stage.REOPENING:
            return stage_state.began_at
        case _:
            return stage_state.ends_at if stage_state.reminded else stage_state.soon_at


def opened(stage_state: StageState, at: datetime) -> StageState:
    opening = replace(
        stage_state, stage=Stage.SUBMISSION, opened_at=at, reminded=False, began_at=None, given_back_until=None
    )
    return _until(opening, at + stage_state.submission_time)


def reminded(stage_state: StageState) -> StageState:
    return replace(stage_state, reminded=True)


def closed(stage_state: StageState) -> StageState:
    return replace(stage_state, stage=Stage.CLOSING)


def allotted(stage_state: StageState, *, owed: int) -> StageState:
    """With nothing to review, there is no review stage."""
    if not owed:
        return replace(stage_state, stage=Stage.COMPLETED, code_review_deadline=stage_state.submissions_end)
    return replace(stage_state, stage=Stage.CODE_REVIEW, reminded=False, began_at=None)


def completed(stage_state: StageState) -> StageState:
    return replace(stage_state, stage=Stage.COMPLETED)


def extended(stage_state: StageState, deadline: datetime, now: datetime) -> StageState:
    """The running stage ends at another moment. What an outage took before is no more given back."""
    moved = replace(stage_state, given_back_until=now)
    if stage_state.stage is Stage.CODE_REVIEW:
        return _to_be_reminded(replace(moved, code_review_deadline=deadline), now)
    return _to_be_reminded(_until(moved, deadline), now)


def ended(stage_state: StageState, now: datetime) -> StageState:
    """The running stage ends now, if it has not by itself; nobody needs to be reminded of it."""
    if stage_state.stage is Stage.CODE_REVIEW:
        return reminded(replace(stage_state, code_review_deadline=min(now, stage_state.deadline)))
    ends_at = min(now, stage_state.ends_at)
    until = _until(stage_state, min(now, stage_state.deadline))
    closes_at = None if ends_at == until.submission_deadline else ends_at
    return reminded(replace(until, closes_at=closes_at, code_review_deadline=ends_at + stage_state.review_time))


def reopened(stage_state: StageState, stage: Stage, deadline: datetime, now: datetime) -> StageState:
    """A stage that is over runs again, until then."""
    again = replace(stage_state, reminded=False, began_at=now, given_back_until=now)
    if stage is Stage.CODE_REVIEW:
        return replace(again, stage=Stage.CODE_REVIEW, code_review_deadline=deadline)
    return _until(replace(again, stage=Stage.REOPENING), deadline)


def withdrawn(stage_state: StageState) -> StageState:
    return replace(stage_state, stage=Stage.SUBMISSION)


def given_back(stage_state: StageState, outage: Outage) -> StageState:
    """The clock stood still in an outage: what was to end after it began ends so much later."""
    beginnings = {
        Stage.SUBMISSION: stage_state.began_at or stage_state.opened_at,
        Stage.REOPENING: stage_state.began_at,
        Stage.CLOSING: stage_state.submissions_end,
        Stage.CODE_REVIEW: stage_state.began_at or stage_state.submissions_end,
    }
    began_at = beginnings.get(stage_state.stage)
    if began_at is None:
        return stage_state
    since = max(outage.began_at, began_at, stage_state.given_back_until or began_at)
    lost = outage.ended_at - since
    if lost <= timedelta(0):
        return stage_state

    def later(moment: datetime | None) -> datetime | None:
        return moment + lost if moment is not None and moment > since else moment

    moved = replace(
        stage_state,
        submission_deadline=later(stage_state.submission_deadline),
        closes_at=later(stage_state.closes_at),
        code_review_deadline=later(stage_state.code_review_deadline),
        given_back_until=outage.ended_at,
    )
    if moved.stage in {Stage.SUBMISSION, Stage.CODE_REVIEW} and moved.deadline != stage_state.deadline:
        return _to_be_reminded(moved, outage.ended_at)
    return moved


def _to_be_reminded(stage_state: StageState, now: datetime) -> StageState:
    """Of a stage that got longer people are reminded at 80 % of its new time; if that is over, of what is left."""
    if stage_state.soon_at <= now:
        stage_state = replace(stage_state, began_at=now)
    return replace(stage_state, reminded=False)


def _until(stage_state: StageState, deadline: datetime) -> StageState:
    closes_at = deadline + stage_state.late_time
    return replace(
        stage_state,
        submission_deadline=deadline,
        closes_at=closes_at if stage_state.late_time else None,
        code_review_deadline=closes_at + stage_state.review_time,
    )
