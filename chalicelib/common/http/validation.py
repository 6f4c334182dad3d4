"""Describes everything that is wrong with an input, in words that clients of the five systems know.

Virtual School's clients compare `"'name' is a required property"` and `"email validation error"`: those stand in
`errors`. The reason of each is in `detail`.
"""

from collections.abc import Sequence
from typing import Any, LiteralString

import pydantic
from pydantic_core import PydanticCustomError

from chalicelib.common import texts
from chalicelib.common.http import errors

INVALID_JSON = texts.Text("invalid_json", "invalid json data in request")
INCOMPLETE_TYPE = "lacking"
INCOMPLETE = {"missing", "json_invalid", INCOMPLETE_TYPE}
VIOLATIONS_TYPE = "several_rules"


def violations_of(reasons: Sequence[str]) -> PydanticCustomError:
    """Returns the error that a validator raises for a value that breaks several rules: each becomes a violation."""
    context = {"count": len(reasons), "reasons": ", ".join(reasons)}
    return PydanticCustomError(VIOLATIONS_TYPE, "{reasons}", context)


def incomplete(reason: LiteralString) -> PydanticCustomError:
    """Returns the error that a validator raises for a body that has none of the members of which it needs one."""
    return PydanticCustomError(INCOMPLETE_TYPE, reason)


def bad_request(code: str, error: pydantic.ValidationError, *, incomplete_status: str | None) -> errors.BadRequest:
    """Returns the 400 for everything that pydantic found; its `status` is `incomplete_status` if a member is
    missing.
    """
    found = error.errors(include_url=False, include_input=False)
    incomplete = any(item["type"] in INCOMPLETE for item in found)
    listed = [_violation(item) for item in found for _ in range(_rules_broken(item))]
    return errors.BadRequest(
        code,
        "{reasons}",
        reasons=texts.TextList(tuple(map(_reason, found))),
        status=incomplete_status if incomplete else None,
        violations=listed,
    )


def required(name: str) -> texts.Text:
    return texts.Text("required_property", "'{name}' is a required property", {"name": name})


def unknown(name: str) -> texts.Text:
    return texts.Text("unknown_property", "'{name}' is an unknown property", {"name": name})


def invalid(name: str) -> texts.Text:
    return texts.Text("invalid_property", "{name} validation error", {"name": name})


def _rules_broken(item: Any) -> int:
    return int(item["ctx"]["count"]) if item["type"] == VIOLATIONS_TYPE else 1


def _violation(item: Any) -> texts.Text:
    name = _name(item)
    match item["type"]:
        case "json_invalid":
            return INVALID_JSON
        case "missing":
            return required(name)
        case "extra_forbidden":
            return unknown(name)
        case _:
            return invalid(name)


def _reason(item: Any) -> texts.Text:
    """Returns the reason in pydantic's words, or translated where `texts_ru.json` has an entry for pydantic's type."""
    params = {**item.get("ctx", {}), "name": _name(item), "message": item["msg"]}
    return texts.Text(f"pydantic.{item['type']}", "{name}: {message}", params)


def _name(item: Any) -> str:
    return ".".join(str(part) for part in item["loc"]) or "body"
