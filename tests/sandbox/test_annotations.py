"""The compilers of this machine still say where errors are in words that are understood."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.judge.grading import annotations
from tests.sandbox import case_files as cases
from tests.sandbox import workers
from tests.sandbox.case_files import Case
from tests.sandbox.workers import Worker

SYNTAX_ERRORS = [case for case in cases.load() if case.name.startswith("a05_syntax_error")]
STATEMENTS = "SELECT 1;\n\nSELEC 2;\n"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with workers.worker() as worker:
        yield worker


@pytest.mark.parametrize("case", SYNTAX_ERRORS, ids=lambda case: case.name)
def test_a_syntax_error_is_put_down_to_a_line(worker: Worker, case: Case) -> None:
    if case.language not in worker.languages:
        pytest.skip(f"{case.language} is not installed (make toolchains)")
    said = worker.judge(case.job(worker.secret)).compilation.output
    assert annotations.of_compilation(case.language, said, case.source), said


def test_sql_names_the_line_where_a_statement_begins(worker: Worker) -> None:
    case = next(case for case in SYNTAX_ERRORS if case.language == "sql")
    said = worker.judge(replace(case.job(worker.secret), source=STATEMENTS)).compilation.output
    assert [each.line for each in annotations.of_compilation("sql", said, STATEMENTS)] == [3]
