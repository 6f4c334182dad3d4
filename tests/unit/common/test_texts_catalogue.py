"""The Russian texts match the English ones, which stand where they are raised."""

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.common import texts
from chalicelib.common.http import errors, validation
from tests.support.paths import ROOT


def _with_subclasses(error: type[errors.LyceumError]) -> set[str]:
    return {error.__name__}.union(*(_with_subclasses(subclass) for subclass in error.__subclasses__()))


wiring.resolve_all()  # imports every module, and with it every class of errors
ERROR_CLASSES = _with_subclasses(errors.LyceumError)


@dataclass(frozen=True)
class RaisedText:
    code: str
    english: str
    where: str


def raised_texts(source: str, where: str) -> Iterator[RaisedText]:
    """The code and the template of every error made in a module; a template may be a constant of the module."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in ERROR_CLASSES and len(node.args) >= 2:
            code, english = (_text(argument, constants) for argument in node.args[:2])
            if code is not None and english is not None:
                yield RaisedText(code, english, f"{where}:{node.lineno}")


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(node: ast.expr, constants: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def all_raised_texts() -> list[RaisedText]:
    files = sorted((ROOT / "chalicelib").rglob("*.py"))
    found = [said for path in files for said in raised_texts(path.read_text("utf-8"), str(path.relative_to(ROOT)))]
    # Its code comes from the caller, so no search finds it.
    return [*found, *(RaisedText(code, "{reasons}", "violations") for code in ("invalid_body", "invalid_query"))]


def test_the_search_finds_errors_however_they_are_written() -> None:
    source = 'T = "b"\nraise errors.NotFound("one", "a")\nerror = Conflict("two", T, status="x")\nf("three", "c")'
    assert [(said.code, said.english) for said in raised_texts(source, "")] == [("one", "a"), ("two", "b")]


def test_the_search_misses_no_error_of_ours() -> None:
    files = [path for path in (ROOT / "chalicelib").rglob("*.py") if path != Path(errors.__file__)]
    calls = sum(
        len(re.findall(rf"\b(?:{'|'.join(sorted(ERROR_CLASSES))})\(\s*[\"']", path.read_text("utf-8")))
        for path in files
    )
    assert calls == len([said for said in all_raised_texts() if said.where != "violations"]) > 20


@pytest.mark.parametrize("said", all_raised_texts(), ids=lambda said: said.code)
def test_every_error_has_a_russian_text(said: RaisedText) -> None:
    russian = texts.russian().get(said.code)
    assert russian is not None, f"{said.where}: no Russian text for {said.code}"
    assert placeholders(russian) == placeholders(said.english), said.where
    assert re.search("[а-яё]", russian, re.IGNORECASE) or placeholders(russian), said.where


def test_no_russian_text_is_left_over() -> None:
    ours = {code for code in texts.russian() if not code.startswith("pydantic.")}  # see test_violations.py
    assert ours == {said.code for said in all_raised_texts()}


def test_one_code_says_one_thing() -> None:
    by_code: dict[str, set[str]] = {}
    for said in all_raised_texts():
        by_code.setdefault(said.code, set()).add(said.english)
    assert {code: english for code, english in by_code.items() if len(english) > 1} == {}


def test_the_words_that_virtual_school_compares_are_never_translated() -> None:
    assert {"required_property", "invalid_property", "unknown_property", validation.INVALID_JSON.code}.isdisjoint(
        texts.russian()
    )
