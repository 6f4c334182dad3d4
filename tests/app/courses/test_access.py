"""Who gets into a course: grants, attendance, and Virtual School's views of the same courses."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.courses import models
from chalicelib.courses.models import PRIVATE, Course
from chalicelib.school import teaching
from tests.support.school import NO_TIMES, Person, Reply, School, counted_requests, in_parallel, stored_items


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def private(school: School, teacher: Person) -> Course:
    return school.course(visibility=PRIVATE, author_id=teacher.id)


def grant(school: School, who: Person, pupil: Person, course: Course) -> Reply:
    return school.api.post(f"/user/certification/{pupil.id}", {"course_id": course.id}, token=who.token)


def withdraw(school: School, who: Person, pupil: Person, course: Course) -> Reply:
    path = f"/user/certification/{pupil.id}"
    return school.api.request("DELETE", path, json_body={"course_id": course.id}, token=who.token)


def attend(school: School, pupil: Person, course: Course) -> Reply:
    return school.api.post(f"/courses/attend/{course.id}", token=pupil.token)


def listed(school: School, person: Person, query: str = "") -> list[int]:
    return [course["id"] for course in school.api.get(f"/courses{query}", token=person.token).body["courses"]]


def certifications(school: School, who: Person, pupil: Person) -> Any:
    return school.api.get(f"/user/certification/{pupil.id}", token=who.token).body["certifications"]


def test_a_grant_opens_a_private_course(school: School, teacher: Person, private: Course, pupil: Person) -> None:
    assert attend(school, pupil, private).status == 403
    granted = grant(school, teacher, pupil, private)
    assert granted.status == 201
    assert granted.body == {
        "course_id": private.id,
        "name": private.name,
        "granted_at": "2026-09-01T09:00:00.000Z",
        "since": None,
    }
    assert listed(school, pupil) == [private.id]
    assert certifications(school, pupil, pupil) == [granted.body]
    assert attend(school, pupil, private).body == {"status": "success"}
    assert certifications(school, teacher, pupil) == certifications(school, pupil, pupil)
    assert school.api.get(f"/courses/{private.id}", token=pupil.token).status == 200
    assert attend(school, school.person(), private).status == 403


def test_a_grant_that_is_given_twice_is_one(school: School, teacher: Person, private: Course, pupil: Person) -> None:
    first, second = grant(school, teacher, pupil, private), grant(school, teacher, pupil, private)
    assert (first.status, first.body) == (second.status, second.body)


def test_withdrawing_takes_access_and_keeps_the_progress(school: School, teacher: Person, pupil: Person) -> None:
    course = school.course(visibility=PRIVATE, author_id=teacher.id)
    lesson = school.lesson(course)
    path = f"/courses/{course.id}/{lesson.id}/{school.task(course, lesson, school.problem()).id}"
    grant(school, teacher, pupil, course)
    attend(school, pupil, course)
    assert school.api.post(path, {"code": "5"}, token=pupil.token).body["code"] == "OK"
    assert teaching.pupils_among(teacher.id, [pupil.id]) == {pupil.id}
    assert withdraw(school, teacher, pupil, course).status == 204
    assert school.api.get(path, token=pupil.token).body["status"] == "User not at course"
    assert attend(school, pupil, course).status == 403
    assert (listed(school, pupil), certifications(school, pupil, pupil)) == ([], [])
    assert school.api.get(f"/courses/{course.id}/members", token=teacher.token).body["members"] == []
    assert teaching.pupils_among(teacher.id, [pupil.id]) == set()
    assert not [item for item in stored_items("school") if item["pk"] == f"PERSON#{pupil.id}"]
    grant(school, teacher, pupil, course)
    attend(school, pupil, course)
    assert school.api.get(path, token=pupil.token).body["is_solved"] is True


def test_what_was_not_granted_cannot_be_withdrawn(
    school: School, teacher: Person, private: Course, pupil: Person
) -> None:
    reply = withdraw(school, teacher, pupil, private)
    assert (reply.status, reply.body["code"]) == (404, "not_granted")


def test_only_the_author_and_admins_grant(school: School, private: Course, pupil: Person) -> None:
    for act in (grant, withdraw):
        reply = act(school, school.person(Role.TEACHER), pupil, private)
        assert (reply.status, reply.body["code"]) == (403, "not_your_course")
        assert act(school, pupil, pupil, private).status == 403
    assert grant(school, school.person(Role.ADMIN), pupil, private).status == 201


def test_nothing_is_granted_to_nobody_or_of_nothing(school: School, teacher: Person, private: Course) -> None:
    path, body = "/user/certification/12345", {"course_id": private.id}
    assert school.api.post(path, body, token=teacher.token).body["code"] == "user_not_found"
    reply = school.api.post(f"/user/certification/{teacher.id}", {"course_id": 12345}, token=teacher.token)
    assert reply.body["code"] == "course_not_found"
    for wrong in ({}, {"course_id": 0}, {"course_id": "1"}, {"course_id": 1, "x": 1}):
        assert school.api.post(path, wrong, token=teacher.token).status == 400


def test_attending_at_once_is_attending_once(school: School, pupil: Person, teacher: Person) -> None:
    course = school.course(author_id=teacher.id)
    replies = in_parallel(3, lambda _: attend(school, pupil, course))
    found = sorted(reply.body["status"] for reply in replies if isinstance(reply, Reply))
    assert found == ["Already on course", "Already on course", "success"]


def test_private_courses_come_within_the_limit_of_a_page(school: School, pupil: Person, teacher: Person) -> None:
    public = [school.course().id for _ in range(3)]
    private = [school.course(visibility=PRIVATE, author_id=teacher.id) for _ in range(4)]
    for course in private:
        grant(school, teacher, pupil, course)
    attend(school, pupil, private[0])
    everything = [*[course.id for course in private[::-1]], *public[::-1]]
    for limit in range(1, 9):
        read, cursor = [], ""
        while True:
            reply = school.api.get(f"/courses?limit={limit}{cursor}", token=pupil.token)
            ids = [course["id"] for course in reply.body["courses"]]
            assert len(ids) <= limit
            read += ids
            if "x-next-cursor" not in reply.headers:
                break
            cursor = f"&cursor={reply.headers['x-next-cursor']}"
        assert read == everything, limit


def test_a_cursor_of_somebody_else_is_refused(school: School, pupil: Person, teacher: Person) -> None:
    for _ in range(2):
        grant(school, teacher, pupil, school.course(visibility=PRIVATE, author_id=teacher.id))
    cursor = school.api.get("/courses?limit=1", token=pupil.token).headers["x-next-cursor"]
    reply = school.api.get(f"/courses?cursor={cursor}", token=school.person().token)
    assert (reply.status, reply.body["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("path", ["/courses/12345/1", "/courses/12345/1/2"])
def test_who_is_not_at_a_course_does_not_learn_whether_it_is_there(
    school: School, pupil: Person, teacher: Person, path: str
) -> None:
    for person in (pupil, teacher):
        reply = school.api.get(path, token=person.token)
        assert (reply.status, reply.body["status"]) == (403, "User not at course")
    reply = school.api.get(path, token=school.person(Role.ADMIN).token)
    assert (reply.status, reply.body["status"]) == (404, "Not found")


def test_a_list_with_private_courses_costs_the_same_whatever_its_length(
    school: School, pupil: Person, teacher: Person
) -> None:
    costs, made = [], 0
    for count in (10, 100):
        for _ in range(count - made):
            course = school.course(visibility=PRIVATE)
            key = models.enrollment_key(pupil.id, course.id)
            fields: dict[str, Any] = {
                "user_id": pupil.id,
                "course_id": course.id,
                "course": str(course.id),
                "place": "MEMBER#",
            }
            models.Enrollment(*key, since=school.clock.now, **fields).save()
        made = count
        listed(school, pupil)
        with counted_requests() as counted:
            assert len(listed(school, pupil, "?limit=10")) == 10
        costs.append(dict(counted))
    assert costs[0] == costs[1] == {"BatchGetItem": 4, "Query": 1}


# --- Virtual School's view -------------------------------------------------------------------------------------------


def test_everybody_sees_the_public_courses_on_the_main_page(school: School) -> None:
    course = school.course(description="+", picture_id=3)
    school.course(visibility=PRIVATE)
    assert school.api.get("/main/courses").body == [
        {
            "id": course.id,
            "name": course.name,
            "description": "+",
            "tags": [],
            "pic": f"/courses/{course.id}/pic",
            "language": {"id": "python3", "name": "Python 3"},
            "is_public": True,
            "published": True,
            "state": "open",
            **NO_TIMES,
            "author_id": 1,
            "author_name": None,
            "tasks_count": 0,
            "max_points": 0,
        }
    ]


def test_the_main_page_is_paged(school: School) -> None:
    made = [school.course().id for _ in range(3)]
    first = school.api.get("/main/courses?limit=2")
    second = school.api.get(first.headers["link"].removeprefix("<").partition(">")[0])
    assert [course["id"] for course in [*first.body, *second.body]] == made[::-1]
    assert "link" not in second.headers


def test_admins_write_courses_by_virtual_schools_paths(school: School, teacher: Person) -> None:
    admin = school.person(Role.ADMIN)
    made = school.api.post("/main/courses", {"name": "New"}, token=admin.token)
    assert (made.status, made.body.keys()) == (201, {"id"})
    path = f"/main/courses/{made.body['id']}"
    for who, status in ((teacher, 403), (admin, 204)):
        reply = school.api.request("PATCH", path, json_body={"name": "Newer"}, token=who.token)
        assert reply.status == status
    assert [course["name"] for course in school.api.get("/main/courses").body] == ["Newer"]
    assert school.api.request("DELETE", path, token=admin.token).status == 204
    assert school.api.request("DELETE", path, token=admin.token).status == 404
    assert school.api.get("/main/courses").body == []
