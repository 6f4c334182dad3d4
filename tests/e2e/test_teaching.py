"""A teacher's week on the deployed system: a class from a list, a course in its time, late and ill pupils."""

import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import icalendar
import pytest

from infra.local import demo, mail
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE, wait_until
from tests.e2e.test_courses import done

PASSWORD = "a long enough one"
PUPILS = 5
HOUR = timedelta(hours=1)
TAKES_LATE = {"percent_per_day": 20, "accepted_hours": 1}
TAKES_NO_LATE = {**TAKES_LATE, "accepted_hours": 0}
TESTS = [{"input": "2 3\n", "output": "5\n"}]
RIGHT = {"code": "print(sum(map(int, input().split())))"}


@pytest.fixture
def sign_in(cloud: Cloud) -> Iterator[Callable[[str, str], httpx.Client]]:
    with ExitStack() as opened:

        def signed_in(login: str, password: str) -> httpx.Client:
            http = opened.enter_context(httpx.Client(base_url=cloud.front_door_url, timeout=40))
            answer = done(http.post("/login", json={"login": login, "password": password}))
            http.headers["Authorization"] = f"Bearer {answer['jwt_access']}"
            return http

        yield signed_in


@pytest.fixture
def teacher(sign_in: Callable[[str, str], httpx.Client]) -> httpx.Client:
    return sign_in("teacher", demo.PASSWORD)


def ended(teacher: httpx.Client, group: str, job: Any) -> Any:
    """Work on a group, when it is over."""
    path = f"{group}/jobs/{job['id']}"
    wait_until(lambda: done(teacher.get(path))["state"] != "running", PATIENCE)
    return done(teacher.get(path))


def code_for(cloud: Cloud, email: str) -> str:
    """The code that was mailed to somebody."""
    (letter,) = [each for each in mail.stored_mails(cloud.endpoint_url) if each["To"] == [email]]
    (code,) = re.findall(r"invitation code (\S+)", letter["BodyText"].replace("\n", " "))
    return str(code)


def moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def this_second() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def group(teacher: httpx.Client) -> str:
    return f"/groups/{done(teacher.post('/groups', json={'title': '8 A'}), 201)['id']}"


@pytest.fixture
def pupils(
    cloud: Cloud, teacher: httpx.Client, group: str, sign_in: Callable[[str, str], httpx.Client]
) -> list[httpx.Client]:
    """A class that came from a list whose first version had faults."""
    emails = [f"week-{secrets.token_hex(4)}@example.com" for _ in range(PUPILS)]
    lines = ["name;secondname;email;class", *(f"Вера;Орлова;{email};" for email in emails)]
    faulty = "\n".join([*lines, "Пётр;Орлов;peter;12", f"Вера;Орлова;{emails[0]};8"])
    checked = done(teacher.post(f"{group}/imports/check", json={"csv": faulty}))
    assert [(each["line"], each["column"]) for each in checked["faults"]] == [(7, "email"), (7, "class"), (8, "email")]
    assert teacher.post(f"{group}/imports", json={"csv": faulty}).status_code == 400
    job = ended(teacher, group, done(teacher.post(f"{group}/imports", json={"csv": "\n".join(lines)}), 202))
    assert (job["state"], job["total"], job["came"]) == ("done", PUPILS, PUPILS)
    assert done(teacher.get(f"{group}/pupils"))["items"] == []
    for email in emails:
        body = {"email": email, "code": code_for(cloud, email), "password": PASSWORD}
        done(httpx.post(f"{cloud.front_door_url}/password/reset", json=body, timeout=PATIENCE), 204)
    wait_until(lambda: done(teacher.get(group))["pupils"] == PUPILS, PATIENCE)
    return [sign_in(email, PASSWORD) for email in emails]


def add(teacher: httpx.Client, path: str, **body: Any) -> int:
    return int(done(teacher.post(path, json=body), 201)["id"])


def send(pupil: httpx.Client, task: str) -> int:
    """The status of sending a right program in, whose verdict is not waited for."""
    return pupil.post(task, json=RIGHT, headers={"Prefer": "respond-async"}).status_code


def outlined(teacher: httpx.Client, course: str) -> list[tuple[Any, ...]]:
    """What a course is made of."""
    return [
        (
            each["name"],
            each["published"],
            len(each["requires"]),
            [(task["name"], task["points"]) for task in each["tasks"]],
        )
        for each in done(teacher.get(f"{course}/outline"))["lessons"]
    ]


def test_a_class_goes_through_a_course_in_its_time(
    cloud: Cloud, teacher: httpx.Client, group: str, pupils: list[httpx.Client]
) -> None:
    new = {"name": "Week", "is_public": False, "published": False, "late_policy": TAKES_LATE}
    course_id = add(teacher, "/courses", **new)
    course = f"/courses/{course_id}"
    first = add(teacher, f"{course}/lessons", name="First", text="# $a+b$")
    second = add(teacher, f"{course}/lessons", name="Second", requires=[{"lesson_id": first, "points": 5}])
    add(teacher, f"{course}/lessons", name="Draft", published=False)
    made = {"task_condition": "Add", "tests": TESTS, "points": 5}
    task_id = add(teacher, f"{course}/lessons/{first}/tasks", name="A", **made)
    add(teacher, f"{course}/lessons/{second}/tasks", name="B", **made)
    joined = done(teacher.post(f"{group}/enrollments", json={"kind": "course", "id": course_id}), 202)
    assert (ended(teacher, group, joined)["came"], pupils[0].get(course).status_code) == (PUPILS, 404)
    words = {"title": "Tomorrow", "description": "We begin", "group_id": int(group.rpartition("/")[2])}
    told = done(teacher.post("/user/notifications", json=words), 201)
    assert (told["recipients"], told["left_out"]) == (PUPILS, 0)
    delivery = f"/user/notifications/{told['id']}/delivery"
    wait_until(lambda: done(teacher.get(delivery))["told"] == PUPILS, PATIENCE)
    assert [done(each.get("/user/notifications/unread"))["unread_notifications"] for each in pupils] == [1] * PUPILS

    due_at = this_second() + HOUR

    def make_due(at: datetime) -> None:
        done(teacher.patch(f"{course}/lessons/{first}/tasks/{task_id}", json={"due_at": moment(at)}))

    make_due(due_at)
    done(teacher.patch(course, json={"published": True}))
    on_time, late, ill, absent, _ = pupils
    task = f"{course}/{first}/{task_id}"
    assert send(on_time, task) == 202
    seen = [(each["name"], each["state"]) for each in done(late.get(course))["lessons"]]
    assert seen == [("First", "open"), ("Second", "locked")]
    feed = cloud.front_door_url + done(late.post("/user/calendar"), 201)["path"]
    (event,) = icalendar.Calendar.from_ical(httpx.get(feed, timeout=PATIENCE).text).walk("VEVENT")
    assert (str(event["summary"]), event.decoded("dtstart")) == ("A (Week)", due_at)
    extension = f"{course}/lessons/{first}/tasks/{task_id}/extensions/{done(ill.get('/me'))['id']}"
    more = {"until": moment(due_at + HOUR), "reason": "Was ill"}
    done(teacher.put(extension, json=more))
    # The teacher moves what the clock else would: so no request can be too late. A task is due at a whole second.
    sent_at = datetime.now(UTC)
    wait_until(lambda: this_second() > sent_at, PATIENCE)
    make_due(this_second())
    assert send(late, task) == 202
    done(teacher.patch(course, json={"late_policy": TAKES_NO_LATE}))
    assert (send(absent, task), send(ill, task)) == (403, 202)

    def points() -> Counter[tuple[int, float]]:
        rows = done(teacher.get(f"{course}/progress"))["members"]
        return Counter((each["solved"], each["points"]) for each in rows)

    wait_until(lambda: points() == {(1, 5.0): 2, (1, 4.0): 1, (0, 0.0): 2}, PATIENCE, lambda: str(points()))
    states = [done(each.get(course))["lessons"][1]["state"] for each in (on_time, late)]
    assert states == ["open", "locked"]  # a penalty took the point that was wanting


def test_a_course_is_copied_and_leaves_as_an_archive(
    teacher: httpx.Client, sign_in: Callable[[str, str], httpx.Client]
) -> None:
    course_id = add(teacher, "/courses", name="Sums", due_at="2100-05-01T10:00:00Z")
    course = f"/courses/{course_id}"
    first = add(teacher, f"{course}/lessons", name="First", text="# $a+b$")
    add(teacher, f"{course}/lessons", name="Second", published=False, requires=[{"lesson_id": first, "points": 1}])
    add(teacher, f"{course}/lessons/{first}/tasks", name="A", task_condition="Add", tests=TESTS, points=5)
    copied = done(teacher.post(f"{course}/copy", json={"name": "Next year", "shift_days": 365}), 201)["course"]
    assert (copied["due_at"][:10], copied["published"]) == ("2101-05-01", False)
    assert outlined(teacher, f"/courses/{copied['id']}") == outlined(teacher, course)

    def taken(by: httpx.Client, archive_id: int) -> Any:
        path = f"/course-archives/{archive_id}"
        wait_until(lambda: done(by.get(path))["state"] in {"done", "failed"}, PATIENCE)
        return done(by.get(path))

    exported = taken(teacher, done(teacher.post(f"{course}/export"), 202)["archive_id"])
    assert (exported["state"], exported["warnings"]) == ("done", [])
    data = httpx.get(exported["url"], timeout=PATIENCE).content
    admin = sign_in("admin", demo.PASSWORD)
    announced = done(admin.post("/course-archives", json={"size": len(data)}), 201)
    form = announced["upload"]
    httpx.post(form["url"], data=form["fields"], files={"file": data}, timeout=PATIENCE).raise_for_status()
    imported = taken(admin, announced["archive_id"])
    assert (imported["state"], imported["faults"]) == ("done", [])
    other = f"/courses/{imported['course_id']}"
    assert outlined(admin, other) == outlined(teacher, course)
    for each in (course, other, f"/courses/{copied['id']}"):
        done(admin.delete(each), 204)
