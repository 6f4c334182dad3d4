"""Reads the statements and pictures of packages, in all their languages. Pure.

What of them cannot be shown is a warning: it changes no verdict, and the problem is taken all the same.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element

from chalicelib.common import spoken_names
from chalicelib.common.texts import Text
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge.statements import choice, pictures, written
from chalicelib.judge.statements.written import Form, Written

DIRECTORIES = ("statement/", "problem_statement/")
POLYGON_SECTIONS = ("legend", "input", "output", "interaction", "scoring", "notes")
_HEADINGS = {
    "input": "\\InputFile",
    "output": "\\OutputFile",
    "interaction": "\\Interaction",
    "scoring": "\\Scoring",
    "notes": "\\Note",
}
_CONSTANT = re.compile(r"\\constant\s*\{\s*([\w.]+)\s*\}")
_ICPC_FILE = re.compile(r"problem(?:\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*))?\.(md|tex)")
ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The one in `main` is shown where no other is asked for."""

    written: tuple[Written, ...] = ()
    main: str | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)


NO_STATEMENTS = Statements()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A statement's text in a package; its pictures lie in `directories` or below them."""

    file: str
    language: str
    form: Form
    source: str
    title: str = ""
    directories: tuple[str, ...] = ()


def of_icpc(inspection: Inspection, described: Mapping[str, Any]) -> Statements:
    """`problem.md` or `problem.tex`, with a language between; without one it is English. Markdown before TeX."""
    names = _names(described.get("name"))
    found: dict[str, _Found] = {}
    for directory in DIRECTORIES:
        for file in sorted(inspection.below(directory), key=lambda name: (not name.endswith(".md"), name)):
            named = _ICPC_FILE.fullmatch(file.removeprefix(directory))
            if named is None:
                continue
            language = spoken_names.tag(named[1] or ENGLISH)
            source = _text(inspection, file) if language not in found else None
            if source is not None:
                title = names.get(language) or (names.get("", "") if language == ENGLISH else "")
                form = Form.MARKDOWN if named[2] == "md" else Form.TEX
                found[language] = _Found(
                    file=file, language=language, form=form, source=source, title=title, directories=(directory,)
                )
    return _read(inspection, found.values(), fallback=next(iter(names.values()), ""))


def of_polygon(inspection: Inspection, root: Element) -> Statements:
    """TeX that `problem.xml` names, else the sections of which Polygon makes it, else web pages that it names."""
    names = {each.get("language") or "": each.get("value") or "" for each in root.findall("names/name")}
    polygon = _OfPolygon(inspection, names)
    for name, path in _described(inspection, root, "application/x-tex"):
        polygon.add(name, path, Form.TEX, partial(_text, inspection, path))
    for name in dict.fromkeys(path.split("/")[1] for path in inspection.below("statement-sections/") if "/" in path):
        directory = f"statement-sections/{name}/"
        if f"{directory}legend.tex" in inspection:
            polygon.add(name, f"{directory}legend.tex", Form.TEX, partial(_of_sections, inspection, directory))
    for name, path in _described(inspection, root, "text/html"):
        polygon.add(name, path, Form.HTML, partial(_text, inspection, path))
    for name, path in _described(inspection, root, "application/pdf"):
        if choice.tag_of_polygon(name) not in polygon.found:
            inspection.warn(path, Text("statement_pdf_alone", "In this language there is a PDF alone: it is not read"))
    return _read(inspection, polygon.found.values(), fallback=next(iter(names.values()), ""))


@dataclass(frozen=True, slots=True)
class _OfPolygon:
    """The statements so far, the first of each language; `names` are the problem's, by Polygon's languages."""

    inspection: Inspection
    names: Mapping[str, str]
    found: dict[str, _Found] = field(default_factory=dict)

    def add(self, name: str, path: str, form: Form, read: Callable[[], str | None]) -> None:
        language = choice.tag_of_polygon(name)
        if language is None:
            english = "The language '{name}' is not known here"
            self.inspection.warn(path, Text("language_not_known", english, {"name": name[:40]}))
        elif language not in self.found and (source := read()) is not None:
            self.found[language] = _Found(
                file=path,
                language=language,
                form=form,
                source=source,
                title=self.names.get(name, ""),
                directories=(f"{PurePosixPath(path).parent}/", f"statement-sections/{name}/", f"statements/{name}/"),
            )


def _described(inspection: Inspection, root: Element, kind: str) -> Iterator[tuple[str, str]]:
    """Languages and files of the statements of a kind that are there."""
    for each in root.findall("statements/statement"):
        name, path = each.get("language") or "", each.get("path") or ""
        if each.get("type") == kind and path in inspection:
            yield name, path


def _of_sections(inspection: Inspection, directory: str) -> str:
    parts = []
    for section in POLYGON_SECTIONS:
        file = f"{directory}{section}.tex"
        text = _text(inspection, file) if file in inspection else None
        if text and text.strip():
            parts.append(f"{_HEADINGS.get(section, '')}\n\n{text}")
    return "\n\n".join(parts)


def _read(inspection: Inspection, found: Iterable[_Found], *, fallback: str) -> Statements:
    """Statements with their pictures. Of two pictures with one name, the later has its language in front."""
    listed = sorted(found, key=lambda each: (each.language != ENGLISH, each.language))
    if len(listed) > written.MAX_LANGUAGES:
        english = "There are statements in more than {limit} languages: the first are taken"
        inspection.warn("", Text("statements_left_out", english, {"limit": written.MAX_LANGUAGES}))
    kept: dict[str, bytes] = {}
    made = []
    for each in listed[: written.MAX_LANGUAGES]:
        own = _pictures(inspection, each, kept)
        text = _convert(each, own, fallback)
        for note in text.notes:
            inspection.warn(each.file, note)
        if text.is_too_large:
            inspection.warn(each.file, Text("statement_left_out", "The statement is too large, and is left out"))
        elif text.text.strip():
            made.append(text)
    return Statements(written=tuple(made), main=made[0].language if made else None, pictures=kept)


def _convert(found: _Found, own: Mapping[str, str], fallback: str) -> Written:
    def picture(named: str) -> str | None:
        file = pictures.found(named, own)
        return own[file] if file else None

    return written.read(
        found.source,
        language=found.language,
        form=found.form,
        title=found.title,
        fallback=fallback,
        picture=picture,
    )


def _pictures(inspection: Inspection, found: _Found, kept: dict[str, bytes]) -> dict[str, str]:
    """What a statement's text may call its pictures, and the names that the problem's files get."""
    own: dict[str, str] = {}
    for directory in dict.fromkeys(found.directories):
        for path in inspection.below(directory):
            kind = pictures.kind_of(path)
            is_statement = PurePosixPath(path).stem.startswith("problem") and kind == pictures.PDF
            if kind is None or is_statement or path.removeprefix(directory) in own:
                continue
            name = _keep(inspection, path, kind, found.language, kept)
            if name is not None:
                own[path.removeprefix(directory)] = name
                own.setdefault(PurePosixPath(path).name, name)
    return own


def _keep(inspection: Inspection, path: str, kind: str, language: str, kept: dict[str, bytes]) -> str | None:
    with inspection.only_warning():
        data = inspection.bytes_of(path)
    if data is None:
        return None
    name = pictures.safe_name(path)
    if kept.get(name, data) != data:
        name = f"{language}-{name}"
    fits = len(data) <= pictures.MAX_BYTES and pictures.is_of_kind(data[: pictures.HEAD_BYTES], kind)
    room = len(kept) < pictures.MAX_FILES and sum(map(len, kept.values())) + len(data) <= pictures.MAX_TOTAL_BYTES
    if not fits or not (room or name in kept):
        english = "The picture is not what its name says, or too large, or one of too many: it is left out"
        inspection.warn(path, Text("picture_left_out", english))
        return None
    kept[name] = data
    return name


def _text(inspection: Inspection, file: str) -> str | None:
    """With the constants that it names: in Markdown by braces, in TeX by a command."""
    text = inspection.text_of(file)
    if text is None:
        return None
    named = _CONSTANT.sub(lambda found: inspection.constants.get(found[1], found[0]), text)
    return inspection.with_constants(named.encode()).decode()


def _names(named: object) -> dict[str, str]:
    """Titles by language; one that is said without a language has an empty one."""
    if isinstance(named, dict):
        return {spoken_names.tag(str(language)): str(title) for language, title in named.items() if title}
    return {"": str(named)} if named else {}
