"""Conditional writes and transactions: their conditions are the invariants.

A transaction that meets another on the same items is refused by DynamoDB, and only has to come again: `transact` and
`get_many_consistent` do that.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.exceptions import ClientError
from pynamodb.exceptions import (
    DeleteError,
    DoesNotExist,
    PutError,
    PynamoDBException,
    TransactGetError,
    TransactWriteError,
    UpdateError,
)
from pynamodb.transactions import TransactGet, TransactWrite

from chalicelib.common import clock, ids
from chalicelib.common.dynamo.items import Item, Key, connection

NEW_ID_TRIES = 10


class ConditionFailed(Exception):
    """The condition of a write does not hold.

    `failed` has the positions of the refused items in a transaction, (0,) for a single write.
    """

    def __init__(self, *failed: int) -> None:
        super().__init__(f"Conditions failed: {failed}")
        self.failed = failed


Stored = TypeVar("Stored")


@contextmanager
def conditional() -> Iterator[None]:
    """Turns the refusal of a conditional write into ConditionFailed; any other failure passes."""
    try:
        yield
    except (PutError, UpdateError, DeleteError) as error:
        if cause_of(error) == "ConditionalCheckFailedException":
            raise ConditionFailed(0) from error
        raise


def get_many_consistent(wanted: Sequence[tuple[type[Item], Key]]) -> list[Any]:
    """Items of whatever tables as they are at one moment, in the order asked for; None for each that is not there.

    DynamoDB charges twice what reading them one by one costs. A transaction that is writing some is waited for.
    """

    def ask() -> list[Any]:
        with TransactGet(connection=connection()) as transaction:
            return [transaction.get(kind, *key) for kind, key in wanted]

    return [_item_or_none(each) for each in retry_conflicts(ask)]


def _item_or_none(asked: Any) -> Item | None:
    try:
        found: Item = asked.get()
    except DoesNotExist:
        return None
    return found


def create(item: Item) -> None:
    """Store a new item; ConditionFailed when its key is taken."""
    with conditional():
        item.save(condition=type(item).pk.does_not_exist())


def create_new(item: Item) -> None:
    """Store an item under a fresh id; ConditionFailed(0) when it is taken.

    A transaction of one, since botocore sends a request whose answer was lost again: its token makes that harmless,
    while a bare put would find its own item, take the id for taken, and be stored once more under another.
    """
    transact(lambda transaction: transaction.save(item, condition=type(item).pk.does_not_exist()))


def with_new_id(store: Callable[[int], Stored]) -> Stored:
    """What `store` makes of a fresh id; another id in the rare case that it raises ConditionFailed(0): taken."""
    for _ in range(NEW_ID_TRIES - 1):
        try:
            return store(ids.new_id(clock.now()))
        except ConditionFailed as refused:
            if 0 not in refused.failed:
                raise
    return store(ids.new_id(clock.now()))


def transact(fill: Callable[[TransactWrite], None]) -> None:
    """Run the writes that `fill` adds, all or none; ConditionFailed names those that were refused.

    PynamoDB sends checks first, then deletions, puts and updates: positions count in that order. Another transaction
    on the same items is not a refusal: it is waited for.
    """

    def write() -> None:
        with TransactWrite(connection=connection()) as transaction:
            fill(transaction)

    try:
        retry_conflicts(write)
    except TransactWriteError as error:
        if failed := failed_conditions(error):
            raise ConditionFailed(*failed) from error
        raise


TRIES = 8
PAUSE = 0.02
"""Seconds before the second try; doubles with each, and half of it is random."""

Result = TypeVar("Result")


def retry_conflicts(transact: Callable[[], Result]) -> Result:
    """What a transaction gives, tried as often as it has to be; what fails for another reason is raised at once."""
    for attempt in range(TRIES - 1):
        try:
            return transact()
        except (TransactGetError, TransactWriteError) as error:
            if not _is_contended(error):
                raise
            time.sleep(PAUSE * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
    return transact()


def cause_of(error: PynamoDBException) -> str | None:
    """DynamoDB's code. PynamoDB's own `cause_response_code` breaks on a cause that is no answer, such as a timeout."""
    return error.cause.response["Error"].get("Code") if isinstance(error.cause, ClientError) else None


def failed_conditions(error: TransactWriteError) -> tuple[int, ...]:
    """The positions of the items whose conditions did not hold."""
    return tuple(position for position, code in enumerate(_codes(error)) if code == "ConditionalCheckFailed")


def _is_contended(error: TransactGetError | TransactWriteError) -> bool:
    codes = _codes(error)
    if "ConditionalCheckFailed" in codes:
        return False
    return "TransactionConflict" in codes or cause_of(error) == "TransactionInProgressException"


def _codes(error: TransactGetError | TransactWriteError) -> list[str | None]:
    return [reason.code if reason else None for reason in error.cancellation_reasons]
