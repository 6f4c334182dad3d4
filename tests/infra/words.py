"""Finds the words in the code that people may come to read although nothing translates them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra import translations
from tests.support.paths import ROOT

SENTENCE = re.compile(r"[A-Za-z][a-z'-]*,? [a-z]+")
"""Two words, the second in small letters: what a person would read, and no SQL, header, format or key."""

FOR_DEVELOPERS = {
    # Logs, metrics and exceptions that are defects: no answer has them.
    *("debug", "info", "warning", "error", "exception", "count", "refused"),
    *("TypeError", "ValueError", "RuntimeError", "KeyError", "LookupError", "NotImplementedError", "AssertionError"),
    # Documents, which are in English: OpenAPI, AsyncAPI, and what pydantic puts into them.
    *("Field", "Incoming", "Outgoing", "Path", "ShownAs", "WithJsonSchema", "TypeAdapter", "Literal"),
}
"""The names of what is called with words that are no text of an answer, a frame or a mail."""


@dataclass(frozen=True)
class Words:
    text: str
    where: str


def stray(source: str, where: str) -> Iterator[Words]:
    """Yields the sentences of a module that stand neither in a text that is translated nor in what developers read."""
    tree = ast.parse(source)
    excused = set(_documentation(tree)) | set(_in_calls(tree)) | set(_template_constants(tree))
    for node in ast.walk(tree):
        if id(node) in excused or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if SENTENCE.search(node.value):
            yield Words(node.value, f"{where}:{node.lineno}")


def all_stray() -> list[Words]:
    return [
        words
        for path in sorted((ROOT / "chalicelib").rglob("*.py"))
        for words in stray(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    ]


def _documentation(tree: ast.Module) -> Iterator[int]:
    """Docstrings, of whatever they stand below."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)


def _in_calls(tree: ast.Module) -> Iterator[int]:
    makers = translations.text_makers() | FOR_DEVELOPERS
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in makers or called == "untranslated":
                for argument in (*node.args, *(each.value for each in node.keywords)):
                    yield from _strings(argument)


def _template_constants(tree: ast.Module) -> Iterator[int]:
    """Constants that a text is made of by their name: the search for texts finds them."""
    made = {text.english for text in translations.made_texts(ast.unparse(tree), "", translations.text_makers())}
    made |= {text.plural for text in translations.made_texts(ast.unparse(tree), "", translations.text_makers())}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in made:
            yield id(node)


def _strings(node: ast.AST) -> Iterator[int]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant):
            yield id(each)


def module_of(words: Words) -> Path:
    return Path(words.where.partition(":")[0])


def unread_makers(source: str, where: str) -> Iterator[Words]:
    """Yields the makers of texts whose English or code the search cannot read: made of parts, or given by a caller."""
    tree = ast.parse(source)
    makers = translations.text_makers()
    constants = translations.constants_of(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or len(node.args) < 2 or translations.called(node.func) not in makers:
            continue
        if any(translations.value_of(each, constants) is None for each in node.args[:2]):
            yield Words(ast.unparse(node), f"{where}:{node.lineno}")
