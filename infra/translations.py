"""Translations: finds every text that is made in the code, and keeps the catalogues of gettext.

`update` puts new texts into each language's file and takes those out that are no longer made; `check` says what is
missing.
"""

import argparse
import ast
import io
import string
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from chalicelib import wiring
from chalicelib.common import texts
from chalicelib.common.http import errors
from infra.packaging import compiled_texts

_Forms = str | Sequence[str]
"""A text, or one for each of a language's plural forms."""
ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "chalicelib"
GATEWAY = ROOT / "infra" / "gateway_answers.py"


@dataclass(frozen=True)
class MadeText:
    """A text where it is made. `plural` is empty unless its number matters."""

    code: str
    english: str
    plural: str
    where: str

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.english, self.plural) if self.plural else self.english


def made_texts(source: str, where: str, makers: Iterable[str]) -> Iterator[MadeText]:
    """Returns the texts that a module makes by calling one of the makers; a template may be a name for a constant."""
    tree = ast.parse(source)
    constants = constants_of(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or called(node.func) not in makers or len(node.args) < 2:  # noqa: PLR2004
            continue
        code, english = (value_of(argument, constants) for argument in node.args[:2])
        forms = [*node.args[3:4], *(each.value for each in node.keywords if each.arg == "plural")]
        plural = next((value_of(each, constants) for each in forms), "")
        if code and english is not None:
            yield MadeText(code, english, plural or "", f"{where}:{node.lineno}")


def all_made_texts() -> list[MadeText]:
    makers = text_makers()
    files = [*sorted(SOURCES.rglob("*.py")), GATEWAY]
    found = [
        text
        for path in files
        for text in made_texts(path.read_text("utf-8"), path.relative_to(ROOT).as_posix(), makers)
    ]
    # Their codes come from the caller, so no search finds them.
    return [*found, *(MadeText(code, "{reasons}", "", "validation") for code in ("invalid_body", "invalid_query"))]


def text_makers() -> set[str]:
    """Returns the names of what makes a text of a code and its English: `Text`, and every class of errors.

    A class of errors that has one text of its own gives it to `__init__`.
    """
    wiring.resolve_all()  # imports every module, and with it every class of errors
    return {texts.Text.__name__, "__init__", *_with_subclasses(errors.LyceumError)}


def path_of(language: str) -> Path:
    return texts.DIRECTORY / language / "LC_MESSAGES" / f"{texts.DOMAIN}.po"


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def template() -> Catalog:
    """Returns a catalogue of all texts, without translations."""
    catalogue = Catalog(charset="utf-8")
    for text in all_made_texts():
        if needs_translation(text):
            catalogue.add(text.id, locations=[(text.where.partition(":")[0], 0)], context=text.code)
    return catalogue


def needs_translation(text: MadeText) -> bool:
    """Whether there are words in a text beside its placeholders."""
    return any(words.strip(" .,:;()") for words, *_ in string.Formatter().parse(text.english))


def update() -> None:
    made = template()
    for language in texts.languages()[1:]:
        catalogue = read(language)
        created = catalogue.creation_date
        catalogue.update(made, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.creation_date = created  # so that nothing changes when nothing has
        path_of(language).write_bytes(_written(catalogue))


def faults() -> list[str]:
    """Returns what is wrong with the catalogues, one line each."""
    made = template()
    return [fault for language in texts.languages()[1:] for fault in faults_of(language, read(language), made)]


def faults_of(language: str, catalogue: Catalog, made: Catalog) -> Iterator[str]:
    """Yields what is wrong with a language's catalogue, compared with the texts that are made."""
    for message in made:
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        if known is None:
            yield f"{language}: no entry for {message.context!r}; run `make texts`"
        else:
            yield from (
                f"{language}: {message.context}: {fault}" for fault in _faults_of_entry(message.id, known.string)
            )
    for message in catalogue:
        if message.id and made.get(message.id, message.context) is None:
            yield f"{language}: nobody makes {message.context!r} any more; run `make texts`"


def _faults_of_entry(wanted: _Forms, translated: _Forms | None) -> Iterator[str]:
    names = set(texts.placeholders(_forms(wanted)[-1]))
    for form in _forms(translated or ""):
        if not form:
            yield "is not translated"
        elif set(texts.placeholders(form)) != names:
            yield f"has other placeholders: {form!r}"


def _forms(entry: _Forms) -> Sequence[str]:
    return [entry] if isinstance(entry, str) else entry


def _written(catalogue: Catalog) -> bytes:
    written = io.BytesIO()
    write_po(written, catalogue, width=120, omit_header=False, sort_output=True, include_lineno=False)
    return written.getvalue()


def _with_subclasses(error: type[errors.LyceumError]) -> set[str]:
    return {error.__name__}.union(*(_with_subclasses(subclass) for subclass in error.__subclasses__()))


_Constants = dict[str, list[tuple[int, str]]]
"""The strings that a name stands for, each from its line on."""


def constants_of(tree: ast.Module) -> _Constants:
    found: _Constants = {}
    for node in (each for each in ast.walk(tree) if isinstance(each, ast.Assign)):
        for name, value in (pair for target in node.targets for pair in _assigned(target, node.value)):
            found.setdefault(name, []).append((node.lineno, value))
    return {name: sorted(values) for name, values in found.items()}


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for each, its_value in zip(target.elts, value.elts, strict=False):
            yield from _assigned(each, its_value)
    elif isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield target.id, value.value


def called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def value_of(node: ast.expr, constants: _Constants) -> str | None:
    """A name stands for what was last assigned above, or else for the first constant below."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    values = constants.get(node.id, []) if isinstance(node, ast.Name) else []
    above = [value for line, value in values if line < node.lineno]
    return above[-1] if above else next((value for _, value in values), None)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make texts", description=__doc__)
    parser.add_argument("do", choices=["update", "check"])
    if parser.parse_args().do == "update":
        update()
    compiled_texts.compile_all()
    found = faults()
    for fault in found:
        print(fault, file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
