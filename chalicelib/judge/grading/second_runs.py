"""Problems that run a program twice on each test: what it reads then is what the interactor of the first run wrote.

So Polygon does it (testlib's convention). The program keeps nothing from its first run. In the second it talks to the
interactor again, which reads what it wrote itself before; or it is alone, and its output is for the checker. That reads
the test's own input and answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.judge.grading import graders
from chalicelib.judge.grading.graders import ByChecker, ByInteractor, CheckResults
from chalicelib.judge.grading.validators import UNDECIDED, CheckResult, jury_failed
from chalicelib.judge_protocol.contract import Report, Run, Source, TestInput


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTwice:
    """`pair` judges the first run, and the second if that `is_interactive`; then `checker` has the last word."""

    pair: ByInteractor
    checker: ByChecker | None
    is_interactive: bool
    _given: dict[str, bytes] = field(default_factory=dict)

    @property
    def interactor(self) -> Source:
        return self.pair.interactor

    def interactor_of(self, tests: Sequence[TestInput]) -> Source | None:
        return None if self._is_alone(tests[0]) else self.pair.interactor

    def together(self, tests: Iterable[TestInput]) -> Iterator[TestInput]:
        """Of tests whose programs talk and such whose programs are alone, a job has those of the first kind."""
        kind: bool | None = None
        for test in tests:
            kind = self._is_alone(test) if kind is None else kind
            if kind != self._is_alone(test):
                return
            yield test

    def prepared(self, test: TestInput) -> TestInput:
        given = self._given.get(test.id)
        now = test if given is None else replace(test, input=given, input_url=None)
        if self._is_alone(test) and self.checker is not None:
            return self.checker.prepared(now)
        return graders.writing_for_checker(self.pair.prepared(now))

    def check_results(self, report: Report, *, job_id: str) -> CheckResults:
        if self.checker is not None and any(self._is_alone(run) for run in report.runs):
            return self.checker.check_results(report, job_id=job_id)
        said = self.pair.check_results(report, job_id=job_id)
        second = tuple(run for run in report.runs if run.id in self._given)
        first = {run.id: self._after_first(run, said.get(run.id)) for run in report.runs if run not in second}
        found = {**said, **first}
        if self.checker is None:
            return found
        return {**found, **graders.checked_further(self.checker, replace(report, runs=second), said, job_id=job_id)}

    def _is_alone(self, test: TestInput | Run) -> bool:
        return not self.is_interactive and test.id in self._given

    def _after_first(self, run: Run, said: CheckResult | None) -> CheckResult | None:
        """Nothing is decided once the interactor has accepted."""
        if run.interactor is None or not graders.accepted(said, run.interactor):
            return said
        written = run.interactor.collected.get(graders.WRITTEN_FILE, b"")
        if len(written) >= graders.WRITTEN_BYTES:
            return jury_failed(graders.WROTE_TOO_MUCH)
        self._given[run.id] = written
        return UNDECIDED
