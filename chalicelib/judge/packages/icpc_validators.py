"""Finds the programs of ICPC and Kattis packages that validate tests, both inputs and answers, and outputs. Pure.

Problems are judged without those of tests, so what is wrong with one of them is a warning; what one of them finds wrong
with a test is a fault.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import PurePosixPath

from chalicelib.common.texts import Text
from chalicelib.judge.grading.checkers import FURTHER_CHECKERS
from chalicelib.judge.packages import programs
from chalicelib.judge.packages.format import Validator
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import Source

OF_INPUTS = ("input_validators/", "input_format_validators/", "input_validator/")
OF_ANSWERS = ("answer_validators/", "answer_validator/")
"""The latter are an extension of BAPCtools."""
ACCEPTS = 42

_BY_DESCRIPTION = {".ctd": "checktestdata", ".viva": "VIVA"}
_SCRIPTS = ("build", "run")
_WHAT = Text("test_validator", "validator of tests")
_OF_OUTPUTS = Text("output_validator", "output validator")
MOST_OF_OUTPUTS = 1 + len(FURTHER_CHECKERS)

_NEEDS = re.compile(r'^[ \t]*(?:#[ \t]*include[ \t]*"([^"\n]+)"|(?:from|import)[ \t]+(\w+))', re.MULTILINE)
_Need = tuple[str, str]
"""Of a program: a "file" by its name, or a "module" by that without an ending."""

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


def of_outputs(inspection: Inspection, directory: str, *, may_be_several: bool) -> list[Source]:
    """The validators of a directory: a right output satisfies them all. A fault where there is none, or too many."""
    found = _several(inspection, directory) if may_be_several else []
    if len(found) > MOST_OF_OUTPUTS:
        english = "There are more than {limit} output validators"
        inspection.fault(directory, Text("too_many_validators", english, {"limit": MOST_OF_OUTPUTS}))
        return []
    if len(found) < 2:  # noqa: PLR2004
        innermost, files = programs.innermost(inspection, directory), inspection.below(directory)
        _refuse_script(inspection, innermost)
        program = programs.read(inspection, files, directory=innermost, what=_OF_OUTPUTS)
        return [program] if program is not None else []
    for each in found:
        _refuse_script(inspection, each.directory)
    read_here = (
        programs.read(inspection, each.files, directory=each.directory, what=_OF_OUTPUTS, main=each.main)
        for each in found
    )
    return [each for each in read_here if each is not None]


def _several(inspection: Inspection, directory: str) -> list[_Found]:
    """Programs side by side: files of which no telling is which is meant to help which are one."""
    found = [each for each in _entries(inspection, directory) if any(map(programs.language_of, each.files))]
    alone = [each for each in found if each.main is not None]
    counted = Counter(need for each in alone for need in _needs_of(inspection, each.name))
    if any(each.main is None and _is_needed(each.name.rstrip("/"), counted) for each in found):
        return []
    if len(alone) == len(found):
        starting = [each for each in alone if programs.begins(inspection, each.name)]
        return found if len(starting) in (0, len(found)) else []
    return found


def _refuse_script(inspection: Inspection, directory: str) -> None:
    if script := script_in(directory, inspection.names):
        inspection.fault(directory, script)


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


def _needs_of(inspection: Inspection, program: str) -> set[_Need]:
    """The files that a program includes, and the modules that it imports."""
    with inspection.only_warning():
        found = _NEEDS.findall(inspection.text_of(program) or "")
    return {("file", file) if file else ("module", module) for file, module in found}


def _is_needed(name: str, needs: Mapping[_Need, int], own: Set[_Need] = frozenset()) -> bool:
    """`needs` count the programs that need something, `own` of which is the file itself."""
    path = PurePosixPath(name)
    return any(needs.get(each, 0) > (each in own) for each in (("file", path.name), ("module", path.stem)))


def _needed(inspection: Inspection, names: Iterable[str]) -> set[str]:
    """Those of these files that another of them needs. Each is read once: there may be thousands."""
    needs = {name: _needs_of(inspection, name) for name in names}
    counted = Counter(each for own in needs.values() for each in own)
    return {name for name, own in needs.items() if _is_needed(name, counted, own)}


def _entries(inspection: Inspection, directory: str) -> Iterator[_Found]:
    """Each program is a file or a directory; what else lies there belongs to the files."""
    below = [name for name in inspection.below(directory) if not PurePosixPath(name).name.upper().startswith("README")]
    alone = [name for name in below if "/" not in name.removeprefix(directory)]
    known = [name for name in alone if programs.language_of(name) or PurePosixPath(name).suffix in _BY_DESCRIPTION]
    needed = _needed(inspection, known)
    mains = dict.fromkeys(name for name in known if name not in needed)
    beside = [name for name in alone if name not in mains]
    for name in mains:
        yield _Found(name, directory, [name, *beside], main=name)
    inner: dict[str, list[str]] = {}
    for name in below:
        own, slash, _ = name.removeprefix(directory).partition("/")
        if slash:
            inner.setdefault(f"{directory}{own}/", []).append(name)
    yield from (_Found(here, here, files) for here, files in inner.items())
