"""Classes that admins give to teachers."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from tests.support.school import Person, Reply, School


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def ask(school: School, method: str, by: Person, teacher: Person, school_class: int | str) -> Reply:
    return school.api.request(method, f"/user/teachers/{teacher.id}/classes/{school_class}", token=by.token)


def classes(school: School, by: Person, teacher: Person) -> Any:
    return school.api.get(f"/user/teachers/{teacher.id}/classes", token=by.token).body["classes"]


def test_a_class_that_is_given_makes_its_pupils_the_teachers_until_it_is_taken(
    school: School, admin: Person, teacher: Person
) -> None:
    pupil = school.person(school_class=5)
    about = f"/user/estimations/{pupil.id}"
    assert school.api.get(about, token=teacher.token).status == 403
    assert ask(school, "PUT", admin, teacher, 5).status == 204
    assert school.api.get(about, token=teacher.token).status == 200
    assert ask(school, "DELETE", admin, teacher, 5).status == 204
    assert school.api.get(about, token=teacher.token).status == 403


def test_the_teacher_and_admins_read_which_classes_were_given(school: School, admin: Person, teacher: Person) -> None:
    for school_class in (11, 5, 5, 9):
        assert ask(school, "PUT", admin, teacher, school_class).status == 204
    assert classes(school, admin, teacher) == classes(school, teacher, teacher) == [5, 9, 11]
    path = f"/user/teachers/{teacher.id}/classes"
    for stranger in (school.person(), school.person(Role.TEACHER)):
        assert school.api.get(path, token=stranger.token).status == 403
    assert school.api.get("/user/teachers/5/classes", token=admin.token).body["code"] == "user_not_found"


def test_only_admins_give_and_take_classes(school: School, admin: Person, teacher: Person) -> None:
    ask(school, "PUT", admin, teacher, 5)
    for method, school_class in (("PUT", 6), ("DELETE", 5)):
        for person in (teacher, school.person(Role.TEACHER), school.person()):
            assert ask(school, method, person, teacher, school_class).status == 403
    assert classes(school, admin, teacher) == [5]


def test_a_class_is_given_to_teachers_alone(school: School, admin: Person, pupil: Person) -> None:
    reply = ask(school, "PUT", admin, pupil, 5)
    assert (reply.status, reply.body["code"]) == (422, "not_a_teacher")


@pytest.mark.parametrize("school_class", [0, 12, "x", -1])
def test_there_are_eleven_classes(school: School, admin: Person, teacher: Person, school_class: int | str) -> None:
    for method in ("PUT", "DELETE"):
        assert ask(school, method, admin, teacher, school_class).status == 404


def test_a_class_that_was_not_given_cannot_be_taken(school: School, admin: Person, teacher: Person) -> None:
    reply = ask(school, "DELETE", admin, teacher, 5)
    assert (reply.status, reply.body["code"]) == (404, "teaches_not")
