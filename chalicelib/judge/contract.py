"""The vocabulary that both halves of the judge speak.

Standard library only: this file is copied into the judge image, where nothing else of `chalicelib` exists.
Binary data travels as base64 of zlib, so that a payload stays under Lambda's 6 MB.
"""

import base64
import binascii
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


def wall_limit_ms(time_limit_ms: int) -> int:
    """How long a program may take on the clock: time beyond CPU time is waiting, some of it the machine's fault."""
    return 2 * time_limit_ms + 1000


class ContractError(ValueError):
    """A job, report or description that does not follow the contract; `code` names the fault for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class TestInput:
    """One test as the untrusted side sees it: never with its answer.

    Exactly one of `input` and `input_url` (a presigned https URL) is set.
    """

    __test__ = False  # whatever pytest makes of the name

    id: str
    input: bytes | None = None
    input_url: str | None = None
    time_limit_ms: int = 1000
    memory_limit_kb: int = 256 * 1024
    output_limit_bytes: int = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One submission to compile once and run on each test."""

    job_id: str
    language: str
    source: str
    tests: tuple[TestInput, ...]
    stop_on_failure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """`outcome` is OK, COMPILE_ERROR or SYSTEM_ERROR; `output` is what the compiler said, cut to 64 KiB."""

    outcome: Outcome
    output: str = ""
    wall_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one process did. `id` is the test's; `memory_kb` the peak of resident memory.

    `stdout` and `stderr` are cut at their limits; `truncated` says that stdout was.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer to a Job. `runs` holds the tests in order, fewer than asked when the job stops on failure.

    `isolation` names each layer and whether it held ("landlock": True, …); `clean` says that the sweep left
    nothing behind. `refused` is the code of a ContractError when the job itself was bad; then nothing ran.
    """

    job_id: str
    compilation: Compilation
    runs: tuple[Run, ...] = ()
    toolchain: str = ""
    isolation: Mapping[str, bool] = field(default_factory=dict)
    clean: bool = True
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language as the judge describes it. `version` is what its toolchain said, empty when it is unavailable."""

    id: str
    name: str
    version: str
    available: bool
    source_file: str


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
        "stop_on_failure": job.stop_on_failure,
        "tests": [_test_to_json(test) for test in job.tests],
    }


def job_from_json(event: Mapping[str, Any]) -> Job:
    """Read and check an event; raises ContractError with a code that names the fault."""
    source = _take(event, "source", str)
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        raise ContractError("source_too_large", f"The source is larger than {MAX_SOURCE_BYTES} bytes")
    return Job(
        job_id=_take(event, "job_id", str),
        language=_take(event, "language", str),
        source=source,
        stop_on_failure=_take(event, "stop_on_failure", bool),
        tests=tuple(_test_from_json(test) for test in _take(event, "tests", list)),
    )


def report_to_json(report: Report) -> dict[str, Any]:
    """What the judge function answers."""
    return {
        "job_id": report.job_id,
        "compilation": {
            "outcome": report.compilation.outcome,
            "output": report.compilation.output,
            "wall_ms": report.compilation.wall_ms,
        },
        "runs": [_run_to_json(run) for run in report.runs],
        "toolchain": report.toolchain,
        "isolation": dict(report.isolation),
        "clean": report.clean,
        "refused": report.refused,
    }


def report_from_json(answer: Mapping[str, Any]) -> Report:
    """Read a Report. The judge is untrusted: anything that is not a Report raises ContractError."""
    compilation = _take(answer, "compilation", dict)
    return Report(
        job_id=_take(answer, "job_id", str),
        compilation=Compilation(
            outcome=_outcome(compilation),
            output=_take_text(compilation, "output", limit=MAX_COMPILER_OUTPUT_BYTES),
            wall_ms=_take_number(compilation, "wall_ms"),
        ),
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
    }


def _test_to_json(test: TestInput) -> dict[str, Any]:
    return {
        "id": test.id,
        "input": None if test.input is None else pack(test.input),
        "input_url": test.input_url,
        "time_limit_ms": test.time_limit_ms,
        "memory_limit_kb": test.memory_limit_kb,
        "output_limit_bytes": test.output_limit_bytes,
    }


def _test_from_json(data: Any) -> TestInput:
    packed = _take_optional(data, "input", str)
    url = _take_optional(data, "input_url", str)
    if (packed is None) == (url is None):
        raise ContractError("bad_job", "A test has either an input or an input_url")
    return TestInput(
        id=_take(data, "id", str),
        input=None if packed is None else unpack(packed, limit=MAX_INPUT_BYTES),
        input_url=url,
        time_limit_ms=_take_positive(data, "time_limit_ms"),
        memory_limit_kb=_take_positive(data, "memory_limit_kb"),
        output_limit_bytes=_take_positive(data, "output_limit_bytes"),
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
    }


def _run_from_json(data: Any) -> Run:
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
    )


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
    """Text that can be stored and shown: not too long, and without lone surrogates."""
    text = _take(data, key, str)
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise ContractError("bad_field", f"{key!r} is not Unicode text") from error
    if size > limit:
        raise ContractError("too_large", f"{key!r} is larger than {limit} bytes")
    return text
