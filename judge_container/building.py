"""Compiles a source into something that can be run."""

import codecs
import re
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.judge_protocol.contract import COMPILER_RAN_OUT, Compilation, ContractError, File, Outcome, Source
from judge_container import box, events, languages, outcomes, programs, transfers
from judge_container.environment import Environment
from judge_container.identity import Identity
from judge_container.languages import LanguageSpec
from judge_container.sandbox import Execution, LauncherError

_RAN_OUT_OF = {"cpu": "time", "wall": "time", "memory": "memory", "request": "disk space"}
_PART_OF_GCC = r"^(?:\S*(?:gcc|g\+\+|cc1|cc1plus|as|ld|collect2): .*|virtual )"
_DIED_OF = (
    (re.compile(rf"{_PART_OF_GCC}File (?:size limit exceeded|too large)", re.MULTILINE), "disk space"),
    (re.compile(rf"{_PART_OF_GCC}(?:out of memory|memory exhausted|allocate memory)", re.MULTILINE), "memory"),
)
_ASKS_FOR_A_BUG_REPORT = re.compile(r".*internal compiler error|Please submit a full bug report|See <file:///")


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A compiled program of a language, in a directory that only its own runs can read, and their box."""

    spec: LanguageSpec
    path: Path
    box: Path
    identity: Identity


def spec_of(source: Source, specs: dict[str, LanguageSpec]) -> LanguageSpec:
    """A program's language; ContractError when this judge cannot compile it."""
    spec = specs.get(source.language)
    if spec is None or not languages.is_available(spec):
        raise ContractError("unknown_language", f"No such language here: {source.language!r}")
    taken = {spec.source_file, *spec.companions} & {file.name.partition("/")[0] for file in source.files}
    if taken:
        raise ContractError("bad_file_name", f"{min(taken)!r} is the source itself, or the judge's own")
    return spec


def compile_source(environment: Environment, source: Source, build: Build) -> Compilation:
    """Fill an empty build directory and, if all went well, close it: from now on it can be run, not changed."""
    compiler = environment.identity.uid
    transfers.put(build.path, _files(source, build.spec), compiler)
    try:
        execution = environment.run(programs.compiler(build.spec, build.path, environment.settings.compile_cpu_ms))
    except LauncherError as error:
        return Compilation(outcome=Outcome.SYSTEM_ERROR, output=own_fault(error))
    outcome = outcomes.of_compilation(execution)
    if outcome is Outcome.OK and execution.clean:
        box.seal(build.path, build.identity.uid)
    return Compilation(
        outcome=outcome,
        output=_compiler_said(execution, build.path),
        wall_ms=execution.ending.wall_ms,
    )


def _files(source: Source, spec: LanguageSpec) -> tuple[File, ...]:
    """What the compiler finds. No compiler needs a byte order mark, some refuse it, and editors put it there."""
    main = File(name=spec.source_file, data=source.source.encode("utf-8", "surrogatepass"))
    suffixes = (Path(spec.source_file).suffix, *spec.suffixes)
    sources = (main, *(file for file in source.files if Path(file.name).suffix in suffixes))
    others = (file for file in source.files if Path(file.name).suffix not in suffixes)
    own = (File(name=name, data=text.encode()) for name, text in spec.companions.items())
    return (*(replace(file, data=file.data.removeprefix(codecs.BOM_UTF8)) for file in sources), *others, *own)


def own_fault(error: LauncherError) -> str:
    events.emit("launcher failed", error=str(error))
    return f"judge: {error}"


def _compiler_said(execution: Execution, build: Path) -> str:
    words = execution.stdout.decode("utf-8", "replace").replace(f"{build}/", "").rstrip()
    too_full = "disk space" if execution.overfull else ""
    missing = _RAN_OUT_OF.get(execution.ending.stopped) or too_full or _found_missing(words)
    if not missing:
        return words
    said = "\n".join(line for line in words.splitlines() if not _ASKS_FOR_A_BUG_REPORT.match(line))
    return f"{said}\n{COMPILER_RAN_OUT.format(missing=missing)}".lstrip()


def _found_missing(words: str) -> str:
    """What a part of GCC died of; its driver takes that for a fault of its own."""
    return next((missing for pattern, missing in _DIED_OF if pattern.search(words)), "")
