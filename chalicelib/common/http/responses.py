"""The bases of all answers.

Validators are built when a model is first used (`defer_build`): a cold start pays for one request's models, not for
all.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel


class View(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, defer_build=True)


class CamelView(View):
    """An answer or a payload whose members are named in camelCase, as Team Training names them."""

    model_config = ConfigDict(alias_generator=to_camel, serialize_by_alias=True)


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
