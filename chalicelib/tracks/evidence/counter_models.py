"""Counter-tests as they are stored: `models.py` lists the keys.

A reviewer has `MOST` places for those of one submission. One that the judge could not run gives its place back: the
next that is sent takes it.
"""

from collections.abc import Sequence
from enum import StrEnum

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.tracks import models
from chalicelib.tracks.models import TracksItem

MOST = 5
PLACE_FREE = "counter_test_place_free"


class Outcome(StrEnum):
    WAITING = "waiting"
    BREAKS = "breaks"
    HOLDS = "holds"
    INVALID = "invalid"


class CounterTest(TracksItem, discriminator="counter_test"):
    """An input that a reviewer claims breaks a program. `trial_id` is what the judge calls its run, `digest` is the
    same for the same input, `excerpt` its beginning. `program_id` is the program that was tried, as the judge calls it.

    `reason` says why one is invalid; one that `was_not_run` is so by no fault of the reviewer's. `verdict` is the
    program's on it. `tests_version` are the problem's tests since its teacher has taken it into them.
    """

    id = dynamo_items.IntegerAttribute()
    place = dynamo_items.IntegerAttribute()
    assignment_id = dynamo_items.IntegerAttribute()
    submission_id = dynamo_items.IntegerAttribute()
    author_id = dynamo_items.IntegerAttribute()
    reviewer_id = dynamo_items.IntegerAttribute()
    by_teacher = BooleanAttribute(default=False)
    trial_id = dynamo_items.IntegerAttribute()
    program_id = dynamo_items.IntegerAttribute()
    digest = UnicodeAttribute()
    excerpt = UnicodeAttribute()
    size = dynamo_items.IntegerAttribute()
    sent_at = UTCDateTimeAttribute()
    outcome = UnicodeAttribute(default=Outcome.WAITING)
    verdict = dynamo_items.OptionalTextAttribute()
    reason = dynamo_items.WordedAttribute()
    was_not_run = BooleanAttribute(default=False)
    tests_version = dynamo_items.OptionalIntegerAttribute()

    @property
    def takes_place(self) -> bool:
        return not self.was_not_run


def find(assignment_id: int, author_id: int, reviewer_id: int, place: int) -> CounterTest | None:
    key = models.counter_test_key(assignment_id, author_id, reviewer_id, place)
    return dynamo_items.find(CounterTest, *key, consistent=True)


def of_submission(assignment_id: int, author_id: int) -> list[CounterTest]:
    """All that were tried on somebody's work, in the order of their ids, which tells nothing."""
    return _below(assignment_id, f"{models.COUNTER_TESTS}{author_id}#")


def of_review(assignment_id: int, author_id: int, reviewer_id: int) -> list[CounterTest]:
    return _below(assignment_id, f"{models.COUNTER_TESTS}{author_id}#{reviewer_id}#")


def of_assignment(assignment_id: int) -> list[CounterTest]:
    return _below(assignment_id, models.COUNTER_TESTS)


def add(transaction: Transaction, counter_test: CounterTest) -> None:
    """ConditionFailed(PLACE_FREE) when another has its place."""
    free = CounterTest.pk.does_not_exist() | (CounterTest.was_not_run == True)  # noqa: E712 - a condition
    transaction.save(counter_test, condition=free, named=PLACE_FREE)


def forget(assignment_id: int, author_id: int) -> None:
    """Delete those of somebody's work, which goes."""
    with TracksItem.batch_write() as batch:
        for each in of_submission(assignment_id, author_id):
            batch.delete(each)


def _below(assignment_id: int, prefix: str) -> list[CounterTest]:
    found: Sequence[CounterTest] = models.all_below(CounterTest, models.assignment_place_key(assignment_id), prefix)
    return sorted(found, key=lambda each: each.id)
