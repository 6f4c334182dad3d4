"""Puts the school of demo_school.toml into the tables and the bucket that the environment names.

    python -m infra.local.demo_school PASSWORD

Doing it again changes nothing.
"""

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from chalicelib import wiring
from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.courses import models
from chalicelib.courses.models import Course, CoursesItem
from chalicelib.courses.outline import Outline, TaskEntry
from chalicelib.judge import models as judge_models
from chalicelib.judge.grading.verdict import VISIBLE_TESTS
from chalicelib.judge.models import JudgeItem, Problem
from chalicelib.judge.problems import testsets
from chalicelib.school import memberships
from chalicelib.school.relations import Group, GroupKind
from infra.local import demo_news, demo_peers, demo_track, demo_training

CLASS = 9
"""Of the demo pupils."""
SCHOOL = Path(__file__).with_suffix(".toml")
TESTS = SCHOOL.with_name("demo_tests.json")

Described = Mapping[str, Any]


def main(password: str) -> None:
    wiring.install()
    school = tomllib.loads(SCHOOL.read_text("utf-8"))
    people = {person["role"]: _ensure_person(person, password) for person in school["people"]}
    _ensure_taught(people["teacher"], school["course"]["id"])
    _ensure_course(school["course"], author_id=people["teacher"])
    demo_track.ensure(author_id=people["teacher"])
    friends = [_ensure_person(friend, password) for friend in demo_training.FRIENDS]
    demo_peers.ensure([people["user"], *friends], author_id=people["teacher"])
    demo_news.ensure([people["user"], *friends], course_id=school["course"]["id"], author_id=people["teacher"])
    tasks = [task["id"] for lesson in school["course"]["lessons"] for task in lesson["tasks"]]
    problems = [problem for task in tasks if (problem := judge_models.find_problem(task)) is not None]
    demo_training.ensure([people["user"], *friends], problems, author_id=people["teacher"])


def _ensure_person(person: Mapping[str, str], password: str) -> int:
    """The account's id."""
    existing = accounts.find_by_email(person["email"])
    if existing is not None:
        return existing.id
    role = Role(person["role"])
    new = accounts.NewAccount(
        email=person["email"],
        password=password,
        login=person["login"],
        name=person["name"],
        school_class=CLASS if role is Role.USER else None,
    )
    return accounts.create(new, role=role, state=AccountState.ACTIVATED, verified_mail=True).id


def _ensure_taught(teacher_id: int, course_id: int) -> None:
    """The teacher has all that there is, and the class of the pupils: they are the teacher's from the start."""
    groups = (
        Group(GroupKind.COURSE, course_id),
        *(Group(GroupKind.TRACK, each) for each in (demo_track.TRACK, *(plan.track for plan in demo_peers.PLANS))),
        Group(GroupKind.CONTEST, demo_training.CONTEST_ID),
    )

    def fill(transaction: Transaction) -> None:
        for group in groups:
            memberships.add_owner(transaction, teacher_id, group, clock.now())

    transactions.transact(fill)
    with suppress(transactions.ConditionFailed):  # the class was given before
        memberships.add_teacher(teacher_id, Group(GroupKind.CLASS, CLASS), clock.now(), lambda _: None)


def _ensure_course(described: Described, *, author_id: int) -> None:
    """The outline comes last, so that a load that was interrupted is done again as a whole."""
    contents = models.find_contents(described["id"])
    if contents is not None and contents.lessons:
        return
    _add_problems(described, author_id)
    course = _course(described, author_id)
    course.save()
    with CoursesItem.batch_write() as batch:
        for item in _items(described):
            batch.save(item)
    models.change_course(models.Change(course=course, outline=_outline(described)))


def _course(described: Described, author_id: int) -> Course:
    fields = {name: described[name].strip() for name in ("name", "description", "language")}
    return models.new_course(described["id"], author_id, clock.now(), **fields)


def _items(course: Described) -> Iterator[CoursesItem]:
    for lesson in course["lessons"]:
        place = (course["id"], lesson["id"])
        yield models.new_lesson(*place, name=lesson["name"], description=lesson["description"])
        for number, (title, url) in enumerate(lesson["links"], 1):
            yield models.new_link(*place, number, title=title, url=url)
        for task in lesson["tasks"]:
            yield models.new_task(*place, task["id"], problem_id=task["id"], name=task["name"], points=task["points"])


def _outline(course: Described) -> Outline:
    outline = Outline()
    for lesson in course["lessons"]:
        outline = outline.with_lesson(lesson["id"])
        for number, _ in enumerate(lesson["links"], 1):
            outline = outline.with_link(lesson["id"], number)
        for task in lesson["tasks"]:
            outline = outline.with_task(lesson["id"], TaskEntry(task["id"], task["points"], shown=True))
    return outline


def _add_problems(course: Described, author_id: int) -> None:
    tests = json.loads(TESTS.read_text("utf-8"))
    tasks = [task for lesson in course["lessons"] for task in lesson["tasks"]]
    for task in tasks:
        cases = [testsets.TestCase(given.encode(), answer.encode()) for given, answer in tests[str(task["id"])]]
        testsets.write(task["id"], 1, cases)
    with JudgeItem.batch_write() as batch:
        for task in tasks:
            batch.save(_problem(task, tests[str(task["id"])], author_id))


def _problem(task: Described, tests: list[tuple[str, str]], author_id: int) -> Problem:
    given = {name: task[name] for name in ("checker", "checker_options", "time_limit_ms") if name in task}
    return judge_models.new_problem(
        task["id"],
        author_id,
        clock.now(),
        title=task["name"],
        statement=task["statement"].strip(),
        published=True,
        tests_version=1,
        tests_count=len(tests),
        samples=[judge_models.sample(*test) for test in tests[:VISIBLE_TESTS]],
        **given,
    )


if __name__ == "__main__":
    main(sys.argv[1])
