"""Programs of the jury in ICPC and Kattis packages, and the verdicts that their places or their tags promise. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.common.texts import Text
from chalicelib.judge.grading import answers
from chalicelib.judge.packages import icpc_answers
from chalicelib.judge.packages import programs as package_programs
from chalicelib.judge.packages.format import CRASHED, FAILURES, TOO_SLOW, JuryProgram
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import Verdict

SUBMISSIONS = "submissions/"

EXPECTED_VERDICTS: Mapping[str, frozenset[Verdict]] = {
    "accepted": frozenset({Verdict.OK}),
    "wrong_answer": frozenset({Verdict.WRONG_ANSWER}),
    "time_limit_exceeded": TOO_SLOW,
    "run_time_error": CRASHED,
    "memory_limit_exceeded": frozenset({Verdict.MEMORY_LIMIT}),
    "output_limit_exceeded": frozenset({Verdict.OUTPUT_LIMIT}),
    "compiler_error": frozenset({Verdict.COMPILE_ERROR}),
    "brute_force": TOO_SLOW | CRASHED,
    "partially_accepted": FAILURES,
    "partial": FAILURES,
    "rejected": FAILURES,
}
"""By the directory that a program lies in."""

_RESULTS: Mapping[str, frozenset[Verdict]] = {
    "CORRECT": EXPECTED_VERDICTS["accepted"],
    "ACCEPTED": EXPECTED_VERDICTS["accepted"],
    "WRONGANSWER": EXPECTED_VERDICTS["wrong_answer"],
    "PRESENTATIONERROR": EXPECTED_VERDICTS["wrong_answer"],
    "NOOUTPUT": EXPECTED_VERDICTS["wrong_answer"],
    "TIMELIMIT": TOO_SLOW,
    "TIMELIMITEXCEEDED": TOO_SLOW,
    "RUNERROR": CRASHED,
    "RUNTIMEERROR": CRASHED,
    "MEMORYLIMIT": EXPECTED_VERDICTS["memory_limit_exceeded"],
    "OUTPUTLIMIT": EXPECTED_VERDICTS["output_limit_exceeded"],
    "COMPILERERROR": EXPECTED_VERDICTS["compiler_error"],
}
"""The words after DOMjudge's tag, without what is between their parts."""
_TAG = re.compile(r"@EXPECTED_RESULTS@:[ \t]*([^\r\n*]+)")
_PYTHON2 = re.compile(r"#!.*python2")

_NO_PROMISE = Text("directory_without_verdict", "Its directory promises no verdict that is known here")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is sent as one: a file, or the files of a directory."""

    kind: str
    name: str
    files: Sequence[str]

    @property
    def directory(self) -> str:
        """Where its files lie; empty for one that is a file."""
        return self.name if self.name.endswith("/") else ""


def read(inspection: Inspection, *, scores: bool) -> list[JuryProgram]:
    """Every program that can be judged. `scores` says that accepted ones need not earn everything."""
    programs = []
    for entry in _entries(inspection):
        if entry.directory:
            inspection.warn(entry.files[0], Text("several_files", "A program of several files is not judged"))
        elif package_programs.language_of(entry.name) is None and entry.kind in EXPECTED_VERDICTS:
            inspection.warn(entry.name, package_programs.NO_LANGUAGE)
        elif found := _program(inspection, entry.name, entry.kind):
            programs.append(_with_partial(found) if scores else found)
    return programs


def read_answers(inspection: Inspection, tests: Sequence[str], *, scores: bool) -> list[JuryProgram]:
    """The same of a problem to which answers are sent; `tests` are the files of its inputs, in order."""
    found = []
    for entry in _entries(inspection):
        promised = _promised("", entry.kind)
        if not promised:
            inspection.warn(entry.name, _NO_PROMISE)
            continue
        sent = icpc_answers.read(inspection, entry.files, directory=entry.directory, tests=tests)
        if sent is not None:
            made = JuryProgram(file=entry.name, language=answers.LANGUAGE, source=sent, promised=promised)
            found.append(_with_partial(made) if scores else made)
    return found


def _entries(inspection: Inspection) -> list[_Entry]:
    """Each file or directory right in one of the directories of `submissions/`."""
    found: dict[tuple[str, str], list[str]] = {}
    for name in inspection.below(SUBMISSIONS):
        kind, slash, rest = name.removeprefix(SUBMISSIONS).partition("/")
        own, below, _ = rest.partition("/")
        if slash:
            found.setdefault((kind, f"{SUBMISSIONS}{kind}/{own}{below}"), []).append(name)
        else:
            inspection.warn(name, _NO_PROMISE)
    return [_Entry(kind, name, files) for (kind, name), files in found.items()]


def _program(inspection: Inspection, name: str, directory: str) -> JuryProgram | None:
    language = package_programs.language_of(name)
    source = inspection.jury_source_of(name) if language else None
    promised = _promised(source or "", directory)
    if language and source is None:
        return None
    if language is None or source is None or not promised:
        inspection.warn(name, _NO_PROMISE)
        return None
    if language == "python3" and _PYTHON2.match(source):
        inspection.warn(name, Text("python_2", "It is a program in Python 2, which is not judged"))
        return None
    return JuryProgram(file=name, language=language, source=source, promised=promised)


def _promised(source: str, directory: str) -> frozenset[Verdict]:
    """What a tag says, else the directory; nothing where neither is understood."""
    tag = _TAG.search(source)
    if tag is None:
        return EXPECTED_VERDICTS.get(directory, frozenset())
    named = [re.sub(r"[^A-Z]", "", word.upper()) for word in tag[1].split(",")]
    known = [_RESULTS[word] for word in named if word in _RESULTS]
    return frozenset().union(*known) if len(known) == len(named) else frozenset()


def _with_partial(program: JuryProgram) -> JuryProgram:
    if Verdict.OK not in program.promised:
        return program
    return replace(program, promised=program.promised | {Verdict.PARTIAL})
