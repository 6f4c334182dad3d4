"""0009: tasks that were placed before any had names in other languages."""

import json
from typing import Any

from infra.migrations import m0009_names_of_tasks as migration
from infra.migrations.pages import Position, Tables
from tests.support.school import School, stored_items

TITLES = {"en": "Sum", "ru": "Сумма"}


def apply(tables: Tables) -> None:
    position: Position = migration.forward(tables, None)
    while position is not None:
        position = migration.forward(tables, position)


def tasks() -> list[dict[str, Any]]:
    return sorted((each for each in stored_items("courses") if each["kind"] == "task"), key=lambda each: each["name"])


def test_what_it_writes_is_what_the_application_writes(school: School, tables_of_school: Tables) -> None:
    problem = school.problem(title="Sum", language="en", titles=TITLES)
    course = school.course()
    lesson = school.lesson(course)
    school.task(course, lesson, problem, name="Mine")
    school.task(course, lesson, problem, name="Sum", titles=TITLES)
    school.task(course, lesson, problem, name="Сумма", titles=TITLES)
    school.task(course, lesson, school.problem(title="Alone"), name="Alone")
    expected = tasks()
    table = tables_of_school("courses")
    for each in expected[2:]:
        table.update_item(Key={"pk": each["pk"], "sk": each["sk"]}, UpdateExpression="REMOVE titles")
    assert "titles" not in tasks()[2]

    for _ in range(2):
        apply(tables_of_school)
        assert tasks() == expected
        assert migration.back(tables_of_school, None) is None
    assert [json.loads(each["titles"]) for each in expected] == [{}, {}, TITLES, TITLES]


def test_a_problem_that_is_gone_gives_no_names(school: School, tables_of_school: Tables) -> None:
    problem = school.problem(title="Sum", language="en", titles=TITLES)
    course = school.course()
    school.task(course, school.lesson(course), problem, name="Sum")
    tables_of_school("judge").delete_item(Key={"pk": f"PROBLEM#{problem.id}", "sk": "PROBLEM"})
    before = tasks()
    apply(tables_of_school)
    assert tasks() == before
