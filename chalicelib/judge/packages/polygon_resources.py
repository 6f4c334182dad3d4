"""Finds a Polygon package's resources: the files that lie beside solutions, checkers, interactors or validators. Pure.

A resource says of what it is a file (its assets), when it is needed (its stages) and where it lies (its location). One
that says none of this is a library; programs that include it find it. Files lie beside a program both when it is
compiled and when it runs, so the stages make no difference.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from chalicelib.common.texts import Text
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import MAX_FILES, MAX_PROGRAM_FILES_BYTES, File, is_file_name

LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "c": ("c",),
    "cpp": ("cpp17", "cpp20", "cpp23"),
    "csharp": ("csharp",),
    "go": ("go",),
    "haskell": ("haskell",),
    "java": ("java",),
    "js": ("javascript",),
    "kotlin": ("kotlin",),
    "pas": ("pascal",),
    "php": ("php",),
    "python": ("python3", "pypy3"),
    "ruby": ("ruby",),
    "rust": ("rust",),
}
"""By the family of Polygon's types: that of `cpp.*` and `cpp.g++17` is `cpp`, that of `java11` is `java`."""
_NO_LETTERS = re.compile("[^a-z].*")

SOLUTION = "solution"
PROGRAMS = ("checker", "interactor", "validator")
_STAGES = frozenset({"compile", "run"})
_DESCRIPTION = "problem.xml"


def check(inspection: Inspection, root: Element) -> None:
    """A fault for what a resource is for, if that is not known: programs might be judged otherwise without it."""
    for resource in root.findall("files/resources/file"):
        for name in (*_said(resource, "stages/stage"), *_said(resource, "assets/asset")):
            if name not in {*_STAGES, SOLUTION, *PROGRAMS}:
                english = "It is a file for '{purpose}', which is not known here"
                inspection.fault(resource.get("path") or "", Text("resource_purpose", english, {"purpose": name[:40]}))


def beside_solutions(inspection: Inspection, root: Element) -> dict[str, tuple[File, ...]]:
    """By our languages. What cannot lie there is a fault, since programs would be judged otherwise without it."""
    found: dict[str, dict[str, str]] = {}
    for resource in root.findall("files/resources/file"):
        if SOLUTION in _said(resource, "assets/asset"):
            for language, name, path in _beside_solutions(inspection, resource):
                found.setdefault(language, {})[name] = path
    read = {language: _read(inspection, paths) for language, paths in found.items()}
    if None in read.values():
        english = "Beside every program lie more than {files} files or {bytes} bytes"
        params = {"files": MAX_FILES, "bytes": MAX_PROGRAM_FILES_BYTES}
        inspection.fault(_DESCRIPTION, Text("resources_too_large", english, params))
    return {
        language: tuple(File(name=name, data=data) for name, data in (files or {}).items())
        for language, files in read.items()
    }


def beside_programs(inspection: Inspection, root: Element, kind: str) -> dict[str, bytes] | None:
    """What lies beside the author's programs of a kind, one of `PROGRAMS`, by their names there; None for too much."""
    found = {}
    for resource in root.findall("files/resources/file"):
        if kind in _said(resource, "assets/asset"):
            name = _location(resource)
            if _can_be(inspection, resource, name):
                found[name] = resource.get("path") or ""
    return _read(inspection, found)


def _read(inspection: Inspection, paths: Mapping[str, str]) -> dict[str, bytes] | None:
    """The files at these places, by their names; a fault for what is not there. None, and none is read, for too much:
    a description may name one large file a thousand times.
    """
    if not inspection.fit(paths.values(), count=MAX_FILES, size=MAX_PROGRAM_FILES_BYTES):
        return None
    read = {name: inspection.bytes_of(path) for name, path in paths.items()}
    return {name: data for name, data in read.items() if data is not None}


def _said(resource: Element, path: str) -> Sequence[str]:
    return [(each.get("name") or "").lower() for each in resource.findall(path)]


def _location(resource: Element) -> str:
    return resource.get("location") or (resource.get("path") or "").rpartition("/")[2]


def _can_be(inspection: Inspection, resource: Element, name: str) -> bool:
    if not is_file_name(name):
        english = "No file beside a program can be called so"
        inspection.fault(resource.get("path") or "", Text("file_name_refused", english))
        return False
    return True


def _beside_solutions(inspection: Inspection, resource: Element) -> Iterator[tuple[str, str, str]]:
    """Languages, and the name and place of a file beside programs in them."""
    path, name = resource.get("path") or "", _location(resource)
    languages = _languages(resource.get("for-types") or resource.get("for-type") or "")
    if languages is None or resource.get("secure-grader") == "true":
        english = "It belongs beside the programs that are sent, in a way that is not done here"
        inspection.fault(path, Text("resource_of_solutions", english))
    elif _can_be(inspection, resource, name):
        yield from ((language, name, path) for language in languages)


def _languages(masks: str) -> Sequence[str] | None:
    """Of all masks, such as `cpp.*` or `*`; None when one of them names none of our languages."""
    listed = [mask for mask in re.split(r"[\s,;]+", masks) if mask]
    families = [[*LANGUAGES] if mask == "*" else [_NO_LETTERS.sub("", mask)] for mask in listed]
    named = [family for several in families for family in several]
    if not named or any(family not in LANGUAGES for family in named):
        return None
    return list(dict.fromkeys(language for family in named for language in LANGUAGES[family]))
