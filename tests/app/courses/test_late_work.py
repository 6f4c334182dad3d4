"""Late work in a course: what a policy takes and costs, and more time for one pupil."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from chalicelib.courses import enrollments, extensions
from chalicelib.courses.models import Enrollment
from tests.support.school import START, Person, Reply, School

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = {"percent_per_day": 10, "accepted_hours": 72}


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def path(school: School, teacher: Person, pupil: Person) -> str:
    """A task that is due in two hours, in a course with a policy."""
    path = school.task_path(pupil, school.problem(("5",)), author_id=teacher.id, due_at=START + 2 * HOUR)
    course = "/".join(path.split("/")[:3])
    patch(school, teacher, course, late_policy=POLICY)
    return path


def patch(school: School, teacher: Person, path: str, **body: Any) -> Any:
    reply = school.api.request("PATCH", path, json_body=body, token=teacher.token)
    assert reply.status == 200, reply.body
    return reply.body


def forward(school: School, by: timedelta, *people: Person) -> None:
    school.clock.forward(by)
    for person in people:
        person.token = sessions.start(person.account, Device("127.0.0.1", "tests")).access_token


def solve(school: School, path: str, pupil: Person) -> Reply:
    return school.api.post(path, {"code": "5"}, token=pupil.token)


def shown(school: School, path: str, pupil: Person) -> tuple[float, float, int, str]:
    body = school.api.get(path, token=pupil.token).body
    return body["best_points"], body["penalty"], body["late_days"], body["state"]


def extend(school: School, path: str, teacher: Person, pupil: Person, by: timedelta, **headers: str) -> Reply:
    _, _, course, lesson, task = path.split("/")
    place = f"/courses/{course}/lessons/{lesson}/tasks/{task}/extensions/{pupil.id}"
    body = {"until": rfc3339(school.clock.now + by), "reason": "Was ill"}
    return school.api.request("PUT", place, json_body=body, token=teacher.token, headers=headers)


def test_late_work_is_taken_for_a_while_and_costs_percent(
    school: School, path: str, teacher: Person, pupil: Person
) -> None:
    course = "/".join(path.split("/")[:3])
    worth = school.api.get(path, token=pupil.token).body["points"]
    assert school.api.get(path, token=pupil.token).body["closes_at"] == rfc3339(START + 74 * HOUR)
    forward(school, 2 * HOUR + 30 * HOUR, teacher, pupil)
    assert solve(school, path, pupil).status == 200
    assert shown(school, path, pupil) == (worth * 0.8, 20, 0, "open")
    table = school.api.get(f"{course}/progress", token=teacher.token).body["members"]
    assert [(row["points"], row["tasks"][0]["penalty"]) for row in table] == [(worth * 0.8, 20)]
    assert school.api.get(course, token=pupil.token).body["points"] == worth * 0.8
    patch(school, teacher, course, late_days=1)
    assert shown(school, path, pupil) == (worth * 0.9, 10, 1, "open")
    forward(school, 2 * DAY, teacher, pupil)
    assert (solve(school, path, pupil).status, shown(school, path, pupil)[3]) == (403, "closed")


def test_a_task_may_have_a_policy_of_its_own(school: School, path: str, teacher: Person, pupil: Person) -> None:
    _, _, course, lesson, task = path.split("/")
    place = f"/courses/{course}/lessons/{lesson}/tasks/{task}"
    assert patch(school, teacher, place, late_policy={"percent_per_day": 50})["late_policy"]["percent_per_day"] == 50
    patch(school, teacher, f"/courses/{course}", late_policy=None)
    forward(school, 3 * HOUR, teacher, pupil)
    assert solve(school, path, pupil).status == 200
    body = school.api.get(path, token=pupil.token).body
    assert (body["penalty"], body["late_policy"]["percent_per_day"], body["closes_at"]) == (50, 50, None)
    assert school.api.get(f"/courses/{course}", token=pupil.token).body["points"] == body["best_points"] > 0
    assert patch(school, teacher, place, late_policy=None)["late_policy"] is None
    assert shown(school, path, pupil)[1] == 0


def test_who_has_more_time_sends_in_late_without_a_penalty(
    school: School, path: str, teacher: Person, pupil: Person
) -> None:
    forward(school, 100 * HOUR, teacher, pupil)
    assert solve(school, path, pupil).status == 403
    granted = extend(school, path, teacher, pupil, DAY)
    assert (granted.status, granted.body["reason"]) == (200, "Was ill")
    (told,) = [each for each in school.live_messages if each.type == "TASK_EXTENSION_GRANTED"]
    assert (told.user_ids, told.payload["until"]) == ((pupil.id,), granted.body["until"])
    assert solve(school, path, pupil).status == 200
    assert shown(school, path, pupil)[1:] == (0, 0, "open")
    body = school.api.get(path, token=pupil.token).body
    assert (body["extension"]["reason"], body["due_at"]) == ("Was ill", granted.body["until"])
    listed = school.api.get(granted_path(path), token=teacher.token).body
    assert [(each["user_id"], each["login"], f'"{each["version"]}"') for each in listed["items"]] == [
        (pupil.id, pupil.account.login, granted.headers["etag"])
    ]
    assert extend(school, path, teacher, pupil, 2 * DAY, **{"If-Match": '"7"'}).status == 412
    place = f"{granted_path(path)}/{pupil.id}"
    assert school.api.request("DELETE", place, token=teacher.token).status == 204
    assert school.api.request("DELETE", place, token=teacher.token).status == 404
    forward(school, timedelta(seconds=1))
    assert extend(school, path, teacher, pupil, DAY).status == 200
    former = {"If-Match": granted.headers["etag"]}
    assert extend(school, path, teacher, pupil, 2 * DAY, **former).status == 412
    assert school.api.request("DELETE", place, token=teacher.token, headers=former).status == 412
    assert school.api.request("DELETE", place, token=teacher.token).status == 204
    assert shown(school, path, pupil)[1:] == (50, 0, "closed")


def granted_path(path: str) -> str:
    _, _, course, lesson, task = path.split("/")
    return f"/courses/{course}/lessons/{lesson}/tasks/{task}/extensions"


def test_one_goes_on_where_one_may_still_send_in(school: School, path: str, teacher: Person, pupil: Person) -> None:
    def next_task() -> Any:
        (study,) = school.api.get("/user/monitor", token=pupil.token).body["sections"]["progress"]
        return study["next"] and study["next"]["task_id"]

    assert next_task() == int(path.split("/")[4])
    forward(school, 100 * HOUR, teacher, pupil)
    assert next_task() is None
    extend(school, path, teacher, pupil, DAY)
    assert next_task() == int(path.split("/")[4])


def test_only_those_who_attend_get_more_time_and_only_to_come(
    school: School, path: str, teacher: Person, pupil: Person
) -> None:
    other = school.person()
    assert extend(school, path, teacher, other, DAY).status == 404
    assert extend(school, path, teacher, pupil, -DAY).body["code"] == "extension_in_the_past"
    assert extend(school, path, teacher, pupil, 367 * DAY).body["code"] == "deadline_too_far"
    assert extend(school, path, other, pupil, DAY).status == 403
    enrollment = enrollments.find_enrollment(pupil.id, int(path.split("/")[2]))
    assert enrollment is not None
    stored = {"until": rfc3339(START), "granted_at": rfc3339(START), "reason": "", "granted_by": 1, "version": 1}
    enrollment.update(actions=[Enrollment.extensions.set(dict.fromkeys(map(str, range(-extensions.MOST, 0)), stored))])
    assert extend(school, path, teacher, pupil, DAY).body["code"] == "too_many_extensions"
