"""Makes the examples of the OpenAPI document from `examples.json`.

A member's example stands there under `Schema.member` or `member` and is taken if it has the member's type. A schema
whose members depend on each other has one example for the whole, under the schema's name.
"""

import functools
import json
from pathlib import Path
from typing import Any

from chalicelib.common import settings

Schema = dict[str, Any]

BY_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.0, "boolean": True, "null": None}
BY_FORMAT: dict[str, Any] = {"date-time": "2026-09-01T09:00:00.000Z", "date": "2026-09-01"}
MAX_DEPTH = 6
"""Of schemas within schemas: some hold themselves."""


def of(schema: Schema, components: Schema, *, name: str = "", depth: int = MAX_DEPTH) -> Any:
    """Returns a value of the schema. `components` are the schemas that it may refer to, by name."""
    if "$ref" in schema:
        referred = schema["$ref"].rpartition("/")[2]
        return of(components[referred], components, name=referred if referred in by_name() else name, depth=depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return next((each for each in by_name().get(name, []) if each in schema["enum"]), schema["enum"][0])
    if forms := schema.get("anyOf") or schema.get("oneOf"):
        return of(next(each for each in forms if each != {"type": "null"}), components, name=name, depth=depth)
    return _of_type(schema, components, name, depth)


def _of_type(schema: Schema, components: Schema, name: str, depth: int) -> Any:
    match schema.get("type"):
        case "object":
            return _object(schema, components, name, depth)
        case "array":
            items = schema.get("items", {})
            return [of(items, components, name=f"{name}[]", depth=depth - 1)] if depth else []
        case None:
            return BY_TYPE["string"]
        case kind:
            usual = BY_FORMAT.get(schema.get("format", ""), BY_TYPE[kind])
            return next((each for each in by_name().get(name, []) if _fits(each, schema)), usual)


def _object(schema: Schema, components: Schema, name: str, depth: int) -> Any:
    written = next((each for each in by_name().get(name, []) if isinstance(each, dict)), None)
    if "properties" not in schema or written is not None:
        return written or {}
    return {
        member: of(definition, components, name=_named(schema, member), depth=depth - 1)
        for member, definition in schema["properties"].items()
        if depth or member in schema.get("required", [])
    }


def _named(schema: Schema, member: str) -> str:
    own = f"{schema.get('title')}.{member}"
    return own if own in by_name() else member


def _fits(value: Any, schema: Schema) -> bool:
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
    }
    if not isinstance(value, kinds.get(schema["type"], ())):
        return False
    return not isinstance(value, str) or len(value) <= schema.get("maxLength", len(value))


@functools.cache
def by_name() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = json.loads(Path(__file__).with_name("examples.json").read_text("utf-8"))
    return found | {f"{schema}.version": [settings.VERSION] for schema in ("Health", "Welcome")}
