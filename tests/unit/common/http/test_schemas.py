"""Schemas of the documents."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from chalicelib.common.http import schemas
from chalicelib.common.http.requests import Body
from chalicelib.common.http.responses import Nothing, View
from chalicelib.common.http.schemas import ShownAs


class Colour(StrEnum):
    RED = "red"


class Pen(View):
    colour: Colour = Colour.RED
    width: float | None = None


class Drawing(View):
    pens: Annotated[list[dict[str, Any]], ShownAs(lambda: list[Pen])]
    first: Annotated[dict[str, Any] | None, ShownAs(lambda: Pen | None)]
    best: Annotated[dict[str, Any], ShownAs(lambda: Pen)]
    kind: Annotated[str, ShownAs(lambda: Literal["oil", "ink"])]
    fault: Nothing = None


class PenBody(Body):
    colour: Colour = Colour.RED
    width: float | None = Field(None, ge=0, description="In mm")
    label: str = "pen"
    inks: dict[Annotated[str, Field(pattern="^[a-z]+$", max_length=8)], int] = Field(default_factory=dict)


def schema_of(shape: type[BaseModel], mode: Any) -> dict[str, Any]:
    _, made = schemas.of_models([(shape, mode)])
    found: dict[str, Any] = made[shape.__name__]
    return found


def test_a_member_of_an_answer_is_always_there() -> None:
    assert schema_of(Pen, "serialization")["required"] == ["colour", "width"]


def test_a_member_of_a_body_that_may_be_left_out_is_not_required() -> None:
    made = schema_of(PenBody, "validation")
    assert "required" not in made
    assert "default" not in made["properties"]["width"]
    assert "title" not in made["properties"]["width"]


def test_what_is_shown_as_another_type_refers_to_it() -> None:
    pen = {"$ref": "#/components/schemas/Pen"}
    members = schema_of(Drawing, "serialization")["properties"]
    assert members["pens"] == {"type": "array", "items": pen}
    assert members["first"] == {"anyOf": [pen, {"type": "null"}]}
    assert members["best"] == pen
    assert members["kind"] == {"type": "string", "enum": ["oil", "ink"]}


def test_nothing_is_no_null_alone() -> None:
    members = schema_of(Drawing, "serialization")["properties"]
    assert members["fault"] == {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "Always null"}


def test_a_pattern_of_keys_stands_beside_their_values() -> None:
    assert schema_of(PenBody, "validation")["properties"]["inks"] == {
        "type": "object",
        "additionalProperties": {"type": "integer"},
        "propertyNames": {"maxLength": 8, "pattern": "^[a-z]+$"},
    }


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ({"default": "pen"}, {"description": '"pen" if it is left out'}),
        ({"default": False, "description": "Whether it is"}, {"description": "Whether it is. false if it is left out"}),
        ({"type": "string"}, {"type": "string"}),
    ],
)
def test_a_default_is_told_in_words(member: dict[str, Any], told: dict[str, Any]) -> None:
    assert schemas.in_words({"properties": {"m": member}}) == {"properties": {"m": told}}


def test_what_a_change_leaves_out_has_no_default() -> None:
    described = {"properties": {"m": {"default": "pen", "type": "string"}}}
    assert schemas.in_words(described, left_as_it_is=True) == {"properties": {"m": {"type": "string"}}}
    assert schemas.in_words({"type": "string"}) == {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "shown"),
    [
        ({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}, {"type": "integer", "minimum": 1}),
        ({"anyOf": [{"type": "null"}, {"type": "string"}], "default": "a"}, {"type": "string", "default": "a"}),
        (
            {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        ),
        ({"type": "string"}, {"type": "string"}),
    ],
)
def test_a_query_has_no_null(schema: dict[str, Any], shown: dict[str, Any]) -> None:
    assert schemas.without_null(schema) == shown


def test_used_are_those_that_are_referred_to_however_many_steps_away() -> None:
    made = {"A": {"items": {"$ref": "#/components/schemas/B"}}, "B": {"anyOf": [{"$ref": "#/components/schemas/A"}]}}
    more = {**made, "C": {"$ref": "#/components/schemas/A"}}
    assert schemas.used(more, within=[{"schema": {"$ref": "#/components/schemas/B"}}]) == made
    assert schemas.used(more, within={"$ref": "#/components/headers/C"}) == {}
