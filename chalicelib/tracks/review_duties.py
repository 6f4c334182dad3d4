"""Review duties: decides who may review which submission, and which duty a written review fulfils.

A reviewer has each allotted review as a duty until they write it, also after the review stage. At 80 % of that stage
the submissions that still lack reviews are offered to those who have finished theirs. Deciding is pure; `record` stores
a decision under the conditions that it was made on.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.condition import size

from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.tracks import models, state
from chalicelib.tracks.models import Assignment, Capacity, Participant, Review, Submission
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState

MOST_EXTRAS = 2
"""Reviews of an assignment that somebody may write beyond those owed."""
NOT_REVIEWED = "not_reviewed"
"""The condition of a review: its writer has not reviewed this before."""


def extras_offered(assignment: Assignment, now: datetime) -> bool:
    stage_state = assignment.stage_state
    return stage_state.stage is Stage.CODE_REVIEW and stage_state.soon_at <= now < stage_state.deadline


def may_take_extra(assignment: Assignment, reviewer: Participant, submission: Submission, now: datetime) -> bool:
    """Whether somebody may review what was allotted to others, who have not done it."""
    return (
        extras_offered(assignment, now)
        and not reviewer.owes
        and len(reviewer.extras_in(assignment.id)) < MOST_EXTRAS
        and submission.user_id != reviewer.user_id
        and submission.id not in reviews_by(reviewer, assignment.id)
        and submission.reviews < assignment.reviews_each
    )


def least_reviewed(submissions: Iterable[Submission]) -> Submission | None:
    """The one with the fewest reviews; of equals, one by its id, which tells nothing of when it was sent in."""
    return min(submissions, key=lambda each: (each.reviews, each.id), default=None)


def reviews_by(reviewer: Participant, assignment_id: int) -> Collection[int]:
    """The submissions to an assignment that somebody has reviewed."""
    return {*reviewer.written_in(assignment_id), *reviewer.extras_in(assignment_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a decision was made on. Without a `reviewer` it is a teacher's."""

    track_state: TrackState
    assignment: Assignment
    submission: Submission
    reviewer: Participant | None
    now: datetime

    @property
    def capacity(self) -> Capacity | None:
        """In which the submission may be reviewed; None when it may not."""
        stage = self.assignment.stage_state.stage
        if stage not in {Stage.CODE_REVIEW, Stage.COMPLETED}:
            return None
        if self.reviewer is None:
            return Capacity.TEACHER
        if self.submission.id in self.reviewer.owed_in(self.assignment.id):
            return Capacity.OWED
        if may_take_extra(self.assignment, self.reviewer, self.submission, self.now):
            return Capacity.EXTRA
        return None

    @property
    def is_last(self) -> bool:
        """Whether an owed review is the last that the stage waits for."""
        return self.assignment.stage == Stage.CODE_REVIEW and self.assignment.owed == 1


def record(review: Review, situation: Situation) -> None:
    """Store a review with what it settles: a debt, a submission that has one more, a stage that ends with the last.

    ConditionFailed(NOT_REVIEWED) when its writer has reviewed this before; else things have changed since they were
    read.
    """

    def fill(transaction: Transaction) -> None:
        transaction.save(review, condition=Review.pk.does_not_exist(), named=NOT_REVIEWED)
        needs_one = Submission.reviews < situation.assignment.reviews_each
        only_then = needs_one if review.capacity == Capacity.EXTRA else None
        transaction.update(
            situation.submission, actions=[Submission.reviews.add(1)], condition=only_then, named="needs_review"
        )
        if situation.reviewer is not None:
            settle = _settle_owed if review.capacity == Capacity.OWED else _count_extra
            settle(transaction, situation, situation.reviewer)

    transactions.transact(fill)


def _settle_owed(transaction: Transaction, situation: Situation, reviewer: Participant) -> None:
    duty = models.review_duty(situation.assignment.id, situation.submission.id)
    transaction.update(
        reviewer,
        actions=[Participant.owes.delete({duty}), Participant.written.add({duty})],
        condition=Participant.owes.contains(duty),
        named="review_owed",
    )
    if situation.is_last:
        state.end_review(transaction, situation.track_state, situation.assignment, situation.now)
    elif situation.assignment.stage == Stage.CODE_REVIEW:
        _count_down(transaction, situation.assignment)


def _count_extra(transaction: Transaction, situation: Situation, reviewer: Participant) -> None:
    duty = models.review_duty(situation.assignment.id, situation.submission.id)
    seen = len(reviewer.extras or ())
    none_yet = Participant.extras.does_not_exist()
    as_seen = size(Participant.extras) == seen if seen else none_yet  # type: ignore[no-untyped-call]
    transaction.update(
        reviewer,
        actions=[Participant.extras.add({duty})],
        condition=as_seen & Participant.owes.does_not_exist(),
        named="owes_nothing",
    )


def _count_down(transaction: Transaction, assignment: Assignment) -> None:
    key = models.assignment_key(assignment.track_id, assignment.id)
    several = (Assignment.stage == Stage.CODE_REVIEW) & (Assignment.owed > 1)
    transaction.update(Assignment(*key), actions=[Assignment.owed.add(-1)], condition=several, named="reviews_left")
