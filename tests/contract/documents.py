"""The documents of the API as they are served, and every schema in them."""

import functools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.packaging import api_documents

Schema = dict[str, Any]

OF_ONE = ("schema", "items", "additionalProperties", "payload")
OF_SEVERAL = ("properties", "schemas", "$defs", "patternProperties")
IN_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")


@dataclass(frozen=True)
class Found:
    """A schema and the keys that lead to it."""

    path: str
    schema: Schema

    @property
    def is_member(self) -> bool:
        return self.path.split("/")[-2] == "properties"

    @property
    def name(self) -> str:
        return self.path.split("/")[-1]


@functools.cache
def _text(name: str) -> str:
    return next(text for path, text in api_documents.documents().items() if path.name == name)


def document(name: str) -> dict[str, Any]:
    """A copy of one's own."""
    loaded: dict[str, Any] = json.loads(_text(name))
    return loaded


def schemas_of(value: object, path: str = "") -> Iterator[Found]:
    """Every schema there is in a document, however deep; examples are none."""
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from schemas_of(each, f"{path}/{place}")
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in {"example", "examples"}:
                yield from _schemas_at(key, each, f"{path}/{key}")
                yield from schemas_of(each, f"{path}/{key}")


def _schemas_at(key: str, value: Any, path: str) -> Iterator[Found]:
    if key in OF_ONE and isinstance(value, dict):
        yield Found(path, value)
    if key in OF_SEVERAL and isinstance(value, dict):
        yield from (Found(f"{path}/{name}", each) for name, each in value.items())
    if key in IN_LISTS and isinstance(value, list):
        yield from (Found(f"{path}/{place}", each) for place, each in enumerate(value))


def of_members(found: Iterable[Found]) -> Iterator[Found]:
    return (each for each in found if each.is_member)
