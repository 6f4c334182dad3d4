"""What every table has in common: keys, one shared connection, and writes whose conditions are the invariants."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import Attribute, DiscriminatorAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.constants import MAP, NUMBER, STRING
from pynamodb.exceptions import (
    DeleteError,
    DoesNotExist,
    PutError,
    PynamoDBException,
    TransactWriteError,
    UpdateError,
)
from pynamodb.expressions.operand import Path
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite

from chalicelib.common import clock, contention, ids

NEW_ID_TRIES = 10

DATABASE_FAILURES = (PynamoDBException, ClientError, BotoCoreError)


class ConditionFailed(Exception):
    """The condition of a write does not hold.

    `failed` has the positions of the refused items in a transaction, (0,) for a single write.
    """

    def __init__(self, *failed: int) -> None:
        super().__init__(f"Conditions failed: {failed}")
        self.failed = failed


@functools.cache
def connection() -> Connection:
    """The one whose client every model uses: making a client costs far more than a request."""
    return Connection()


class _SharedConnection(Connection):
    """Knows one model's keys and indexes, as PynamoDB wants it, and sends through the client of all."""

    @property
    def client(self) -> Any:
        return connection().client


class Item(Model):
    """The base of every stored item. Each package derives one base with its own `Meta.table_name` from it.

    An item collection (one `pk`) may hold items of several kinds; `kind` tells which class to make of each.
    DynamoDB deletes an item some time, up to two days, after `expires_at`: check the time as well.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    expires_at = TTLAttribute(null=True)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        if not isinstance(table.connection, _SharedConnection):
            shared = _SharedConnection()
            shared.add_meta_table(table.get_meta_table())
            table.connection = shared  # only now: other threads use it at once
        return table


AnyItem = TypeVar("AnyItem", bound=Item)
Stored = TypeVar("Stored")
Key = tuple[str, str]


class IntegerAttribute(Attribute[int]):
    """A whole number. PynamoDB's own NumberAttribute is typed as float."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class OptionalIntegerAttribute(Attribute[int | None]):
    """A whole number or none, and typed so."""

    attr_type = NUMBER

    def __init__(self, *, attr_name: str | None = None) -> None:
        super().__init__(null=True, attr_name=attr_name)

    def serialize(self, value: int | None) -> str:
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class OptionalTextAttribute(Attribute[str | None]):
    """A text or none. PynamoDB types its own nullable attributes as if they were never None."""

    attr_type = STRING

    def __init__(self) -> None:
        super().__init__(null=True)


_MOMENT: Attribute[datetime] = UTCDateTimeAttribute()


class OptionalMomentAttribute(Attribute[datetime | None]):
    """A moment in UTC or none, and typed so. As text it sorts as time does."""

    attr_type = STRING

    def __init__(self) -> None:
        super().__init__(null=True)

    def serialize(self, value: datetime | None) -> Any:
        return _MOMENT.serialize(value)

    def deserialize(self, value: str) -> datetime:
        moment: datetime = _MOMENT.deserialize(value)
        return moment


class TextsAttribute(Attribute[dict[str, str]]):
    """Texts by name, of which each can be written alone. PynamoDB's own MapAttribute gives back no plain dict."""

    attr_type = MAP

    def serialize(self, value: Mapping[str, str]) -> dict[str, dict[str, str]]:
        return {name: {STRING: text} for name, text in value.items()}

    def deserialize(self, value: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
        return {name: typed[STRING] for name, typed in value.items()}

    def entry(self, name: str) -> Path:
        """The place of one text, for an update."""
        return Path([*self.attr_path, name])


@contextmanager
def conditional() -> Iterator[None]:
    """Turns the refusal of a conditional write into ConditionFailed; any other failure passes."""
    try:
        yield
    except (PutError, UpdateError, DeleteError) as error:
        if contention.cause_of(error) == "ConditionalCheckFailedException":
            raise ConditionFailed(0) from error
        raise


def find(kind: type[AnyItem], pk: str, sk: str, *, consistent: bool = False) -> AnyItem | None:
    """The item at a key, or None. `consistent` sees every write that has been answered."""
    try:
        return kind.get(pk, sk, consistent_read=consistent)
    except DoesNotExist:
        return None


def see(wanted: Sequence[tuple[type[Item], Key]]) -> list[Any]:
    """Items of whatever tables as they are at one moment, in the order asked for; None for each that is not there.

    DynamoDB charges twice what reading them one by one costs. A transaction that is writing some is waited for.
    """

    def ask() -> list[Any]:
        with TransactGet(connection=connection()) as transaction:
            return [transaction.get(kind, *key) for kind, key in wanted]

    return [_seen(each) for each in contention.outlast(ask)]


def _seen(asked: Any) -> Item | None:
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
        contention.outlast(write)
    except TransactWriteError as error:
        if failed := contention.failed_conditions(error):
            raise ConditionFailed(*failed) from error
        raise
