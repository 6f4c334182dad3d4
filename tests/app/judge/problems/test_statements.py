"""Statements in several languages, and the pictures that they show: written by teachers, brought by packages."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.judge.statements import pictures, written
from tests.support import zips
from tests.support.school import Person, School, aws, counted_requests

BUCKET = "lyceum-test-data"


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def path(school: School, teacher: Person) -> str:
    made = {"title": "Sum", "statement": "Add.", "statement_language": "en"}
    reply = school.api.post("/problems", made, token=teacher.token)
    assert reply.status == 201, reply.body
    return f"/problems/{reply.body['id']}"


def put(school: School, teacher: Person, path: str, body: object) -> Any:
    reply = school.api.request("PUT", path, json_body=body, token=teacher.token)
    assert reply.status == 200, reply.body
    return reply.body


def seen(school: School, teacher: Person, path: str, accepted: str = "", query: str = "") -> Any:
    headers = {"Accept-Language": accepted} if accepted else {}
    reply = school.api.request("GET", path + query, token=teacher.token, headers=headers)
    assert reply.status == 200, reply.body
    assert "Accept-Language" in reply.headers["vary"]
    return reply


def test_the_language_that_is_asked_for_chooses_statement_and_name(school: School, teacher: Person, path: str) -> None:
    put(school, teacher, f"{path}/statements/RU", {"name": "Сумма", "text": "Сложите."})
    found = [
        seen(school, teacher, path, *each) for each in (("",), ("ru-RU,ru;q=0.9",), ("ru", "?language=en"), ("de",))
    ]
    assert [(each.body["title"], each.body["statement"], each.body["statement_language"]) for each in found] == [
        ("Sum", "Add.", "en"),
        ("Сумма", "Сложите.", "ru"),
        ("Sum", "Add.", "en"),
        ("Sum", "Add.", "en"),
    ]
    assert found[0].body["statements"] == [{"language": "en", "name": "Sum"}, {"language": "ru", "name": "Сумма"}]
    assert found[0].headers["etag"] != found[1].headers["etag"]


def change(school: School, teacher: Person, path: str, changes: object) -> Any:
    return school.api.request("PATCH", path, json_body=changes, token=teacher.token, headers={"Accept-Language": "ru"})


def test_a_change_is_of_the_language_that_is_named_else_of_the_main_one(
    school: School, teacher: Person, path: str
) -> None:
    put(school, teacher, f"{path}/statements/ru", {"name": "Сумма", "text": "Сложите."})
    changed = [
        change(school, teacher, path, {"statement": "Sum up."}),
        change(school, teacher, f"{path}?language=RU", {"statement": "Сложи."}),
        change(school, teacher, f"{path}?language=fr", {"time_limit": 3}),
    ]
    assert [(each.status, each.body["title"], each.body["statement"]) for each in changed] == [
        (200, "Sum", "Sum up."),
        (200, "Сумма", "Сложи."),
        (200, "Sum", "Sum up."),
    ]
    refused = change(school, teacher, f"{path}?language=fr", {"statement": "Sum."})
    assert (refused.status, refused.body["code"]) == (404, "no_statement")
    shown = [seen(school, teacher, path, language).body for language in ("en", "ru")]
    assert [(each["statement"], each["time_limit"]) for each in shown] == [("Sum up.", 3), ("Сложи.", 3)]


def test_lists_name_problems_in_the_language_of_the_request(school: School, teacher: Person, path: str) -> None:
    put(school, teacher, f"{path}/statements/ru", {"name": "Сумма", "text": "Сложите."})
    school.api.post("/problems", {"title": "Old"}, token=teacher.token)
    found = [seen(school, teacher, "/problems", language).body["problems"] for language in ("ru", "de")]
    assert [{each["title"] for each in problems} for problems in found] == [{"Old", "Сумма"}, {"Old", "Sum"}]
    with counted_requests() as asked:
        seen(school, teacher, "/problems", "ru")
    assert (asked["Query"], asked["BatchGetItem"]) == (1, 3)  # the caller with the session, titles, names of authors


def test_tex_is_kept_as_it_is_written_and_read_as_markdown(school: School, teacher: Person, path: str) -> None:
    source = "\\textbf{Add} $a$ \\foo{b}"
    put(school, teacher, f"{path}/statements/en", {"name": "Sum", "text": source, "format": "tex"})
    kept = school.api.get(f"{path}/statements/en", token=teacher.token).body
    assert (kept["source"], kept["text"], kept["is_main"]) == (source, "**Add** $a$ b", True)
    assert len(kept["notes"]) == 1
    assert "\\foo" in kept["notes"][0]
    assert seen(school, teacher, path).body["statement"] == "**Add** $a$ b"


def test_the_main_statement_can_be_another_or_go(school: School, teacher: Person, path: str) -> None:
    put(school, teacher, f"{path}/statements/ru", {"name": "Сумма", "text": "Сложите."})
    changes = {"statement_language": "ru"}
    assert school.api.request("PATCH", path, json_body=changes, token=teacher.token).body["title"] == "Сумма"
    assert school.api.request("DELETE", f"{path}/statements/ru", token=teacher.token).status == 204
    assert seen(school, teacher, path, "ru").body["title"] == "Sum"
    assert school.api.get(f"{path}/statements/ru", token=teacher.token).status == 404


def test_an_old_statement_has_no_language_until_it_is_given_one(school: School, teacher: Person) -> None:
    made = school.api.post("/problems", {"title": "Old", "statement": "Text."}, token=teacher.token).body
    path = f"/problems/{made['id']}"
    put(school, teacher, f"{path}/statements/ru", {"name": "Сумма", "text": "Сложите."})
    assert seen(school, teacher, path, "de").body["statement_language"] is None
    refused = school.api.request("PATCH", path, json_body={"statement_language": "ru"}, token=teacher.token)
    assert (refused.status, refused.body["code"]) == (409, "statement_without_language")
    named = school.api.request("PATCH", path, json_body={"statement_language": "en"}, token=teacher.token).body
    assert (named["statement_language"], named["statement"]) == ("en", "Text.")
    assert [each["language"] for each in named["statements"]] == ["en", "ru"]


def test_a_picture_is_uploaded_named_shown_and_deleted(school: School, teacher: Person, path: str) -> None:
    form = school.api.post(f"{path}/files", token=teacher.token).body
    keeping = {"upload_id": form["upload_id"]}
    early = school.api.request("PUT", f"{path}/files/p.png", json_body=keeping, token=teacher.token)
    assert (early.status, early.body["code"]) == (404, "file_not_uploaded")
    aws("s3").put_object(Bucket=BUCKET, Key=form["upload"]["fields"]["key"], Body=zips.PNG)
    wrong = school.api.request("PUT", f"{path}/files/p.gif", json_body=keeping, token=teacher.token)
    assert (wrong.status, wrong.body["code"]) == (422, "not_such_a_file")
    kept = put(school, teacher, f"{path}/files/p.png", keeping)
    put(school, teacher, f"{path}/statements/en", {"name": "Sum", "text": "![P](p.png) ![Q](q.png)"})
    assert seen(school, teacher, path).body["statement"] == f"![P]({kept['path']}) ![Q](q.png)"
    assert school.api.get(f"{path}/files", token=teacher.token).body["items"] == [kept]
    sent = school.api.get(kept["path"])
    assert (sent.status, sent.headers["cache-control"]) == (302, "public, max-age=300")
    digest = kept["path"].split("/")[-2]
    key = f"pictures{path}/{digest}"
    assert f"/{key}?" in sent.headers["location"]
    assert aws("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read() == zips.PNG
    assert school.api.get(kept["path"].replace(digest, "0" * 32)).status == 404
    assert school.api.request("DELETE", f"{path}/files/p.png", token=teacher.token).status == 204
    assert school.api.get(kept["path"]).status == 404
    assert aws("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"pictures{path}/").get("KeyCount") == 0


def refused(school: School, who: Person, method: str, path: str, body: object = None) -> tuple[int, str]:
    reply = school.api.request(method, path, json_body=body, token=who.token)
    return reply.status, reply.body["code"]


TEXT = {"name": "Sum", "text": "Add."}


def test_a_statement_needs_a_language_and_has_a_size_and_there_are_not_too_many(
    school: School, teacher: Person, path: str
) -> None:
    assert refused(school, teacher, "PUT", f"{path}/statements/r", TEXT) == (400, "not_a_language")
    large = {**TEXT, "text": "x" * (written.MAX_BYTES + 1)}
    assert refused(school, teacher, "PUT", f"{path}/statements/ru", large)[0] == 400
    assert seen(school, teacher, path).body["statements"] == [{"language": "en", "name": "Sum"}]
    tags = [f"a{letter}" for letter in "abcdefghijk"]
    assert len(tags) + 1 == written.MAX_LANGUAGES
    for each in tags:
        put(school, teacher, f"{path}/statements/{each}", TEXT)
    assert refused(school, teacher, "PUT", f"{path}/statements/ru", TEXT) == (409, "too_many_statements")
    put(school, teacher, f"{path}/statements/aa", {**TEXT, "text": "One that is there may be written anew."})


def test_there_is_no_statement_in_a_language_without_one(school: School, teacher: Person, path: str) -> None:
    for method in ("GET", "DELETE"):
        assert refused(school, teacher, method, f"{path}/statements/ru") == (404, "no_statement")


def test_a_problem_has_few_files_with_names_of_files(school: School, teacher: Person, path: str) -> None:
    form = school.api.post(f"{path}/files", token=teacher.token).body
    aws("s3").put_object(Bucket=BUCKET, Key=form["upload"]["fields"]["key"], Body=zips.PNG)
    keeping = {"upload_id": form["upload_id"]}
    assert refused(school, teacher, "PUT", f"{path}/files/a%20b.png", keeping) == (400, "not_a_file_name")
    for number in range(pictures.MAX_FILES):
        put(school, teacher, f"{path}/files/{number}.png", keeping)
    assert refused(school, teacher, "PUT", f"{path}/files/one.png", keeping) == (409, "too_many_problem_files")
    put(school, teacher, f"{path}/files/1.png", keeping)


def test_a_statement_and_its_files_are_their_authors(school: School, teacher: Person, path: str) -> None:
    stranger = school.person(Role.TEACHER)
    keeping = {"upload_id": 1}
    asked = [
        ("GET", f"{path}/statements/en", None),
        ("PUT", f"{path}/statements/en", TEXT),
        ("DELETE", f"{path}/statements/en", None),
        ("GET", f"{path}/files", None),
        ("POST", f"{path}/files", None),
        ("PUT", f"{path}/files/p.png", keeping),
        ("DELETE", f"{path}/files/p.png", None),
    ]
    assert {refused(school, stranger, *each) for each in asked} == {(403, "not_your_problem")}
    assert seen(school, teacher, path).body["statement"] == "Add."


def test_of_two_who_write_at_once_the_second_hears_of_the_first(school: School, teacher: Person, path: str) -> None:
    tag = {"If-Match": school.api.get(path, token=teacher.token).headers["etag"]}
    for status in (200, 412):
        reply = school.api.request("PUT", f"{path}/statements/ru", json_body=TEXT, token=teacher.token, headers=tag)
        assert reply.status == status, reply.body
