"""Puts the school of demo_school.toml into the tables and the bucket that the environment names.

    python -m infra.local.demo_school PASSWORD

Doing it again changes nothing.
"""

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import Role, State
from chalicelib.common import clock
from chalicelib.courses import models
from chalicelib.judge import models as judge_models
from chalicelib.judge import testsets
from chalicelib.judge.verdict import VISIBLE_TESTS
from infra.local import demo_track

SCHOOL = Path(__file__).with_suffix(".toml")


def main(password: str) -> None:
    school = tomllib.loads(SCHOOL.read_text("utf-8"))
    people = {person["role"]: _ensure_person(person, password) for person in school["people"]}
    _ensure_course(school["course"], author_id=people["teacher"])
    demo_track.ensure(author_id=people["teacher"])


def _ensure_person(person: Mapping[str, str], password: str) -> int:
    """The account's id."""
    existing = accounts.find_by_email(person["email"])
    if existing is not None:
        return existing.id
    new = accounts.NewAccount(email=person["email"], password=password, login=person["login"], name=person["name"])
    return accounts.create(new, role=Role(person["role"]), state=State.ACTIVATED, verified_mail=True).id


def _ensure_course(course: Mapping[str, Any], *, author_id: int) -> None:
    if models.find_course(course["id"]) is not None:
        return
    for lesson in course["lessons"]:
        _add_lesson(course["id"], lesson, author_id)
    # Last, so that a load that was interrupted is done again as a whole.
    models.Course(
        *models.course_key(course["id"]),
        id=course["id"],
        name=course["name"],
        description=course["description"],
        language=course["language"],
        visibility=models.PUBLIC,
        listed=models.listed(course["id"]),
        author_id=author_id,
        created_at=clock.now(),
    ).save()


def _add_lesson(course_id: int, lesson: Mapping[str, Any], author_id: int) -> None:

    key = models.lesson_key(course_id, lesson["id"])
    models.Lesson(
        *key, id=lesson["id"], name=lesson["name"], description=lesson["description"], order=lesson["id"]
    ).save()
    for number, (title, url) in enumerate(lesson["links"], 1):
        link_key = models.link_key(course_id, lesson["id"], number)
        models.Link(*link_key, id=number, lesson_id=lesson["id"], title=title, url=url).save()
    for task in lesson["tasks"]:
        _add_problem(task, author_id)
        models.Task(
            *models.task_key(course_id, lesson["id"], task["id"]),
            id=task["id"],
            lesson_id=lesson["id"],
            problem_id=task["id"],
            name=task["name"],
            order=task["id"],
            points=task["points"],
        ).save()


def _add_problem(task: Mapping[str, Any], author_id: int) -> None:
    tests = [testsets.TestCase(given.encode(), answer.encode()) for given, answer in task["tests"]]
    testsets.write(task["id"], 1, tests)
    judge_models.Problem(
        *judge_models.problem_key(task["id"]),
        id=task["id"],
        title=task["name"],
        statement=task["statement"].strip(),
        author_id=author_id,
        checker=task.get("checker", "tokens"),
        tests_version=1,
        tests_count=len(tests),
        samples=[judge_models.sample(given, answer) for given, answer in task["tests"][:VISIBLE_TESTS]],
    ).save()


if __name__ == "__main__":
    main(sys.argv[1])
