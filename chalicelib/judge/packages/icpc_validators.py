"""Finds the programs of ICPC and Kattis packages that validate tests: of inputs, and of answers. Pure.

Problems are judged without them, so what is wrong with one of them is a warning; what one of them finds wrong with a
test is a fault.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from chalicelib.common.texts import Text
from chalicelib.judge.packages import programs
from chalicelib.judge.packages.format import Validator
from chalicelib.judge.packages.inspection import Inspection

OF_INPUTS = ("input_validators/", "input_format_validators/", "input_validator/")
OF_ANSWERS = ("answer_validators/", "answer_validator/")
"""The latter are an extension of BAPCtools."""
ACCEPTS = 42

_BY_DESCRIPTION = {".ctd": "checktestdata", ".viva": "VIVA"}
_SCRIPTS = ("build", "run")
_WHAT = Text("test_validator", "validator of tests")

Arguments = Callable[[str, str], tuple[str, ...]]
"""(test, name of a validator of inputs)"""


@dataclass(frozen=True, slots=True)
class _Found:
    """One program: the files of its directory, or one file with those beside it that are no program."""

    name: str
    directory: str
    files: Sequence[str]
    main: str | None = None


def read(inspection: Inspection, tests: Sequence[str], arguments: Arguments) -> list[Validator]:
    """`tests` are the files of the inputs that are validated."""
    found = []
    for directory in (*OF_INPUTS, *OF_ANSWERS):
        for each in _programs_in(inspection, directory):
            with inspection.only_warning():
                program = programs.read(inspection, each.files, directory=each.directory, what=_WHAT, main=each.main)
            if program is not None:
                of_answers = directory in OF_ANSWERS
                own = {} if of_answers else {test: given for test in tests if (given := arguments(test, each.name))}
                found.append(
                    Validator(name=each.name, program=program, accepts=ACCEPTS, reads_answers=of_answers, arguments=own)
                )
    return found


def are_all_run(inspection: Inspection, read_here: Sequence[Validator]) -> bool:
    """Whether every validator of inputs that a package has is among those that are run."""
    there = sum(len(list(_entries(inspection, directory))) for directory in OF_INPUTS)
    return there == sum(not each.reads_answers for each in read_here)


def script_in(directory: str, files: Sequence[str]) -> Text | None:
    """What is to be said of a program that shell scripts build or run: without them it is another."""
    script = next((each for each in _SCRIPTS if directory + each in files), None)
    english = "It has a script '{script}', which is not run here"
    return Text("validator_script", english, {"script": script}) if script else None


def _programs_in(inspection: Inspection, directory: str) -> Iterator[_Found]:
    for found in _entries(inspection, directory):
        endings = {PurePosixPath(name).suffix for name in found.files}
        if language := next((_BY_DESCRIPTION[each] for each in endings if each in _BY_DESCRIPTION), None):
            english = "It is written in {language}, which is not to be had here: it is not run"
            inspection.warn(found.name, Text("validator_language", english, {"language": language}))
        elif script := script_in(found.directory, found.files):
            inspection.warn(found.directory, script)
        else:
            yield found


def _uses(inspection: Inspection, program: str, name: str) -> bool:
    """Whether a program includes or imports the file."""
    path = PurePosixPath(name)
    reference = rf'^\s*(?:#\s*include\s*"{re.escape(path.name)}"|(?:from|import)\s+{re.escape(path.stem)}\b)'
    with inspection.only_warning():
        return re.search(reference, inspection.text_of(program) or "", re.MULTILINE) is not None


def _entries(inspection: Inspection, directory: str) -> Iterator[_Found]:
    """Each program is a file or a directory; what else lies there belongs to the files."""
    below = [name for name in inspection.below(directory) if not PurePosixPath(name).name.upper().startswith("README")]
    alone = [name for name in below if "/" not in name.removeprefix(directory)]
    known = [name for name in alone if programs.language_of(name) or PurePosixPath(name).suffix in _BY_DESCRIPTION]
    mains = [name for name in known if not any(_uses(inspection, other, name) for other in known if other != name)]
    beside = [name for name in alone if name not in mains]
    for name in mains:
        yield _Found(name, directory, [name, *beside], main=name)
    for own in dict.fromkeys(name.removeprefix(directory).partition("/")[0] for name in below if name not in alone):
        here = f"{directory}{own}/"
        yield _Found(here, here, [name for name in below if name.startswith(here)])
