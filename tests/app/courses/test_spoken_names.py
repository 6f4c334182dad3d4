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


def test_a_task_that_was_stored_before_has_its_one_name(school: School, teacher: Person) -> None:
    path = school.task_path(problem=school.problem(author_id=teacher.id), author_id=teacher.id)
    course, lesson, task = map(int, path.split("/")[2:])
    stored = models.find_task(course, lesson, task)
    assert stored is not None
    stored.update(actions=[models.Task.titles.remove()])
    assert names_in(school, teacher, f"/courses/{course}/{lesson}", "ru") == [stored.name]
