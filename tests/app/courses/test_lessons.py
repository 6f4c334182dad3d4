"""The text of a lesson, what opens it beside its time, and leaving a course."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from chalicelib.courses import models, text_models
from chalicelib.courses.models import PRIVATE, Course
from tests.app.courses.test_authoring import add_lesson, add_task, done, refused
from tests.app.courses.test_courses import enrol
from tests.support.school import START, Person, School


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def course(school: School, teacher: Person, pupil: Person) -> Course:
    """One that the pupil attends."""
    made_course = school.course(author_id=teacher.id)
    enrol(school, pupil, made_course)
    return made_course


def changed(school: School, who: Person, course: Course, lesson: int, **body: object) -> Any:
    return school.api.request("PATCH", f"/courses/{course.id}/lessons/{lesson}", json_body=body, token=who.token)


def test_a_lesson_has_a_text(school: School, teacher: Person, pupil: Person, course: Course) -> None:
    lesson = add_lesson(school, teacher, course.id, text="# Sums\n\n$a + b$")
    path = f"/courses/{course.id}/{lesson}"
    assert done(school.api.get(path, token=pupil.token))["text"] == "# Sums\n\n$a + b$"
    assert "text" not in done(school.api.get(f"/courses/{course.id}", token=pupil.token))["lessons"][0]
    done(changed(school, teacher, course, lesson, name="Other"))
    assert text_models.texts_of(course.id) == {lesson: "# Sums\n\n$a + b$"}
    done(changed(school, teacher, course, lesson, text=""))
    assert done(school.api.get(path, token=pupil.token))["text"] == ""
    done(changed(school, teacher, course, lesson, text="ж" * 32 * 1024))
    too_long = changed(school, teacher, course, lesson, text="ж" * 32 * 1024 + "!")
    assert (too_long.status, too_long.body["violations"][0]["code"]) == (400, "text_too_long")
    done(changed(school, teacher, course, lesson, opens_at="2026-10-01T09:00:00Z"))
    assert done(school.api.get(path, token=pupil.token))["text"] == ""
    assert done(school.api.get(path, token=teacher.token))["text"] != ""
    assert school.api.request("DELETE", f"/courses/{course.id}/lessons/{lesson}", token=teacher.token).status == 204
    assert text_models.texts_of(course.id) == {}


def test_texts_go_with_their_course(school: School, teacher: Person, course: Course) -> None:
    add_lesson(school, teacher, course.id, text="Hello")
    assert school.api.request("DELETE", f"/courses/{course.id}", token=teacher.token).status == 204
    assert text_models.texts_of(course.id) == {}


def test_points_open_a_lesson(school: School, teacher: Person, pupil: Person, course: Course) -> None:
    first, second = (add_lesson(school, teacher, course.id, name=name, text="Read") for name in ("First", "Second"))
    easy, hard = (add_task(school, teacher, course.id, lesson, points=10)["id"] for lesson in (first, second))
    wanted = [{"lesson_id": first, "points": 6}]
    assert done(changed(school, teacher, course, second, requires=wanted))["requires"] == wanted
    task, path = f"/courses/{course.id}/{second}/{hard}", f"/courses/{course.id}/{second}"
    shown = done(school.api.get(path, token=pupil.token))
    assert (shown["state"], shown["requires"], shown["text"]) == ("locked", wanted, "")
    assert [each["state"] for each in shown["tasks"]] == ["locked"]
    refusal = school.api.post(task, {"code": "5"}, token=pupil.token)
    assert refused(refusal) == (403, "lesson_locked")
    assert "“First”" in refusal.body["detail"]
    assert done(school.api.get(path, token=teacher.token))["state"] == "open"
    assert done(school.api.post(task, {"code": "5"}, token=teacher.token))["code"] == "OK"
    done(school.api.post(f"/courses/{course.id}/{first}/{easy}", {"code": "5"}, token=pupil.token))
    shown = done(school.api.get(path, token=pupil.token))
    assert (shown["state"], shown["text"]) == ("open", "Read")
    assert done(school.api.post(task, {"code": "5"}, token=pupil.token))["code"] == "OK"


def test_what_can_never_open_is_refused(school: School, teacher: Person, course: Course) -> None:
    first, second = (add_lesson(school, teacher, course.id) for _ in range(2))
    done(changed(school, teacher, course, second, requires=[{"lesson_id": first, "points": 1}]))
    round_about = changed(school, teacher, course, first, requires=[{"lesson_id": second, "points": 1}])
    assert refused(round_about) == (422, "requires_itself")
    unknown = changed(school, teacher, course, first, requires=[{"lesson_id": 12345, "points": 1}])
    assert refused(unknown) == (422, "requires_unknown")
    assert school.api.request("DELETE", f"/courses/{course.id}/lessons/{first}", token=teacher.token).status == 204
    assert done(changed(school, teacher, course, second, name="Alone"))["requires"] == []
    stored = models.find_lesson(course.id, second)
    assert stored is not None
    assert stored.requires == ()


def test_a_pupil_leaves_and_comes_back(school: School, teacher: Person, pupil: Person, course: Course) -> None:
    lesson = add_lesson(school, teacher, course.id)
    task = add_task(school, teacher, course.id, lesson)["id"]
    done(school.api.post(f"/courses/{course.id}/{lesson}/{task}", {"code": "5"}, token=pupil.token))
    attend = f"/courses/attend/{course.id}"
    assert school.api.request("DELETE", attend, token=pupil.token).status == 204
    assert refused(school.api.request("DELETE", attend, token=pupil.token)) == (404, "not_attending")
    assert school.api.get(f"/courses/{course.id}", token=pupil.token).status == 403
    assert done(school.api.get(f"/courses/{course.id}/members", token=teacher.token))["members"] == []
    done(school.api.post(attend, token=pupil.token))
    assert done(school.api.get(f"/courses/{course.id}", token=pupil.token))["solved"] == 1


def test_a_course_is_copied(school: School, teacher: Person, pupil: Person) -> None:
    """With everything in it, moved by a week; what a colleague has not published is left out."""
    fields = {"description": "About", "languages": ["python3"], "due_at": START + timedelta(days=30)}
    course = school.course(author_id=teacher.id, visibility=PRIVATE, **fields)
    first = school.lesson(course, name="First", opens_at=START)
    second = school.lesson(course, name="Second", required=[[first.id, 3]], published=False)
    text_models.new_text(course.id, second.id, "Read").save()
    for lesson, title in ((first, "Manual"), (second, "Tutorial")):
        school.link(course, lesson, link_id=1, title=title)
    school.task(course, first, school.problem(), points=5, name="Sum", titles={"ru": "Сумма"})
    school.task(course, second, school.problem(author_id=teacher.id, published=False), name="Mine")
    school.task(course, second, school.problem(published=False), name="Another's")
    path = f"/courses/{course.id}"
    reply = school.api.post(f"{path}/copy", {"name": "2027", "shift_days": 7}, token=teacher.token)
    assert (reply.status, reply.body["left_out"]) == (201, ["Another's"])
    assert (reply.body["course"]["published"], reply.body["course"]["is_public"]) == (False, False)
    copied = reply.headers["location"]
    old, new = (done(school.api.get(f"{each}/outline", token=teacher.token)) for each in (path, copied))
    assert [lesson["name"] for lesson in new["lessons"]] == ["First", "Second"]
    assert [[task["name"] for task in lesson["tasks"]] for lesson in new["lessons"]] == [["Sum"], ["Mine"]]
    assert new["course"]["due_at"] == rfc3339(START + timedelta(days=37))
    assert new["lessons"][0]["opens_at"] == rfc3339(START + timedelta(days=7))
    assert new["lessons"][1]["requires"] == [{"lesson_id": new["lessons"][0]["id"], "points": 3}]
    for lessons in (old["lessons"], new["lessons"]):
        assert [[link["title"] for link in lesson["links"]] for lesson in lessons] == [["Manual"], ["Tutorial"]]
    ids = [
        {lesson["id"], *(task["id"] for task in lesson["tasks"])} for both in (old, new) for lesson in both["lessons"]
    ]
    assert len(set().union(*ids)) == sum(map(len, ids))
    second_copy = f"{copied}/{new['lessons'][1]['id']}"
    assert done(school.api.get(second_copy, token=teacher.token))["text"] == "Read"
    assert school.api.get(copied, token=pupil.token).status == 403
    bare = school.api.post(f"{path}/copy", {}, token=teacher.token).body["course"]
    assert (bare["name"], bare["due_at"]) == (course.name, None)


def test_a_copy_has_no_times_that_nobody_may_write(school: School, teacher: Person) -> None:
    course = school.course(author_id=teacher.id)
    school.lesson(course, closes_at=datetime(2199, 12, 30, tzinfo=UTC))
    replies = [
        school.api.post(f"/courses/{course.id}/copy", {"shift_days": days}, token=teacher.token) for days in (1, 2)
    ]
    assert [(reply.status, reply.body.get("code")) for reply in replies] == [(201, None), (400, "shifted_too_far")]
