"""The main page, and its alias."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from tests.support.school import Person, Reply, School, in_parallel

PATHS = ["/main/info", "/main"]
PAGE = {"description": "A school without walls", "image": "https://example.com/school.png"}


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)


def put(school: School, person: Person, *, path: str = "/main/info", if_match: str | None = None, **page: Any) -> Reply:
    headers = {} if if_match is None else {"If-Match": if_match}
    return school.api.request("PUT", path, json_body=page, token=person.token, headers=headers)


@pytest.mark.parametrize("path", PATHS)
def test_a_new_school_has_an_empty_page(school: School, path: str) -> None:
    reply = school.api.get(path)
    assert (reply.status, reply.body) == (200, {"description": "", "image": None})
    assert reply.headers["etag"] == '"0"'


@pytest.mark.parametrize("path", PATHS)
def test_an_admin_writes_what_everybody_reads(school: School, admin: Person, path: str) -> None:
    reply = put(school, admin, path=path, **PAGE)
    assert (reply.status, reply.body, reply.headers["etag"]) == (200, "", '"1"')
    for read in map(school.api.get, PATHS):
        assert (read.body, read.headers["etag"]) == (PAGE, '"1"')


def test_a_page_without_picture_has_none(school: School, admin: Person) -> None:
    put(school, admin, **PAGE)
    put(school, admin, description="Plain")
    assert school.api.get("/main").body == {"description": "Plain", "image": None}


@pytest.mark.parametrize(
    ("page", "errors"),
    [
        ({}, ["'description' is a required property"]),
        ({"description": "d" * 257}, ["description validation error"]),
        ({"description": None}, ["description validation error"]),
        ({"description": "d", "image": "picture"}, ["image validation error"]),
        ({"description": "d", "image": "javascript:alert(1)"}, ["image validation error"]),
        ({"description": "d", "image": "https://"}, ["image validation error"]),
        ({"description": "d", "image": "https://e.com/" + "a" * 2035}, ["image validation error"]),
        ({"description": 5, "image": 5}, ["description validation error", "image validation error"]),
        ({"description": "d", "title": "t"}, ["'title' is an unknown property"]),
    ],
)
def test_what_is_wrong_is_listed(school: School, admin: Person, page: dict[str, Any], errors: list[str]) -> None:
    reply = put(school, admin, **page)
    assert (reply.status, reply.body["errors"]) == (400, errors)


def test_as_much_fits_as_is_said(school: School, admin: Person) -> None:
    assert put(school, admin, description="ы" * 256, image="https://e.com/" + "a" * 2034).status == 200


def test_a_version_that_was_not_read_is_not_overwritten(school: School, admin: Person) -> None:
    assert put(school, admin, description="first", if_match='"0"').status == 200
    late = put(school, admin, description="second", if_match='"0"')
    assert (late.status, late.body["code"]) == (412, "changed_since")
    assert put(school, admin, description="third", if_match='"1"').headers["etag"] == '"2"'
    assert put(school, admin, description="fourth", if_match="*").status == 200
    assert put(school, admin, description="fifth").status == 200
    assert school.api.get("/main").body["description"] == "fifth"


@pytest.mark.parametrize("seen", ['"0"', '"1"'])
def test_of_many_writers_of_one_version_one_succeeds(school: School, admin: Person, seen: str) -> None:
    if seen == '"1"':
        put(school, admin, **PAGE)
    outcomes = in_parallel(6, lambda number: put(school, admin, description=str(number), if_match=seen))
    assert sorted(reply.status for reply in outcomes if isinstance(reply, Reply)) == [200] + [412] * 5
