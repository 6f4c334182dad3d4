"""Programs of the jury in ICPC and Kattis packages, and the verdicts that their places or their tags promise. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from chalicelib.common.texts import Text
from chalicelib.judge.grading import answers
from chalicelib.judge.packages import icpc_answers, icpc_languages, icpc_promises
from chalicelib.judge.packages import programs as package_programs
from chalicelib.judge.packages.format import CRASHED, FAILURES, TOO_SLOW, WRONG, JuryProgram
from chalicelib.judge.packages.icpc_known import DOMJUDGE_SUBMISSIONS
from chalicelib.judge.packages.icpc_promises import ProgramSettings
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge.submissions import own_files
from chalicelib.judge_protocol.contract import Source, Verdict

SUBMISSIONS = "submissions/"

EXPECTED_VERDICTS: Mapping[str, frozenset[Verdict]] = {
    "accepted": frozenset({Verdict.OK}),
    "wrong_answer": WRONG,
    "no_output": WRONG,
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
OFFICIAL = frozenset({"accepted", "wrong_answer", "time_limit_exceeded", "run_time_error"})
"""Directories of the format, in which a tag says nothing: neither to DOMjudge nor to BAPCtools."""

_RESULTS: Mapping[str, frozenset[Verdict]] = {
    "CORRECT": EXPECTED_VERDICTS["accepted"],
    "ACCEPTED": EXPECTED_VERDICTS["accepted"],
    "WRONGANSWER": WRONG,
    "PRESENTATIONERROR": WRONG,
    "NOOUTPUT": WRONG,
    "TIMELIMIT": TOO_SLOW,
    "TIMELIMITEXCEEDED": TOO_SLOW,
    "RUNERROR": CRASHED,
    "RUNTIMEERROR": CRASHED,
    "MEMORYLIMIT": EXPECTED_VERDICTS["memory_limit_exceeded"],
    "OUTPUTLIMIT": EXPECTED_VERDICTS["output_limit_exceeded"],
    "COMPILERERROR": EXPECTED_VERDICTS["compiler_error"],
}
"""The words after DOMjudge's tag, without what is between their parts."""
_TAG = re.compile(r"@EXPECTED_(?:RESULTS|SCORE)@:[ \t]*([^\r\n*]+)")

_PROGRAM = Text("program_of_jury", "program")
MAX_ENTRIES = 1000
"""Files and directories that may be programs: each is compared with every pattern of submissions.yaml."""
MAX_REQUIRED_BYTES = 128 * 1024
"""Of what is required of single tests, as the import keeps it: one item has 400 KB."""
_TOO_MUCH = Text("too_much_promised", "What submissions.yaml says of its single tests is too much, and not looked at")
_CONTRADICTION = Text("promises_contradict", "No verdict keeps all that is said of it in submissions.yaml")
_UNHEARD = Text("tag_not_looked_at", "Its tag @EXPECTED_RESULTS@ is not looked at: the directory says what it promises")
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


def read(inspection: Inspection, tests: Sequence[str], *, scores: bool, is_modern: bool = False) -> list[JuryProgram]:
    """Every program that can be judged. `tests` are the files of the inputs, in order; `scores` says that accepted
    programs need not earn everything, `is_modern` that the format is that of 2025-09.
    """
    said, room = icpc_promises.read(inspection), MAX_REQUIRED_BYTES
    begins = _entry_points(inspection)
    found = []
    for entry in _entries(inspection):
        told = said.of(entry.kind, entry.name.removeprefix(SUBMISSIONS).rstrip("/"))
        told = replace(told, entrypoint=told.entrypoint or begins.get(entry.name.rstrip("/"), ""))
        source = _source(inspection, entry, told)
        if source is not None and (program := _program(inspection, entry, told, source)):
            timed = told.bounds_time if is_modern else entry.kind == "accepted"
            required = tuple(told.requirements(tests)) if room >= 0 else ()
            room -= sum(len(json.dumps(each.to_json())) for each in required)
            if room < 0 and required:
                inspection.warn(entry.name, _TOO_MUCH)
            made = replace(program, requirements=required if room >= 0 else (), bounds_time=timed)
            found.append(_with_partial(made) if scores else made)
    return found


def read_answers(inspection: Inspection, tests: Sequence[str], *, scores: bool) -> list[JuryProgram]:
    """The same of a problem to which answers are sent; `tests` are the files of its inputs, in order."""
    found = []
    for entry in _entries(inspection):
        promised = EXPECTED_VERDICTS.get(entry.kind)
        if promised is None:
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
        if name == icpc_promises.FILE:
            continue
        if slash:
            found.setdefault((kind, f"{SUBMISSIONS}{kind}/{own}{below}"), []).append(name)
        else:
            inspection.warn(name, _NO_PROMISE)
    if len(found) > MAX_ENTRIES:
        english = "There are more than {limit} programs of the jury"
        inspection.fault(SUBMISSIONS, Text("too_many_jury_programs", english, {"limit": MAX_ENTRIES}))
        return []
    return [_Entry(kind, name, files) for (kind, name), files in found.items()]


def _entry_points(inspection: Inspection) -> Mapping[str, str]:
    """The main files that DOMjudge's own file names, by their programs. It changes no pupil's verdict."""
    if DOMJUDGE_SUBMISSIONS not in inspection:
        return {}
    with inspection.only_warning():
        text = inspection.text_of(DOMJUDGE_SUBMISSIONS) or "{}"
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        listed = None
    if not isinstance(listed, dict):
        inspection.warn(DOMJUDGE_SUBMISSIONS, Text("submissions_not_json", "It is no JSON object of programs"))
        return {}
    points = {str(name): each.get("entry_point") for name, each in listed.items() if isinstance(each, dict)}
    return {name.rstrip("/"): point for name, point in points.items() if isinstance(point, str)}


def _source(inspection: Inspection, entry: _Entry, said: ProgramSettings) -> Source | None:
    """A program of the jury; None, and a warning, for one that cannot be judged."""
    main = _named(entry, said.entrypoint) if entry.directory else entry.name
    language = icpc_languages.ours(said.language) if said.language else package_programs.language_of(main or "")
    if (said.language and language is None) or (not entry.directory and language is None):
        inspection.warn(entry.name, _NO_PROMISE if _is_no_program(entry, said) else package_programs.NO_LANGUAGE)
        return None
    named = language if said.language else None
    with inspection.only_warning():
        found = package_programs.read(
            inspection, entry.files, directory=entry.directory, what=_PROGRAM, main=main, language=named
        )
    if found is not None and len(own_files.pack(found.files)) > own_files.MAX_PACKED_BYTES:
        english = "Its files besides the main one are larger than {limit} bytes, packed"
        inspection.warn(entry.name, Text("own_files_too_large", english, {"limit": own_files.MAX_PACKED_BYTES}))
        return None
    return found


def _is_no_program(entry: _Entry, said: ProgramSettings) -> bool:
    return entry.kind not in EXPECTED_VERDICTS and not said.language


def _named(entry: _Entry, entrypoint: str) -> str | None:
    """The file of that name, or of the class of that name; None to have it found."""
    relative = {name.removeprefix(entry.directory): name for name in entry.files}
    classes = {PurePosixPath(name).stem: own for name, own in relative.items() if package_programs.language_of(name)}
    return relative.get(entrypoint) or classes.get(entrypoint) or classes.get(entrypoint.removesuffix("Kt"))


def _program(inspection: Inspection, entry: _Entry, said: ProgramSettings, source: Source) -> JuryProgram | None:
    tag = None if entry.kind in OFFICIAL else _TAG.search(source.source)
    promised = EXPECTED_VERDICTS.get(entry.kind, frozenset()) if tag is None else _tagged(tag[1])
    if said.is_special and tag is None:
        promised = said.promised()
    if entry.kind in OFFICIAL and (heard := _TAG.search(source.source)) and not promised <= _tagged(heard[1]):
        inspection.warn(entry.name, _UNHEARD)
    if not promised:
        inspection.warn(entry.name, _CONTRADICTION if said.is_special else _NO_PROMISE)
        return None
    return JuryProgram(
        file=entry.name, language=source.language, source=source.source, files=source.files, promised=promised
    )


def _tagged(words: str) -> frozenset[Verdict]:
    """What a tag promises; nothing where one of its words is not understood."""
    named = [re.sub(r"[^A-Z]", "", word.upper()) for word in words.split(",")]
    known = [_RESULTS[word] for word in named if word in _RESULTS]
    return frozenset().union(*known) if len(known) == len(named) else frozenset()


def _with_partial(program: JuryProgram) -> JuryProgram:
    if Verdict.OK not in program.promised:
        return program
    return replace(program, promised=program.promised | {Verdict.PARTIAL})
