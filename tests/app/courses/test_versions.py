"""A course has one version, of which each reader sees another view."""

import pytest

from chalicelib.accounts.permissions import Role
from tests.support.school import Person, Reply, School


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def change(school: School, path: str, body: object, by: Person, tag: str, method: str = "PATCH") -> Reply:
    return school.api.request(method, path, json_body=body, token=by.token, headers={"If-Match": tag})


def test_a_course_is_changed_under_the_tag_that_was_read(school: School, teacher: Person) -> None:
    path = f"/courses/{school.course(author_id=teacher.id).id}"
    tag = school.api.get(path, token=teacher.token).headers["etag"]
    first = change(school, path, {"name": "First"}, teacher, tag)
    second = change(school, path, {"name": "Second"}, teacher, tag)
    assert (first.status, second.status) == (200, 412)
    assert change(school, path, {"name": "Third"}, teacher, first.headers["etag"]).status == 200


def test_a_change_of_a_lesson_is_one_of_its_course(school: School, teacher: Person) -> None:
    course = school.course(author_id=teacher.id)
    lesson = f"/courses/{course.id}/lessons/{school.lesson(course).id}"
    tag = school.api.get(f"/courses/{course.id}", token=teacher.token).headers["etag"]
    assert change(school, lesson, {"name": "One"}, teacher, tag).status == 200
    assert change(school, lesson, {"name": "Two"}, teacher, tag).status == 412
    assert change(school, f"/courses/{course.id}", None, teacher, tag, "DELETE").status == 412


def test_a_reader_who_got_further_sees_another_view(school: School, pupil: Person, path: str) -> None:
    course = path.rsplit("/", 2)[0]
    before = school.api.get(course, token=pupil.token)
    school.api.post(path, {"code": "5"}, token=pupil.token)
    after = school.api.get(course, token=pupil.token, headers={"If-None-Match": before.headers["etag"]})
    assert after.status == 200
    assert after.body["lessons"][0]["tasks"][0]["is_solved"]


def test_who_was_overtaken_changes_nothing_of_their_account(school: School, pupil: Person) -> None:
    tag = school.api.get("/me", token=pupil.token).headers["etag"]
    assert change(school, "/me", {"name": "Ann"}, pupil, tag).status == 200
    assert change(school, "/me", {"name": "Eve"}, pupil, tag).status == 412
    assert school.api.get("/me", token=pupil.token).body["name"] == "Ann"
