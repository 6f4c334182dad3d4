"""One submission's way through its tests, from the first job to the judgement."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.judge import batches, judge_function, languages, problems, testsets, verdict
from chalicelib.judge.checkers import BuiltIn, Role
from chalicelib.judge.examiners import ByChecker, ByInteractor, Comparing, Examiner, JuryFailed
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.problems import Limits, Rules
from chalicelib.judge.results import TestResult
from chalicelib.judge.series import Series
from chalicelib.judge.testsets import Testset
from chalicelib.judge.verdict import Judgement
from chalicelib.judge_protocol.contract import Compilation, Job, Outcome, Report, Source, TestInput, Verdict

MIN_OUTPUT_LIMIT = 64 * 1024
"""Bytes that any program may print; beyond it, twice what is expected."""
MAX_OUTPUT_LIMIT = 32 * 1024 * 1024
"""Bytes that no program may print more than, whatever is expected."""


def hold(submission: Submission, problem: Problem, rules: Rules, testset: Testset) -> Judgement:
    """Judge a submission. JudgeUnavailable when it must be tried again later."""
    try:
        return _Trial(submission, problem, rules, testset, _examiner(problem, rules, testset)).judgement()
    except JuryFailed as failure:
        return verdict.system_error(rules.scoring, notice=str(failure))


def _examiner(problem: Problem, rules: Rules, testset: Testset) -> Examiner:
    if isinstance(rules.checker, BuiltIn):
        return Comparing(testset.tests, rules.checker.compare)
    tests, points = testset.tests, tuple(rules.scoring.test_points())
    program, convention = _program(rules.checker.role, testset), rules.checker.convention
    if rules.checker.role is Role.INTERACTOR:
        return ByInteractor(tests=tests, points=points, program=program, convention=convention)
    author = judge_function.tenant_of(problem.author_id)
    return ByChecker(tests=tests, points=points, program=program, convention=convention, tenant=author)


def _program(role: Role, testset: Testset) -> Source:
    program = testset.programs.get(role)
    if program is None:
        raise JuryFailed(f"There is no {role} beside the tests")
    language = languages.find(program.language)
    if language is None or not language.available:
        raise JuryFailed(f"The {role} is written in {program.language!r}, which is not available")
    return program


@dataclass(slots=True)
class _Trial:
    submission: Submission
    problem: Problem
    rules: Rules
    testset: Testset
    examiner: Examiner
    compilation: Compilation = field(default_factory=lambda: Compilation(outcome=Outcome.OK))
    results: dict[int, TestResult] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        return problems.limits(self.problem, self.submission.language)

    def judgement(self) -> Judgement:
        scoring = self.rules.scoring
        first = batches.first_size(scoring.tests_total, may_skip=scoring.may_skip)
        tenant = judge_function.tenant_of(self.submission.user_id)
        for report in Series(self._pending, self._job, self._scale(), tenant=tenant, first=first).reports():
            self._take(report)
            if self.compilation.outcome is not Outcome.OK:
                break
        return verdict.of_submission(self.compilation, self.results, scoring)

    def _pending(self) -> Iterator[TestInput]:
        passed = {number: result.verdict is Verdict.OK for number, result in self.results.items()}
        skipped = self.rules.scoring.skipped(passed)
        for number in range(1, self.rules.scoring.tests_total + 1):
            if number not in self.results and number not in skipped:
                yield self.examiner.prepared(self._input(number))

    def _input(self, number: int) -> TestInput:
        test = self.testset.tests[number - 1]
        return TestInput(
            id=str(number),
            input=test.input,
            input_url=testsets.address(test) if test.input is None else None,
            time_limit_ms=self.limits.time_ms,
            memory_limit_kb=self.limits.memory_kb,
            output_limit_bytes=min(max(MIN_OUTPUT_LIMIT, 2 * len(test.answer)), MAX_OUTPUT_LIMIT),
        )

    def _job(self, batch: tuple[TestInput, ...]) -> Job:
        return Job(
            job_id=f"{self.submission.id}-{self.submission.judging}-{batch[0].id}",
            language=self.submission.language,
            source=self.submission.source,
            tests=batch,
            stop_on_failure=self.rules.scoring.stops_within(int(batch[0].id), int(batch[-1].id)),
            interactor=self.examiner.interactor,
        )

    def _scale(self) -> batches.Scale:
        language = languages.find(self.submission.language)
        return batches.Scale(
            time_factor=language.time_factor if language else 1.0,
            interactive=self.examiner.interactor is not None,
        )

    def _take(self, report: Report) -> None:
        self.compilation = report.compilation
        self.submission.toolchain = report.toolchain or self.submission.toolchain
        findings = self.examiner.findings(report, job_id=report.job_id)
        for run in report.runs:
            number = int(run.id)
            self.results[number] = verdict.of_run(
                run, number=number, finding=findings.get(run.id), visible=self.problem.visible_tests
            )
