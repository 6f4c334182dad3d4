"""What awaits a teacher in their courses, and how much is read for it."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from chalicelib.courses import enrollments, models, overview
from chalicelib.courses.models import Course, Enrollment
from chalicelib.judge.submissions import rejudging
from tests.app.courses.test_authoring import done, made
from tests.app.courses.test_courses import enrol
from tests.app.courses.test_progress import retest, send
from tests.support.school import START, Person, School, counted_requests

DAY = timedelta(days=1)


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def teaching(school: School, person: Person) -> Any:
    return done(school.api.get("/user/monitor", token=person.token))["teaching"]


def later(school: School, *people: Person) -> None:
    """More than a week; access tokens live for minutes."""
    school.clock.forward(8 * DAY)
    sign_in(*people)


def sign_in(*people: Person) -> None:
    for person in people:
        person.token = sessions.start(person.account, Device("127.0.0.1", "tests")).access_token


def course_with_pupils(school: School, teacher: Person, count: int) -> tuple[Course, list[Person]]:
    course = school.course(name="Sums", author_id=teacher.id)
    pupils = [school.person() for _ in range(count)]
    for each in pupils:
        enrol(school, each, course)
    return course, pupils


def test_who_falls_behind_is_shown_to_those_who_teach_the_course(school: School, teacher: Person) -> None:
    course, (stuck, quiet, diligent) = course_with_pupils(school, teacher, 3)
    task = school.task(course, school.lesson(course), school.problem(), name="Add")
    path = f"/courses/{course.id}/{task.lesson_id}/{task.id}"
    later(school, stuck, diligent)
    first, *_ = [send(school, path, stuck, "6") for _ in range(3)]
    send(school, path, diligent)
    colleague, stranger, admin = (school.person(role) for role in (Role.TEACHER, Role.TEACHER, Role.ADMIN))
    sign_in(teacher)
    made(school.api.post(f"/courses/{course.id}/teachers", {"user_id": colleague.id}, token=teacher.token))
    place = {"within": "Sums", "course_id": course.id, "track_id": None, "assignment_id": None, "group_id": None}
    shown = teaching(school, teacher)
    assert shown == {
        "waiting": [],
        "behind": [
            {
                **place,
                "kind": "quiet",
                "user_id": quiet.id,
                "name": quiet.account.name,
                "title": None,
                "lesson_id": None,
                "task_id": None,
                "since": rfc3339(START),
                "count": 0,
                "test": None,
            },
            {
                **place,
                "kind": "stuck",
                "user_id": stuck.id,
                "name": stuck.account.name,
                "title": "Add",
                "lesson_id": task.lesson_id,
                "task_id": task.id,
                "since": rfc3339(START + 8 * DAY),
                "count": 3,
                "test": 1,
            },
        ],
        "disagreements": [],
        "whole": True,
    }
    assert teaching(school, colleague) == shown
    assert [teaching(school, each) for each in (stranger, admin, stuck)] == [None, None, None]
    rejudged_right(school, task.problem_id, first)
    assert [each["kind"] for each in teaching(school, teacher)["behind"]] == ["quiet"]


def rejudged_right(school: School, problem_id: int, submission_id: int) -> None:
    retest(problem_id, "6")
    rejudging.rejudge(submission_id)


def test_who_lost_the_role_of_a_teacher_or_the_course_is_shown_nothing(school: School, teacher: Person) -> None:
    course, (pupil,) = course_with_pupils(school, teacher, 1)
    school.task(course, school.lesson(course), school.problem())
    later(school, teacher)
    assert [each["user_id"] for each in teaching(school, teacher)["behind"]] == [pupil.id]
    admin = school.person(Role.ADMIN)
    done(school.api.request("DELETE", f"/user/users/{pupil.id}", token=admin.token))
    assert teaching(school, teacher)["behind"] == [], "an account that was erased"
    role = {"role": "user"}
    done(school.api.request("PATCH", f"/user/users/{teacher.id}", json_body=role, token=admin.token))
    sign_in(teacher)
    assert teaching(school, teacher) is None


def test_drafts_and_courses_that_are_over_are_not_looked_at(school: School, teacher: Person) -> None:
    for more in ({"visibility": "draft"}, {"closes_at": START + DAY}, {"opens_at": START + 100 * DAY}):
        course = school.course(author_id=teacher.id, **more)
        enrol(school, school.person(), course)
        school.task(course, school.lesson(course), school.problem())
    later(school, teacher)
    assert teaching(school, teacher)["behind"] == []


def test_what_is_read_does_not_grow_with_pupils_and_courses_are_read_once(school: School, teacher: Person) -> None:
    course, (pupil,) = course_with_pupils(school, teacher, 1)
    lesson = school.lesson(course)
    for _ in range(2):
        school.task(course, lesson, school.problem(), due_at=START + DAY)
    later(school, teacher, pupil)

    def reads(person: Person) -> tuple[int, int]:
        with counted_requests() as requests:
            done(school.api.get("/user/monitor", token=person.token))
        return requests["Query"], requests["BatchGetItem"]

    before = reads(teacher)
    for _ in range(5):
        enrol(school, school.person(), course)
    assert reads(teacher) == before
    # What one teaches and its pupils; courses, their outlines, and the names of pupils.
    assert tuple(more - less for more, less in zip(before, reads(school.person()), strict=True)) == (2, 3)
    # Of what a pupil attends the courses with their outlines, and the tasks that are due and where they go on.
    assert tuple(more - less for more, less in zip(reads(pupil), reads(school.person()), strict=True)) == (0, 3)


def queries_of(school: School, teacher: Person) -> tuple[int, bool]:
    with counted_requests() as requests:
        whole = teaching(school, teacher)["whole"]
    return requests["Query"], whole


def test_no_more_courses_are_looked_at_than_that(school: School, teacher: Person) -> None:
    counted = []
    for count in (1, overview.MOST_COURSES - 1, 2):
        for _ in range(count):
            school.course(author_id=teacher.id)
        counted.append(queries_of(school, teacher))
    (one, _), *more = counted
    assert more == [(one + overview.MOST_COURSES - 1, True), (one + overview.MOST_COURSES - 1, False)]


def test_no_more_pupils_are_looked_at_than_that(school: School, teacher: Person) -> None:
    older, newer = (school.course(author_id=teacher.id) for _ in range(2))
    before = queries_of(school, teacher)
    members = [
        Enrollment(
            *models.enrollment_key(user_id, newer.id),
            user_id=user_id,
            course_id=newer.id,
            since=START,
            course=str(newer.id),
            place=f"{enrollments.MEMBER}{user_id:05}",
        )
        for user_id in range(1, overview.MOST_PUPILS + 1)
    ]
    models.write(members)
    assert queries_of(school, teacher) == before
    enrol(school, school.person(), older)
    assert queries_of(school, teacher) == (before[0], False)
    enrol(school, school.person(), newer)
    assert queries_of(school, teacher) == (before[0] - 1, False), "the older course is left out"
