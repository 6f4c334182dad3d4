"""HTTP requests: what a view may know of one, and the bases of the models that bodies and queries are read into.

Bodies come as JSON, as a form, or as a form with files, as browsers send it (RFC 7578). A 400 lists everything that is
wrong with one.

Validators are built when a model is first used (`defer_build`): a cold start pays for one request's models, not for
all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import MIMEPart
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import pydantic
from pydantic import BaseModel, ConfigDict

from chalicelib.common import ids, texts
from chalicelib.common.http import errors, validation
from chalicelib.common.http.errors import In

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MAX_BODY_BYTES = 256 * 1024
MAX_FORM_FIELDS = 100


def path_value(kind: Any, text: str) -> int | str:
    """Reads an id, or any text, from a path; 404 for what cannot be an id."""
    if kind is str:
        return text
    if not ids.is_id(text):
        raise errors.NotFound("not_found", "Not found")
    return int(text)


def body(shape: Any, raw: bytes, content_type: str, *, incomplete_status: str | None) -> pydantic.BaseModel:
    """Reads a body from JSON or from the fields of a form; 413 for one that is too large."""
    if len(raw) > MAX_BODY_BYTES:
        raise errors.TooLarge("body_too_large", "The body is larger than {limit} bytes", limit=MAX_BODY_BYTES)
    fields: object = None
    try:
        if content_type.lower().startswith(MULTIPART):
            return shape.model_validate(fields := multipart_fields(content_type, raw))  # type: ignore[no-any-return]
        if content_type == FORM:
            return shape.model_validate(fields := _form_fields(raw))  # type: ignore[no-any-return]
        return shape.model_validate_json(raw)  # type: ignore[no-any-return]
    except pydantic.ValidationError as error:
        given = validation.parsed(raw) if fields is None else fields
        raise validation.bad_request(
            "invalid_body", error, part=In.BODY, given=given, incomplete_status=incomplete_status
        ) from error


def query(shape: Any, parameters: Mapping[str, str], *, incomplete_status: str | None) -> pydantic.BaseModel:
    try:
        return shape.model_validate(dict(parameters))  # type: ignore[no-any-return]
    except pydantic.ValidationError as error:
        raise validation.bad_request(
            "invalid_query", error, part=In.QUERY, given=parameters, incomplete_status=incomplete_status
        ) from error


def _form_fields(raw: bytes) -> dict[str, str]:
    """Returns the fields of a form; of several with one name, the last."""
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS, errors="strict")
    except ValueError as error:
        raise errors.BadRequest("invalid_form", "The form cannot be read") from error
    return dict(pairs)


MAX_FIELDS = 100


def multipart_fields(content_type: str, body: bytes) -> dict[str, str]:
    """Returns the fields of a form, files included, as texts; of several with one name, the last. 400 for anything
    else.
    """
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = list(message.iter_parts()) if message.is_multipart() else []
    if not parts or len(parts) > MAX_FIELDS or message.defects:
        raise _unreadable()
    return dict(map(_field, parts))


def _field(part: MIMEPart) -> tuple[str, str]:
    name = part.get_param("name", header="content-disposition")
    content = part.get_payload(decode=True)
    if not isinstance(name, str) or not isinstance(content, bytes):
        raise _unreadable()
    try:
        return name, content.decode()
    except UnicodeDecodeError as error:
        raise _unreadable() from error


def _unreadable() -> errors.BadRequest:
    return errors.BadRequest("invalid_form", "The form cannot be read")


class Body(BaseModel):
    """A JSON body: unknown members are refused, and "1" is not 1."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class Query(BaseModel):
    """Query parameters: text, so numbers are read from it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


@dataclass(frozen=True, slots=True)
class Request:
    """What a view or an access check may know of the HTTP request."""

    id: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    raw_body: bytes
    source_ip: str  # CloudFront's behind the front door: see addresses.py
    language: texts.Language
    context: Any = None
    """Lambda's, of the invocation."""
    cookies_to_set: list[str] = field(default_factory=list)
    """What the answer sets beside what its view says, as values of Set-Cookie."""
    headers_to_set: dict[str, str] = field(default_factory=dict)
    """Headers of the answer beside those of its view."""

    def cookie(self, name: str) -> str | None:
        """Returns a cookie's value, or None. Of several with one name it is the first: browsers put the nearest path
        first.
        """
        # Not http.cookies: one cookie of a foreign make, such as JSON, hides from it all that follow.
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return next((value for found, _, value in pairs if found == name), None)
