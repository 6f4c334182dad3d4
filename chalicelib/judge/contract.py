"""The vocabulary that both halves of the judge speak.

Standard library only: this file is copied into the judge image, where nothing else of `chalicelib` exists.
Binary data travels as base64 of zlib, so that a payload stays under Lambda's 6 MB.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

MAX_SOURCE_BYTES = 64 * 1024
MAX_INPUT_BYTES = 32 * 1024 * 1024
MAX_OUTPUT_BYTES = 64 * 1024 * 1024
MAX_STDERR_BYTES = 16 * 1024
"""Of a run's stderr that is reported: its last line is all that anybody is told."""
MAX_COMPILER_OUTPUT_BYTES = 3 * 64 * 1024
"""64 KiB, of which each byte that is not UTF-8 becomes the three bytes of U+FFFD."""
MAX_TOOLCHAIN_BYTES = 1024
MAX_NUMBER = 2**53
"""Of milliseconds and KiB in a report: no table takes numbers of any size."""
MAX_FILES = 64
MAX_PROGRAM_FILES_BYTES = 1024 * 1024
"""Of all files beside one source."""
MAX_TEST_FILES_BYTES = 3 * MAX_INPUT_BYTES
"""Of all files of one test: a checker gets an input, an output and an answer."""
MAX_JOB_BYTES = 256 * 1024 * 1024
"""Of all inputs and files of a job, once unpacked: more would not fit the judge's memory beside a program."""
MAX_ARGUMENTS = 32
MAX_ARGUMENT_BYTES = 1024
MAX_COLLECTED_BYTES = 64 * 1024
"""Of each collected file; what is beyond is cut."""
INTERACTOR_WALL_MS = 5000
"""How much longer than the solution an interactor may take on the clock."""

_FILE_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.][A-Za-z0-9._-]{0,99}", re.ASCII)
_MAX_FILE_DEPTH = 3

_T = TypeVar("_T")


class Outcome(StrEnum):
    """What happened to a process. What it means is the trusted side's business: see `verdict.py`."""

    OK = "ok"
    COMPILE_ERROR = "compile_error"
    RUNTIME_ERROR = "runtime_error"
    TIME_LIMIT = "time_limit"
    WALL_TIME_LIMIT = "wall_time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    SYSTEM_ERROR = "system_error"


class Verdict(StrEnum):
    """What a submission, or one test of it, is worth."""

    PENDING = "PENDING"
    OK = "OK"
    WRONG_ANSWER = "WRONG_ANSWER"
    COMPILE_ERROR = "COMPILE_ERROR"
    RUNTIME_ERROR = "RUNTIME_ERROR"
    TIME_LIMIT = "TIME_LIMIT"
    WALL_TIME_LIMIT = "WALL_TIME_LIMIT"
    MEMORY_LIMIT = "MEMORY_LIMIT"
    OUTPUT_LIMIT = "OUTPUT_LIMIT"
    SYSTEM_ERROR = "SYSTEM_ERROR"
    SKIPPED = "SKIPPED"
    """A test that was not run, because what came before had decided."""
    PARTIAL = "PARTIAL"
    """A submission without a failure that did not earn every point."""
    CANCELLED = "CANCELLED"
    """A submission that its author took back before it was judged."""


def wall_limit_ms(time_limit_ms: int) -> int:
    """How long a program may take on the clock: time beyond CPU time is waiting, some of it the machine's fault."""
    return 2 * time_limit_ms + 1000


class ContractError(ValueError):
    """A job, report or description that does not follow the contract; `code` names the fault for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that comes along. `name` is a relative path, at most three deep: see `is_file_name`."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A program besides the submission's own, with the files that lie beside its main one."""

    language: str
    source: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestInput:
    """One test as the untrusted side sees it: never with its answer, unless it is an author's program that is run.

    Exactly one of `input` and `input_url` (a presigned https URL) is set. `args` follow the run command, `files` lie in
    the run's directory when it starts, `collect` names those of its files that the Run reports (their directories exist
    from the start). In a job with an interactor all of these are the interactor's, which finds `input` as a file of
    that name.
    """

    __test__ = False  # whatever pytest makes of the name

    id: str
    input: bytes | None = None
    input_url: str | None = None
    time_limit_ms: int = 1000
    memory_limit_kb: int = 256 * 1024
    output_limit_bytes: int = 64 * 1024
    args: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    collect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One submission to compile once and run on each test.

    `files` lie beside the source when it is compiled and when it runs. With an `interactor` each run is a pair: the
    streams of the two programs are joined, and a test's limits are the submission's.
    """

    job_id: str
    language: str
    source: str
    tests: tuple[TestInput, ...]
    stop_on_failure: bool = False
    files: tuple[File, ...] = ()
    interactor: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """`outcome` is OK, COMPILE_ERROR or SYSTEM_ERROR; `output` is what the compiler said, cut to 64 KiB."""

    outcome: Outcome
    output: str = ""
    wall_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one process did. `id` is the test's; `memory_kb` the peak of resident memory.

    `stdout` and `stderr` are cut at their limits; `truncated` says that stdout was. `collected` holds those of the
    test's `collect` that were regular files. `interactor` is what the other process of the pair did (its words are in
    `stderr` and `collected`; what the two told each other is in neither's `stdout`), and `ended_first` says that this
    process had ended before its counterpart did.
    """

    id: str
    outcome: Outcome
    exit_code: int | None = None
    signal: int | None = None
    cpu_ms: float = 0.0
    wall_ms: float = 0.0
    memory_kb: int = 0
    stdout: bytes = b""
    stderr: bytes = b""
    truncated: bool = False
    collected: Mapping[str, bytes] = field(default_factory=dict)
    interactor: "Run | None" = None
    ended_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer to a Job. `runs` holds the tests in order, fewer than asked when the job stops on failure.

    `isolation` names each layer and whether it held ("landlock": True, …); `clean` says that the sweep left
    nothing behind. `refused` is the code of a ContractError when the job itself was bad; then nothing ran.
    `interactor_compilation` is there when the job has an interactor and the submission compiled.
    """

    job_id: str
    compilation: Compilation
    interactor_compilation: Compilation | None = None
    runs: tuple[Run, ...] = ()
    toolchain: str = ""
    isolation: Mapping[str, bool] = field(default_factory=dict)
    clean: bool = True
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language as the judge describes it. `version` is what its toolchain said, empty when it is unavailable.

    `time_factor` stretches the time limit of every test.
    """

    id: str
    name: str
    version: str
    available: bool
    source_file: str
    time_factor: float = 1.0


def is_file_name(name: str) -> bool:
    """Whether a file may be called so: up to three segments of letters, digits, `.`, `_` and `-`."""
    segments = name.split("/")
    return len(segments) <= _MAX_FILE_DEPTH and all(_FILE_NAME.fullmatch(segment) for segment in segments)


def pack(data: bytes) -> str:
    """Bytes as they travel: base64 of zlib."""
    return base64.b64encode(zlib.compress(data, 1)).decode("ascii")


def unpack(text: str, *, limit: int) -> bytes:
    """The reverse of `pack`; refuses what would grow beyond `limit` bytes, before it has grown."""
    try:
        inflater = zlib.decompressobj()
        data = inflater.decompress(base64.b64decode(text, validate=True), limit + 1)
    except (binascii.Error, zlib.error, TypeError, ValueError) as error:
        raise ContractError("bad_encoding", f"Not base64 of zlib: {error}") from error
    if len(data) > limit:
        raise ContractError("too_large", f"More than {limit} bytes")
    if not inflater.eof:
        raise ContractError("bad_encoding", "The compressed data ends early")
    return data


def job_to_json(job: Job) -> dict[str, Any]:
    """The event that asks the judge function for a Report."""
    return {
        "kind": "judge",
        "job_id": job.job_id,
        "language": job.language,
        "source": job.source,
        "files": _files_to_json(job.files),
        "interactor": _source_to_json(job.interactor) if job.interactor else None,
        "stop_on_failure": job.stop_on_failure,
        "tests": [_test_to_json(test) for test in job.tests],
    }


def job_from_json(event: Mapping[str, Any]) -> Job:
    """Read and check an event; raises ContractError with a code that names the fault."""
    program = _source_from_json(event)
    interactor = _take_optional(event, "interactor", dict)
    return Job(
        job_id=_take(event, "job_id", str),
        language=program.language,
        source=program.source,
        files=program.files,
        interactor=None if interactor is None else _source_from_json(interactor),
        stop_on_failure=_take(event, "stop_on_failure", bool),
        tests=_tests_from_json(_take(event, "tests", list)),
    )


def report_to_json(report: Report) -> dict[str, Any]:
    """What the judge function answers."""
    interactor = report.interactor_compilation
    return {
        "job_id": report.job_id,
        "compilation": _compilation_to_json(report.compilation),
        "interactor_compilation": _compilation_to_json(interactor) if interactor else None,
        "runs": [_run_to_json(run) for run in report.runs],
        "toolchain": report.toolchain,
        "isolation": dict(report.isolation),
        "clean": report.clean,
        "refused": report.refused,
    }


def report_from_json(answer: Mapping[str, Any]) -> Report:
    """Read a Report. The judge is untrusted: anything that is not a Report raises ContractError."""
    interactor = _take_optional(answer, "interactor_compilation", dict)
    return Report(
        job_id=_take(answer, "job_id", str),
        compilation=_compilation_from_json(_take(answer, "compilation", dict)),
        interactor_compilation=None if interactor is None else _compilation_from_json(interactor),
        runs=tuple(_run_from_json(run) for run in _take(answer, "runs", list)),
        toolchain=_take_text(answer, "toolchain", limit=MAX_TOOLCHAIN_BYTES),
        isolation=_take(answer, "isolation", dict),
        clean=_take(answer, "clean", bool),
        refused=_take_optional(answer, "refused", str),
    )


def describe_event() -> dict[str, Any]:
    """The event that asks the judge function which languages it has."""
    return {"kind": "describe"}


def languages_to_json(languages: tuple[Language, ...], isolation: Mapping[str, bool]) -> dict[str, Any]:
    """The answer to `describe_event`."""
    return {"languages": [_language_to_json(language) for language in languages], "isolation": dict(isolation)}


def languages_from_json(answer: Mapping[str, Any]) -> tuple[Language, ...]:
    """Read the answer to `describe_event`."""
    return tuple(
        Language(
            id=_take(item, "id", str),
            name=_take(item, "name", str),
            version=_take(item, "version", str),
            available=_take(item, "available", bool),
            source_file=_take(item, "source_file", str),
            time_factor=_take_number(item, "time_factor"),
        )
        for item in _take(answer, "languages", list)
    )


def _language_to_json(language: Language) -> dict[str, Any]:
    return {
        "id": language.id,
        "name": language.name,
        "version": language.version,
        "available": language.available,
        "source_file": language.source_file,
        "time_factor": language.time_factor,
    }


def _source_to_json(program: Source) -> dict[str, Any]:
    return {"language": program.language, "source": program.source, "files": _files_to_json(program.files)}


def _source_from_json(data: Any) -> Source:
    source = _take(data, "source", str)
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        raise ContractError("source_too_large", f"The source is larger than {MAX_SOURCE_BYTES} bytes")
    return Source(
        language=_take(data, "language", str),
        source=source,
        files=_files_from_json(data, limit=MAX_PROGRAM_FILES_BYTES),
    )


def _files_to_json(files: tuple[File, ...]) -> list[dict[str, str]]:
    return [{"name": file.name, "data": pack(file.data)} for file in files]


def _files_from_json(data: Any, *, limit: int) -> tuple[File, ...]:
    items = _take(data, "files", list)
    names = _check_names([_take(item, "name", str) for item in items], "files")
    files: list[File] = []
    for name, item in zip(names, items, strict=True):
        content = unpack(_take(item, "data", str), limit=limit)
        limit -= len(content)
        files.append(File(name=name, data=content))
    return tuple(files)


def _check_names(names: list[str], key: str) -> tuple[str, ...]:
    """Files that can all be there at once: each name good, none the same as another or a directory of it."""
    if len(names) > MAX_FILES:
        raise ContractError("too_many", f"More than {MAX_FILES} {key!r}")
    for name in names:
        if not is_file_name(name):
            raise ContractError("bad_file_name", f"A file cannot be called {name[:100]!r}")
    directories = {name[:end] for name in names for end in range(len(name)) if name[end] == "/"}
    if len(set(names)) < len(names) or directories & set(names):
        raise ContractError("bad_file_name", f"Two of {key!r} have one place")
    return tuple(names)


def _test_to_json(test: TestInput) -> dict[str, Any]:
    return {
        "id": test.id,
        "input": None if test.input is None else pack(test.input),
        "input_url": test.input_url,
        "time_limit_ms": test.time_limit_ms,
        "memory_limit_kb": test.memory_limit_kb,
        "output_limit_bytes": test.output_limit_bytes,
        "args": list(test.args),
        "files": _files_to_json(test.files),
        "collect": list(test.collect),
    }


def _tests_from_json(items: list[Any]) -> tuple[TestInput, ...]:
    tests: list[TestInput] = []
    room = MAX_JOB_BYTES
    for item in items:
        test = _test_from_json(item)
        room -= len(test.input or b"") + sum(len(file.data) for file in test.files)
        if room < 0:
            raise ContractError("too_large", f"The job's inputs are larger than {MAX_JOB_BYTES} bytes")
        tests.append(test)
    return tuple(tests)


def _test_from_json(data: Any) -> TestInput:
    packed = _take_optional(data, "input", str)
    url = _take_optional(data, "input_url", str)
    if (packed is None) == (url is None):
        raise ContractError("bad_job", "A test has either an input or an input_url")
    files = _files_from_json(data, limit=MAX_TEST_FILES_BYTES)
    collect = [_check_word(name, "collect") for name in _take(data, "collect", list)]
    _check_names([*(file.name for file in files if file.name not in collect), *collect], "files")
    return TestInput(
        id=_take(data, "id", str),
        input=None if packed is None else unpack(packed, limit=MAX_INPUT_BYTES),
        input_url=url,
        time_limit_ms=_take_positive(data, "time_limit_ms"),
        memory_limit_kb=_take_positive(data, "memory_limit_kb"),
        output_limit_bytes=_take_positive(data, "output_limit_bytes"),
        args=_arguments_from_json(_take(data, "args", list)),
        files=files,
        collect=tuple(collect),
    )


def _arguments_from_json(words: list[Any]) -> tuple[str, ...]:
    if len(words) > MAX_ARGUMENTS:
        raise ContractError("too_many", f"More than {MAX_ARGUMENTS} 'args'")
    return tuple(_check_word(word, "args") for word in words)


def _check_word(word: Any, key: str) -> str:
    """What can be a word of a command line."""
    if not isinstance(word, str) or "\0" in word:
        raise ContractError("bad_field", f"{key!r} must be words")
    return _check_text(word, key, limit=MAX_ARGUMENT_BYTES)


def _compilation_to_json(compilation: Compilation) -> dict[str, Any]:
    return {"outcome": compilation.outcome, "output": compilation.output, "wall_ms": compilation.wall_ms}


def _compilation_from_json(data: Mapping[str, Any]) -> Compilation:
    return Compilation(
        outcome=_outcome(data),
        output=_take_text(data, "output", limit=MAX_COMPILER_OUTPUT_BYTES),
        wall_ms=_take_number(data, "wall_ms"),
    )


def _run_to_json(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "outcome": run.outcome,
        "exit_code": run.exit_code,
        "signal": run.signal,
        "cpu_ms": run.cpu_ms,
        "wall_ms": run.wall_ms,
        "memory_kb": run.memory_kb,
        "stdout": pack(run.stdout),
        "stderr": pack(run.stderr),
        "truncated": run.truncated,
        "collected": {name: pack(data) for name, data in run.collected.items()},
        "interactor": _run_to_json(run.interactor) if run.interactor else None,
        "ended_first": run.ended_first,
    }


def _run_from_json(data: Any) -> Run:
    counterpart = _take_optional(data, "interactor", dict)
    if counterpart is not None and counterpart.get("interactor") is not None:
        raise ContractError("bad_field", "An interactor has no interactor")
    return Run(
        id=_take(data, "id", str),
        outcome=_outcome(data),
        exit_code=_take_optional(data, "exit_code", int),
        signal=_take_optional(data, "signal", int),
        cpu_ms=_take_number(data, "cpu_ms"),
        wall_ms=_take_number(data, "wall_ms"),
        memory_kb=_take_count(data, "memory_kb"),
        stdout=unpack(_take(data, "stdout", str), limit=MAX_OUTPUT_BYTES),
        stderr=unpack(_take(data, "stderr", str), limit=MAX_OUTPUT_BYTES),
        truncated=_take(data, "truncated", bool),
        collected=_collected_from_json(_take(data, "collected", dict)),
        interactor=None if counterpart is None else _run_from_json(counterpart),
        ended_first=_take(data, "ended_first", bool),
    )


def _collected_from_json(items: Mapping[str, Any]) -> dict[str, bytes]:
    names = _check_names(list(items), "collected")
    return {name: unpack(_take(items, name, str), limit=MAX_COLLECTED_BYTES) for name in names}


def _outcome(data: Mapping[str, Any]) -> Outcome:
    name = _take(data, "outcome", str)
    try:
        return Outcome(name)
    except ValueError as error:
        raise ContractError("bad_field", f"No such outcome: {name!r}") from error


def _take(data: Any, key: str, kind: type[_T]) -> _T:
    value = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ContractError("bad_field", f"{key!r} must be of type {kind.__name__}")
    return value


def _take_optional(data: Any, key: str, kind: type[_T]) -> _T | None:
    if isinstance(data, Mapping) and data.get(key) is None:
        return None
    return _take(data, key, kind)


def _take_positive(data: Any, key: str) -> int:
    value = _take(data, key, int)
    if value <= 0:
        raise ContractError("bad_field", f"{key!r} must be positive")
    return value


def _take_count(data: Any, key: str) -> int:
    value = _take(data, key, int)
    if not 0 <= value <= MAX_NUMBER:
        raise ContractError("bad_field", f"{key!r} must be between 0 and {MAX_NUMBER}")
    return value


def _take_number(data: Any, key: str) -> float:
    value = data.get(key) if isinstance(data, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_NUMBER:
        raise ContractError("bad_field", f"{key!r} must be a number between 0 and {MAX_NUMBER}")
    return float(value)


def _take_text(data: Any, key: str, *, limit: int) -> str:
    return _check_text(_take(data, key, str), key, limit=limit)


def _check_text(text: str, key: str, *, limit: int) -> str:
    """Text that can be stored and shown: not too long, and without lone surrogates."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise ContractError("bad_field", f"{key!r} is not Unicode text") from error
    if size > limit:
        raise ContractError("too_large", f"{key!r} is larger than {limit} bytes")
    return text
