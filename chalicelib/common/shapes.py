"""The bases of everything that goes over the wire.

Validators are built at a shape's first use (`defer_build`): a cold start pays for one request's shapes, not for all.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from chalicelib.common import ids


class Body(BaseModel):
    """A JSON body: unknown members are refused, and "1" is not 1."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class Query(BaseModel):
    """Query parameters: text, so numbers are read from it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class View(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, defer_build=True)


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""RFC 3339, UTC, to the millisecond: 2026-11-21T06:30:00.000Z."""


class ErrorView(View):
    """Every error, whatever its status."""

    success: bool
    code: str
    status: str
    errors: list[str]
    detail: str
    result: None
    request_id: str


def is_id(text: str) -> bool:
    """Whether a path segment can be one of our ids."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(ids.MAX_ID)) and 0 < int(text) <= ids.MAX_ID
