"""Finds the programs in a package: which files make one program, and in which language it is written. Pure."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from chalicelib.common.texts import Text
from chalicelib.judge.packages import older_python
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import MAX_FILES, MAX_PROGRAM_FILES_BYTES, File, Source, is_file_name

_LANGUAGES = {
    ".c": "c",
    ".cc": "cpp20",
    ".cpp": "cpp20",
    ".cxx": "cpp20",
    ".c++": "cpp20",
    ".cs": "csharp",
    ".go": "go",
    ".hs": "haskell",
    ".java": "java",
    ".js": "javascript",
    ".mjs": "javascript",
    ".kt": "kotlin",
    ".lua": "lua",
    ".pas": "pascal",
    ".dpr": "pascal",
    ".py": "python3",
    ".php": "php",
    ".py3": "python3",
    ".rb": "ruby",
    ".rs": "rust",
    ".sql": "sql",
    ".ts": "typescript",
}
_MAIN_FILES = {"haskell": "Main.hs", "java": "Main.java", "pypy3": "main.py", "cpp17": "main.cpp", "cpp23": "main.cpp"}
_SUFFIXES = {language: suffix for suffix, language in reversed(_LANGUAGES.items())} | {"cpp20": ".cpp"}
NO_LANGUAGE = Text("no_language_of_ours", "It is in none of our languages")
_PYTHON_2 = Text("python_2", "It is written in Python 2, which is not to be had here")
_STARTS = re.compile(r"\bmain\s*\(|__main__|\bMain\s*\(|^begin\b", re.MULTILINE | re.IGNORECASE)
_MAIN = ("__main__", "main", "Main")
"""Names of the file with which a program of several begins."""


def language_of(name: str) -> str | None:
    """By the file's ending; None for one that no language here has."""
    return _LANGUAGES.get("." + name.rpartition(".")[2].lower()) if "." in name else None


def main_file(language: str) -> str:
    """What the judge calls the main source of a language (its `source_file`)."""
    return _MAIN_FILES.get(language) or f"main{_SUFFIXES[language]}"


def read(
    inspection: Inspection,
    names: Sequence[str],
    *,
    directory: str,
    what: Text,
    main: str | None = None,
    language: str | None = None,
) -> Source | None:
    """One program of the files in a directory; None, and a fault, when there is no telling what it is.

    `main` is the file with which it begins, `language` what it is written in, where that is known.
    """
    main = main or _main(inspection, names, directory, what)
    source = inspection.source_of(main) if main else None
    if main is None or source is None:
        return None
    if language is None and language_of(main) == "python3" and older_python.is_older(source):
        inspection.fault(main, _PYTHON_2)
        return None
    language = language or language_of(main) or ""
    kept = _beside(inspection, [name for name in names if name != main], directory, what)
    if kept is None:
        return None
    if any(file.name == main_file(language) for file in kept):
        english = "Beside the main file of the {program} no other can be called {name}"
        inspection.fault(main, Text("main_name_taken", english, {"program": what, "name": main_file(language)}))
        return None
    return Source(language=language, source=source, files=kept)


def _beside(inspection: Inspection, names: Sequence[str], directory: str, what: Text) -> tuple[File, ...] | None:
    """The files of a program besides its main one; None, and a fault, for too much: before it is read, and with the
    values of constants.
    """
    found: list[File | None] = []
    fits = inspection.fit(names, count=MAX_FILES, size=MAX_PROGRAM_FILES_BYTES)
    if fits:
        found = [file_beside(inspection, name, directory) for name in names]
    kept = tuple(file for file in found if file is not None)
    if not fits or sum(len(file.data) for file in kept) > MAX_PROGRAM_FILES_BYTES:
        english = "The {program} has more than {files} files or {bytes} bytes"
        params = {"program": what, "files": MAX_FILES, "bytes": MAX_PROGRAM_FILES_BYTES}
        inspection.fault(directory, Text("program_too_large", english, params))
        return None
    return kept


def begins(inspection: Inspection, name: str) -> bool:
    """Whether a file looks like one with which a program begins."""
    with inspection.only_warning():
        return _STARTS.search(inspection.text_of(name) or "") is not None


def innermost(inspection: Inspection, directory: str) -> str:
    """The directory in which a program lies: one of its own, if there is one."""
    below = [name.removeprefix(directory) for name in inspection.below(directory)]
    own = {name.partition("/")[0] for name in below}
    return f"{directory}{own.pop()}/" if len(own) == 1 and all("/" in name for name in below) else directory


def _main(inspection: Inspection, names: Sequence[str], directory: str, what: Text) -> str | None:
    written = [name for name in names if language_of(name)]
    if len(written) > 1:
        sources = {name: inspection.text_of(name) or "" for name in written}
        written = [name for name, source in sources.items() if _STARTS.search(source)] or written
        named = [name for name in written if PurePosixPath(name).stem in _MAIN]
        written = named if len(named) == 1 else written
    if len(written) == 1:
        return written[0]
    params = {"program": what}
    several = Text("several_programs", "Here several files could be the {program}", params)
    none = Text("no_program", "Here no file is in a language of ours that could be the {program}", params)
    inspection.fault(directory, several if written else none)
    return None


def file_beside(inspection: Inspection, name: str, directory: str) -> File | None:
    """A file of a program besides its main one; None, and a fault, when there can be none of its name."""
    relative = name.removeprefix(directory)
    if not is_file_name(relative):
        inspection.fault(name, Text("file_name_refused", "No file beside a program can be called so"))
        return None
    data = inspection.bytes_of(name, at_most=MAX_PROGRAM_FILES_BYTES)
    return None if data is None else File(name=relative, data=inspection.with_constants(data))
