"""Review duties: decides who may review which submission, and which duty a written review fulfils.

A reviewer has each allotted review as a duty until they write it, also after the review stage. At 80 % of that stage
the submissions that still lack reviews are offered to those who have finished theirs, volunteers: one that is handed
out is reserved for its volunteer for a while, and their review is accepted even after that. Deciding is pure; `reserve`
and `record` store a decision under the conditions that it was made on.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.tracks import models, state
from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.oversight import models as keys
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Capacity, HandedOut, Review, ReviewPlace, Submission

MOST_EXTRAS = 2
"""Reviews of an assignment that somebody may write beyond those owed."""
NOT_REVIEWED = "not_reviewed"
"""The condition of a review: its writer has not reviewed this before."""


SHORTEST_LEASE, LONGEST_LEASE = timedelta(minutes=10), timedelta(hours=4)
"""For how long a submission is reserved for a volunteer: half of what is left of the stage, within these."""


def lease_until(assignment: Assignment, now: datetime) -> datetime:
    """Until when a submission that is handed out now is reserved. Two volunteers at least may try in turn."""
    left = assignment.stage_state.deadline - now
    return now + min(LONGEST_LEASE, max(SHORTEST_LEASE, left / 2))


def leases_of(submission: Submission, now: datetime) -> dict[int, datetime]:
    """For whom a submission is reserved, and until when."""
    leases = submission.leases
    if not leases:
        return {}
    stored = {int(user): datetime.fromisoformat(until) for user, until in leases.items()}
    return {user: until for user, until in stored.items() if now < until}


def expected(submission: Submission, now: datetime, *, but: int | None = None) -> int:
    """How many reviews a submission has, and those that are being written, `but` somebody's."""
    return int(submission.reviews) + len(leases_of(submission, now).keys() - {but})


def extras_offered(assignment: Assignment, now: datetime) -> bool:
    stage_state = assignment.stage_state
    return stage_state.stage is Stage.CODE_REVIEW and stage_state.soon_at <= now < stage_state.deadline


def may_take_extra(assignment: Assignment, reviewer: Participant, submission: Submission, now: datetime) -> bool:
    """Whether somebody may review what was allotted to others, who have not done it, and nobody else is at.

    Who may still send in sees nobody's work.
    """
    return any(_offered([submission], assignment, reviewer, now))


def to_hand_out(
    submissions: Iterable[Submission], assignment: Assignment, reviewer: Participant, now: datetime
) -> Submission | None:
    """What a volunteer reviews next: what they have begun, else the one with the fewest reviews to expect.

    Of equals, one by its id, which tells nothing of when it was sent in.
    """
    begun = reviewer.handed_in(assignment.id)
    offered = _offered(submissions, assignment, reviewer, now)
    first = min(offered, key=lambda offer: (offer.submission_id not in begun, *offer[:2]), default=None)
    return None if first is None else first.submission


class _Offer(NamedTuple):
    expected: int
    submission_id: int
    submission: Submission


def _offered(
    submissions: Iterable[Submission], assignment: Assignment, reviewer: Participant, now: datetime
) -> Iterator[_Offer]:
    """Those of the submissions that somebody may review, and how many reviews of others they may expect.

    What is about the reviewer is decided once, and of each submission as little as possible: there may be thousands.
    """
    if not extras_offered(assignment, now) or reviewer.owes or reviewer.may_submit(assignment.id, now):
        return
    taken = {*reviewer.extras_in(assignment.id), *reviewer.handed_in(assignment.id)}
    reviewed, most, own_id = reviews_by(reviewer, assignment.id), int(assignment.reviews_each), reviewer.user_id
    for each in submissions:
        submission_id = each.id
        others_taken = len(taken) - (submission_id in taken)
        if submission_id in reviewed or others_taken >= MOST_EXTRAS or each.user_id == own_id:
            continue
        offer = _Offer(expected(each, now, but=own_id), submission_id, each)
        if offer.expected < most:
            yield offer


def short(submissions: Iterable[Submission], assignment: Assignment) -> list[Submission]:
    """Those that have fewer reviews than they are to get."""
    return [each for each in submissions if each.reviews < assignment.reviews_each]


def reviews_by(reviewer: Participant, assignment_id: int) -> Collection[int]:
    """The submissions to an assignment that somebody has reviewed."""
    return {*reviewer.written_in(assignment_id), *reviewer.extras_in(assignment_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a decision was made on. Without a `reviewer` it is a teacher's. `returned` is a review by them that a
    teacher gave back: another stands in its place then.
    """

    track_state: TrackState
    assignment: Assignment
    submission: Submission
    reviewer: Participant | None
    now: datetime
    returned: Review | None = None

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
        if self.was_handed_out:
            return Capacity.EXTRA
        if may_take_extra(self.assignment, self.reviewer, self.submission, self.now):
            return Capacity.EXTRA
        return None

    @property
    def was_handed_out(self) -> bool:
        """Whether the reviewer has begun this as a volunteer: it is accepted whenever it comes."""
        return self.reviewer is not None and self.submission.id in self.reviewer.handed_in(self.assignment.id)

    @property
    def is_last(self) -> bool:
        """Whether an owed review is the last that the stage waits for."""
        return self.assignment.stage == Stage.CODE_REVIEW and self.assignment.owed == 1


def reserve(submission: Submission, assignment: Assignment, reviewer: Participant, now: datetime) -> None:
    """Hand a submission out to a volunteer. ConditionFailed when things have changed since they were read."""
    duty = models.review_duty(assignment.id, submission.id)
    leases = {**leases_of(submission, now), reviewer.user_id: lease_until(assignment, now)}

    def fill(transaction: Transaction) -> None:
        transaction.update(
            submission,
            actions=[Submission.leases.set(_leases_to_json(leases))],
            condition=(Submission.reviews == submission.reviews) & _leases_as_read(submission),
            named="submission_unchanged",
        )
        handed = _size_as_read(Participant.handed, reviewer.handed)
        extras = _size_as_read(Participant.extras, reviewer.extras)
        transaction.update(
            reviewer,
            actions=[Participant.handed.add({duty})],
            condition=handed & extras & Participant.owes.does_not_exist(),
            named="owes_nothing",
        )

    transactions.transact(fill)
    submission.leases = _leases_to_json(leases)


def record(review: Review, situation: Situation, further: Callable[[Transaction], None] = lambda _: None) -> None:
    """Store a review with what it settles: a debt, a submission that has one more, a stage that ends with the last.
    `further` adds what else is written with it.

    ConditionFailed(NOT_REVIEWED) when its writer has reviewed this before; else things have changed since they were
    read.
    """

    def fill(transaction: Transaction) -> None:
        transaction.save(review, condition=not_reviewed(situation), named=NOT_REVIEWED)
        transaction.delete(HandedOut(*keys.handed_key(review.assignment_id, review.reviewer_id, review.submission_id)))
        if situation.returned is not None:
            transaction.delete(ReviewPlace(*models.review_place_key(situation.returned.id)))
        transaction.save(_place_of(review, situation), condition=ReviewPlace.pk.does_not_exist(), named="id_free")
        _count_review(transaction, review, situation)
        further(transaction)
        if situation.reviewer is not None:
            settle = _settle_owed if review.capacity == Capacity.OWED else _count_extra
            settle(transaction, situation, situation.reviewer)

    transactions.transact(fill)


def not_reviewed(situation: Situation) -> Condition:
    """Of the review that is to be written: there is none, or the one that a teacher gave back."""
    none_there: Condition = Review.pk.does_not_exist()
    returned = situation.returned
    return none_there if returned is None else none_there | (Review.withheld == returned.withheld)


def _place_of(review: Review, situation: Situation) -> ReviewPlace:
    return ReviewPlace(
        *models.review_place_key(review.id),
        track_id=situation.track_state.track.id,
        assignment_id=review.assignment_id,
        author_id=review.author_id,
        reviewer_id=review.reviewer_id,
    )


def _count_review(transaction: Transaction, review: Review, situation: Situation) -> None:
    submission, is_extra = situation.submission, review.capacity == Capacity.EXTRA
    actions: list[Action] = [Submission.reviews.add(1)]
    condition = Submission.pk.exists()
    if is_extra and not situation.was_handed_out:
        condition &= (Submission.reviews == submission.reviews) & _leases_as_read(submission)
    elif is_extra:
        condition &= _leases_as_read(submission)
        rest = {user: at for user, at in leases_of(submission, situation.now).items() if user != review.reviewer_id}
        actions.append(Submission.leases.set(_leases_to_json(rest)))
    transaction.update(submission, actions=actions, condition=condition, named="needs_review")


def _settle_owed(transaction: Transaction, situation: Situation, reviewer: Participant) -> None:
    duty = models.review_duty(situation.assignment.id, situation.submission.id)
    transaction.update(
        reviewer,
        actions=[Participant.owes.delete({duty}), Participant.written.add({duty}), *given_back_done(reviewer, duty)],
        condition=Participant.owes.contains(duty) & models.same(Participant.returned, reviewer.returned),
        named="review_owed",
    )
    if situation.is_last:
        state.end_review(transaction, situation.track_state, situation.assignment, situation.now)
    else:
        _count_down(transaction, situation.assignment)


def _count_extra(transaction: Transaction, situation: Situation, reviewer: Participant) -> None:
    duty = models.review_duty(situation.assignment.id, situation.submission.id)
    actions: list[Action] = [Participant.extras.add({duty})]
    if situation.was_handed_out:
        actions.append(Participant.handed.delete({duty}))
        condition = Participant.handed.contains(duty)
    else:
        condition = _size_as_read(Participant.extras, reviewer.extras) & Participant.owes.does_not_exist()
    actions += given_back_done(reviewer, duty)
    condition &= models.same(Participant.returned, reviewer.returned)
    transaction.update(reviewer, actions=actions, condition=condition, named="owes_nothing")


def given_back_done(reviewer: Participant, duty: str) -> list[Action]:
    """A review that was given back is written again, or not to be written any more."""
    returned = reviewer.returned or {}
    if duty not in returned:
        return []
    return models.setting(Participant, {"returned": {key: at for key, at in returned.items() if key != duty} or None})


def _leases_to_json(leases: Mapping[int, datetime]) -> dict[str, str]:
    return {str(user): until.isoformat() for user, until in leases.items()}


def _leases_as_read(submission: Submission) -> Condition:
    as_read: Condition = (
        Submission.leases.does_not_exist() if submission.leases is None else Submission.leases == submission.leases
    )
    return as_read


def _size_as_read(attribute: Any, duties: Collection[str] | None) -> Condition:
    seen = len(duties or ())
    as_read: Condition = size(attribute) == seen if seen else attribute.does_not_exist()  # type: ignore[no-untyped-call]
    return as_read


def _count_down(transaction: Transaction, assignment: Assignment) -> None:
    """Also when the stage is over: whoever reopens it meanwhile has counted one too many."""
    key = models.assignment_key(assignment.track_id, assignment.id)
    as_read: Condition = Assignment.stage == assignment.stage
    if assignment.stage == Stage.CODE_REVIEW:
        as_read &= Assignment.owed > 1
    transaction.update(Assignment(*key), actions=[Assignment.owed.add(-1)], condition=as_read, named="reviews_left")
