"""The content of a problem package, whatever its format. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.packages.recipes import Recipe
from chalicelib.judge.packages.statements import NO_STATEMENTS, Statements
from chalicelib.judge.problems.promises import Requirement
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import File, Source, Verdict

NO_LIMIT = Text("no_time_limit_named", "It names no time limit: the one that the problem has stays")

FAILURES = frozenset(
    {
        Verdict.WRONG_ANSWER,
        Verdict.RUNTIME_ERROR,
        Verdict.TIME_LIMIT,
        Verdict.WALL_TIME_LIMIT,
        Verdict.MEMORY_LIMIT,
        Verdict.OUTPUT_LIMIT,
        Verdict.PARTIAL,
    }
)
"""What a program that runs may get, other than OK."""
WRONG = frozenset({Verdict.WRONG_ANSWER, Verdict.OUTPUT_LIMIT})
"""What an author calls wrong. Elsewhere outputs may be longer: one that is too long is only wrong or slow there."""
TOO_SLOW = frozenset({Verdict.TIME_LIMIT, Verdict.WALL_TIME_LIMIT, Verdict.OUTPUT_LIMIT})
CRASHED = frozenset({Verdict.RUNTIME_ERROR, Verdict.MEMORY_LIMIT, Verdict.OUTPUT_LIMIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class JuryProgram:
    """A program whose verdict is known beforehand: one of `promised`, and all of `requirements`.

    `files` lie beside its source. Where a problem has no time limit, it follows from those that `bounds_time`.
    """

    file: str
    language: str
    source: str
    promised: frozenset[Verdict]
    files: tuple[File, ...] = ()
    requirements: Sequence[Requirement] = ()
    bounds_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """A program that reads a test and says by the exit code `accepts` that it is as the problem promises.

    It finds the test's input on stdin; one that `reads_answers` finds the answer there, and the input in the file that
    its first argument names. `arguments` are those for a test, by its file.
    """

    name: str
    program: Source
    accepts: int
    reads_answers: bool = False
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedOutput:
    """An output, and whether it is right for the input and answer beside it.

    `read` has the contents of these three files, of `size` bytes in all; `arguments` are those of the validator.
    """

    file: str
    read: Callable[[str], bytes]
    size: int
    is_right: bool
    arguments: tuple[str, ...] = ()

    @property
    def input_file(self) -> str:
        return self._beside(".in")

    @property
    def answer_file(self) -> str:
        return self._beside(".ans")

    @property
    def input(self) -> bytes:
        return self.read(self.input_file)

    @property
    def output(self) -> bytes:
        return self.read(self.file)

    @property
    def case(self) -> TestCase:
        return TestCase(self.input, self.read(self.answer_file), arguments=self.arguments)

    def _beside(self, ending: str) -> str:
        return str(PurePosixPath(self.file).with_suffix(ending))


@dataclass(frozen=True, slots=True)
class Timing:
    """How a time limit follows from the slowest program of the jury: so many times, up to a multiple of a step."""

    multiplier: float
    resolution_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The first `samples` tests are for everybody. What is None is not said, and stays as the problem has it.

    `includes` are the files beside every program of a language. `files` are the tests' inputs, by which people know
    them; `static` are the places of those that have none, in which programs are read and not run. `invalid_inputs` are
    such as no test may be, by their files: some validator refuses each.
    """

    tests: Sequence[TestCase]
    samples: int
    title: str | None = None
    statements: Statements = NO_STATEMENTS
    time_limit_ms: int | None = None
    memory_limit_kb: int | None = None
    output_limit_kb: int | None = None
    input_file: str = ""
    output_file: str = ""
    checker: str = "tokens"
    checker_options: Mapping[str, object] = field(default_factory=dict)
    scoring: Mapping[str, Any] | None = None
    programs: Mapping[Role, Source] = field(default_factory=dict)
    includes: Mapping[str, tuple[File, ...]] = field(default_factory=dict)
    languages: Sequence[str] | None = None
    jury: Sequence[JuryProgram] = ()
    files: Sequence[str] = ()
    static: frozenset[int] = frozenset()
    validators: Sequence[Validator] = ()
    invalid_inputs: Mapping[str, bytes] = field(default_factory=dict)
    outputs: Sequence[JudgedOutput] = ()
    timing: Timing | None = None
    recipe: Recipe | None = None
    """Of tests that are made on import; then `tests` has none."""
