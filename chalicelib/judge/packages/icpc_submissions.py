"""Programs of the jury in ICPC and Kattis packages, and the verdicts that their places or their tags promise. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.common.texts import Text
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


def read(inspection: Inspection, *, scores: bool) -> list[JuryProgram]:
    """Every program that can be judged. `scores` says that accepted ones need not earn everything."""
    programs = []
    for name in inspection.below(SUBMISSIONS):
        directory, _, rest = name.removeprefix(SUBMISSIONS).partition("/")
        if "/" in rest:
            inspection.warn(name, Text("several_files", "A program of several files is not judged"))
        elif package_programs.language_of(name) is None and directory in EXPECTED_VERDICTS:
            inspection.warn(name, package_programs.NO_LANGUAGE)
        elif found := _program(inspection, name, directory):
            programs.append(_with_partial(found) if scores else found)
    return programs


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
