"""From what happened to what it is worth. Pure: reports and answers in, verdicts out.

Outcomes that decide by themselves come from the judge; only a clean exit is compared with the answer. A program
that exits with an error is a runtime error even when its output is right; what it wrote to stderr never decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from signal import Signals
from typing import Any

from chalicelib.judge import checkers
from chalicelib.judge.contract import Compilation, Outcome, Run, Verdict

VISIBLE_TESTS = 2
"""Seed 000 shows the first two tests as examples; of the others nothing but verdict, time and memory is told."""

_WORTH = {
    Outcome.COMPILE_ERROR: Verdict.COMPILE_ERROR,
    Outcome.RUNTIME_ERROR: Verdict.RUNTIME_ERROR,
    Outcome.TIME_LIMIT: Verdict.TIME_LIMIT,
    Outcome.WALL_TIME_LIMIT: Verdict.WALL_TIME_LIMIT,
    Outcome.MEMORY_LIMIT: Verdict.MEMORY_LIMIT,
    Outcome.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT,
    Outcome.SYSTEM_ERROR: Verdict.SYSTEM_ERROR,
}

_TEXTS = {
    Verdict.OK: "OK",
    Verdict.WRONG_ANSWER: "Wrong answer",
    Verdict.COMPILE_ERROR: "Compilation error",
    Verdict.RUNTIME_ERROR: "Runtime error",
    Verdict.TIME_LIMIT: "Time limit exceeded",
    Verdict.WALL_TIME_LIMIT: "Wall time limit exceeded",
    Verdict.MEMORY_LIMIT: "Memory limit exceeded",
    Verdict.OUTPUT_LIMIT: "Output limit exceeded",
    Verdict.SYSTEM_ERROR: "System error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One test's verdict. `number` counts from 1; `message` is empty for tests that are not shown."""

    number: int
    verdict: Verdict
    time_ms: float
    memory_kb: int
    message: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A submission's verdict. `time_ms` and `memory_kb` are the maximum over its tests."""

    verdict: Verdict
    text: str
    compiler_output: str
    results: tuple[TestResult, ...]
    tests_total: int

    @property
    def time_ms(self) -> float:
        return max((result.time_ms for result in self.results), default=0.0)

    @property
    def memory_kb(self) -> int:
        return max((result.memory_kb for result in self.results), default=0)

    @property
    def tests_passed(self) -> int:
        return sum(result.verdict is Verdict.OK for result in self.results)


def of_run(run: Run, *, number: int, answer: bytes, checker: checkers.Checker) -> TestResult:
    """What one run is worth."""
    found, message = _WORTH.get(run.outcome, Verdict.OK), _cause(run)
    if run.outcome is Outcome.OK:
        found, message = _compared(run.stdout, answer, checker)
    return TestResult(
        number=number,
        verdict=found,
        time_ms=run.wall_ms if found is Verdict.WALL_TIME_LIMIT else run.cpu_ms,
        memory_kb=run.memory_kb,
        message=message if number <= VISIBLE_TESTS else "",
    )


def of_submission(compilation: Compilation, results: Sequence[TestResult], *, tests_total: int) -> Judgement:
    """The first failure decides; without one, all tests must have run."""
    if compilation.outcome is not Outcome.OK:
        found = _WORTH[compilation.outcome]
        return _judgement(found, _TEXTS[found], compilation, (), tests_total)
    failure = first_failure(results)
    if failure is not None:
        return _judgement(failure.verdict, _told(failure), compilation, results, tests_total)
    if len(results) != tests_total:
        return _judgement(Verdict.SYSTEM_ERROR, _TEXTS[Verdict.SYSTEM_ERROR], compilation, results, tests_total)
    return _judgement(Verdict.OK, _TEXTS[Verdict.OK], compilation, results, tests_total)


def first_failure(results: Iterable[TestResult]) -> TestResult | None:
    return next((result for result in results if result.verdict is not Verdict.OK), None)


def up_to_first_failure(results: Sequence[TestResult]) -> list[TestResult]:
    """The results with nothing after the first failure: those of a problem that stops there."""
    failure = first_failure(results)
    return [result for result in results if failure is None or result.number <= failure.number]


def system_error() -> Judgement:
    """Ours: never charged to the student."""
    nothing = Compilation(outcome=Outcome.SYSTEM_ERROR)
    return of_submission(nothing, (), tests_total=0)


def _judgement(
    found: Verdict, text: str, compilation: Compilation, results: Sequence[TestResult], tests_total: int
) -> Judgement:
    return Judgement(
        verdict=found,
        text=text,
        compiler_output=compilation.output,
        results=tuple(results),
        tests_total=tests_total,
    )


def _compared(stdout: bytes, answer: bytes, checker: checkers.Checker) -> tuple[Verdict, str]:
    mismatch = checker(answer, stdout)
    if mismatch is None:
        return Verdict.OK, ""
    return Verdict.WRONG_ANSWER, mismatch if stdout.strip() else "the program printed nothing"


def _cause(run: Run) -> str:
    """Why a process ended, as its author would like to know it: the signal, or the last line of stderr."""
    if run.outcome is not Outcome.RUNTIME_ERROR:
        return ""
    if run.signal is not None:
        return _signal_name(run.signal)
    complaint = run.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
    code = f"exit code {run.exit_code}"
    return f"{code}, {complaint[-1].strip()[:200]}" if complaint else code


def _signal_name(number: int) -> str:
    try:
        return Signals(number).name
    except ValueError:
        return f"signal {number}"


def _told(failure: TestResult) -> str:
    text = f"{_TEXTS[failure.verdict]} on test {failure.number}"
    return f"{text}: {failure.message}" if failure.message else text
