"""Languages of the problem package format: which a problem allows, and the files beside programs in them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.packages import beside, programs
from chalicelib.judge.packages.icpc_known import DESCRIPTION
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import MAX_FILES, MAX_PROGRAM_FILES_BYTES, File

INCLUDE = "include/"
DEFAULT = "default"

_OURS: Mapping[str, Sequence[str]] = {
    "c": ("c",),
    "cpp": ("cpp17", "cpp20", "cpp23"),
    "csharp": ("csharp",),
    "go": ("go",),
    "haskell": ("haskell",),
    "java": ("java",),
    "javascript": ("javascript",),
    "kotlin": ("kotlin",),
    "lua": ("lua",),
    "pascal": ("pascal",),
    "php": ("php",),
    "python3": ("python3", "pypy3"),
    "python3numpy": ("python3",),
    "ruby": ("ruby",),
    "rust": ("rust",),
    "typescript": ("typescript",),
}
"""By the format's codes."""
_MAINS = ("main", "mainkt", "__main__")


def allowed(inspection: Inspection, described: Mapping[str, Any]) -> list[str] | None:
    """The languages that a problem allows; None for all. Those that are not to be had here cannot be sent anyway."""
    named = described.get("languages", "all")
    codes = [str(each) for each in named] if isinstance(named, list) else str(named).split()
    if codes in (["all"], []):
        return None
    found = dict.fromkeys(language for code in codes for language in _OURS.get(code, ()))
    if not found:
        english = "None of its languages is to be had here: {languages}"
        inspection.fault(DESCRIPTION, Text("no_language_allowed", english, {"languages": ", ".join(codes)[:200]}))
    return list(found)


def included(inspection: Inspection) -> dict[str, tuple[File, ...]]:
    """What lies beside every program, by our languages: the files for all, and those of its language over them."""
    by_code: dict[str, dict[str, File]] = {}
    for code, names in _named(inspection).items():
        directory = f"{INCLUDE}{code}/"
        if not inspection.fit(names, count=MAX_FILES, size=MAX_PROGRAM_FILES_BYTES):
            _refuse_size(inspection, code)
            continue
        for name in names:
            if found := programs.file_beside(inspection, name, directory):
                found = replace(found, name=_called(code, name.removeprefix(directory)))
                by_code.setdefault(code, {})[found.name] = found
    if not by_code:
        return {}
    shared = by_code.get(DEFAULT, {})
    languages = {each: code for code, ours in _OURS.items() for each in ours if code != "python3numpy"}
    for code, files in by_code.items():
        if sum(len(file.data) for file in files.values()) > MAX_PROGRAM_FILES_BYTES:  # with the values of constants
            _refuse_size(inspection, code)
    found_beside = {each: tuple((shared | by_code.get(code, {})).values()) for each, code in languages.items()}
    _check_drivers(inspection, by_code, found_beside)
    return {language: own for language, own in found_beside.items() if own}


def _named(inspection: Inspection) -> dict[str, list[str]]:
    """The files below `include/`, by the format's languages."""
    found: dict[str, list[str]] = {}
    for name in inspection.below(INCLUDE):
        code, slash, _ = name.removeprefix(INCLUDE).partition("/")
        if slash and (code == DEFAULT or code in _OURS):
            found.setdefault(code, []).append(name)
        else:
            inspection.warn(name, Text("include_of_no_language", "It is for no language that is to be had here"))
    return found


def _called(code: str, file: str) -> str:
    """What a file is called among the others: a main program as the judge calls it."""
    language, path = ours(code), PurePosixPath(file)
    if language is None or len(path.parts) > 1 or path.stem.lower() not in _MAINS:
        return file
    return programs.main_file(language) if programs.language_of(file) in {language, *_OURS[code]} else file


def _check_drivers(
    inspection: Inspection, by_code: Mapping[str, Mapping[str, File]], found_beside: Mapping[str, Sequence[File]]
) -> None:
    for code in by_code.keys() - {DEFAULT, "python3numpy"}:
        _check_driver(inspection, code, _OURS[code][0], found_beside[_OURS[code][0]])
    for language, files in found_beside.items():
        if programs.main_file(language) in by_code.get(DEFAULT, {}):
            _check_driver(inspection, DEFAULT, language, files)


def _check_driver(inspection: Inspection, code: str, language: str, files: Sequence[File]) -> None:
    where = f"{INCLUDE}{code}/{programs.main_file(language)}"
    beside.check_included(inspection, language, files, where=where)


def _refuse_size(inspection: Inspection, code: str) -> None:
    english = "There are more than {files} files or {bytes} bytes beside programs"
    params = {"files": MAX_FILES, "bytes": MAX_PROGRAM_FILES_BYTES}
    inspection.fault(f"{INCLUDE}{code}/", Text("include_too_large", english, params))


def ours(code: str) -> str | None:
    """The language of ours in which a program of the format's language is judged; None where there is none."""
    return "cpp20" if code == "cpp" else next(iter(_OURS.get(code, ())), None)
