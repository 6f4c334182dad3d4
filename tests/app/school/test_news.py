"""News, with Virtual School's limits and messages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.school import models
from tests.support.school import START, Person, Reply, School, counted_requests, in_parallel

NEWS = {"title": "Term begins", "description": "On Monday", "body": "At nine.", "image": "https://example.com/a.png"}
PATHS = ["/main/news", "/news"]


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def add(school: School, person: Person, path: str = "/news", **overrides: Any) -> Reply:
    given = {name: value for name, value in {**NEWS, **overrides}.items() if value is not ...}
    return school.api.post(path, given, token=person.token)


def added(school: School, person: Person, **overrides: Any) -> str:
    """The path of new news."""
    reply = add(school, person, **overrides)
    assert reply.status == 201, reply.body
    return f"/news/{reply.body['id']}"


def change(school: School, person: Person, path: str, if_match: str | None = None, **changes: Any) -> Reply:
    headers = {} if if_match is None else {"If-Match": if_match}
    return school.api.request("PATCH", path, json_body=changes, token=person.token, headers=headers)


def delete(school: School, person: Person, path: str, if_match: str | None = None) -> Reply:
    headers = {} if if_match is None else {"If-Match": if_match}
    return school.api.request("DELETE", path, token=person.token, headers=headers)


def store(many: int) -> list[int]:
    """So many news, as if made one a minute; their ids, the newest first."""
    for number in range(1, many + 1):
        made = START + timedelta(minutes=number)
        models.News(
            *models.news_key(number), id=number, title="T", description="D", author_id=1, created_at=made
        ).save()
    return list(range(many, 0, -1))


def pages(school: School, path: str) -> Iterator[list[int]]:
    """The ids in each page, following the links."""
    while path:
        reply = school.api.get(path)
        assert reply.status == 200, reply.body
        yield [news["id"] for news in reply.body]
        path = reply.headers.get("link", "").removeprefix("<").partition(">")[0]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", [Role.TEACHER, Role.ADMIN])
def test_what_is_added_everybody_reads(school: School, role: Role, path: str) -> None:
    author = school.person(role)
    reply = add(school, author, path)
    assert (reply.status, reply.body.keys(), reply.headers["etag"]) == (201, {"id"}, '"1"')
    expected = {
        **NEWS,
        "id": reply.body["id"],
        "date": "01 09 2026",
        "created_at": "2026-09-01T09:00:00.000Z",
        "author_id": author.id,
    }
    for where in PATHS:
        assert school.api.get(where).body == [expected]
        shown = school.api.get(f"{where}/{reply.body['id']}")
        assert (shown.status, shown.body, shown.headers["etag"]) == (200, expected, '"1"')


def test_body_and_picture_may_be_left_out(school: School, teacher: Person) -> None:
    path = added(school, teacher, body=..., image=...)
    assert {name: school.api.get(path).body[name] for name in ("body", "image")} == {"body": "", "image": None}


@pytest.mark.parametrize(
    ("overrides", "errors"),
    [
        ({"title": ...}, ["'title' is a required property"]),
        ({"description": ...}, ["'description' is a required property"]),
        (
            {"title": ..., "description": ...},
            ["'title' is a required property", "'description' is a required property"],
        ),
        ({"title": ""}, ["title validation error"]),
        ({"title": " \t\n"}, ["title validation error"]),
        ({"title": "t" * 129}, ["title validation error"]),
        ({"title": None}, ["title validation error"]),
        ({"title": 5}, ["title validation error"]),
        ({"description": "  "}, ["description validation error"]),
        ({"description": "d" * 257}, ["description validation error"]),
        ({"body": "b" * 1025}, ["body validation error"]),
        ({"image": "ftp://example.com/a.png"}, ["image validation error"]),
        ({"title": "", "body": 5}, ["title validation error", "body validation error"]),
        ({"id": 5, "date": "01 01 2020"}, ["'id' is an unknown property", "'date' is an unknown property"]),
    ],
)
def test_what_is_wrong_is_listed(school: School, teacher: Person, overrides: dict[str, Any], errors: list[str]) -> None:
    reply = add(school, teacher, **overrides)
    assert (reply.status, reply.body["errors"]) == (400, errors)
    assert school.api.get("/news").body == []


def test_as_much_fits_as_virtual_school_says(school: School, teacher: Person) -> None:
    longest = {"title": "Я" * 128, "description": "Я" * 256, "body": "Я" * 1024}
    shown = school.api.get(added(school, teacher, **longest)).body
    assert {name: shown[name] for name in longest} == longest


def test_unreadable_json_is_refused_in_virtual_schools_words(school: School, teacher: Person) -> None:
    reply = school.api.request("POST", "/main/news", raw_body=b"{", token=teacher.token)
    assert (reply.status, reply.body["errors"]) == (400, ["invalid json data in request"])


def test_one_changes_what_one_wrote(school: School, teacher: Person) -> None:
    path = added(school, teacher)
    reply = change(school, teacher, path, title="Term ends", image=None)
    assert (reply.status, reply.body, reply.headers["etag"]) == (200, "", '"2"')
    shown = school.api.get(path)
    assert shown.headers["etag"] == '"2"'
    assert {name: shown.body[name] for name in NEWS} == {**NEWS, "title": "Term ends", "image": None}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"title": " "}, ["title validation error"]),
        ({"title": None}, ["title validation error"]),
        ({"body": None}, ["body validation error"]),
        ({"description": "d" * 257}, ["description validation error"]),
        ({"author_id": 5}, ["'author_id' is an unknown property"]),
    ],
)
def test_changes_are_held_to_the_same_limits(
    school: School, teacher: Person, changes: dict[str, Any], errors: list[str]
) -> None:
    path = added(school, teacher)
    reply = change(school, teacher, path, **changes)
    assert (reply.status, reply.body["errors"]) == (400, errors)
    assert school.api.get(path).headers["etag"] == '"1"'


def test_one_deletes_what_one_wrote(school: School, teacher: Person) -> None:
    path = added(school, teacher)
    assert (delete(school, teacher, path).status, school.api.get(path).status) == (200, 404)
    assert delete(school, teacher, path).body["code"] == "news_not_found"


def test_a_teacher_changes_only_their_own(school: School, teacher: Person) -> None:
    admin = school.person(Role.ADMIN)
    for author in (admin, school.person(Role.TEACHER)):
        path = added(school, author)
        for reply in (change(school, teacher, path, title="Mine"), delete(school, teacher, path)):
            assert (reply.status, reply.body["code"]) == (403, "not_the_author")
        assert school.api.get(path).body["title"] == NEWS["title"]


def test_an_admin_touches_anybodys(school: School, teacher: Person) -> None:
    admin, path = school.person(Role.ADMIN), added(school, teacher)
    assert change(school, admin, path, title="Corrected").status == 200
    assert school.api.get(path).body["author_id"] == teacher.id
    assert delete(school, admin, path).status == 200


def test_what_is_not_there_is_not_found(school: School, teacher: Person) -> None:
    for reply in (
        school.api.get("/news/5"),
        change(school, teacher, "/news/5", title="New"),
        change(school, teacher, "/news/5", if_match='"1"', title="New"),
        delete(school, teacher, "/main/news/5"),
    ):
        assert (reply.status, reply.body["code"]) == (404, "news_not_found")


def test_a_version_that_was_not_read_is_not_overwritten_or_deleted(school: School, teacher: Person) -> None:
    path = added(school, teacher)
    assert change(school, teacher, path, if_match='"1"', title="First").status == 200
    for reply in (
        change(school, teacher, path, if_match='"1"', title="Second"),
        change(school, teacher, path, if_match='W/"2"', title="Second"),
        delete(school, teacher, path, if_match='"1"'),
    ):
        assert (reply.status, reply.body["code"]) == (412, "changed_since")
    assert school.api.get(path).body["title"] == "First"
    assert change(school, teacher, path, if_match='"1", "2"', title="Third").status == 200
    assert delete(school, teacher, path, if_match="*").status == 200


def test_of_many_changes_of_one_version_one_succeeds(school: School, teacher: Person) -> None:
    path = added(school, teacher)
    outcomes = in_parallel(6, lambda number: change(school, teacher, path, if_match='"1"', title=f"T{number}"))
    replies = [reply for reply in outcomes if isinstance(reply, Reply)]
    assert sorted(reply.status for reply in replies) == [200] + [412] * 5
    (winner,) = (number for number, reply in enumerate(replies) if reply.status == 200)
    assert school.api.get(path).body["title"] == f"T{winner}"


def test_without_a_tag_all_write_and_each_member_keeps_its_last(school: School, teacher: Person) -> None:
    path = added(school, teacher)
    parts: list[dict[str, Any]] = [
        {"title": "New title"},
        {"body": "New body"},
        {"description": "New description"},
        {"image": None},
    ]
    outcomes = in_parallel(4, lambda number: change(school, teacher, path, **parts[number]))
    assert [reply.status for reply in outcomes if isinstance(reply, Reply)] == [200] * 4
    shown = school.api.get(path)
    assert shown.headers["etag"] == '"5"'
    assert {name: shown.body[name] for name in NEWS} == {name: part[name] for part in parts for name in part}


def test_what_is_deleted_meanwhile_is_not_brought_back(school: School, teacher: Person) -> None:
    path = added(school, teacher)
    in_parallel(
        2, lambda number: change(school, teacher, path, title="New") if number else delete(school, teacher, path)
    )
    assert school.api.get(path).status == 404


@pytest.mark.parametrize(
    "query", ["", "?limit=5", "?size=5", "?page=1&size=5", "?skip=0&limit=5", "?limit=100", "?limit=1"]
)
def test_the_links_lead_through_all_news_newest_first(school: School, query: str) -> None:
    expected = store(12)
    read = list(pages(school, f"/main/news{query}"))
    assert [news for page in read for news in page] == expected


@pytest.mark.parametrize("path", PATHS)
def test_pages_have_numbers(school: School, path: str) -> None:
    store(12)
    read = [[news["id"] for news in school.api.get(f"{path}?page={page}&size=5").body] for page in (1, 2, 3, 4)]
    assert read == [[12, 11, 10, 9, 8], [7, 6, 5, 4, 3], [2, 1], []]


def test_some_are_skipped(school: School) -> None:
    store(12)
    assert [news["id"] for news in school.api.get("/news?skip=3&limit=2").body] == [9, 8]


def test_without_asking_it_is_the_first_hundred_and_a_link(school: School) -> None:
    store(101)
    first, second = pages(school, "/news")
    assert (first[0], len(first), second) == (101, 100, [1])


@pytest.mark.parametrize(
    ("query", "code", "errors"),
    [
        ("page=1", "page_without_size", ["'size' is a required property"]),
        ("page=0&size=1", "invalid_query", ["page validation error"]),
        ("size=101", "invalid_query", ["size validation error"]),
        ("size=x&page=x", "invalid_query", ["page validation error", "size validation error"]),
        ("cursor=x", "invalid_cursor", None),
        ("page=1&size=2&limit=2", "mixed_paging", None),
        ("skip=5000", "list_too_deep", None),
    ],
)
def test_a_page_that_cannot_be_is_refused(school: School, query: str, code: str, errors: list[str] | None) -> None:
    reply = school.api.get(f"/news?{query}")
    assert (reply.status, reply.body["code"]) == (400, code)
    assert errors is None or reply.body["errors"] == errors


@pytest.mark.parametrize("many", [10, 100, 1000])
def test_a_page_is_one_request_however_many_news_there_are(school: School, many: int) -> None:
    store(many)
    for query in ("size=10", "limit=10", "skip=10&limit=10", "page=2&size=10"):
        with counted_requests() as requests:
            assert school.api.get(f"/news?{query}").status == 200
        assert requests == {"Query": 1}
