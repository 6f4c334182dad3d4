"""Drafts: what is typed and not sent is there on every device, and of two that are saved neither is lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.courses import drafts
from tests.support.school import PASSWORD, Person, Reply, School, in_parallel, stored_items

LARGEST = 64 * 1024


@pytest.fixture
def path(school: School, pupil: Person) -> str:
    return school.task_path(pupil) + "/draft"


def save(school: School, who: Person, path: str, source: str, *, language: str = "python3", **headers: str) -> Reply:
    body = {"language": language, "source": source}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return school.api.request("PUT", path, json_body=body, token=who.token, headers=named)


def texts(reply: Reply) -> Any:
    assert reply.status == 200, reply.body
    draft = reply.body["draft"]
    return draft and draft["source"], [each["language"] for each in reply.body["drafts"]]


def test_there_is_none_at_first(school: School, pupil: Person, path: str) -> None:
    found = school.api.get(path, token=pupil.token)
    assert (found.status, found.body) == (200, {"draft": None, "drafts": []})
    assert save(school, pupil, path, "first", If_Match=found.headers["etag"]).status == 200
    late = save(school, pupil, path, "of another device", If_Match=found.headers["etag"])
    assert (late.status, late.body["code"]) == (412, "changed_since")


def test_each_language_has_its_own_and_the_latest_is_shown_first(school: School, pupil: Person, path: str) -> None:
    save(school, pupil, path, "print(5)")
    school.clock.forward(timedelta(minutes=1))
    saved = save(school, pupil, path, "int main() {}", language="cpp17")
    assert saved.body == {"language": "cpp17", "saved_at": "2026-09-01T09:01:00.000Z"}
    assert texts(school.api.get(path, token=pupil.token)) == ("int main() {}", ["cpp17", "python3"])
    python = school.api.get(f"{path}?language=python3", token=pupil.token)
    assert texts(python) == ("print(5)", ["cpp17", "python3"])
    assert python.body["draft"]["saved_at"] == "2026-09-01T09:00:00.000Z"
    assert texts(school.api.get(f"{path}?language=pascal", token=pupil.token)) == (None, ["cpp17", "python3"])


def test_one_whose_time_has_come_is_neither_shown_nor_in_the_way(school: School, pupil: Person, path: str) -> None:
    """DynamoDB may take two days to delete it."""
    save(school, pupil, path, "of last year")
    school.clock.forward(drafts.KEPT)
    signed_in = school.api.post("/login", {"login": pupil.account.login, "password": PASSWORD}).body
    later = replace(pupil, token=signed_in["jwt_access"])
    found = school.api.get(path, token=later.token)
    assert texts(found) == (None, [])
    assert save(school, later, path, "of this year", If_Match=found.headers["etag"]).status == 200
    assert texts(school.api.get(path, token=later.token))[0] == "of this year"


def test_of_two_devices_neither_overwrites_what_it_has_not_read(school: School, pupil: Person, path: str) -> None:
    read = save(school, pupil, path, "at school").headers["etag"]
    here = save(school, pupil, path, "at home", If_Match=read)
    assert here.status == 200
    there = save(school, pupil, path, "on the bus", If_Match=read)
    assert (there.status, there.headers["etag"]) == (412, here.headers["etag"])
    assert texts(school.api.get(path, token=pupil.token))[0] == "at home"
    assert save(school, pupil, path, "both", If_Match=there.headers["etag"]).status == 200
    assert texts(school.api.get(path, token=pupil.token))[0] == "both"


def test_what_get_says_is_what_put_wants(school: School, pupil: Person, path: str) -> None:
    save(school, pupil, path, "one")
    read = school.api.get(path, token=pupil.token).headers["etag"]
    assert save(school, pupil, path, "two", If_Match=read).status == 200
    assert save(school, pupil, path, "three", If_Match=read).status == 412


def test_the_same_text_again_is_no_change(school: School, pupil: Person, path: str) -> None:
    """An answer that was lost: the client saves again under the version that it knows."""
    read = save(school, pupil, path, "one").headers["etag"]
    first = save(school, pupil, path, "two", If_Match=read)
    again = save(school, pupil, path, "two", If_Match=read)
    assert (again.status, again.headers["etag"], again.body) == (200, first.headers["etag"], first.body)


def test_only_where_there_is_none(school: School, pupil: Person, path: str) -> None:
    assert save(school, pupil, path, "one", If_None_Match="*").status == 200
    assert save(school, pupil, path, "two", If_None_Match="*").status == 412
    assert save(school, pupil, path, "two", language="cpp17", If_None_Match="*").status == 200


def test_of_many_at_once_one_is_saved(school: School, pupil: Person, path: str) -> None:
    read = save(school, pupil, path, "begun").headers["etag"]
    replies = in_parallel(4, lambda number: save(school, pupil, path, f"text {number}", If_Match=read))
    statuses = [each.status for each in replies if isinstance(each, Reply)]
    assert sorted(statuses) == [200, 412, 412, 412]
    (won,) = (number for number, status in enumerate(statuses) if status == 200)
    assert texts(school.api.get(path, token=pupil.token))[0] == f"text {won}"


def test_an_empty_program_and_the_largest_are_kept(school: School, pupil: Person, path: str) -> None:
    for source in ("", "д" * (LARGEST // 2)):
        assert save(school, pupil, path, source).status == 200
        assert texts(school.api.get(path, token=pupil.token))[0] == source
    too_large = save(school, pupil, path, "д" * (LARGEST // 2) + ".")
    assert (too_large.status, too_large.body["code"]) == (413, "source_too_large")


def test_what_could_not_be_sent_is_not_kept(school: School, pupil: Person) -> None:
    path = school.task_path(pupil, languages=["python3"]) + "/draft"
    refused = save(school, pupil, path, "int main() {}", language="cpp17")
    assert (refused.status, refused.body["code"]) == (422, "language_not_allowed")
    open_to_all = school.task_path(pupil) + "/draft"
    unknown = save(school, pupil, open_to_all, "", language="klingon")
    assert (unknown.status, unknown.body["code"]) == (400, "unknown_language")
    assert save(school, pupil, open_to_all, "begin end.", language="pascal").status == 200  # away for now


def test_a_draft_is_its_authors_alone(school: School, pupil: Person, path: str) -> None:
    save(school, pupil, path, "mine")
    stranger = school.person()
    for reply in (school.api.get(path, token=stranger.token), save(school, stranger, path, "theirs")):
        assert (reply.status, reply.body["code"]) == (403, "not_at_course")
    assert texts(school.api.get(path, token=school.person(Role.ADMIN).token)) == (None, [])


def test_drafts_of_tasks_are_apart(school: School, pupil: Person, path: str) -> None:
    save(school, pupil, path, "mine")
    assert texts(school.api.get(school.task_path(pupil) + "/draft", token=pupil.token)) == (None, [])


def test_a_draft_is_kept_for_a_year_after_it_was_saved(school: School, pupil: Person, path: str) -> None:
    save(school, pupil, path, "old")
    (stored,) = (item for item in stored_items("courses") if item["sk"].startswith("DRAFT#"))
    assert int(stored["expires_at"]) == int((school.clock.now + drafts.KEPT).timestamp())


def test_drafts_go_with_the_account(school: School, pupil: Person, path: str) -> None:
    other = school.person()
    elsewhere = school.task_path(other) + "/draft"
    for language in ("python3", "cpp17"):
        save(school, pupil, path, "mine", language=language)
    save(school, other, elsewhere, "theirs")
    assert school.api.request("DELETE", "/api/v1/users", token=pupil.token).status == 204
    left = [item["source"] for item in stored_items("courses") if item["sk"].startswith("DRAFT#")]
    assert left == ["theirs"]
