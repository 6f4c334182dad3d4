"""The contract between the application and the judge function: jobs, reports, languages.

Standard library only: this file and `wire.py`, which says how it travels, are copied into the judge image, where
nothing else of `chalicelib` exists. A dataclass is its own description of the wire: its fields are the members of the
JSON object, in their order, and their metadata (`Limits`) is what is refused of them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict

MAX_SOURCE_BYTES = 64 * 1024
MAX_INPUT_BYTES = 32 * 1024 * 1024
MAX_OUTPUT_BYTES = 64 * 1024 * 1024
MAX_CARRIED_OUTPUT_BYTES = 256 * 1024
"""Of a stdout that has an `output_url`: more is put there and not into the report, which has 6 MB for all runs."""
MAX_STDERR_BYTES = 16 * 1024
"""Of a run's stderr that is reported: its last line is all that anybody is told."""
MAX_COMPILER_OUTPUT_BYTES = 3 * 64 * 1024
"""64 KiB, of which each byte that is not UTF-8 becomes the three bytes of U+FFFD."""
MAX_TOOLCHAIN_BYTES = 1024
MAX_NUMBER = 2**53
"""Of milliseconds and KiB in a report: no table takes numbers of any size."""
MAX_LIMIT = 2**40
"""Of a test's limits, in whatever unit."""
MAX_FILES = 64
MAX_PROGRAM_FILES_BYTES = 1024 * 1024
"""Of all files beside one source."""
MAX_TEST_FILES_BYTES = 3 * MAX_INPUT_BYTES
"""Of all files of one test: a checker gets an input, an output and an answer."""
MAX_JOB_BYTES = 256 * 1024 * 1024
"""Of all inputs and files of a job, once unpacked: more would not fit the judge's memory beside a program."""
MAX_ARGUMENTS = 32
MAX_ARGUMENT_BYTES = 1024
MAX_COLLECTED_BYTES = 512 * 1024
"""Of each collected file, or of all files of a directory, and no more than the test's output limit: the rest is cut."""
COMPILE_CPU_MS = 30_000
"""For compiling one program: a checker that includes all of the library takes up to 11 s on a busy machine."""
COMPILER_RAN_OUT = "The compiler ran out of {missing}."
"""The last line of what a compiler said that was stopped; `missing` is "time", "memory" or "disk space"."""
COMPILE_WAITING_MS = 10_000
"""How much longer it may take on the clock."""
INTERACTOR_WALL_MS = 5000
"""How much longer than the solution an interactor may take on the clock."""
ACCEPTING_EXIT_CODES = frozenset({0, 7, 42})
"""By which an interactor may accept, in whatever convention. One that exits with any other has the last word: the
submission's program is stopped, because its end decides nothing any more.
"""

_FILE_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.][A-Za-z0-9._-]{0,99}", re.ASCII)
_MAX_FILE_DEPTH = 3


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
    HIDDEN = "HIDDEN"
    """A hidden test of which coarse results tell nothing."""
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


class Limits(TypedDict, total=False):
    """What a field may hold at most, as its metadata; `wire.py` refuses what is beyond.

    `size`: bytes of a text in UTF-8, or of data once unpacked; of each, in a tuple or a mapping. `too_large`: the
    ContractError's code for more, where it is not that word. `total`: bytes of all data in a tuple, however deep.
    `count`: items. `least` and `most`: between them lies a number. `is_text`: there is no lone surrogate, so that the
    text can be stored and shown. `is_word`: it can be a word of a command line, so that it has no NUL either.
    `are_files`: the names are good (`is_file_name`), and none is the same as another or a directory of it.
    """

    size: int
    too_large: str
    total: int
    count: int
    least: int
    most: int
    is_text: bool
    is_word: bool
    are_files: bool


_MEASURE = Limits(least=0, most=MAX_NUMBER)
_LIMIT = Limits(least=1, most=MAX_LIMIT)
_STATUS = Limits(least=-MAX_NUMBER, most=MAX_NUMBER)
_SOURCE = Limits(size=MAX_SOURCE_BYTES, too_large="source_too_large")
_OUTPUT = Limits(size=MAX_OUTPUT_BYTES)
_PROGRAM_FILES = Limits(count=MAX_FILES, total=MAX_PROGRAM_FILES_BYTES, are_files=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that comes along. `name` is a relative path, at most three deep: see `is_file_name`."""

    name: str
    data: bytes = field(metadata=Limits(size=MAX_TEST_FILES_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A file that the judge fetches from a presigned https URL. `name` is as that of a `File`."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A program besides the submission's own, with the files that lie beside its main one."""

    language: str
    source: str = field(metadata=_SOURCE)
    files: tuple[File, ...] = field(default=(), metadata=_PROGRAM_FILES)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestInput:
    """One test as the untrusted side sees it: never with its answer, unless it is an author's program that is run.

    Exactly one of `input` and `input_url` (a presigned https URL) is set. A large stdout is put at
    `output_url`, if there is one. `args` follow the run command, `files` and what is `fetched` lie in the run's
    directory when it starts, `collect` names those of its files that the Run reports (their directories exist from the
    start); a name that ends with "/" stands for all files in that directory, as far as names and room go. In a job with
    an interactor all of these are the interactor's, which finds `input` as a file of that name.
    """

    __test__ = False  # whatever pytest makes of the name

    id: str
    input: bytes | None = field(default=None, metadata=Limits(size=MAX_INPUT_BYTES))
    input_url: str | None = None
    output_url: str | None = None
    time_limit_ms: int = field(default=1000, metadata=_LIMIT)
    memory_limit_kb: int = field(default=256 * 1024, metadata=_LIMIT)
    output_limit_bytes: int = field(default=64 * 1024, metadata=_LIMIT)
    args: tuple[str, ...] = field(
        default=(), metadata=Limits(count=MAX_ARGUMENTS, size=MAX_ARGUMENT_BYTES, is_word=True)
    )
    files: tuple[File, ...] = field(
        default=(), metadata=Limits(count=MAX_FILES, total=MAX_TEST_FILES_BYTES, are_files=True)
    )
    fetched: tuple[Remote, ...] | None = field(default=None, metadata=Limits(count=MAX_FILES, are_files=True))
    collect: tuple[str, ...] = field(
        default=(), metadata=Limits(count=MAX_FILES, size=MAX_ARGUMENT_BYTES, is_word=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One submission to compile once and run on each test.

    `files` lie beside the source when it is compiled and when it runs; with `files_at_run` also in each run's
    directory, where a test's own take their places. With an `interactor` each run is a pair: the streams of the two
    programs are joined, and a test's limits are the submission's. Otherwise a test's input also lies in the run's
    directory as `input_file`, and `output_file`, if the program wrote something into it, is reported as
    its stdout.
    """

    job_id: str
    language: str
    source: str = field(metadata=_SOURCE)
    files: tuple[File, ...] = field(default=(), metadata=_PROGRAM_FILES)
    files_at_run: bool | None = None
    interactor: Source | None = None
    stop_on_failure: bool = False
    input_file: str | None = None
    output_file: str | None = None
    tests: tuple[TestInput, ...] = field(metadata=Limits(total=MAX_JOB_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """`outcome` is OK, COMPILE_ERROR or SYSTEM_ERROR; `output` is what the compiler said, cut to 64 KiB."""

    outcome: Outcome
    output: str = field(default="", metadata=Limits(size=MAX_COMPILER_OUTPUT_BYTES, is_text=True))
    wall_ms: float = field(default=0.0, metadata=_MEASURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one process did. `id` is the test's; `memory_kb` the peak of resident memory.

    `stdout` and `stderr` are cut at their limits; `truncated` says that stdout was. `stored_bytes` is how much of it
    lies at the test's `output_url` instead; then `stdout` is empty. `collected` holds those of the
    test's `collect` that were regular files. `interactor` is what the other process of the pair did (its words are in
    `stderr` and `collected`; what the two told each other is in neither's `stdout`), and `ended_first` says that this
    process had ended, and its counterpart learned so, before that ended. One that was stopped because its interactor
    had the last word has no end of its own, so neither exit code nor signal: its outcome is OK, or the limit that it
    broke.
    """

    id: str
    outcome: Outcome
    exit_code: int | None = field(default=None, metadata=_STATUS)
    signal: int | None = field(default=None, metadata=_STATUS)
    cpu_ms: float = field(default=0.0, metadata=_MEASURE)
    wall_ms: float = field(default=0.0, metadata=_MEASURE)
    memory_kb: int = field(default=0, metadata=_MEASURE)
    stdout: bytes = field(default=b"", metadata=_OUTPUT)
    stderr: bytes = field(default=b"", metadata=_OUTPUT)
    truncated: bool = False
    stored_bytes: int | None = field(default=None, metadata=_MEASURE)
    collected: Mapping[str, bytes] = field(
        default_factory=dict, metadata=Limits(count=MAX_FILES, size=MAX_COLLECTED_BYTES, are_files=True)
    )
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
    toolchain: str = field(default="", metadata=Limits(size=MAX_TOOLCHAIN_BYTES, is_text=True))
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
    time_factor: float = field(default=1.0, metadata=_MEASURE)


def is_file_name(name: str) -> bool:
    """Whether a file may be called so: up to three segments of letters, digits, `.`, `_` and `-`."""
    segments = name.split("/")
    return len(segments) <= _MAX_FILE_DEPTH and all(_FILE_NAME.fullmatch(segment) for segment in segments)


def fit_together(names: Iterable[str]) -> bool:
    """Whether files of these names can all be there at once: none is a directory of another."""
    known = set(names)
    directories = {name[:end] for name in known for end in range(len(name)) if name[end] == "/"}
    return not directories & known
