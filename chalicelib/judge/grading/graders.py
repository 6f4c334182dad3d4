"""Graders judge each output: by comparison, by the author's checker in jobs of its own, or by an interactor.

The second half makes the jobs in which an author's programs run, and says what their failures mean. It is pure.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from chalicelib.common.texts import Text
from chalicelib.judge.grading import batches, passes, validators
from chalicelib.judge.grading.checkers import ROLES, BuiltIn, Role
from chalicelib.judge.grading.job_runner import JobRunner
from chalicelib.judge.grading.passes import Passes
from chalicelib.judge.grading.validators import UNDECIDED, CheckResult, Convention, jury_failed
from chalicelib.judge.problems import testsets
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import (
    COMPILER_RAN_OUT,
    MAX_INPUT_BYTES,
    Compilation,
    File,
    Job,
    Outcome,
    Remote,
    Report,
    Run,
    Source,
    TestInput,
    Verdict,
)

LONG_OUTPUT_BYTES = MAX_INPUT_BYTES
"""That may be printed for a checker: it can be given no larger file."""

CheckResults = Mapping[str, CheckResult | None]
"""By the ids of runs; what is said of none, and None, leaves the run's own outcome to decide."""


class JuryFailed(Exception):
    """A program of the problem's author cannot be used at all; the text is for the author."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class Grader(Protocol):
    @property
    def interactor(self) -> Source | None: ...

    def interactor_of(self, tests: Sequence[TestInput]) -> Source | None:
        """Whom the program talks to in a job of these tests."""

    def together(self, tests: Iterable[TestInput]) -> Iterator[TestInput]:
        """The first of these tests, as many as may be in one job."""

    def prepared(self, test: TestInput) -> TestInput:
        """A test of the submission, with what the grader wants in it."""

    def check_results(self, report: Report, *, job_id: str) -> CheckResults: ...


class _AllAlike:
    """All tests are run in the same way."""

    __slots__ = ()

    @property
    def interactor(self) -> Source | None:
        return None

    def interactor_of(self, _tests: Sequence[TestInput]) -> Source | None:
        return self.interactor

    def together(self, tests: Iterable[TestInput]) -> Iterator[TestInput]:
        return iter(tests)


@dataclass(frozen=True, slots=True)
class ByComparison(_AllAlike):
    tests: Sequence[TestCase]
    checker: BuiltIn

    def prepared(self, test: TestInput) -> TestInput:
        return test

    def check_results(self, report: Report, *, job_id: str) -> CheckResults:
        return {run.id: self._compared(_case(self.tests, run.id), run) for run in _finished_runs(report)}

    def _compared(self, case: TestCase, run: Run) -> CheckResult:
        return self.checker.comparison(case.arguments)(case.answer, run.stdout)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByChecker(_AllAlike):
    """`points` is what each test is worth at most, `usual` what it earns without a word on points, `tenant` the
    checker's author.

    How long a right output is the answer does not tell. Since a job has room for few long ones, a test on which the
    program printed too much is run again, with a limit of its own: `longest`, in bytes. `until` is when no further job
    of the checker is asked, of the monotonic clock. What it accepts the `further` ones judge, too.
    """

    tests: Sequence[TestCase]
    points: Sequence[float]
    program: Source
    convention: Convention
    tenant: str
    passes: Passes = field(default_factory=Passes)
    usual: Sequence[float | None] = ()
    longest: int = LONG_OUTPUT_BYTES
    until: float = math.inf
    further: Sequence[Source] = ()
    _short: set[str] = field(default_factory=set)
    _long: set[str] = field(default_factory=set)

    def prepared(self, test: TestInput) -> TestInput:
        made = self.passes.prepared(test)
        if test.id in self._long:
            return replace(made, output_limit_bytes=self.longest)
        if made.output_limit_bytes < self.longest:
            self._short.add(test.id)
        return made

    def check_results(self, report: Report, *, job_id: str) -> CheckResults:
        """What the checker says of each output; JuryFailed when it does not compile."""
        waiting = [self._input(run) for run in _finished_runs(report)]
        found = self._said(self.program, waiting, name=f"{job_id}-checker")
        for number, program in enumerate(self.further, 2):
            right = [each for each in waiting if (said := found[each.id]) is not None and said.verdict is Verdict.OK]
            for test_id, said in self._said(program, right, name=f"{job_id}-checker-{number}").items():
                found[test_id] = _both(found[test_id], said)
        return found | self._printed_more(report)

    def _said(self, program: Source, waiting: Sequence[TestInput], *, name: str) -> dict[str, CheckResult | None]:
        found: dict[str, CheckResult | None] = {}
        late = OnceMore()
        budget = batches.JobBudget(usual_wall_ms=CHECKER_USUAL_MS)

        def pending() -> Iterator[TestInput]:
            return (test for test in waiting if test.id not in found)

        def job(batch: tuple[TestInput, ...]) -> Job:
            return checker_job(name, program, batch)

        series = JobRunner(pending, job, budget, tenant=self.tenant, until=self.until)
        for checked in series.reports():
            if checked.compilation.outcome is not Outcome.OK and not late.may_compile_again(checked.compilation):
                raise JuryFailed(does_not_compile(Role.CHECKER, checked.compilation))
            found |= {run.id: self._read(run) for run in checked.runs if not late.may_run_again(run)}
        return found

    def _printed_more(self, report: Report) -> dict[str, CheckResult | None]:
        """Those that are run again, which are then not run again."""
        again = {run.id for run in report.runs if run.outcome is Outcome.OUTPUT_LIMIT} & self._short - self._long
        self._long.update(again)
        return dict.fromkeys(again, UNDECIDED)

    def _input(self, run: Run) -> TestInput:
        case = self.passes.case(run.id, _case(self.tests, run.id))
        return self.passes.validated(checker_input(run.id, case, run.stdout, self.convention))

    def _read(self, run: Run) -> CheckResult | None:
        points, usual = _points_of(self.points, run.id), _usual_of(self.usual, run.id)
        said = validators.read_result(run, self.convention, points=points, usual=usual)
        return self.passes.taken(run.id, said, run.collected)


def _both(one: CheckResult | None, other: CheckResult | None) -> CheckResult | None:
    """Of two that judge an output which the first accepts: the one that gives less."""
    if one is None or other is None or other.verdict is not Verdict.OK or other.share < one.share:
        return other
    return one


class OnceMore:
    """An author's program that ran out of time is tried again, once: the machine may have been busy; on a few tests."""

    def __init__(self) -> None:
        self._compiled = False
        self._tests: set[str] = set()

    def may_compile_again(self, compilation: Compilation) -> bool:
        before, self._compiled = self._compiled, True
        return not before and compilation.output.endswith(COMPILER_RAN_OUT.format(missing="time"))

    def may_run_again(self, run: Run) -> bool:
        late = run.outcome in (Outcome.TIME_LIMIT, Outcome.WALL_TIME_LIMIT)
        if not late or run.id in self._tests or len(self._tests) == MOST_TRIED_AGAIN:
            return False
        self._tests.add(run.id)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ByInteractor(_AllAlike):
    """`points` is what each test is worth at most; `then` judges what an interactor that accepted wrote for it."""

    tests: Sequence[TestCase]
    points: Sequence[float]
    program: Source
    convention: Convention
    then: ByChecker | None = None
    usual: Sequence[float | None] = ()
    passes: Passes = field(default_factory=Passes)
    late: OnceMore = field(default_factory=OnceMore)

    @property
    def interactor(self) -> Source:
        return self.program

    def prepared(self, test: TestInput) -> TestInput:
        now = self.passes.prepared(test)
        made = self.passes.validated(interactive(now, _case(self.tests, test.id), self.convention))
        return made if self.then is None else writing_for_checker(made)

    def check_results(self, report: Report, *, job_id: str) -> CheckResults:
        compiled = report.interactor_compilation
        if compiled is not None and compiled.outcome is not Outcome.OK:
            if self.late.may_compile_again(compiled):
                return {}
            raise JuryFailed(does_not_compile(Role.INTERACTOR, compiled))
        found = {run.id: self._read(run) for run in report.runs}
        return found if self.then is None else {**found, **checked_further(self.then, report, found, job_id=job_id)}

    def _read(self, run: Run) -> CheckResult | None:
        points, usual = _points_of(self.points, run.id), _usual_of(self.usual, run.id)
        said = validators.read_pair(run, self.convention, points=points, usual=usual)
        return self.passes.taken(run.id, said, run.interactor.collected if run.interactor else {})


def checked_further(checker: ByChecker, report: Report, said: CheckResults, *, job_id: str) -> CheckResults:
    """What the checker says of what the interactors that accepted wrote for it: an empty file, if they wrote none."""
    written = [
        replace(run, stdout=run.interactor.collected.get(WRITTEN_FILE, b""))
        for run in report.runs
        if run.interactor is not None and accepted(said[run.id], run.interactor)
    ]
    fitting = tuple(run for run in written if len(run.stdout) < WRITTEN_BYTES)
    too_much = {run.id: jury_failed(WROTE_TOO_MUCH) for run in written if run not in fitting}
    return {**too_much, **checker.check_results(replace(report, runs=fitting), job_id=job_id)}


def accepted(said: CheckResult | None, interactor: Run) -> bool:
    """Points that an interactor gave (exit 7) are the last word."""
    return said is not None and said.verdict is Verdict.OK and interactor.exit_code == 0


def _finished_runs(report: Report) -> Iterator[Run]:
    return (run for run in report.runs if run.outcome is Outcome.OK)


def _case(tests: Sequence[TestCase], test_id: str) -> TestCase:
    return tests[int(test_id) - 1]


def _points_of(points: Sequence[float], test_id: str) -> float:
    return points[int(test_id) - 1]


def _usual_of(usual: Sequence[float | None], test_id: str) -> float | None:
    return usual[int(test_id) - 1] if usual else None


MOST_TRIED_AGAIN = 3
"""Tests of one job: a checker that runs out of time more often has another reason."""
CHECKER_TIME_MS = 10_000
CHECKER_MEMORY_KB = 512 * 1024
CHECKER_OUTPUT_BYTES = 64 * 1024
CHECKER_USUAL_MS = 1000
"""On the clock: a checker reads three files. Many that take longer are tried again in parts."""

WRITTEN_FILE = "output"
"""An interactor's second argument: what it writes there is for the checker (testlib's `tout`)."""
WRITTEN_BYTES = 256 * 1024
"""Of it; more is refused."""
WROTE_TOO_MUCH = Text("wrote_too_much", "wrote {limit} bytes or more for the checker", {"limit": WRITTEN_BYTES})

FEEDBACK_FILES = (
    validators.MESSAGE_FILE,
    validators.TEAM_MESSAGE_FILE,
    validators.SCORE_FILE,
    validators.MULTIPLIER_FILE,
)


def checker_input(test_id: str, test: TestCase, output: bytes, convention: Convention) -> TestInput:
    """One output to check."""
    icpc = convention is Convention.ICPC
    given = () if test.input is None else (File(name="input", data=test.input),)
    files = (*given, File(name="answer", data=test.answer))
    return TestInput(
        id=test_id,
        input=output if icpc else b"",
        time_limit_ms=CHECKER_TIME_MS,
        memory_limit_kb=CHECKER_MEMORY_KB,
        output_limit_bytes=CHECKER_OUTPUT_BYTES,
        args=_arguments(test, convention),
        files=files if icpc else (*files, File(name="output", data=output)),
        fetched=(Remote(name="input", url=testsets.address(test)),) if test.input is None else None,
        collect=FEEDBACK_FILES if icpc else (),
    )


def interactive(test: TestInput, case: TestCase, convention: Convention) -> TestInput:
    """A test of a pair: what it has besides its limits is the interactor's."""
    icpc = convention is Convention.ICPC
    return TestInput(
        id=test.id,
        input=test.input,
        input_url=test.input_url,
        time_limit_ms=test.time_limit_ms,
        memory_limit_kb=test.memory_limit_kb,
        output_limit_bytes=test.output_limit_bytes,
        args=_arguments(case, convention),
        files=(File(name="answer", data=case.answer),),
        collect=FEEDBACK_FILES if icpc else (),
    )


def writing_for_checker(test: TestInput) -> TestInput:
    """A pair's test, with the interactor's words for the checker. What the two tell each other is no output."""
    return replace(test, collect=(*test.collect, WRITTEN_FILE), output_limit_bytes=WRITTEN_BYTES)


def _arguments(case: TestCase, convention: Convention) -> tuple[str, ...]:
    if convention is Convention.ICPC:
        return ("input", "answer", passes.FEEDBACK, *case.arguments)
    return ("input", "output", "answer")


def checker_job(job_id: str, program: Source, tests: tuple[TestInput, ...]) -> Job:
    return Job(job_id=job_id, language=program.language, source=program.source, files=program.files, tests=tests)


def does_not_compile(role: Role, compilation: Compilation) -> Text:
    """For the author: a student is told nothing of it, and least of all a compile error."""
    said = compilation.output.strip()[: validators.MAX_MESSAGE]
    params = {"role": ROLES[role]}
    if not said:
        return Text("program_not_compiled", "The {role} does not compile", params)
    return Text("program_not_compiled_saying", "The {role} does not compile: {said}", {**params, "said": said})
