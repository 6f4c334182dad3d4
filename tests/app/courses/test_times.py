"""Drafts, and when courses, lessons and tasks open, close and are due."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from chalicelib.courses import models
from chalicelib.courses.models import DRAFT, PRIVATE, PUBLIC, Course
from tests.app.courses.test_authoring import add_lesson, add_task, done, made, refused
from tests.app.courses.test_courses import enrol
from tests.support.school import START, Person, School

STEP = timedelta(minutes=1)
"""Within the life of a token."""


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def course(school: School, teacher: Person, pupil: Person) -> Course:
    """One that the pupil attends."""
    made_course = school.course(author_id=teacher.id)
    enrol(school, pupil, made_course)
    return made_course


def change(school: School, who: Person, path: str, **body: object) -> Any:
    sent = {name: rfc3339(each) if isinstance(each, datetime) else each for name, each in body.items()}
    return done(school.api.request("PATCH", path, json_body=sent, token=who.token))


def read(school: School, who: Person, path: str) -> Any:
    return done(school.api.get(path, token=who.token))


# --- Drafts ----------------------------------------------------------------------------------------------------------


def everything_told(school: School, pupil: Person, course: Course, other: Course, seen: str) -> str:
    """All that pupils and visitors can read about courses, as one text. `seen` is a task between two drafts."""
    own = (f"/user/courses/{pupil.id}", f"/user/estimations/{pupil.id}", f"/user/certification/{pupil.id}")
    lists = ("/courses", "/courses?q=Secret", "/main/courses", "/main/courses?q=Secret", "/user/monitor", *own)
    replies = [done(school.api.get(path, token=pupil.token)) for path in (*lists, f"/courses/{course.id}", seen)]
    replies += [
        school.api.get(f"{where}/{other.id}", token=pupil.token).body for where in ("/courses", "/main/courses")
    ]
    sent = school.api.post(seen, {"code": "5"}, token=pupil.token).body
    replies.append(read(school, pupil, f"/submissions/{sent['submission_id']}"))
    return json.dumps(replies)


def test_nobody_but_teachers_hears_of_drafts(school: School, teacher: Person, pupil: Person, course: Course) -> None:
    """A draft lesson, a draft task, and a draft course to which the pupil has access from before."""
    problem = school.problem()
    draft = school.lesson(course, name="Secret lesson", published=False)
    school.task(course, draft, problem, name="Secret task in it", points=100)
    lesson = school.lesson(course)
    before = school.task(course, lesson, problem, name="Secret task", published=False, points=100)
    seen = school.task(course, lesson, problem)
    school.task(course, lesson, problem, name="Secret task too", published=False)
    other = school.course(name="Secret course", author_id=teacher.id)
    hidden = school.task(other, school.lesson(other), problem)
    enrol(school, pupil, other)
    assert change(school, teacher, f"/courses/{other.id}", published=False)["published"] is False
    told = everything_told(school, pupil, course, other, f"/courses/{course.id}/{lesson.id}/{seen.id}")
    assert "Secret" not in told
    for path in (
        f"/courses/{course.id}/{draft.id}",
        f"/courses/{course.id}/{lesson.id}/{before.id}",
        f"/courses/{other.id}/{hidden.lesson_id}/{hidden.id}",
        f"/courses/{other.id}/{hidden.lesson_id}",
        f"/courses/{other.id}",
    ):
        assert school.api.get(path, token=pupil.token).status == 404
        assert school.api.get(path, token=teacher.token).status == 200
    (card,) = read(school, pupil, "/courses")["courses"]
    assert (card["tasks_count"], card["max_points"], card["solved"]) == (1, 1, 1)
    assert {each["state"] for each in read(school, teacher, "/courses")["courses"]} == {"open", "draft"}
    assert "Secret task" in json.dumps(read(school, teacher, f"/courses/{course.id}"))


def test_nobody_comes_to_a_draft_but_who_writes_it(school: School, teacher: Person, pupil: Person) -> None:
    course = school.course(author_id=teacher.id, visibility=DRAFT, meant=PUBLIC)
    attend = f"/courses/attend/{course.id}"
    assert refused(school.api.post(attend, token=pupil.token)) == (404, "course_not_found")
    made(school.api.post(f"/user/certification/{pupil.id}", {"course_id": course.id}, token=teacher.token))
    assert refused(school.api.post(attend, token=pupil.token)) == (404, "course_not_found")
    assert school.api.post(attend, token=teacher.token).status == 200


@pytest.mark.parametrize("public", [True, False])
def test_a_published_draft_is_as_visible_as_it_was_meant(school: School, teacher: Person, *, public: bool) -> None:
    body = {"name": "Sums", "is_public": public, "published": False}
    made_course = made(school.api.post("/courses", body, token=teacher.token))
    assert (made_course["is_public"], made_course["published"]) == (public, False)
    path = f"/courses/{made_course['id']}"
    stored = models.find_course(made_course["id"])
    assert stored is not None
    assert stored.visibility == DRAFT
    assert change(school, teacher, path, name="Sums 2")["published"] is False
    changed = change(school, teacher, path, published=True)
    assert (changed["is_public"], changed["published"]) == (public, True)
    stored = models.find_course(made_course["id"])
    assert stored is not None
    assert (stored.visibility, stored.meant) == (PUBLIC if public else PRIVATE, None)


# --- Times -----------------------------------------------------------------------------------------------------------


def test_a_lesson_opens_and_closes(school: School, teacher: Person, pupil: Person, course: Course) -> None:
    opens_at, closes_at = START + STEP, START + 3 * STEP
    lesson = add_lesson(school, teacher, course.id, opens_at=rfc3339(opens_at), closes_at=rfc3339(closes_at))
    task = add_task(school, teacher, course.id, lesson, due_at=rfc3339(START + 2 * STEP))
    school.link(course, models.new_lesson(course.id, lesson, name=""))
    path = f"/courses/{course.id}/{lesson}"
    task_path = f"{path}/{task['id']}"
    shown = read(school, pupil, path)
    assert (shown["state"], shown["tasks"], shown["links"]) == ("not_open", [], [])
    assert shown["opens_at"] == rfc3339(opens_at)
    assert refused(school.api.post(task_path, {"code": "5"}, token=pupil.token)) == (403, "task_not_open")
    assert read(school, pupil, f"/user/estimations/{pupil.id}")["estimations"][0]["total"] == 1
    school.clock.now = opens_at
    shown = read(school, pupil, path)
    assert (shown["state"], [each["state"] for each in shown["tasks"]], len(shown["links"])) == ("open", ["open"], 1)
    school.clock.now = START + 2 * STEP
    opened = read(school, pupil, task_path)
    assert (opened["state"], opened["closes_at"]) == ("open", rfc3339(closes_at))
    assert (opened["opens_at"], opened["due_at"]) == (rfc3339(opens_at), rfc3339(START + 2 * STEP))
    assert done(school.api.post(task_path, {"code": "5"}, token=pupil.token))["code"] == "OK"  # late, but not closed
    school.clock.now = closes_at
    assert read(school, pupil, task_path)["state"] == "closed"
    assert refused(school.api.post(task_path, {"code": "5"}, token=pupil.token)) == (403, "task_closed")
    assert school.api.post(task_path, {"code": "5"}, token=teacher.token).status == 200


def test_where_a_pupil_goes_on_is_open(school: School, teacher: Person, pupil: Person, course: Course) -> None:
    """So are the tasks before and after another."""
    lesson = school.lesson(course)
    problem = school.problem()
    school.task(course, lesson, problem, name="Over", closes_at=START)
    middle = school.task(course, lesson, problem, name="Middle")
    school.task(course, lesson, problem, name="To come", opens_at=START + STEP)
    told = read(school, pupil, "/user/monitor")
    assert [each["next"]["name"] for each in told["sections"]["progress"]] == ["Middle"]
    path = f"/courses/{course.id}/{lesson.id}/{middle.id}"
    shown = read(school, pupil, path)
    assert (shown["previous"]["name"], shown["next"]) == ("Over", None)
    assert read(school, teacher, path)["next"]["name"] == "To come"
    names = [
        (each["name"], each["state"]) for each in read(school, pupil, f"/courses/{course.id}/{lesson.id}")["tasks"]
    ]
    assert names == [("Over", "closed"), ("Middle", "open"), ("To come", "not_open")]


def test_nobody_comes_new_to_a_closed_course(school: School, teacher: Person, pupil: Person, course: Course) -> None:
    change(school, teacher, f"/courses/{course.id}", closes_at=START)
    assert read(school, pupil, f"/courses/{course.id}")["state"] == "closed"
    late = school.person()
    assert refused(school.api.post(f"/courses/attend/{course.id}", token=late.token)) == (403, "course_closed")
    invited = school.api.post("/invitations", {"kind": "course", "id": course.id}, token=teacher.token)
    joined = school.api.post(f"/invitations/{invited.body['code']}/accept", token=late.token)
    assert refused(joined) == (403, "course_closed")
    assert school.api.get(f"/main/courses/{course.id}").body["closes_at"] == rfc3339(START)


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2000-01-01T00:00:00+14:00",  # in UTC a year before, which nobody could send back
        "2199-12-31T23:59:59-14:00",
    ],
)
def test_no_time_is_at_the_end_of_the_calendar(school: School, teacher: Person, moment: str) -> None:
    reply = school.api.post("/courses", {"name": "Sums", "due_at": moment}, token=teacher.token)
    assert (reply.status, reply.body["violations"][0]["code"]) == (400, "year_far_away")


def test_what_is_changed_and_taken_back(school: School, teacher: Person, course: Course) -> None:
    lesson = add_lesson(school, teacher, course.id)
    task = add_task(school, teacher, course.id, lesson)
    path = f"/courses/{course.id}/lessons/{lesson}"
    for each in (f"/courses/{course.id}", path, f"{path}/tasks/{task['id']}"):
        changed = change(school, teacher, each, due_at=START, closes_at=START + STEP)
        assert (changed["due_at"], changed["closes_at"]) == (rfc3339(START), rfc3339(START + STEP))
        wrong = {"opens_at": rfc3339(START + STEP)}
        reply = school.api.request("PATCH", each, json_body=wrong, token=teacher.token)
        assert (*refused(reply), reply.body["violations"][0]["field"]) == (422, "times_out_of_order", "/due_at")
        assert change(school, teacher, each, due_at=None)["due_at"] is None
        assert change(school, teacher, each, closes_at=None)["closes_at"] is None
    assert models.find_outline(course.id) is not None
