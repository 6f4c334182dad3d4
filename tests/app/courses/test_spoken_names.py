"""Tasks are called in lists what their problems are called in the language of the request."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.courses import models
from tests.app.courses.test_authoring import add_lesson, add_task, done, made
from tests.support.school import Person, School


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def problem(school: School, teacher: Person) -> int:
    """In English and Russian, of which English is the main one."""
    written = school.problem(title="Sum", language="en", titles={"en": "Sum", "ru": "Сумма"}, author_id=teacher.id)
    return int(written.id)


def read(school: School, who: Person, path: str, language: str) -> Any:
    return done(school.api.request("GET", path, token=who.token, headers={"Accept-Language": language}))


def names_in(school: School, who: Person, lesson: str, language: str) -> list[str]:
    return [task["name"] for task in read(school, who, lesson, language)["tasks"]]


def test_lists_of_tasks_have_names_in_the_language_of_the_request(school: School, teacher: Person) -> None:
    course = int(made(school.api.post("/courses", {"name": "Sums"}, token=teacher.token))["id"])
    lesson = add_lesson(school, teacher, course)
    path = f"/courses/{course}/{lesson}"
    placed = problem(school, teacher)
    first = add_task(school, teacher, course, lesson, problem_id=placed)
    second = made(
        school.api.post(
            f"/courses/{course}/lessons/{lesson}/tasks", {"problem_id": placed, "name": "Mine"}, token=teacher.token
        )
    )
    assert names_in(school, teacher, path, "ru") == ["Сумма", "Mine"]
    assert names_in(school, teacher, path, "de") == ["Sum", "Mine"]
    whole = read(school, teacher, f"/courses/{course}", "ru")
    assert [task["name"] for task in whole["lessons"][0]["tasks"]] == ["Сумма", "Mine"]
    table = read(school, teacher, f"/courses/{course}/progress", "ru")
    assert [column["name"] for column in table["tasks"]] == ["Сумма", "Mine"]
    shown = read(school, teacher, f"{path}/{second['id']}", "ru")
    assert (shown["name"], shown["previous"]["name"]) == ("Mine", "Сумма")

    school.api.post(f"{path}/{first['id']}", {"code": "5"}, token=teacher.token)
    (sent,) = read(school, teacher, "/submissions", "ru")["submissions"]
    assert sent["place"]["task_name"] == "Сумма"


def test_a_task_follows_what_its_problem_is_called(school: School, teacher: Person) -> None:
    course = int(made(school.api.post("/courses", {"name": "Sums"}, token=teacher.token))["id"])
    lesson = add_lesson(school, teacher, course)
    path, placed = f"/courses/{course}/{lesson}", problem(school, teacher)
    task = add_task(school, teacher, course, lesson, problem_id=placed)
    put = {"name": "Складання", "text": "Складіть."}
    done(school.api.request("PUT", f"/problems/{placed}/statements/uk", json_body=put, token=teacher.token))
    assert names_in(school, teacher, path, "uk") == ["Складання"]
    own = f"/courses/{course}/lessons/{lesson}/tasks/{task['id']}"
    done(school.api.request("PATCH", own, json_body={"name": "Mine"}, token=teacher.token))
    assert names_in(school, teacher, path, "uk") == ["Mine"]
    done(school.api.request("PATCH", own, json_body={"name": "Sum"}, token=teacher.token))
    assert names_in(school, teacher, path, "uk") == ["Складання"]


def test_a_title_that_is_corrected_is_corrected_in_tasks_that_have_it(school: School, teacher: Person) -> None:
    course = int(made(school.api.post("/courses", {"name": "Sums"}, token=teacher.token))["id"])
    lesson = add_lesson(school, teacher, course)
    path, placed = f"/courses/{course}/{lesson}", problem(school, teacher)
    tasks = f"/courses/{course}/lessons/{lesson}/tasks"
    for name in ("Sum", "Сумма", "Mine"):
        made(school.api.post(tasks, {"problem_id": placed, "name": name}, token=teacher.token))
    for language, title in (("en", "The sum"), ("ru", "Сумма чисел")):
        put = {"name": title, "text": title}
        done(school.api.request("PUT", f"/problems/{placed}/statements/{language}", json_body=put, token=teacher.token))
    assert names_in(school, teacher, path, "de") == ["The sum", "Сумма чисел", "Mine"]
    assert names_in(school, teacher, path, "ru") == ["Сумма чисел", "Сумма чисел", "Mine"]


@pytest.mark.parametrize("path", ["/courses/{course}", "/courses/{course}/{lesson}", "/problems/{problem}"])
def test_what_is_shown_in_another_language_is_another_version(school: School, teacher: Person, path: str) -> None:
    course = int(made(school.api.post("/courses", {"name": "Sums"}, token=teacher.token))["id"])
    lesson, placed = add_lesson(school, teacher, course), problem(school, teacher)
    put = {"name": "Сумма", "text": "Сложите."}
    done(school.api.request("PUT", f"/problems/{placed}/statements/ru", json_body=put, token=teacher.token))
    add_task(school, teacher, course, lesson, problem_id=placed)
    address = path.format(course=course, lesson=lesson, problem=placed)

    def asked(language: str, tag: str = "") -> tuple[int, str]:
        headers = {"Accept-Language": language, "If-None-Match": tag}
        reply = school.api.request("GET", address, token=teacher.token, headers=headers)
        assert reply.headers["vary"] == "Accept-Language, Origin"
        return reply.status, reply.headers["etag"]

    _, english = asked("en")
    status, russian = asked("ru", english)
    assert (status, asked("ru", russian)[0], asked("en", english)[0]) == (200, 304, 304)
    if path != "/courses/{course}/{lesson}":  # a lesson's version is its course's
        match, changed = {"If-Match": russian}, {"coarse_results": True} if "problems" in path else {"name": "New"}
        done(school.api.request("PATCH", address, json_body=changed, token=teacher.token, headers=match))


def test_a_task_that_was_stored_before_has_its_one_name(school: School, teacher: Person) -> None:
    path = school.task_path(problem=school.problem(author_id=teacher.id), author_id=teacher.id)
    course, lesson, task = map(int, path.split("/")[2:])
    stored = models.find_task(course, lesson, task)
    assert stored is not None
    stored.update(actions=[models.Task.titles.remove()])
    assert names_in(school, teacher, f"/courses/{course}/{lesson}", "ru") == [stored.name]
