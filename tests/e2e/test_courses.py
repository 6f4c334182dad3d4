"""The demo course, solved; and a course that a teacher builds from nothing, on the deployed system."""

import secrets
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from infra.local import demo
from infra.local.cloud import Cloud
from infra.packaging.package import ROOT
from tests.e2e.local_cloud import PATIENCE, wait_until

SOLUTIONS = tomllib.loads((ROOT / "infra" / "local" / "demo_solutions.toml").read_text("utf-8"))
COURSE = tomllib.loads((ROOT / "infra" / "local" / "demo_school.toml").read_text("utf-8"))["course"]
PLACES = {str(task["id"]): (lesson["id"], task) for lesson in COURSE["lessons"] for task in lesson["tasks"]}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def sign_up(cloud: Cloud) -> Iterator[Callable[[], httpx.Client]]:
    """Somebody new each time: limits and progress are theirs alone."""
    clients = []

    def new() -> httpx.Client:
        login = f"pupil-{secrets.token_hex(4)}"
        http = httpx.Client(base_url=cloud.front_door_url, timeout=40)
        clients.append(http)
        account = {"login": login, "password": "a long enough one", "name": "Pupil", "email": f"{login}@example.com"}
        answer = http.post("/reg", json=account)
        assert answer.status_code == 201, answer.text
        http.headers["Authorization"] = f"Bearer {answer.json()['jwt_access']}"
        return http

    yield new
    for client in clients:
        client.close()


@pytest.fixture
def teacher(cloud: Cloud) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as http:
        answer = http.post("/login", json={"login": "teacher", "password": demo.PASSWORD})
        http.headers["Authorization"] = f"Bearer {answer.json()['jwt_access']}"
        yield http


def done(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def judged(pupil: httpx.Client, path: str, **program: str) -> Any:
    """A submission with its verdict, for which the answer does not wait on a machine that is too busy."""
    sent = pupil.post(path, json=program)
    assert sent.is_success, sent.text
    submission = f"/submissions/{sent.json()['submission_id']}"
    wait_until(lambda: done(pupil.get(submission))["is_checked"], PATIENCE)
    return done(pupil.get(submission))


def test_the_demo_course_has_ten_tasks_with_solutions_in_three_languages() -> None:
    assert PLACES.keys() == SOLUTIONS.keys() == {str(number) for number in range(1, 11)}
    assert all({"python3", "cpp17", "javascript", "wrong"} <= solutions.keys() for solutions in SOLUTIONS.values())


@pytest.mark.parametrize("task_id", PLACES)
def test_every_solution_solves_its_task_and_the_wrong_one_does_not(
    sign_up: Callable[[], httpx.Client], task_id: str
) -> None:
    pupil = sign_up()
    done(pupil.post("/courses/attend/1"))
    lesson_id, task = PLACES[task_id]
    path = f"/courses/1/{lesson_id}/{task_id}"
    available = done(pupil.get(path))["languages"]
    solutions = dict(SOLUTIONS[task_id])
    wrong = judged(pupil, path, code=solutions.pop("wrong"))
    assert wrong["code"] not in {"OK", "SYSTEM_ERROR", "COMPILE_ERROR", "RUNTIME_ERROR"}
    assert done(pupil.get(path))["is_solved"] is False
    sent = {language: code for language, code in solutions.items() if language in available}
    assert "python3" in sent
    for language, code in sent.items():
        assert (judged(pupil, path, code=code, language=language)["code"], language) == ("OK", language)
    read = done(pupil.get(path))
    assert (read["is_solved"], read["attempts"], read["best_points"]) == (True, len(sent) + 1, task["points"])


def test_a_teacher_builds_a_course_and_sees_who_solved_it(
    teacher: httpx.Client, sign_up: Callable[[], httpx.Client]
) -> None:
    course = f"/courses/{done(teacher.post('/courses', json={'name': 'Mine', 'is_public': False}), 201)['id']}"
    lesson_id = done(teacher.post(f"{course}/lessons", json={"name": "One"}), 201)["id"]
    new = {
        "name": "Product",
        "task_condition": "Multiply two integers.",
        "points": 4,
        "tests": [{"input": "2 3\n", "output": "6\n"}, {"input": "-1 5\n", "output": "-5\n"}],
    }
    task_id = done(teacher.post(f"{course}/lessons/{lesson_id}/tasks", json=new), 201)["id"]
    task = f"{course}/{lesson_id}/{task_id}"
    pupil = sign_up()
    pupil_id, course_id = done(pupil.get("/me"))["id"], int(course.rpartition("/")[2])
    assert pupil.post(f"/courses/attend/{course_id}").status_code == 403
    done(teacher.post(f"/user/certification/{pupil_id}", json={"course_id": course_id}), 201)
    assert course_id in [each["id"] for each in done(pupil.get("/courses"))["courses"]]
    done(pupil.post(f"/courses/attend/{course_id}"))
    code = "a, b = map(int, input().split())\nprint(a * b)"
    tried = done(pupil.post(f"{task}/run", json={"code": code, "input": "6 7"}))
    assert (tried["outcome"], tried["output"]) == ("ok", "42\n")
    assert judged(pupil, task, code=code)["code"] == "OK"
    (row,) = done(teacher.get(f"{course}/progress"))["members"]
    assert (row["user_id"], row["solved"], row["points"]) == (pupil_id, 1, 4.0)
    (sent,) = done(teacher.get(f"{task}/submissions", params={"user_id": pupil_id}))["submissions"]
    assert sent["code"] == "OK"
    done(teacher.delete(course), 204)
    assert pupil.get(task).status_code == 403
    assert done(pupil.get(f"/submissions/{sent['id']}"))["code"] == "OK"


def test_a_picture_goes_to_the_bucket_and_comes_from_there(teacher: httpx.Client) -> None:
    course = f"/courses/{done(teacher.post('/courses', json={'name': 'Painted'}), 201)['id']}"
    invited = done(teacher.post(f"{course}/pic", json={"content_type": "image/png"}), 201)
    form = invited["upload"]
    assert teacher.put(f"{course}/pic", json={"picture_id": invited["picture_id"]}).status_code == 404
    sent = httpx.post(form["url"], data=form["fields"], files={"file": ("a.png", PNG, "image/png")}, timeout=PATIENCE)
    assert sent.is_success, sent.text
    done(teacher.put(f"{course}/pic", json={"picture_id": invited["picture_id"]}))
    shown = httpx.get(f"{teacher.base_url}".rstrip("/") + f"{course}/pic", follow_redirects=True, timeout=PATIENCE)
    assert (shown.content, shown.headers["Content-Type"]) == (PNG, "image/png")
    done(teacher.delete(course), 204)
