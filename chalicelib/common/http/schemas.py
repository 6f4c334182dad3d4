"""Makes the JSON schemas of the documents from the models, in the form of which generators make clean clients."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pydantic
from pydantic import GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core import core_schema

Schema = dict[str, Any]
Shape = type[pydantic.BaseModel]
REFERENCE = "#/components/schemas/{model}"


class NameTaken(TypeError):
    """Two models have one name: in the document, one of them would have to be called by its module."""


@dataclass(frozen=True, slots=True)
class ShownAs:
    """In an annotation: the document shows the value as one of another type than the one that checks it.

    For what is checked elsewhere, or is made of what later packages add. `shape` is asked when the document is made.
    """

    shape: Callable[[], Any]

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> Schema:
        shape = self.shape()
        core = TypeAdapter(shape).core_schema
        if core["type"] == "model":  # a component of its own
            core = {**core, "ref": f"{shape.__module__}.{shape.__qualname__}:{id(shape)}"}
        return handler(core_schema.union_schema([core]))  # the handler looks at all that stands within a schema


class _Generator(GenerateJsonSchema):
    """Leaves out what only hinders generators.

    `default: null` says nothing that "not required" does not say, and generators that give defaults a meaning make the
    member a required one. Titles of members repeat their names, and some generators call classes by them.
    """

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        made = super().default_schema(schema)
        if "default" in made and made["default"] is None:
            del made["default"]
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> Schema:
        """Says the pattern of keys beside the values: generators know no `patternProperties`."""
        made = super().dict_schema(schema)
        for pattern, values in made.pop("patternProperties", {}).items():
            made["additionalProperties"] = values
            made["propertyNames"] = {**made.get("propertyNames", {}), "pattern": pattern}
        return made

    def field_title_should_be_set(self, schema: Any) -> Literal[False]:
        return False


def of_models(modes: Iterable[tuple[Shape, JsonSchemaMode]]) -> tuple[dict[Any, Schema], Schema]:
    """Returns the references to the models' schemas, and the schemas by name; NameTaken when two have one name."""
    references, made = models_json_schema(list(modes), ref_template=REFERENCE, schema_generator=_Generator)
    schemas: Schema = made.get("$defs", {})
    if taken := [name for name in schemas if "__" in name]:
        raise NameTaken(f"Name these models or enums apart: {', '.join(taken)}")
    return references, schemas


def in_words(schema: Schema, *, left_as_it_is: bool = False) -> Schema:
    """Returns a schema whose members' defaults stand in their descriptions, for what is sent or received as a whole.

    A generator that reads `default` makes the member a required one, for it takes the schema for what is received; so
    no body could leave out what it may leave out. `left_as_it_is` is for a body that changes something: what it leaves
    out stays, and has no default.
    """
    if "properties" not in schema:
        return schema
    members = {name: _in_words(each, silent=left_as_it_is) for name, each in schema["properties"].items()}
    return {**schema, "properties": members}


def _in_words(member: Schema, *, silent: bool) -> Schema:
    if "default" not in member:
        return member
    rest = {key: value for key, value in member.items() if key != "default"}
    if silent:
        return rest
    said = f"{json.dumps(member['default'], ensure_ascii=False)} if it is left out"
    return {**rest, "description": ". ".join(filter(None, [member.get("description"), said]))}


def without_null(schema: Schema) -> Schema:
    """Returns the schema of a query parameter: what is absent there is left out, and never null."""
    forms = [form for form in schema.get("anyOf", []) if form != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**forms[0], **rest} if len(forms) == 1 else schema


def used(schemas: Schema, *, within: object) -> Schema:
    """Returns those of the schemas that are referred to from there, however many steps away."""
    found: dict[str, Schema] = {}
    pending = list(_names(within))
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = schemas[name]
            pending += _names(schemas[name])
    return {name: schema for name, schema in schemas.items() if name in found}


def _names(value: object) -> Iterator[str]:
    """The names of the schemas that are referred to in a value."""
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(REFERENCE.format(model="")):
            yield reference.rpartition("/")[2]
        for each in value.values():
            yield from _names(each)
    elif isinstance(value, list):
        for each in value:
            yield from _names(each)
