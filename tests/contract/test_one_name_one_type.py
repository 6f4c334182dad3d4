"""One thing has one name and one type, in answers, bodies and frames alike."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.contract.documents import document

DOCUMENTS = ("openapi.json", "asyncapi.json")

OF_TWO_TYPES = {
    "id": "a session of training is a UUID, a user object's is Team Training's text, all else are numbers",
    "userId": "Team Training's: a text in frames, a number in comments and submissions; `user_id` stands beside it",
    "contestId": "Team Training's: a text in frames; a client may send the number",
}
"""Ids that have two types, and why."""


def members() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every member: its schema's name, its own name, and what it is."""
    for name in DOCUMENTS:
        for title, schema in document(name)["components"]["schemas"].items():
            for member, described in schema.get("properties", {}).items():
                yield title, member, described


def types(described: dict[str, Any]) -> set[str]:
    """The JSON types that a member may have, but for null."""
    parts = described.get("anyOf", [described])
    return {part["type"] for part in parts if "type" in part} - {"null"}


def test_an_id_has_one_type_everywhere() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for _, member, described in members():
        if member == "id" or member.endswith(("_id", "Id")):
            found[member] |= types(described)
    assert {member for member, of in found.items() if len(of) > 1} == OF_TWO_TYPES.keys()


def test_whoever_is_named_by_a_text_is_named_by_the_number_as_well() -> None:
    shapes: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for title, member, described in members():
        shapes[title][member] = described
    named = {
        title: shape for title, shape in shapes.items() if "userId" in shape and not title.endswith("ClientPayload")
    }
    assert len(named) > 8
    for title, shape in named.items():
        assert types(shape.get("user_id", {})) == {"integer"}, title


def test_user_id_alone_among_the_members_of_frames_in_camel_case_keeps_its_snake_case() -> None:
    """But for what is not Team Training's: frames of tracks and of the school."""
    shapes: dict[str, set[str]] = defaultdict(set)
    for title, schema in document("asyncapi.json")["components"]["schemas"].items():
        shapes[title] |= schema.get("properties", {}).keys()
    camel = {title: shape for title, shape in shapes.items() if any(name != name.lower() for name in shape)}
    assert "CodeServerPayload" in camel
    assert {name for shape in camel.values() for name in shape if "_" in name} == {"user_id"}
