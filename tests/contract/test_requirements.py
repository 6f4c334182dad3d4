"""Requirements of OWASP ASVS 5.0 that hold for the API as a whole: docs/security.md names these tests."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from infra.packaging import api_documents
from tests.support.school import PASSWORD, School

REFRESHING = {"/refresh", "/auth/refresh"}
"""Two of the older systems carry a session on with GET, with its refresh token in a header or a guarded cookie."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    (text,) = (text for path, text in api_documents.documents().items() if path.name == "openapi.json")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def names(schema: Any, document: dict[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names of all members of a schema, however deep."""
    if isinstance(schema, list):
        for each in schema:
            yield from names(each, document, seen)
    elif isinstance(schema, dict):
        yield from schema.get("properties", {})
        kind, _, name = str(schema.get("$ref", "")).rpartition("/")
        if kind.endswith("/schemas") and name not in seen:
            yield from names(document["components"]["schemas"][name], document, seen | {name})
        for each in schema.values():
            yield from names(each, document, seen)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, described in document["paths"].items():
        for method, operation in described.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield method, path, operation


def answers_of(operation: dict[str, Any]) -> list[Any]:
    return [answer for status, answer in operation["responses"].items() if status.startswith("2")]


def test_no_operation_knows_of_hints_or_secret_questions(document: dict[str, Any]) -> None:
    """6.4.2."""
    known = {name for _, _, operation in operations(document) for name in names(operation, document)}
    assert "password" in known
    assert [name for name in known if re.search("hint|question|maiden", name.lower())] == []


def test_no_answer_has_a_password(document: dict[str, Any]) -> None:
    """6.4.6, 15.3.1."""
    answered = {name for _, _, operation in operations(document) for name in names(answers_of(operation), document)}
    assert "jwt_access" in answered
    assert [name for name in answered if "password" in name.lower()] == []


def test_a_session_begins_by_what_somebody_sends_and_never_by_a_link(document: dict[str, Any]) -> None:
    """7.6.2, 3.5.3."""
    giving = {
        (method, path)
        for method, path, operation in operations(document)
        if {"jwt_access", "access_token"} & set(names(answers_of(operation), document))
    }
    assert ("post", "/login") in giving
    assert {path for method, path in giving if method == "get"} == REFRESHING


def test_a_password_stays_good_for_years(school: School) -> None:
    """6.2.10."""
    person = school.person(login="ann")
    school.clock.forward(timedelta(days=10 * 365))
    reply = school.api.post("/login", {"login": "ann", "password": PASSWORD})
    assert (reply.status, reply.body["user"]["id"]) == (200, person.id)


@pytest.mark.parametrize("characters", [8, 64])
def test_a_password_may_have_from_8_to_64_characters_of_any_kind(school: School, characters: int) -> None:
    """6.2.1, 6.2.5, 6.2.9."""
    for password in ("ж9" * (characters // 2), " q7" * (characters // 3) + "zx"[: characters % 3]):
        person = school.person()
        body = {"old_password": PASSWORD, "new_password": password}
        reply = school.api.request("PATCH", "/api/v1/users/change_password", json_body=body, token=person.token)
        assert (len(password), reply.status) == (characters, 200), reply.body
