"""Who says what an output is worth: a built-in comparison, the author's checker in jobs of its own, an interactor."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.judge import batches, conventions, interactions, jury
from chalicelib.judge.checkers import Comparison, Role
from chalicelib.judge.conventions import Convention
from chalicelib.judge.findings import Finding, jury_failed
from chalicelib.judge.series import Series
from chalicelib.judge.testsets import TestCase
from chalicelib.judge_protocol.contract import Job, Outcome, Report, Run, Source, TestInput

Findings = Mapping[str, Finding | None]
"""By the ids of runs; what is said of none, and None, leaves the run's own outcome to decide."""


class JuryFailed(Exception):
    """A program of the problem's author cannot be used at all; the text is for the author."""


class Examiner(Protocol):
    @property
    def interactor(self) -> Source | None: ...

    def prepared(self, test: TestInput) -> TestInput:
        """A test of the submission, with what the examiner wants in it."""

    def findings(self, report: Report, *, job_id: str) -> Findings: ...


@dataclass(frozen=True, slots=True)
class Comparing:
    tests: Sequence[TestCase]
    compare: Comparison

    @property
    def interactor(self) -> None:
        return None

    def prepared(self, test: TestInput) -> TestInput:
        return test

    def findings(self, report: Report, *, job_id: str) -> Findings:
        return {run.id: self.compare(_case(self.tests, run.id).answer, run.stdout) for run in _printed(report)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ByChecker:
    """`points` is what each test is worth at most, `tenant` the checker's author."""

    tests: Sequence[TestCase]
    points: Sequence[float]
    program: Source
    convention: Convention
    tenant: str

    @property
    def interactor(self) -> None:
        return None

    def prepared(self, test: TestInput) -> TestInput:
        return test

    def findings(self, report: Report, *, job_id: str) -> Findings:
        """What the checker says of each output; JuryFailed when it does not compile."""
        waiting, found = self._inputs(_printed(report))
        scale = batches.Scale(usual_wall_ms=jury.CHECKER_USUAL_MS)

        def pending() -> Iterator[TestInput]:
            return (test for test in waiting if test.id not in found)

        def job(batch: tuple[TestInput, ...]) -> Job:
            return jury.checker_job(f"{job_id}-checker", self.program, batch)

        series = Series(pending, job, scale, tenant=self.tenant)
        for checked in series.reports():
            if checked.compilation.outcome is not Outcome.OK:
                raise JuryFailed(jury.does_not_compile(Role.CHECKER, checked.compilation))
            found |= {run.id: self._read(run) for run in checked.runs}
        return found

    def _inputs(self, printed: Iterable[Run]) -> tuple[list[TestInput], dict[str, Finding]]:
        """The checker's tests, and what is to be said where there can be none."""
        waiting, found = [], {}
        for run in printed:
            try:
                case = _case(self.tests, run.id)
                waiting.append(jury.checker_input(run.id, case, run.stdout, self.convention))
            except jury.TooLarge:
                found[run.id] = jury_failed("its files are too large for a checker")
        return waiting, found

    def _read(self, run: Run) -> Finding:
        return conventions.read(run, self.convention, points=_worth(self.points, run.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class ByInteractor:
    """`points` is what each test is worth at most."""

    tests: Sequence[TestCase]
    points: Sequence[float]
    program: Source
    convention: Convention

    @property
    def interactor(self) -> Source:
        return self.program

    def prepared(self, test: TestInput) -> TestInput:
        try:
            return jury.interactive(test, _case(self.tests, test.id).answer, self.convention)
        except jury.TooLarge as error:
            raise JuryFailed(f"Test {test.id}: its files are too large for an interactor") from error

    def findings(self, report: Report, *, job_id: str) -> Findings:
        compiled = report.interactor_compilation
        if compiled is not None and compiled.outcome is not Outcome.OK:
            raise JuryFailed(jury.does_not_compile(Role.INTERACTOR, compiled))
        return {
            run.id: interactions.of_pair(run, self.convention, points=_worth(self.points, run.id))
            for run in report.runs
        }


def _printed(report: Report) -> Iterator[Run]:
    return (run for run in report.runs if run.outcome is Outcome.OK)


def _case(tests: Sequence[TestCase], test_id: str) -> TestCase:
    return tests[int(test_id) - 1]


def _worth(points: Sequence[float], test_id: str) -> float:
    return points[int(test_id) - 1]
