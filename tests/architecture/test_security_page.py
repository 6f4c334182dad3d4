"""docs/security.md names tests that exist, and says of each requirement of ASVS' chapters 6 and 7 how it stands."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PAGES = [ROOT / "docs" / "security.md", ROOT / "SECURITY.md"]
NAMED = re.compile(r"`([\w/]+\.py)?::(test_\w+)`")
"""A test below `tests/`, by its path and name; one without a path is in the file that was named before it."""
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]): [^|]+ \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)

SECTIONS = {
    "6.1": (1, 2, 3),
    "6.2": tuple(range(1, 13)),
    "6.3": (1, 2, 3, 4),
    "6.4": (1, 2, 3, 4),
    "6.5": (1, 2, 3, 4, 5),
    "6.6": (1, 2, 3),
    "6.8": (1, 2, 3, 4),
    "7.1": (1, 2, 3),
    "7.2": (1, 2, 3, 4),
    "7.3": (1, 2),
    "7.4": (1, 2, 3, 4, 5),
    "7.5": (1, 2),
    "7.6": (1, 2),
}
"""The requirements of levels 1 and 2 in ASVS 5.0.0."""
REQUIRED = [f"{section}.{number}" for section, numbers in SECTIONS.items() for number in numbers]
STATES = ("met", "partly: ", "not met: ", "does not apply: ")


def named_tests(text: str) -> Iterator[tuple[str, str]]:
    """The path and the name of each test that a page names."""
    path = ""
    for given, name in NAMED.findall(text):
        path = given or path
        yield path, name


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def missing(text: str) -> list[str]:
    found = []
    for path, name in named_tests(text):
        file = ROOT / "tests" / path
        if not file.is_file() or name not in names_in(file):
            found.append(f"{path}::{name}")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    assert missing(page.read_text("utf-8")) == []


def test_a_test_that_is_gone_is_found() -> None:
    here = "architecture/test_security_page.py"
    text = f"`{here}::test_a_test_that_is_gone_is_found`, `::test_gone`, `app/gone.py::test_x`"
    assert missing(text) == [f"{here}::test_gone", "app/gone.py::test_x"]


def rows() -> list[tuple[str, str, str, str]]:
    return ROW.findall(PAGES[0].read_text("utf-8"))


def test_every_requirement_of_chapters_6_and_7_has_a_row() -> None:
    assert [number for number, *_ in rows()] == REQUIRED


def test_a_row_says_how_the_requirement_stands_and_what_shows_it() -> None:
    for number, _, state, shown_by in rows():
        assert state.startswith(STATES), number
        if state.startswith(("met", "partly")):
            assert "::test_" in shown_by or "](" in shown_by, number
