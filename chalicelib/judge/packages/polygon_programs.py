"""Finds the programs that a Polygon package names, with the files that lie beside them. Pure."""

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

from chalicelib.common.texts import Text
from chalicelib.judge.packages import polygon_resources, programs
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import MAX_FILES, File, Source, is_file_name
from chalicelib.judge_protocol.contract import MAX_PROGRAM_FILES_BYTES as _MOST

DESCRIPTION = "problem.xml"
TESTLIB = "testlib.h"

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)


def path_of(asset: Element) -> str | None:
    described = asset.find("source")
    return described.get("path") if described is not None else None


def language_of(described: Element, path: str) -> str | None:
    """By Polygon's type and the file's ending; None for one that no language here has."""
    kind = described.get("type") or ""
    if kind.startswith(("python.2", "python2")):
        return None
    return "pypy3" if kind.startswith("python.pypy3") else programs.language_of(path)


def program(inspection: Inspection, root: Element, asset: Element, *, name: Text, kind: str = "") -> Source | None:
    """One of the author's programs, with what it includes and what the package's resources put beside all of its kind.

    None, and a fault, when it cannot be run.
    """
    found, path = alone(inspection, asset, name=name), path_of(asset)
    if found is None or path is None:
        return None
    placed = polygon_resources.beside_programs(inspection, root, kind) if kind else {}
    included = None if placed is None else _included_by(inspection, path, found.source, placed)
    beside = {**(included or {}), **(placed or {})}
    if included is None or len(beside) > MAX_FILES or sum(map(len, beside.values())) > _MOST:
        english = "The {program} has more than {files} files or {bytes} bytes"
        params = {"program": name, "files": MAX_FILES, "bytes": _MOST}
        inspection.fault(path, Text("program_too_large", english, params))
    return replace(found, files=tuple(File(name=file, data=data) for file, data in beside.items()))


def alone(inspection: Inspection, asset: Element, *, name: Text) -> Source | None:
    """The same without any files."""
    described = asset.find("source")
    path = described.get("path") if described is not None else None
    if described is None or path is None:
        english = "It does not say where its {role} is"
        inspection.fault(DESCRIPTION, Text("program_without_path", english, {"role": name}))
        return None
    source, language = inspection.source_of(path), language_of(described, path)
    if language is None:
        english = "The {role} is in none of our languages"
        inspection.fault(path, Text("program_no_language_of_ours", english, {"role": name}))
    if source is None or language is None:
        return None
    return Source(language=language, source=source)


def carries_testlib(inspection: Inspection) -> bool:
    return any(name.rpartition("/")[2] == TESTLIB for name in inspection.names)


def _included_by(inspection: Inspection, path: str, source: str, placed: dict[str, bytes]) -> dict[str, bytes] | None:
    """The files that a program includes, and those that these do, from wherever they lie; None for too many."""
    by_name = {name.rpartition("/")[2]: name for name in reversed(inspection.names)}
    beside: dict[str, bytes] = {}
    waiting = [(path, source), *((name, data.decode("utf-8", "replace")) for name, data in placed.items())]
    while waiting:
        where, text = waiting.pop()
        for named in _INCLUDE.findall(text):
            name = named.rpartition("/")[2]
            if named in placed or name in placed:
                continue
            if name not in by_name:
                english = "It needs {file}, which the package does not carry"
                inspection.fault(where, Text("testlib_missing", english, {"file": name[:100]}))
            elif name not in beside and by_name[name] != path and is_file_name(name):
                if not inspection.fit([*map(by_name.__getitem__, beside), by_name[name]], count=MAX_FILES, size=_MOST):
                    return None
                beside[name] = inspection.bytes_of(by_name[name]) or b""
                waiting.append((by_name[name], beside[name].decode("utf-8", "replace")))
    return beside
