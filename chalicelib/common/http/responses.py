"""The bases of all answers.

Validators are built when a model is first used (`defer_build`): a cold start pays for one request's models, not for
all.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, SerializationInfo, SkipValidation, WithJsonSchema
from pydantic.alias_generators import to_camel

from chalicelib.common import texts
from chalicelib.common.http.errors import In


class View(BaseModel):
    """An answer."""

    model_config = ConfigDict(
        frozen=True, populate_by_name=True, defer_build=True, json_schema_serialization_defaults_required=True
    )


class CamelView(View):
    """An answer or a payload whose members are named in camelCase, as Team Training names them."""

    model_config = ConfigDict(alias_generator=to_camel, serialize_by_alias=True)


class ListView(View):
    """A page of a list: a subclass has `items`. `next` is the `cursor` of the next page, null on the last.

    Older lists have the envelopes of the five systems, and lead on by headers alone.
    """

    next: str | None = None


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""RFC 3339, UTC, to the millisecond: 2026-11-21T06:30:00.000Z."""


LANGUAGE = "language"
"""The key of a reader's language in the context of a serialization: `view.model_dump(context={LANGUAGE: …})`."""


ANY_LANGUAGE = None
"""In the place of a language: texts stay texts (`texts.InEnglish`), to be worded for each reader."""


ASKED = "asked"
"""The key of a reader's `spoken_names.Asked` in the same context."""


def for_any_language(view: View) -> dict[str, Any]:
    """Returns the members of a view; its texts stay texts, since a frame goes out in each reader's language."""
    return view.model_dump(context={LANGUAGE: ANY_LANGUAGE})


def _worded(text: texts.Text, info: SerializationInfo) -> str:
    context = info.context or {}
    language, asked = context.get(LANGUAGE, texts.ENGLISH), context.get(ASKED)
    if asked is not None and text.code:
        asked.matters = True
    return texts.InEnglish(text) if language is ANY_LANGUAGE else text.in_language(language)


WordedText = Annotated[
    texts.Text,
    PlainSerializer(_worded, return_type=str),
    WithJsonSchema({"type": "string"}),
]
"""A text that goes out in the reader's language: the request's, or English where nobody is known."""


def _spoken(name: str, info: SerializationInfo) -> str:
    asked = (info.context or {}).get(ASKED)
    return str(name) if asked is None else str(asked.choose(name))


Named = Annotated[str, SkipValidation, PlainSerializer(_spoken, return_type=str), WithJsonSchema({"type": "string"})]
"""A name that goes out as readers of the request's languages know it (`SpokenName`)."""


Nothing = Annotated[
    None, WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}], "description": "Always null"})
]
"""What older clients look for and nobody fills. Generators drop a member whose type is null alone."""


class ViolationView(View):
    """One thing that is wrong with a request.

    In a body, `field` is a JSON pointer (RFC 6901), empty for all of it; elsewhere it is a name. `limits` are what the
    value has to keep, such as `min`, `max`, `allowed`, and JSON Schema's `type` and `format`.
    """

    in_: In = Field(alias="in")
    field: str
    code: str
    limits: dict[str, int | float | str | list[str]]
    message: str


class ErrorView(View):
    """Every error, whatever its status. A 400 has at least one violation."""

    success: Literal[False]
    code: str
    status: str
    errors: list[str]
    detail: str
    violations: list[ViolationView]
    result: Nothing
    request_id: str
