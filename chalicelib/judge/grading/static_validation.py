"""Has the author's static validator read what was sent, before anything of it is run: tests of source files.

The problem package format has them since 2025-09. The validator finds the files of the submission in its directory, and
answers as an output validator does.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.judge.grading import batches, validators
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.grading.graders import (
    CHECKER_MEMORY_KB,
    CHECKER_OUTPUT_BYTES,
    CHECKER_TIME_MS,
    CHECKER_USUAL_MS,
    FEEDBACK_FILES,
    JuryFailed,
    OnceMore,
    checker_job,
    does_not_compile,
)
from chalicelib.judge.grading.job_runner import JobRunner
from chalicelib.judge.grading.passes import FEEDBACK
from chalicelib.judge.grading.validators import CheckResult, Convention
from chalicelib.judge_protocol.contract import File, Job, Outcome, Source, TestInput

_CODES = {"cpp17": "cpp", "cpp20": "cpp", "cpp23": "cpp", "pypy3": "python3"}
_CLASSES = {"java": "Main", "kotlin": "MainKt"}
"""In these languages a program begins with a class, not with a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticTests:
    """By their numbers the arguments of these tests. `points` are what each of all tests is worth at most."""

    arguments: Mapping[int, tuple[str, ...]]
    points: Sequence[float]
    program: Source
    tenant: str
    until: float = math.inf


def results(
    tests: StaticTests, language: str, main: str, files: Iterable[File], *, name: str
) -> dict[int, CheckResult]:
    """What the validator says in each test of files in a language, of which `main` is the first.

    JuryFailed when it does not compile. `name` is what its jobs are called.
    """
    found: dict[int, CheckResult] = {}
    late, own = OnceMore(), tuple(files)
    told = (_CODES.get(language, language), _CLASSES.get(language, main), FEEDBACK)

    def pending() -> Iterator[TestInput]:
        waiting = ((number, given) for number, given in tests.arguments.items() if number not in found)
        return (_asked(number, (*told, *given), own) for number, given in waiting)

    def job(batch: tuple[TestInput, ...]) -> Job:
        return checker_job(f"{name}-static", tests.program, batch)

    budget = batches.JobBudget(usual_wall_ms=CHECKER_USUAL_MS)
    for report in JobRunner(pending, job, budget, tenant=tests.tenant, until=tests.until).reports():
        if report.compilation.outcome is not Outcome.OK and not late.may_compile_again(report.compilation):
            raise JuryFailed(does_not_compile(Role.STATIC_VALIDATOR, report.compilation))
        for run in report.runs:
            if not late.may_run_again(run):
                points = tests.points[int(run.id) - 1]
                found[int(run.id)] = validators.read_result(run, Convention.ICPC, points=points)
    return found


def _asked(number: int, arguments: tuple[str, ...], files: tuple[File, ...]) -> TestInput:
    return TestInput(
        id=str(number),
        input=b"",
        args=arguments,
        files=files,
        time_limit_ms=CHECKER_TIME_MS,
        memory_limit_kb=CHECKER_MEMORY_KB,
        output_limit_bytes=CHECKER_OUTPUT_BYTES,
        collect=FEEDBACK_FILES,
    )
