"""How the judge's contract travels: JSON, with data as plain text or base64 of zlib, so that a payload is under 6 MB.

Standard library only, as the contract. The judge is untrusted, and so is what it is asked: everything is checked here.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any, TypeVar

from chalicelib.judge_protocol.contract import (
    MAX_ARGUMENT_BYTES,
    MAX_ARGUMENTS,
    MAX_COLLECTED_BYTES,
    MAX_COMPILER_OUTPUT_BYTES,
    MAX_FILES,
    MAX_INPUT_BYTES,
    MAX_JOB_BYTES,
    MAX_LIMIT,
    MAX_NUMBER,
    MAX_OUTPUT_BYTES,
    MAX_PROGRAM_FILES_BYTES,
    MAX_SOURCE_BYTES,
    MAX_TEST_FILES_BYTES,
    MAX_TOOLCHAIN_BYTES,
    Compilation,
    ContractError,
    File,
    Job,
    Language,
    Outcome,
    Report,
    Run,
    Source,
    TestInput,
    is_file_name,
)

_T = TypeVar("_T")

_PLAIN = "="
_MAX_PLAIN_BYTES = 256 * 1024


def pack(data: bytes) -> str:
    """Bytes as they travel: base64 of zlib; a moderate length of ASCII plainly, after a sign that base64 has only last.

    Nearly all tests are that, and compressing and base64 cost both sides more than a small program takes to run.
    """
    if len(data) <= _MAX_PLAIN_BYTES and data.isascii() and not _grows(text := data.decode("ascii")):
        return _PLAIN + text
    return base64.b64encode(zlib.compress(data, 1)).decode("ascii")


def unpack(text: str, *, limit: int) -> bytes:
    """The reverse of `pack`; refuses what would grow beyond `limit` bytes, before it has grown."""
    try:
        data = text[len(_PLAIN) :].encode("ascii") if text.startswith(_PLAIN) else _inflate(text, limit)
    except (binascii.Error, zlib.error, TypeError, ValueError) as error:
        raise ContractError("bad_encoding", f"Neither plain nor base64 of zlib: {error}") from error
    if len(data) > limit:
        raise ContractError("too_large", f"More than {limit} bytes")
    return data


def _grows(text: str) -> bool:
    """Whether JSON makes more of it than base64 would."""
    return len(json.dumps(text)) > len(text) * 4 // 3 + len('""')


def _inflate(text: str, limit: int) -> bytes:
    inflater = zlib.decompressobj()
    data = inflater.decompress(base64.b64decode(text, validate=True), limit + 1)
    if len(data) <= limit and not inflater.eof:
        raise ValueError("the compressed data ends early")
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
    if not 0 < value <= MAX_LIMIT:
        raise ContractError("bad_field", f"{key!r} must be between 1 and {MAX_LIMIT}")
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
