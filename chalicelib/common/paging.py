"""Lists a page at a time: `limit` and an opaque `cursor` in, the items and the next cursor out."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import Field
from pynamodb.exceptions import QueryError
from pynamodb.pagination import ResultIterator

from chalicelib.common import errors, shapes

MAX_LIMIT = 100
DEFAULT_LIMIT = 50

ItemT = TypeVar("ItemT")
Key = dict[str, dict[str, Any]]
"""A DynamoDB key as it goes over the wire: {"pk": {"S": "…"}, …}."""


class PageQuery(shapes.Query):
    """The two query parameters of every list."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many items at most")
    cursor: str | None = Field(None, max_length=2048, description="From `X-Next-Cursor` of the page before")


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """`next_cursor` is None on the last page."""

    items: Sequence[ItemT]
    next_cursor: str | None = None


def read(results: ResultIterator[ItemT]) -> Page[ItemT]:
    """Read one page from a query that was given `limit` and `last_evaluated_key=start_key(cursor)`."""
    try:
        items = list(results)
    except QueryError as error:
        if error.cause_response_code == "ValidationException":
            raise invalid_cursor() from error
        raise
    last_key = results.last_evaluated_key
    return Page(items, cursor(last_key) if last_key else None)


def start_key(text: str | None) -> Key | None:
    """The key to go on after; 400 when the cursor is not one that we gave."""
    if text is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise invalid_cursor() from error
    if not _is_key(key):
        raise invalid_cursor()
    return {name: {"S": value} for name, value in key.items()}


def cursor(key: Key) -> str:
    """The opaque form of a place in a list."""
    values = {name: value["S"] for name, value in key.items()}
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode("ascii")


def _is_key(key: object) -> bool:
    return isinstance(key, dict) and bool(key) and all(isinstance(value, str) for value in key.values())


def invalid_cursor() -> errors.BadRequest:
    """400 for a cursor that this list did not give."""
    return errors.BadRequest("invalid_cursor", "The cursor is not one that this list gave")
