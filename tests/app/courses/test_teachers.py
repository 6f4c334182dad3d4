"""Those who teach a course beside its author: what they may do, and how long."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.courses.models import PRIVATE, Course
from chalicelib.school import teaching
from chalicelib.school.relations import MAX_CO_TEACHERS
from tests.support.school import Person, Reply, School, after_first, stored_items


@pytest.fixture
def author(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def colleague(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def course(school: School, author: Person) -> Course:
    return school.course(author_id=author.id, visibility=PRIVATE)


def add(school: School, by: Person, course: Course, user_id: int) -> Reply:
    return school.api.post(f"/courses/{course.id}/teachers", {"user_id": user_id}, token=by.token)


def remove(school: School, by: Person, course: Course, user_id: int) -> Reply:
    return school.api.request("DELETE", f"/courses/{course.id}/teachers/{user_id}", token=by.token)


def listed(school: School, by: Person, course: Course) -> Any:
    return school.api.get(f"/courses/{course.id}/teachers", token=by.token).body["teachers"]


def rename(school: School, by: Person, course: Course) -> Reply:
    return school.api.request("PATCH", f"/courses/{course.id}", json_body={"name": "New"}, token=by.token)


def test_a_co_teacher_does_with_a_course_what_its_author_may(
    school: School, author: Person, colleague: Person, course: Course
) -> None:
    assert rename(school, colleague, course).body["code"] == "not_your_course"
    added = add(school, author, course, colleague.id)
    expected = {"user_id": colleague.id, "name": colleague.account.name, "secondname": None, "is_owner": False}
    assert (added.status, added.body) == (201, expected)
    assert rename(school, colleague, course).status == 200
    lesson = school.api.post(f"/courses/{course.id}/lessons", {"name": "First"}, token=colleague.token)
    assert lesson.status == 201
    assert school.api.get(f"/courses/{course.id}/progress", token=colleague.token).status == 200
    assert school.api.request("DELETE", f"/courses/{course.id}", token=colleague.token).status == 204


def test_a_co_teacher_has_the_pupils_of_the_course_and_their_work(
    school: School, author: Person, colleague: Person, pupil: Person
) -> None:
    path = school.task_path(pupil, author_id=author.id)
    course_id = path.split("/")[2]
    sent = school.api.post(path, {"code": "5"}, token=pupil.token).body["submission_id"]
    ways = [f"/submissions/{sent}", f"/user/estimations/{pupil.id}", f"{path}/submissions?user_id={pupil.id}"]
    assert [school.api.get(way, token=colleague.token).status for way in ways] == [403] * 3
    school.api.post(f"/courses/{course_id}/teachers", {"user_id": colleague.id}, token=author.token)
    assert [school.api.get(way, token=colleague.token).status for way in ways] == [200] * 3
    assert school.api.post(f"/submissions/{sent}/rejudge", token=colleague.token).status == 202


def test_only_those_who_teach_a_course_have_what_was_sent_to_it_judged_anew(
    school: School, author: Person, pupil: Person
) -> None:
    path = school.task_path(pupil, author_id=author.id)
    sent = school.api.post(path, {"code": "5"}, token=pupil.token).body["submission_id"]
    own_elsewhere, admin = school.person(Role.TEACHER), school.person(Role.ADMIN)
    school.teach(own_elsewhere, pupil)
    assert school.api.get(f"/submissions/{sent}", token=own_elsewhere.token).status == 200
    again = f"/submissions/{sent}/rejudge"
    reply = school.api.post(again, token=own_elsewhere.token)
    assert (reply.status, reply.body["code"]) == (403, "not_your_submission")
    assert school.api.get(f"/submissions/{sent}/judgings", token=author.token).body["judgings"] == []
    assert [school.api.post(again, token=person.token).status for person in (author, admin)] == [202, 202]


def test_the_author_stays_and_others_may_leave(
    school: School, author: Person, colleague: Person, course: Course
) -> None:
    add(school, author, course, colleague.id)
    reply = remove(school, colleague, course, author.id)
    assert (reply.status, reply.body["code"]) == (409, "owner_stays")
    assert [(each["user_id"], each["is_owner"]) for each in listed(school, colleague, course)] == [
        (author.id, True),
        (colleague.id, False),
    ]
    assert remove(school, colleague, course, colleague.id).status == 204
    assert rename(school, colleague, course).status == 403
    assert remove(school, author, course, colleague.id).body["code"] == "teaches_not"


def test_strangers_and_pupils_neither_see_nor_choose_who_teaches(
    school: School, colleague: Person, pupil: Person, course: Course
) -> None:
    for person in (colleague, pupil):
        assert add(school, person, course, person.id).status == 403
        assert school.api.get(f"/courses/{course.id}/teachers", token=person.token).status == 403
        assert remove(school, person, course, course.author_id).status == 403


def test_what_makes_no_teacher_is_refused(
    school: School, author: Person, pupil: Person, course: Course, colleague: Person
) -> None:
    assert add(school, author, course, pupil.id).body["code"] == "not_a_teacher"
    assert add(school, author, course, 5).body["code"] == "user_not_found"
    gone = school.api.post("/courses/12345/teachers", {"user_id": colleague.id}, token=author.token)
    assert gone.body["code"] == "course_not_found"
    for _ in range(MAX_CO_TEACHERS):
        assert add(school, author, course, school.person(Role.TEACHER).id).status == 201
    reply = add(school, author, course, colleague.id)
    assert (reply.status, reply.body["code"]) == (409, "teachers_full")


def test_a_course_that_is_deleted_meanwhile_gets_no_teacher(
    school: School, author: Person, colleague: Person, course: Course
) -> None:
    def delete() -> None:
        assert school.api.request("DELETE", f"/courses/{course.id}", token=author.token).status == 204

    with after_first("GetItem", delete):
        reply = add(school, author, course, colleague.id)
    assert (reply.status, reply.body["code"]) == (404, "course_not_found")
    assert [each for each in stored_items("school") if each["kind"] in {"group_membership", "teachers"}] == []


def test_nobody_is_anybodys_pupil_by_a_course_that_is_gone(
    school: School, author: Person, colleague: Person, pupil: Person, course: Course
) -> None:
    school.api.post(f"/user/certification/{pupil.id}", {"course_id": course.id}, token=author.token)
    school.api.post(f"/courses/attend/{course.id}", token=pupil.token)
    add(school, author, course, colleague.id)
    assert teaching.pupils_among(colleague.id, [pupil.id]) == {pupil.id}
    school.api.request("DELETE", f"/courses/{course.id}", token=author.token)
    assert [each for each in stored_items("school") if each["kind"] in {"group_membership", "teachers"}] == []


def test_a_grant_alone_makes_nobody_a_pupil(school: School, author: Person, pupil: Person, course: Course) -> None:
    school.api.post(f"/user/certification/{pupil.id}", {"course_id": course.id}, token=author.token)
    assert teaching.pupils_among(author.id, [pupil.id]) == set()
    school.api.post(f"/courses/attend/{course.id}", token=pupil.token)
    assert teaching.pupils_among(author.id, [pupil.id]) == {pupil.id}
