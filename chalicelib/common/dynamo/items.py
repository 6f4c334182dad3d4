"""Items: what all tables have in common: their keys, the types of attributes, and one shared connection."""

import functools
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import Attribute, DiscriminatorAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.constants import MAP, NUMBER, STRING
from pynamodb.exceptions import (
    DoesNotExist,
    PynamoDBException,
)
from pynamodb.expressions.operand import Path
from pynamodb.models import Model

from chalicelib.common.texts import EMPTY, Text

DATABASE_FAILURES = (PynamoDBException, ClientError, BotoCoreError)


@functools.cache
def connection() -> Connection:
    """Returns the connection whose client every model uses: making a client costs far more than a request."""
    return Connection()


class _SharedConnection(Connection):
    """A connection with one model's keys and indexes, as PynamoDB wants it, that sends through the shared client."""

    @property
    def client(self) -> Any:
        return connection().client


class Item(Model):
    """The base of every stored item. Each package derives one base with its own `Meta.table_name` from it.

    An item collection (one `pk`) may hold items of several kinds; `kind` says which class each is read as.
    DynamoDB deletes an item up to two days after `expires_at`: check the time as well.
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
Key = tuple[str, str]


class IntegerAttribute(Attribute[int]):
    """A whole number. PynamoDB's own NumberAttribute is typed as float."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class OptionalIntegerAttribute(Attribute[int | None]):
    """A whole number or None, with that type."""

    attr_type = NUMBER

    def __init__(self, *, attr_name: str | None = None) -> None:
        super().__init__(null=True, attr_name=attr_name)

    def serialize(self, value: int | None) -> str:
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class OptionalTextAttribute(Attribute[str | None]):
    """A text or None. PynamoDB types its own nullable attributes as if they were never None."""

    attr_type = STRING

    def __init__(self) -> None:
        super().__init__(null=True)


_MOMENT: Attribute[datetime] = UTCDateTimeAttribute()


class OptionalMomentAttribute(Attribute[datetime | None]):
    """A moment in UTC or None, with that type. It is stored as text that sorts as time does."""

    attr_type = STRING

    def __init__(self) -> None:
        super().__init__(null=True)

    def serialize(self, value: datetime | None) -> Any:
        return _MOMENT.serialize(value)

    def deserialize(self, value: str) -> datetime:
        moment: datetime = _MOMENT.deserialize(value)
        return moment


class JsonTextAttribute(Attribute[Any]):
    """Lists and objects, as JSON in UTF-8. PynamoDB's own JSONAttribute writes six bytes for each Cyrillic letter."""

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def deserialize(self, value: str) -> Any:
        return json.loads(value)


class WordedAttribute(Attribute[Text]):
    """A text for people, stored unworded (`Text.to_json`). A plain string that is found reads as it stands."""

    attr_type = STRING

    def __init__(self) -> None:
        super().__init__(default=lambda: EMPTY)

    def serialize(self, value: Text) -> str:
        stored = value.to_json()
        is_plain = isinstance(stored, str) and not stored.startswith(("{", '"'))
        return str(stored) if is_plain else json.dumps(stored, ensure_ascii=False, separators=(",", ":"))

    def deserialize(self, value: str) -> Text:
        return Text.from_json(json.loads(value) if value.startswith(("{", '"')) else value)


class TextsAttribute(Attribute[dict[str, str]]):
    """Texts by name; each can be written by itself. PynamoDB's own MapAttribute does not return a plain dict."""

    attr_type = MAP

    def serialize(self, value: Mapping[str, str]) -> dict[str, dict[str, str]]:
        return {name: {STRING: text} for name, text in value.items()}

    def deserialize(self, value: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
        return {name: typed[STRING] for name, typed in value.items()}

    def entry(self, name: str) -> Path:
        """Returns the path of one text, for an update."""
        return Path([*self.attr_path, name])


def find(kind: type[AnyItem], pk: str, sk: str, *, consistent: bool = False) -> AnyItem | None:
    """Returns the item at a key, or None. A `consistent` read sees every write that has been answered."""
    try:
        return kind.get(pk, sk, consistent_read=consistent)
    except DoesNotExist:
        return None
