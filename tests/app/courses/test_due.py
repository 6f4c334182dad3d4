"""What is due, on the dashboard and in the calendar of a pupil."""

from datetime import timedelta
from typing import Any

import icalendar

from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from chalicelib.school import calendar_models
from tests.app.courses.test_authoring import done, made
from tests.app.courses.test_courses import enrol
from tests.support.school import START, Person, Reply, School

DAY = timedelta(days=1)
CALENDAR = "/user/calendar"


def due(school: School, pupil: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = done(school.api.get("/user/monitor", token=pupil.token))["due"]
    return found


def feed(school: School, path: str) -> Reply:
    return school.api.get(path)


def titles_in(reply: Reply) -> list[str]:
    assert reply.headers["content-type"].startswith("text/calendar")
    return [str(event["summary"]) for event in icalendar.Calendar.from_ical(reply.body).walk("VEVENT")]


def placed(school: School, pupil: Person) -> dict[str, Any]:
    """A course with tasks of every kind, by name, of which the pupil has solved one."""
    problem = school.problem()
    course = school.course(name="Sums", due_at=START + 3 * DAY)
    enrol(school, pupil, course)
    lesson = school.lesson(course)
    tasks = {
        "Whole course's": school.task(course, lesson, problem),
        "First": school.task(course, lesson, problem, due_at=START + DAY),
        "Past": school.task(course, lesson, problem, due_at=START - DAY),
        "Closed": school.task(course, lesson, problem, closes_at=START - DAY),
        "Not open": school.task(course, lesson, problem, opens_at=START + DAY),
        "Draft": school.task(course, lesson, problem, published=False),
        "Solved": school.task(course, lesson, problem, due_at=START + DAY),
    }
    path = f"/courses/{course.id}/{lesson.id}/{tasks['Solved'].id}"
    assert school.api.post(path, {"code": "5"}, token=pupil.token).body["code"] == "OK"
    return {str(task.id): name for name, task in tasks.items()}


def test_what_is_due_comes_with_the_most_urgent_first(school: School, pupil: Person) -> None:
    names = placed(school, pupil)
    found = due(school, pupil)
    assert [names[str(each["task_id"])] for each in found] == ["Past", "First", "Whole course's"]
    assert [each["due_at"] for each in found] == [rfc3339(START + by * DAY) for by in (-1, 1, 3)]
    assert {(each["kind"], each["within"], each["track_id"]) for each in found} == {("task", "Sums", None)}
    assert due(school, school.person()) == []


def test_more_time_for_one_pupil_moves_what_is_due(school: School, pupil: Person) -> None:
    teacher = school.person(Role.TEACHER)
    course = school.course(author_id=teacher.id)
    task = school.task(course, school.lesson(course), school.problem(), due_at=START + DAY)
    for each in (pupil, other := school.person()):
        enrol(school, each, course)
    path = f"/courses/{course.id}/lessons/{task.lesson_id}/tasks/{task.id}/extensions/{pupil.id}"
    body = {"until": rfc3339(START + 5 * DAY), "reason": "Ill"}
    assert school.api.request("PUT", path, json_body=body, token=teacher.token).status in {200, 201}
    assert [due(school, each)[0]["due_at"] for each in (pupil, other)] == [rfc3339(START + by * DAY) for by in (5, 1)]


def test_what_a_penalty_locks_is_not_due(school: School, pupil: Person) -> None:
    teacher, problem = school.person(Role.TEACHER), school.problem()
    course = school.course(author_id=teacher.id)
    first = school.lesson(course)
    task = school.task(course, first, problem, points=10, due_at=START - DAY)
    second = school.lesson(course, required=[[first.id, 10]])
    school.task(course, second, problem, due_at=START + DAY)
    enrol(school, pupil, course)
    assert school.api.post(f"/courses/{course.id}/{first.id}/{task.id}", {"code": "5"}, token=pupil.token).status == 200
    assert len(due(school, pupil)) == 1
    policy = {"late_policy": {"percent_per_day": 10}}
    assert school.api.request("PATCH", f"/courses/{course.id}", json_body=policy, token=teacher.token).status == 200
    assert due(school, pupil) == []


def test_a_calendar_is_read_without_a_sign_in_until_it_is_closed(school: School, pupil: Person) -> None:
    placed(school, pupil)
    assert done(school.api.get(CALENDAR, token=pupil.token)) == {"since": None}
    first = made(school.api.post(CALENDAR, token=pupil.token))["path"]
    assert len(titles_in(feed(school, first))) == 3
    second = made(school.api.post(CALENDAR, token=pupil.token))["path"]
    assert (feed(school, first).status, feed(school, second).status) == (404, 200)
    assert done(school.api.get(CALENDAR, token=pupil.token)) == {"since": rfc3339(START)}
    assert school.api.request("DELETE", CALENDAR, token=pupil.token).status == 204
    assert feed(school, second).status == 404


def test_no_other_token_opens_a_calendar(school: School, pupil: Person) -> None:
    path = made(school.api.post(CALENDAR, token=pupil.token))["path"]
    token = path.split("/")[2]
    other = school.person()
    for wrong in (f"{token}x", token[:-1], f"{other.id}-{token.partition('-')[2]}", str(pupil.id), "x", "%00"):
        assert feed(school, f"/calendar/{wrong}/deadlines.ics").status == 404


def test_who_is_blocked_or_erased_has_no_calendar(school: School, pupil: Person) -> None:
    admin, other = school.person(Role.ADMIN), school.person()
    paths = [made(school.api.post(CALENDAR, token=each.token))["path"] for each in (pupil, other)]
    blocked = school.api.request("PATCH", f"/user/users/{pupil.id}", json_body={"state": "blocked"}, token=admin.token)
    assert blocked.status == 200
    assert school.api.request("DELETE", f"/user/users/{other.id}", token=admin.token).status == 200
    assert [feed(school, path).status for path in paths] == [404, 404]
    assert calendar_models.find(other.id) is None
