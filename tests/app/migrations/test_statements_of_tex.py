"""0007: statements that packages brought as TeX become Markdown."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.judge.models import statement_key
from chalicelib.judge.statement_models import Statement, find_statement
from infra.migrations import m0007_statements_of_tex
from infra.migrations.catalogue import Step
from infra.migrations.pages import Item, Position, Tables
from tests.support.school import Person, School, stored_items

TEX = """\\begin{problem}{Сумма}{stdin}{stdout}{1 s}{64 MB}
Сложите \\textbf{два} числа $a \\le 5$ и \\foo{b}. \\includegraphics{plan}
\\InputFile
Два числа.
\\end{problem}"""
MARKDOWN = "Сложите **два** числа $a \\le 5$ и b. [plan]\n\n## Входные данные\n\nДва числа."


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def apply(tables: Tables, step: Step) -> None:
    position: Position = step(tables, None)
    while position is not None:
        position = step(tables, position)


def shown(school: School, teacher: Person, problem_id: int) -> tuple[str, str | None]:
    body: Any = school.api.get(f"/problems/{problem_id}", token=teacher.token).body
    return body["statement"], body["statement_language"]


def stored() -> list[Item]:
    return [each for each in stored_items("judge") if each["pk"].startswith("PROBLEM#")]


def test_a_statement_of_tex_becomes_markdown_and_keeps_its_source(
    school: School, teacher: Person, tables_of_school: Tables
) -> None:
    problem = school.problem(title="Сумма", statement=TEX, author_id=teacher.id)
    others = [
        school.problem(statement=text, author_id=teacher.id)
        for text in ("Add $\\textbf{a}$, `\\item`.", "Add\n\n```\n\\begin{x}\n```", "Add $a$ and `\\n`.", "")
    ]
    before = stored()
    for _ in range(2):
        apply(tables_of_school, m0007_statements_of_tex.forward)
        assert shown(school, teacher, problem.id) == (MARKDOWN, "ru")
        assert [shown(school, teacher, each.id) for each in others] == [(each.statement, None) for each in others]
        kept = school.api.get(f"/problems/{problem.id}/statements/ru", token=teacher.token).body
        assert (kept["source"], kept["format"], kept["name"], kept["is_main"]) == (TEX, "tex", "Сумма", True)
        assert len(kept["notes"]) == 2
    apply(tables_of_school, m0007_statements_of_tex.back)
    assert shown(school, teacher, problem.id) == (TEX, None)
    assert len(stored()) == len(before)
    apply(tables_of_school, m0007_statements_of_tex.forward)
    assert shown(school, teacher, problem.id) == (MARKDOWN, "ru")


def test_what_is_written_anew_stays_on_the_way_back(school: School, teacher: Person, tables_of_school: Tables) -> None:
    problem = school.problem(statement="\\section{Sum} Add.", author_id=teacher.id)
    apply(tables_of_school, m0007_statements_of_tex.forward)
    path = f"/problems/{problem.id}"
    assert shown(school, teacher, problem.id) == ("## Sum\n\nAdd.", "en")
    reply = school.api.request("PATCH", path, json_body={"statement": "Sum up."}, token=teacher.token)
    assert reply.status == 200
    apply(tables_of_school, m0007_statements_of_tex.back)
    assert shown(school, teacher, problem.id) == ("Sum up.", "en")


def test_who_edits_meanwhile_reads_it_again(school: School, teacher: Person, tables_of_school: Tables) -> None:
    problem = school.problem(statement=TEX, author_id=teacher.id)
    path = f"/problems/{problem.id}"
    tag = {"If-Match": school.api.get(path, token=teacher.token).headers["etag"]}
    apply(tables_of_school, m0007_statements_of_tex.forward)
    reply = school.api.request("PATCH", path, json_body={"statement": TEX}, token=teacher.token, headers=tag)
    assert reply.status == 412


def test_a_statement_that_its_problem_does_not_know_stays_and_stops_nothing(
    school: School, teacher: Person, tables_of_school: Tables
) -> None:
    problem = school.problem(title="Сумма", statement=TEX, author_id=teacher.id)
    another = school.problem(title="Сумма", statement=TEX, author_id=teacher.id)
    left = Statement(*statement_key(problem.id, "ru"), language="ru", title="Старое", form="tex", text="Старое")
    left.save()

    apply(tables_of_school, m0007_statements_of_tex.forward)

    assert shown(school, teacher, problem.id) == (TEX, None)
    found = find_statement(problem.id, "ru")
    assert found is not None
    assert found.text == "Старое"
    assert shown(school, teacher, another.id) == (MARKDOWN, "ru")
