"""Appeals as they are stored, and the transactions that make and decide them. `models.py` lists the keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.pagination import ResultIterator

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import paging
from chalicelib.tracks import models
from chalicelib.tracks.models import Assignment, TracksItem
from chalicelib.tracks.oversight import models as keys
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Submission

NONE_OPEN, STAGE_OVER, AS_READ, SUBMISSION_AS_READ = "none_open", "stage_over", "appeal_as_read", "submission_as_read"
"""Conditions: the submission has the appeals that were read, and none is open; its review stage is over; the appeal is
as it was read; so is what was decided of the submission.
"""


class AppealState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    """The scores are the teacher's from then on."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a teacher decides on an appeal: `scores` by criterion, or None when the appeal is rejected."""

    scores: Mapping[str, float] | None
    reason: str
    decided_by: int
    decided_at: datetime

    @property
    def state(self) -> AppealState:
        return AppealState.REJECTED if self.scores is None else AppealState.UPHELD

    def to_json(self) -> dict[str, Any]:
        return {
            "scores": None if self.scores is None else dict(self.scores),
            "reason": self.reason,
            "decided_by": self.decided_by,
            "decided_at": self.decided_at.isoformat(),
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Ruling":
        return cls(**{**stored, "decided_at": datetime.fromisoformat(stored["decided_at"])})


class Appeal(TracksItem, discriminator="appeal"):
    """`review_id` and `criterion` are what it is about, None for the whole. `decisions` are all that were made, of
    which the last holds.
    """

    id = dynamo_items.IntegerAttribute()
    track_id = dynamo_items.IntegerAttribute()
    assignment_id = dynamo_items.IntegerAttribute()
    submission_id = dynamo_items.IntegerAttribute()
    author_id = dynamo_items.IntegerAttribute()
    review_id = dynamo_items.OptionalIntegerAttribute()
    criterion = dynamo_items.OptionalTextAttribute()
    text = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    state = UnicodeAttribute(default=AppealState.OPEN)
    decisions = dynamo_items.JsonTextAttribute(default=list)
    version = dynamo_items.IntegerAttribute(default=1)

    @property
    def rulings(self) -> list[Ruling]:
        return [Ruling.of_json(each) for each in self.decisions]

    @property
    def ruling(self) -> Ruling | None:
        """What holds."""
        return self.rulings[-1] if self.decisions else None


class AppealPlace(TracksItem, discriminator="appeal_place"):
    track_id = dynamo_items.IntegerAttribute()


def find(appeal_id: int) -> Appeal | None:
    place = dynamo_items.find(AppealPlace, *keys.appeal_place_key(appeal_id), consistent=True)
    return dynamo_items.find(Appeal, *keys.appeal_key(place.track_id, appeal_id), consistent=True) if place else None


def appeals_of(submission: Submission) -> list[Appeal]:
    """The oldest first."""
    wanted = [keys.appeal_key(submission.track_id, each) for each in submission.appeals or ()]
    found = {each.id: each for each in Appeal.batch_get(wanted, consistent_read=True)} if wanted else {}
    return [found[each] for each in submission.appeals or () if each in found]


def list_in_track(track_id: int, state: AppealState | None, query: paging.ListQuery) -> paging.Page[Appeal]:
    """The newest first. With a `state` a page may be short, or empty, before the last."""
    wanted = Appeal.state == state if state else None

    def run(limit: int, start: paging.Key | None) -> ResultIterator[Appeal]:
        pk, _ = models.track_key(track_id)
        of_kind = Appeal.sk.startswith(keys.APPEALS)
        return Appeal.query(
            pk, of_kind, wanted, limit=limit, last_evaluated_key=start, scan_index_forward=False, consistent_read=True
        )

    return paging.read_list(query, run)


def add(appeal: Appeal, submission: Submission, assignment: Assignment) -> None:
    """ConditionFailed(KEY_FREE) when the id is taken, else by NONE_OPEN and STAGE_OVER."""
    place = AppealPlace(*keys.appeal_place_key(appeal.id), track_id=appeal.track_id)
    over = (Assignment.stage == Stage.COMPLETED) & (Assignment.code_review_deadline == assignment.code_review_deadline)
    none_open = Submission.open_appeal.does_not_exist() & models.same(Submission.appeals, submission.appeals)
    of_submission = {
        "appeals": [*(submission.appeals or ()), appeal.id],
        "open_appeal": appeal.id,
        "appealed_at": appeal.created_at,
    }

    def fill(transaction: Transaction) -> None:
        transaction.save(place, condition=AppealPlace.pk.does_not_exist(), named=transactions.KEY_FREE)
        transaction.save(appeal)
        transaction.check(
            Assignment, *models.assignment_key(appeal.track_id, assignment.id), condition=over, named=STAGE_OVER
        )
        transaction.update(
            Submission(submission.pk, submission.sk),
            actions=models.setting(Submission, of_submission),
            condition=Submission.pk.exists() & none_open,
            named=NONE_OPEN,
        )

    transactions.transact(fill)


def rule(appeal: Appeal, appeals: Sequence[Appeal], submission: Submission, ruling: Ruling) -> None:
    """Store a ruling, and what is decided of the submission with it. `appeals` are all of the submission.

    ConditionFailed(AS_READ) when another has ruled meanwhile, SUBMISSION_AS_READ when another appeal was decided, or
    the author has left.
    """
    decision = decision_after(appeals, appeal, ruling)
    of_appeal = {"state": ruling.state, "decisions": [*appeal.decisions, ruling.to_json()]}
    of_submission: dict[str, Any] = {"decision": decision}
    if submission.open_appeal == appeal.id:
        of_submission |= {"open_appeal": None, "appealed_at": None}

    def fill(transaction: Transaction) -> None:
        transaction.update(
            Appeal(appeal.pk, appeal.sk),
            actions=[*models.setting(Appeal, of_appeal), Appeal.version.add(1)],
            condition=Appeal.version == appeal.version,
            named=AS_READ,
        )
        _check_others(transaction, appeal, appeals)
        transaction.update(
            Submission(submission.pk, submission.sk),
            actions=models.setting(Submission, of_submission),
            condition=Submission.pk.exists() & models.same(Submission.decision, submission.decision),
            named=SUBMISSION_AS_READ,
        )

    transactions.transact(fill)


def _check_others(transaction: Transaction, appeal: Appeal, appeals: Sequence[Appeal]) -> None:
    """That the other appeals are as read: a ruling on one need not change what is decided of the submission."""
    for other in appeals:
        if other.id != appeal.id:
            as_read = Appeal.version == other.version
            transaction.check(Appeal, other.pk, other.sk, condition=as_read, named=SUBMISSION_AS_READ)


def decision_after(appeals: Sequence[Appeal], ruled: Appeal, ruling: Ruling) -> dict[str, Any] | None:
    """What is decided of a submission when one of its appeals is ruled on so: the newest appeal that is upheld decides.
    None when none is. The appeals are in the order in which they were made. Pure.
    """
    rulings = {each.id: each.ruling for each in appeals} | {ruled.id: ruling}
    for appeal_id in reversed(rulings):
        holds = rulings[appeal_id]
        if holds is not None and holds.scores is not None:
            return {**holds.to_json(), "appeal_id": appeal_id}
    return None


def delete_all(submission: Submission) -> None:
    """Delete its appeals, with what leads to them."""
    with TracksItem.batch_write() as batch:
        for each in submission.appeals or ():
            batch.delete(Appeal(*keys.appeal_key(submission.track_id, each)))
            batch.delete(AppealPlace(*keys.appeal_place_key(each)))
