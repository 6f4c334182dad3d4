import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic_core._pydantic_core import list_all_errors

import app
from chalicelib.accounts.permissions import Role
from chalicelib.common import texts
from chalicelib.common.http import validation
from chalicelib.common.http.errors import In, Place
from chalicelib.common.texts import Language
from tests.support.school import Reply, School

GOOD = {"login": "ann", "password": "long enough 1", "name": "Ann", "email": "ann@example.com"}


def registration_without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name not in names}


def refused(school: School, raw: bytes) -> Reply:
    reply = school.api.request("POST", "/reg", raw_body=raw)
    assert (reply.status, reply.body["code"]) == (400, "invalid_body"), reply.body
    return reply


def test_every_violation_is_listed_in_the_words_of_the_five_systems(school: School) -> None:
    body = {**registration_without("name"), "email": "nobody", "login": "a b", "shoe": 42}
    reply = refused(school, json.dumps(body).encode())
    assert sorted(reply.body["errors"]) == [
        "'name' is a required property",
        "'shoe' is an unknown property",
        "email validation error",
        "login validation error",
    ]


def test_the_words_of_the_five_systems_stay_when_the_caller_speaks_russian(school: School) -> None:
    reply = school.api.post("/reg", registration_without("name"), headers={"Accept-Language": "ru"})
    assert reply.body["errors"] == ["'name' is a required property"]


def test_the_detail_says_why(school: School) -> None:
    reply = refused(school, json.dumps({**GOOD, "password": "Sh0rt"}).encode())
    assert "password: " in reply.body["detail"]
    assert "8" in reply.body["detail"]
    assert "Sh0rt" not in json.dumps(reply.body)


@pytest.mark.parametrize("missing", list(GOOD))
def test_a_missing_property_is_not_all_arguments(school: School, missing: str) -> None:
    reply = refused(school, json.dumps(registration_without(missing)).encode())
    assert reply.body["errors"] == [f"'{missing}' is a required property"]
    assert reply.body["status"] == "Not all arguments"


def test_a_wrong_property_alone_is_not_missing(school: School) -> None:
    reply = refused(school, json.dumps({**GOOD, "email": 5}).encode())
    assert reply.body["errors"] == ["email validation error"]
    assert reply.body["status"] != "Not all arguments"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{'login': 1}",
        b'{"login": NaN',
        b'{"login": "\\ud800"}',
        b'{"login": "\xff"}',
        b'{"a": 1,}',
        b"[" * 100_000,
        b'{"login": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
    ],
    ids=["empty", "cut", "quotes", "cut NaN", "surrogate", "not UTF-8", "comma", "deep list", "deep object"],
)
def test_broken_json_is_refused_in_the_words_of_the_five_systems(school: School, raw: bytes) -> None:
    assert refused(school, raw).body["errors"] == ["invalid json data in request"]


@pytest.mark.parametrize("raw", [b"null", b"[]", b'"text"', b"5", b"NaN", b"[[[[[[1]]]]]]"])
def test_a_body_that_is_no_object_is_refused(school: School, raw: bytes) -> None:
    assert refused(school, raw).body["errors"] == ["body validation error"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1e999", "1", "true", "null", "[]", "{}", '"x"'])
def test_a_value_of_the_wrong_type_is_refused(school: School, value: str) -> None:
    raw = json.dumps(GOOD).replace('"ann@example.com"', value).encode()
    assert refused(school, raw).body["errors"] == ["email validation error"]


def test_an_unknown_query_parameter_is_refused(school: School) -> None:
    pupil = school.person()
    reply = school.api.get("/courses?limit=0&sort=name", token=pupil.token)
    assert (reply.status, reply.body["code"]) == (400, "invalid_query")
    assert sorted(reply.body["errors"]) == ["'sort' is an unknown property", "limit validation error"]


def test_nothing_is_stored_for_a_refused_body(school: School) -> None:
    refused(school, json.dumps({**GOOD, "shoe": 42}).encode())
    assert school.api.post("/reg", GOOD).status == 201


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (registration_without("name"), "name: обязательное поле"),
        ({**GOOD, "shoe": 42}, "shoe: такого здесь нет"),
        ({**GOOD, "name": 5}, "name: нужен текст"),
        ({**GOOD, "name": "x" * 1000}, "знака"),
    ],
)
def test_reasons_are_in_russian_on_request(school: School, body: dict[str, Any], reason: str) -> None:
    reply = school.api.post("/reg", body, headers={"Accept-Language": "ru"})
    assert reason in reply.body["detail"]


def test_every_error_of_pydantics_that_is_worded_exists_and_has_the_limits_that_are_told() -> None:
    contexts = {str(each["type"]): set(each["example_context"] or ()) for each in list_all_errors()}
    for kind, wording in validation.WORDINGS.items():
        assert set(wording.limits.values()) <= contexts[kind], kind
        assert set(texts.placeholders(wording.text.english)) <= set(wording.limits), kind


def test_every_error_that_a_body_or_query_of_ours_can_have_is_worded() -> None:
    kinds = {kind for shape in _shapes() for kind in _kinds_of(shape.__pydantic_core_schema__)}
    known = {"string", "int", "float", "bool", "list", "dict", "date", "datetime", "url", "uuid", "literal", "enum"}
    assert kinds & known, "the search finds nothing"
    for kind in sorted(kinds & known):
        assert any(worded.startswith(kind) or worded == "enum" for worded in validation.WORDINGS), kind


@pytest.mark.parametrize("kind", list_all_errors(), ids=lambda kind: kind["type"])
def test_whatever_pydantic_finds_is_told_in_every_language_without_its_own_words(kind: Any) -> None:
    """Also what no model of ours can have today: then it is of the wrong form."""
    found = {"type": kind["type"], "loc": ("x",), "ctx": {**(kind["example_context"] or {}), "reasons": ()}}
    for violation in validation._of_item(Place(In.BODY, "/x"), found):
        told = violation.text.in_language(Language("ru"))
        assert re.search("[а-я]", told), told
        assert not re.search("{|}|Input|Value|[Ee]rror|None|False|True", told), told


def _shapes() -> list[Any]:
    found = [
        shape for package in app.PACKAGES for route in package.declared for shape in (route.body, route.query) if shape
    ]
    for shape in found:
        shape.model_rebuild()
    return found


def _kinds_of(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema["type"]
        for value in schema.values():
            yield from _kinds_of(value)
    elif isinstance(schema, list | tuple):
        for value in schema:
            yield from _kinds_of(value)


def violations(reply: Reply) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = reply.body["violations"]
    return listed


def test_a_violation_says_where_what_and_within_which_limits(school: School) -> None:
    body = {**registration_without("name"), "password": "Sh0rt", "a/b~c": 1}
    found = {each["field"]: each for each in violations(refused(school, json.dumps(body).encode()))}
    assert found["/password"] == {
        "in": "body",
        "field": "/password",
        "code": "password_too_short",
        "limits": {"min": 8},
        "message": "Must have at least 8 characters",
    }
    assert (found["/name"]["code"], found["/a~1b~0c"]["code"]) == ("required", "unknown")


@pytest.mark.parametrize(
    ("path", "body", "field", "told"),
    [
        ("/problems", {"title": 5}, "/title", {"type": "string"}),
        ("/problems", {"time_limit": "long"}, "/time_limit", {"type": "number"}),
        ("/problems", {"memory_limit": "much"}, "/memory_limit", {"type": "integer"}),
        ("/problems", {"coarse_results": "perhaps"}, "/coarse_results", {"type": "boolean"}),
        ("/problems", {"checker_options": 5}, "/checker_options", {"type": "object"}),
        ("/contests", {"problems": 5}, "/problems", {"type": "array"}),
        ("/reg", {"email": "ann"}, "/email", {"format": "email"}),
        ("/auth/registration", {"birthdate": "soon"}, "/birthdate", {"format": "date"}),
    ],
)
def test_a_violation_says_what_a_value_has_to_be(
    school: School, path: str, body: dict[str, Any], field: str, told: dict[str, str]
) -> None:
    teacher = school.person(role=Role.TEACHER)
    reply = school.api.post(path, body, token=teacher.token)
    assert [each["limits"] for each in violations(reply) if each["field"] == field] == [told], reply.body


def test_a_violation_in_a_query_has_a_name(school: School) -> None:
    reply = school.api.get("/courses?limit=0", token=school.person().token)
    assert violations(reply) == [
        {"in": "query", "field": "limit", "code": "too_small", "limits": {"min": 1}, "message": "Must be at least 1"}
    ]


def test_no_word_of_python_reaches_a_person(school: School) -> None:
    for body in ({**GOOD, "email": "x"}, {**GOOD, "login": "a b"}, {**GOOD, "name": 5}, {**GOOD, "password": "x" * 99}):
        for language in ("en", "ru"):
            reply = school.api.post("/reg", body, headers={"Accept-Language": language})
            said = json.dumps([reply.body["detail"], reply.body["violations"]], ensure_ascii=False)
            assert not re.search(r"Value error|String|Input|pydantic|\\\\|\^|None|False|True", said), said
