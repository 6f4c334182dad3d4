"""Finds the program among the files of a solution: what the judge compiles, and what lies beside it. Pure.

The judge calls a main source by its language's own name (`main.py`). What lies in the folder of the main file, and
below it, keeps its place beside it; files elsewhere (a README above it) are no part of the program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

from chalicelib.common.http import errors, validation
from chalicelib.common.http.errors import In, Place
from chalicelib.judge.submissions import own_files
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import MAX_FILES, MAX_SOURCE_BYTES, File, fit_together, is_file_name
from chalicelib.tracks.solutions.file_rules import SolutionFile

FILES, MAIN, LANGUAGE = (Place(In.BODY, validation.pointer(name)) for name in ("files", "main", "language"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which file is the program, and in which language it is written, as its author says."""

    language: str | None = None
    main: str | None = None

    @classmethod
    def of(cls, stored: Mapping[str, str | None]) -> Self:
        return cls(language=stored["language"], main=stored["main"])

    def to_json(self) -> dict[str, str | None]:
        return {"language": self.language, "main": self.main}


WHOLE = Choice()
"""Of one who says nothing: one file is the program."""


@dataclass(frozen=True, slots=True)
class ChosenProgram:
    """A program for the judge, and how it was chosen."""

    program: Program
    choice: Choice


def program_of(files: Sequence[SolutionFile], choice: Choice, source_file: str) -> ChosenProgram:
    """Returns the program; 400 when the main file cannot be told, is no source, or cannot lie beside the others.

    `source_file` is what the judge calls a main source of that language.
    """
    main = _main(files, choice)
    _check_source(main)
    beside = tuple(_beside(files, main, source_file))
    if not fit_together([source_file, *(each.name for each in beside)]):
        raise _bad_file(source_file)
    packed = own_files.pack(beside)
    if len(beside) > MAX_FILES or len(packed) > own_files.MAX_PACKED_BYTES:
        english = "The files beside the main one are too many or too large to be judged"
        raise errors.BadRequest("program_files_too_large", english, where=FILES)
    return ChosenProgram(Program(language=choice.language or "", source=main.text, own=beside), choice)


def _main(files: Sequence[SolutionFile], choice: Choice) -> SolutionFile:
    if not files:
        english = "This assignment is judged: send the files of your program"
        raise errors.BadRequest("program_needed", english, where=FILES)
    if choice.main is None and len(files) > 1:
        raise errors.BadRequest("main_needed", "Name the main file of the program", where=MAIN)
    found = files[0] if choice.main is None else next((each for each in files if each.path == choice.main), None)
    if found is None:
        raise errors.BadRequest("main_not_there", "The main file is not among the files", where=MAIN)
    return found


def _check_source(main: SolutionFile) -> None:
    if not main.text.strip():
        raise errors.BadRequest("empty_program", "The main file is empty", where=FILES)
    if len(main.text.encode()) > MAX_SOURCE_BYTES:
        english = "The main file is larger than {limit} bytes"
        raise errors.BadRequest("main_file_too_large", english, where=FILES, limit=MAX_SOURCE_BYTES)


def _beside(files: Sequence[SolutionFile], main: SolutionFile, source_file: str) -> Sequence[File]:
    """What lies in the folder of the main file, by its place from there."""
    folder = PurePosixPath(main.path).parent
    found = []
    for each in files:
        path = PurePosixPath(each.path)
        if each is main or not path.is_relative_to(folder):
            continue
        name = str(path.relative_to(folder))
        if not is_file_name(name) or name == source_file:
            raise _bad_file(name)
        found.append(File(name=name, data=each.text.encode()))
    return found


def _bad_file(name: str) -> errors.BadRequest:
    english = "The judge cannot put '{name}' beside the main file: take another name"
    return errors.BadRequest("program_file_refused", english, where=FILES, name=name[:100])
