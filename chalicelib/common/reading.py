"""What a request brings, in the shapes that a view wants; 400 with everything that is wrong with it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pydantic

from chalicelib.common import errors, multipart, shapes, violations

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MAX_BODY_BYTES = 256 * 1024
MAX_FORM_FIELDS = 100


def path_value(kind: Any, text: str) -> int | str:
    """An id, or any text; 404 for what cannot be an id."""
    if kind is str:
        return text
    if not shapes.is_id(text):
        raise errors.NotFound("not_found", "Not found")
    return int(text)


def body(shape: Any, raw: bytes, content_type: str, *, incomplete_status: str | None) -> pydantic.BaseModel:
    """From the fields of a form, with files or without, or else from JSON; 413 for a body that is too large."""
    if len(raw) > MAX_BODY_BYTES:
        raise errors.TooLarge("body_too_large", "The body is larger than {limit} bytes", limit=MAX_BODY_BYTES)
    try:
        if content_type.lower().startswith(MULTIPART):
            return shape.model_validate(multipart.fields(content_type, raw))  # type: ignore[no-any-return]
        if content_type == FORM:
            return shape.model_validate(_form_fields(raw))  # type: ignore[no-any-return]
        return shape.model_validate_json(raw)  # type: ignore[no-any-return]
    except pydantic.ValidationError as error:
        raise violations.bad_request("invalid_body", error, incomplete_status=incomplete_status) from error


def query(shape: Any, parameters: Mapping[str, str], *, incomplete_status: str | None) -> pydantic.BaseModel:
    try:
        return shape.model_validate(dict(parameters))  # type: ignore[no-any-return]
    except pydantic.ValidationError as error:
        raise violations.bad_request("invalid_query", error, incomplete_status=incomplete_status) from error


def _form_fields(raw: bytes) -> dict[str, str]:
    """The last of those that have one name."""
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS, errors="strict")
    except ValueError as error:
        raise errors.BadRequest("invalid_form", "The form cannot be read") from error
    return dict(pairs)
