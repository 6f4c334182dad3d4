"""Takes accounts that were erased out of their tracks.

Their work goes, with its link, its code, its reviews and their appeals, and nobody owes a review of it any longer; they
owe nothing themselves, so no stage waits for them. What they wrote of others' work stays, without a name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.condition import Condition

from chalicelib.accounts import models as account_models
from chalicelib.accounts.permissions import AccountState
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.common.http import errors, paging
from chalicelib.tracks import models, review_duties, scheduler, state, work_models
from chalicelib.tracks.evidence import counter_models
from chalicelib.tracks.models import TOPIC, Assignment, Membership, Participant, Status, Track, TracksItem
from chalicelib.tracks.oversight import appeal_models, handing_out
from chalicelib.tracks.reliability import reliability_models
from chalicelib.tracks.reviewing import written
from chalicelib.tracks.solutions import code
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import ReviewPlace, Submission, SubmissionPlace

LEFT_TOPIC = "left_in_tracks"
"""Of the timers that migration 0013 sets: of accounts that were erased by a version that left them in their tracks."""

MOST_STEPS = 300
"""In one track, refused ones too: an assignment takes one or two."""
AT_ONCE = 80
"""Participants in one transaction: there is more to write in it."""
BEING_WRITTEN = frozenset({Stage.CLOSING, Stage.REOPENING})
"""Stages that last a moment: who reviews what is being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What is settled in one assignment: debts of the erased, and debts of others to them. `volunteers` have begun a
    review of their work and owe none.
    """

    assignment: Assignment
    work: Submission | None
    debtors: Sequence[Participant]
    volunteers: Sequence[Participant]
    owed: Sequence[int]

    @property
    def count(self) -> int:
        return len(self.debtors) + len(self.owed)

    @property
    def others(self) -> Sequence[Participant]:
        """As many as go into one transaction."""
        return [*self.debtors, *self.volunteers][:AT_ONCE]

    @property
    def ends_stage(self) -> bool:
        """Whether nothing is owed afterwards in a stage that waits for it."""
        return self.counts and self.assignment.owed <= self.count

    @property
    def counts(self) -> bool:
        return self.assignment.stage == Stage.CODE_REVIEW and self.count > 0


def forget(user_id: int) -> None:
    """Take somebody out of all their tracks. Doing it again goes on where it was interrupted."""
    while found := models.memberships_of(user_id, paging.ListQuery()).items:
        for membership in found:
            _forget_in(membership.track_id, user_id)


def advance(subject: str, now: datetime) -> None:
    """Takes an account that was erased long ago out of its tracks, once."""
    timer = timers.find(LEFT_TOPIC, subject)
    if timer is None:
        return
    account = account_models.find_account(int(subject), consistent=True)
    if account is not None and account.state == AccountState.DELETED:
        forget(account.id)
    timers.move(timer, None)


def _forget_in(track_id: int, user_id: int) -> None:
    for _ in range(MOST_STEPS):
        track_state, participant = state.find(track_id), models.find_participant(track_id, user_id)
        if track_state is None or participant is None:
            Membership(*models.membership_key(user_id, track_id)).delete()
            return
        try:
            if _step(track_state, participant):
                observe.logger.info("erased account left track", track_id=track_id, user_id=user_id)
                return
        except transactions.ConditionFailed:
            continue
    raise errors.ChangedMeanwhile


def _step(track_state: TrackState, participant: Participant) -> bool:
    """One thing after the other, each decided on what is there then; whether all is done."""
    track, now = track_state.track, clock.now()
    if track.status == Status.WAITING:
        models.remove_participant(track.id, participant.user_id)
        return True
    if any(each.stage in BEING_WRITTEN for each in track_state.assignments):
        scheduler.advance(str(track.id), now)
        return False
    for assignment in track_state.assignments:
        settlement = _settlement(assignment, participant)
        if settlement.count or settlement.work:
            _settle(track_state, participant, settlement, now)
            return False
    for assignment in track_state.assignments:
        handing_out.forget(assignment.id, participant.user_id)
    _remove(track, participant)
    return True


def _settlement(assignment: Assignment, participant: Participant) -> Settlement:
    work = work_models.find_submission(assignment.id, participant.user_id)
    others = models.participants_of(participant.track_id) if work else []
    duty = models.review_duty(assignment.id, work.id if work else "")
    debtors = [each for each in others if duty in (each.owes or ())]
    volunteers = [each for each in others if duty in (each.handed or ()) and duty not in (each.owes or ())]
    owed = participant.owed_in(assignment.id)
    return Settlement(assignment=assignment, work=work, debtors=debtors[:AT_ONCE], volunteers=volunteers, owed=owed)


def _settle(track_state: TrackState, participant: Participant, settlement: Settlement, now: datetime) -> None:
    """Work goes with the last debts to it."""
    assignment_id = settlement.assignment.id
    leaving = settlement.work if len(settlement.others) < AT_ONCE else None

    def fill(transaction: Transaction) -> None:
        _release_all(transaction, participant, settlement)
        if leaving is not None:
            as_read = models.same(Submission.appeals, leaving.appeals) & models.same(Submission.leases, leaving.leases)
            transaction.delete(leaving, condition=as_read, named="appeals_and_leases_as_read")
        _count_down(transaction, track_state, settlement, now)

    if leaving is not None:
        # First: without it nothing more is written of this work, so that what is deleted now was the last.
        SubmissionPlace(*models.submission_place_key(leaving.id)).delete()
        written.forget(leaving)
        _delete_reviews(assignment_id, participant.user_id)
        code.forget(leaving)
        appeal_models.delete_all(leaving)
        counter_models.forget(assignment_id, participant.user_id)
    transactions.transact(fill)
    if settlement.ends_stage:
        timers.enqueue_if_soon(TOPIC, str(track_state.track.id), now)


def _count_down(transaction: Transaction, track_state: TrackState, settlement: Settlement, now: datetime) -> None:
    """What the stage waits for, if it does; with the last of it, it is over."""
    assignment = settlement.assignment
    if settlement.ends_stage:
        state.end_review(transaction, track_state, assignment, now)
        return
    if settlement.counts:
        key = models.assignment_key(track_state.track.id, assignment.id)
        waits = (Assignment.stage == Stage.CODE_REVIEW) & (Assignment.owed == assignment.owed)
        fewer = [Assignment.owed.add(-settlement.count)]
        transaction.update(Assignment(*key), actions=fewer, condition=waits, named="owed_as_read")
    _touch(transaction, track_state.track)


def _release_all(transaction: Transaction, participant: Participant, settlement: Settlement) -> None:
    assignment_id, work = settlement.assignment.id, settlement.work
    if work is not None:
        for other in settlement.others:
            _let_go(transaction, other, models.review_duty(assignment_id, work.id))
    if settlement.owed:
        _release(transaction, participant, assignment_id, settlement.owed)


def _let_go(transaction: Transaction, other: Participant, duty: str) -> None:
    """Whether they owe the review, or have begun it as a volunteer."""
    actions = review_duties.given_back_done(other, duty)
    there: Condition = models.same(Participant.returned, other.returned)
    for attribute, duties in ((Participant.owes, other.owes), (Participant.handed, other.handed)):
        if duty in (duties or ()):
            actions.append(attribute.delete({duty}))
            there &= attribute.contains(duty)
    transaction.update(other, actions=actions, condition=there, named="review_to_write")


def _release(
    transaction: Transaction, participant: Participant, assignment_id: int, submission_ids: Sequence[int]
) -> None:
    duties = {models.review_duty(assignment_id, each) for each in submission_ids}
    owes: Condition = Participant.pk.exists()
    for duty in sorted(duties):
        owes &= Participant.owes.contains(duty)
    transaction.update(participant, actions=[Participant.owes.delete(duties)], condition=owes, named="review_owed")


def _delete_reviews(assignment_id: int, author_id: int) -> None:
    with TracksItem.batch_write() as batch:
        for review in work_models.reviews_of(assignment_id, author_id):
            batch.delete(review)
            batch.delete(ReviewPlace(*models.review_place_key(review.id)))


def _remove(track: Track, participant: Participant) -> None:
    def fill(transaction: Transaction) -> None:
        _touch(transaction, track)
        transaction.delete(participant, condition=Participant.owes.does_not_exist(), named="owes_nothing")
        reliability_models.forget(transaction, track.id, participant.user_id)
        transaction.delete(Membership(*models.membership_key(participant.user_id, track.id)))

    transactions.transact(fill)


def _touch(transaction: Transaction, track: Track) -> None:
    """Nobody decides any more on what they read of the track before."""
    transaction.update(
        Track(*models.track_key(track.id)),
        actions=[Track.version.add(1)],
        condition=(Track.status != Status.WAITING) & (Track.version == track.version),
        named="track_unchanged",
    )
