"""Conditional writes and transactions: their conditions are the invariants.

DynamoDB refuses a transaction that conflicts with another on the same items; it only has to be repeated, which
`transact` and `get_many_consistent` do.
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
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactGet, TransactWrite

from chalicelib.common import clock, ids
from chalicelib.common.dynamo.items import Item, Key, connection

NEW_ID_TRIES = 10
MOST_WRITES = 100
"""In one transaction: as many as DynamoDB takes."""


class ConditionFailed(Exception):
    """Conditions of a write do not hold; `failed` has their names."""

    def __init__(self, failed: str, *others: str) -> None:
        self.failed = frozenset({failed, *others})
        super().__init__(f"Conditions failed: {', '.join(sorted(self.failed))}")


Stored = TypeVar("Stored")


@contextmanager
def conditional(*, named: str = "condition") -> Iterator[None]:
    """Turns the refusal of a conditional write into ConditionFailed; any other failure passes.

    A single write has one condition, which needs a name only where others are told apart from it.
    """
    try:
        yield
    except (PutError, UpdateError, DeleteError) as error:
        if cause_of(error) == "ConditionalCheckFailedException":
            raise ConditionFailed(named) from error
        raise


class Transaction:
    """The writes of a transaction. Each condition has a name: ConditionFailed says by it which did not hold.

    Two conditions may have one name, where it makes no difference which of them fails.
    """

    def __init__(self, writes: TransactWrite) -> None:
        self._writes = writes
        self._checks: list[str] = []
        self._deletions: list[str] = []
        self._puts: list[str] = []
        self._updates: list[str] = []

    @property
    def names(self) -> list[str]:
        """Returns the names by position. PynamoDB sends checks first, then deletions, puts and updates."""
        return [*self._checks, *self._deletions, *self._puts, *self._updates]

    def check(self, kind: type[Item], pk: str, sk: str, *, condition: Condition, named: str) -> None:
        """Adds a condition on an item that the transaction does not write."""
        self._writes.condition_check(kind, pk, sk, condition=condition)
        self._checks.append(named)

    def delete(self, item: Item, *, condition: Condition | None = None, named: str | None = None) -> None:
        self._writes.delete(item, condition=condition)
        self._deletions.append(_name(condition, named))

    def save(self, item: Item, *, condition: Condition | None = None, named: str | None = None) -> None:
        self._writes.save(item, condition=condition)
        self._puts.append(_name(condition, named))

    def update(
        self, item: Item, *, actions: Sequence[Action], condition: Condition | None = None, named: str | None = None
    ) -> None:
        self._writes.update(item, actions=list(actions), condition=condition)
        self._updates.append(_name(condition, named))


def _name(condition: Condition | None, named: str | None) -> str:
    """The name under which a write stands; one without a condition is never refused for it."""
    if condition is not None and not named:
        raise TypeError("A condition needs a name")
    return named or ""


def get_many_consistent(wanted: Sequence[tuple[type[Item], Key]]) -> list[Any]:
    """Reads items of any tables as they are at one moment, in the order asked for; None for each that does not exist.

    DynamoDB charges twice what reading them one by one costs. While a transaction writes some, the read is repeated.
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


KEY_FREE = "key_free"
"""The condition of a new item: nothing is stored under its key."""


def create(item: Item) -> None:
    """Stores a new item; ConditionFailed when its key is taken."""
    with conditional(named=KEY_FREE):
        item.save(condition=type(item).pk.does_not_exist())


def create_new(item: Item) -> None:
    """Stores an item under a new id; ConditionFailed(KEY_FREE) when it is taken.

    It is a transaction of one item, since botocore sends a request whose answer was lost again: its token makes that
    harmless, while a bare put would find its own item, take the id for taken, and be stored once more under another.
    """
    transact(lambda transaction: transaction.save(item, condition=type(item).pk.does_not_exist(), named=KEY_FREE))


def with_new_id(store: Callable[[int], Stored], draw: Callable[[], int] | None = None) -> Stored:
    """Calls `store` with a new id, and with another one in the rare case that it raises ConditionFailed(KEY_FREE).

    Without `draw`, ids are in the order of time.
    """
    draw = draw or _in_order_of_time
    for _ in range(NEW_ID_TRIES - 1):
        try:
            return store(draw())
        except ConditionFailed as refused:
            if KEY_FREE not in refused.failed:
                raise
    return store(draw())


def _in_order_of_time() -> int:
    return ids.new_id(clock.now())


def transact(fill: Callable[[Transaction], None]) -> None:
    """Runs the writes that `fill` adds, all or none; ConditionFailed has the names of the conditions that do not hold.

    A conflict with another transaction on the same items is not a refusal: the transaction is repeated.
    """
    tried: list[Transaction] = []

    def write() -> None:
        with TransactWrite(connection=connection()) as writes:
            tried.append(Transaction(writes))
            fill(tried[-1])

    try:
        retry_conflicts(write)
    except TransactWriteError as error:
        if failed := failed_conditions(error):
            names = tried[-1].names
            raise ConditionFailed(*(names[position] for position in failed)) from error
        raise


TRIES = 8
PAUSE = 0.02
"""Seconds before the second try; doubles with each, and half of it is random."""

Result = TypeVar("Result")


def retry_conflicts(transact: Callable[[], Result]) -> Result:
    """Repeats a transaction while it conflicts with others. Any other failure is raised at once."""
    for attempt in range(TRIES - 1):
        try:
            return transact()
        except (TransactGetError, TransactWriteError) as error:
            if not _is_contended(error):
                raise
            time.sleep(PAUSE * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
    return transact()


def cause_of(error: PynamoDBException) -> str | None:
    """Returns DynamoDB's code. PynamoDB's own `cause_response_code` breaks on a cause that is no answer, such
    as a timeout.
    """
    return error.cause.response["Error"].get("Code") if isinstance(error.cause, ClientError) else None


def failed_conditions(error: TransactWriteError) -> tuple[int, ...]:
    """Returns the positions of the items whose conditions did not hold."""
    return tuple(position for position, code in enumerate(_codes(error)) if code == "ConditionalCheckFailed")


def _is_contended(error: TransactGetError | TransactWriteError) -> bool:
    codes = _codes(error)
    if "ConditionalCheckFailed" in codes:
        return False
    return "TransactionConflict" in codes or cause_of(error) == "TransactionInProgressException"


def _codes(error: TransactGetError | TransactWriteError) -> list[str | None]:
    return [reason.code if reason else None for reason in error.cancellation_reasons]
