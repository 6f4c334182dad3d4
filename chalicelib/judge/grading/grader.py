"""Grades submissions: from the queue's message through the tests to the stored verdict.

This is the trusted half of judging: it knows the answers. The judge function, which runs the programs, does not.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import paging
from chalicelib.common.texts import EMPTY, Text
from chalicelib.judge import languages, models
from chalicelib.judge.grading import (
    annotations,
    answers,
    batches,
    coarse,
    counter_test_rules,
    drivers,
    exact,
    judge_client,
    origin_hooks,
    own_graders,
    passes,
    results,
    samples,
    scoring,
    static_validation,
    verdict,
)
from chalicelib.judge.grading.annotations import Annotation
from chalicelib.judge.grading.checkers import FURTHER_CHECKERS, ROLES, BuiltIn, ByProgram, Role, SecondRun
from chalicelib.judge.grading.counter_tests import Trial
from chalicelib.judge.grading.drivers import PlacedProgram
from chalicelib.judge.grading.graders import (
    LONG_OUTPUT_BYTES,
    ByChecker,
    ByComparison,
    ByInteractor,
    Grader,
    JuryFailed,
)
from chalicelib.judge.grading.group_graders import Result
from chalicelib.judge.grading.job_runner import JobRunner
from chalicelib.judge.grading.passes import Passes
from chalicelib.judge.grading.progress import Progress
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.grading.samples import SampleRun
from chalicelib.judge.grading.second_runs import RunTwice
from chalicelib.judge.grading.static_validation import StaticTests
from chalicelib.judge.grading.validators import UNDECIDED
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.problems import jury, promises, testsets
from chalicelib.judge.problems import rules as problem_rules
from chalicelib.judge.problems.promises import Requirement
from chalicelib.judge.problems.rules import Limits, Rules
from chalicelib.judge.problems.testsets import Testset
from chalicelib.judge.submissions import own_files
from chalicelib.judge_protocol.contract import Compilation, File, Job, Outcome, Report, Run, Source, TestInput, Verdict


class NotAnnounced(Exception):
    """A verdict is stored, and whoever is to be told of it could not be."""


def judge(submission_id: int, *, again: bool = False) -> None:
    """Give a submission its verdict, once. Raises JudgeUnavailable when it must be tried again later.

    `again` says that the message came before: then a verdict that is there may not have been told.
    """
    submission = models.find_submission(submission_id)
    if submission is None or submission.is_final:
        observe.logger.info("nothing to judge", submission_id=submission_id, found=submission is not None)
        if submission is not None and again:
            _announce(submission)
        return
    finish(submission, *_judged(submission))


def finish(submission: Submission, judgement: Judgement, told: Judgement | None = None) -> None:
    """Write a verdict and what it means to its origin, and tell of it. A verdict that is already there stays.

    `told` is what the submitter may know of it where results are coarse; None when that is everything.
    """
    _write_into(submission, told or judgement)
    if told is not None:
        _keep_exact(submission, judgement)
    record = origin_hooks.origin_of(submission).record
    try:
        models.finish_submission(
            submission,
            map(results.pack, results.pages((told or judgement).results)),
            also=lambda transaction: record(submission, judgement, transaction) if record else None,
            exact=map(results.pack, results.pages(judgement.results)) if told else (),
        )
    except transactions.ConditionFailed as refused:
        if models.VERDICT_PENDING not in refused.failed:
            raise
        observe.logger.info("verdict was there already", submission_id=submission.id)
        return
    _log(submission, judgement)
    _announce(submission)


def _judged(submission: Submission) -> tuple[Judgement, Judgement | None]:
    """The judgement, and what is told of it where that is less."""
    problem = models.find_problem(submission.problem_id, consistent=True)
    if problem is None:
        return _system_error(submission, "the problem is gone"), None
    submission.rules_version = problem.rules_version
    progress = Progress(submission, is_coarse=bool(problem.coarse_results or submission.coarse_results))
    progress.begin()  # before anything that may kill this: what never begins is never given up
    try:
        testset = testsets.read(problem.id, submission.tests_version)
        rules = problem_rules.rules(problem, len(testset.tests))
    except testsets.MissingTestset as missing:
        return _system_error(submission, f"no test data at {missing}"), None
    except problem_rules.BadProblem as bad:
        return _system_error(submission, "the problem cannot be judged", notice=bad.text), None
    judgement = _graded(submission, problem, rules, testset, progress)
    if submission.is_counter_test:
        return judgement, None
    return judgement, _coarse(submission, problem, rules, judgement)


def _graded(submission: Submission, problem: Problem, rules: Rules, testset: Testset, progress: Progress) -> Judgement:
    """As `grade`; when the judge is away, it is written that the submission waits again."""
    try:
        if submission.is_counter_test:
            return _tried(submission, problem, rules, testset)
        return grade(submission, problem, rules, testset, progress=progress)
    except judge_client.JudgeUnavailable as unavailable:
        progress.interrupted(counts=not unavailable.is_busy)
        raise


def _tried(submission: Submission, problem: Problem, rules: Rules, testset: Testset) -> Judgement:
    """A counter-test's."""

    def grader_of(tests: Testset) -> Grader:
        every = scoring.all_or_nothing(len(tests.tests), stops=False)
        return _grader(problem, Rules(rules.checker, every), tests, math.inf)

    def graded(by: Rules, tests: Testset) -> Judgement:
        return grade(submission, problem, by, tests)

    return Trial(submission, problem, testset, grader_of, graded).judgement(rules)


def _coarse(submission: Submission, problem: Problem, rules: Rules, judgement: Judgement) -> Judgement | None:
    """None when neither the problem nor where the program was sent to asks for coarse results."""
    if not (problem.coarse_results or submission.coarse_results):
        return None
    limits = problem_rules.limits(problem, submission.language)
    return coarse.told(
        judgement,
        rules.scoring,
        shown=_shown_tests(submission, problem),
        time_limit_ms=limits.time_ms * _time_factor(submission.language),
        memory_limit_kb=limits.memory_kb,
    )


def _shown_tests(submission: Submission, problem: Problem) -> int:
    """How many tests a pupil can read: samples may have been too large to be shown, or be those of newer tests. The one
    of a counter-test is its writer's.
    """
    if submission.is_counter_test:
        return 1
    is_current = submission.tests_version == problem.tests_version
    return min(problem.visible_tests, len(problem.samples)) if is_current else 0


def _time_factor(language_id: str) -> float:
    language = languages.find(language_id)
    return language.time_factor if language else 1.0


def _keep_exact(submission: Submission, judgement: Judgement) -> None:
    """Beside what is told. Even when it was judged is not: a program can take its time."""
    submission.exact = exact.kept(judgement, clock.now())
    submission.exact_results = _first_results(judgement)
    submission.judged_at = None


def _write_into(submission: Submission, judgement: Judgement) -> None:
    submission.verdict = judgement.verdict
    submission.text = judgement.text
    submission.compiler_output = judgement.compiler_output
    submission.time_ms = judgement.time_ms
    submission.memory_kb = judgement.memory_kb
    submission.tests_passed = judgement.tests_passed
    submission.tests_total = judgement.tests_total or submission.tests_total
    submission.points, submission.max_points = judgement.points, judgement.max_points
    submission.results = _first_results(judgement)
    submission.samples = [run.to_json() for run in judgement.samples]
    submission.notice = judgement.notice
    submission.unmet = [each.to_json() for each in judgement.unmet] or None
    submission.judged_at = clock.now()


def _first_results(judgement: Judgement) -> list[list[Any]]:
    return [result.to_json() for result in judgement.results[: results.FIRST_PAGE]]


def _announce(submission: Submission) -> None:
    """The verdict is stored whatever happens here; a message whose announcer failed comes again, and is told then."""
    if submission.verdict == Verdict.CANCELLED:
        return
    announce = origin_hooks.origin_of(submission).announce
    if announce is None:
        return
    try:
        announce(submission, _is_new(submission))
    except Exception as error:
        observe.logger.exception("verdict not told", submission_id=submission.id)
        raise NotAnnounced(submission.id) from error


def _is_new(submission: Submission) -> bool:
    """Whether it is not what the author was told before the submission was judged anew."""
    if submission.judging == 1:
        return True
    (past,) = models.past_judgings(submission.id, paging.CursorQuery(limit=1)).items or (None,)
    return past is None or (past.verdict, past.points) != (submission.verdict, submission.points)


def _log(submission: Submission, judgement: Judgement) -> None:
    observe.logger.info("submission judged", submission_id=submission.id, verdict=judgement.verdict)
    observe.count("SubmissionJudged", dimensions={"verdict": judgement.verdict})
    if judgement.verdict is Verdict.SYSTEM_ERROR and counter_test_rules.reason_of(judgement) is None:
        observe.count("SystemError")
    if judgement.notice:
        observe.logger.error("jury failed", problem_id=submission.problem_id, notice=str(judgement.notice))


def _system_error(submission: Submission, cause: str, *, notice: Text = EMPTY) -> Judgement:
    observe.logger.error("submission cannot be judged", submission_id=submission.id, cause=cause)
    return verdict.system_error(notice=notice)


MIN_OUTPUT_LIMIT = 64 * 1024
"""Bytes that any program may print; beyond it, twice what is expected."""


def grade(
    submission: Submission,
    problem: Problem,
    rules: Rules,
    testset: Testset,
    *,
    progress: Progress | None = None,
    until: float = math.inf,
) -> Judgement:
    """Judge a submission, and tell its `progress`. JudgeUnavailable when it must be tried again later.

    TookTooLong when that is not done by `until`, of the monotonic clock, but for the job that is asked then.
    """
    try:
        grading = _Grading(submission, problem, rules, testset, _grader(problem, rules, testset, until))
        grading.progress, grading.until = progress, until
        grading.requirements = jury.requirements_of(submission) if jury.is_of_jury(submission) else ()
        return grading.judgement()
    except JuryFailed as failure:
        return verdict.system_error(rules.scoring, notice=failure.text)


def _grader(problem: Problem, rules: Rules, testset: Testset, until: float) -> Grader:
    if isinstance(rules.checker, BuiltIn):
        return ByComparison(testset.tests, rules.checker)
    if rules.checker.role is Role.CHECKER:
        return _by_checker(problem, rules, rules.checker, testset, until)
    pair = ByInteractor(
        tests=testset.tests,
        points=_points(rules, rules.checker),
        usual=tuple(rules.scoring.usual_points()),
        program=_program(Role.INTERACTOR, testset),
        convention=rules.checker.convention,
        passes=Passes(rules.checker.passes),
    )
    then = _by_checker(problem, rules, rules.checker, testset, until) if rules.checker.then_checker else None
    if rules.checker.second_run is SecondRun.NONE:
        return replace(pair, then=then)
    is_interactive = rules.checker.second_run is SecondRun.INTERACTIVE
    return RunTwice(pair=pair, checker=then, is_interactive=is_interactive)


def _by_checker(problem: Problem, rules: Rules, checker: ByProgram, testset: Testset, until: float) -> ByChecker:
    return ByChecker(
        tests=testset.tests,
        points=_points(rules, checker),
        usual=tuple(rules.scoring.usual_points()),
        program=_program(Role.CHECKER, testset),
        convention=checker.convention,
        passes=Passes(1 if checker.then_checker else checker.passes),
        tenant=judge_client.tenant_of(problem.author_id),
        longest=min(_most_output(problem), LONG_OUTPUT_BYTES),
        until=until,
        further=[_program(role, testset) for role in FURTHER_CHECKERS if role in testset.programs],
    )


def _most_output(problem: Problem) -> int:
    """Bytes that no program may print more than, whatever is expected."""
    named = problem.output_limit_kb
    return 1024 * min(problem_rules.MAX_OUTPUT_KB if named is None else named, problem_rules.MAX_OUTPUT_KB)


def _points(rules: Rules, checker: ByProgram) -> tuple[float, ...]:
    """What an author's program may give each test at most."""
    points = tuple(rules.scoring.test_points())
    return (100.0,) * len(points) if checker.percent else points


def _program(role: Role, testset: Testset) -> Source:
    program = testset.programs.get(role)
    if program is None:
        raise JuryFailed(Text("program_missing", "There is no {role} beside the tests", {"role": ROLES[role]}))
    language = languages.find(program.language)
    if language is None or not language.available:
        english = "The {role} is written in '{language}', which is not available"
        params = {"role": ROLES[role], "language": program.language}
        raise JuryFailed(Text("program_language_unavailable", english, params))
    return program


@dataclass(slots=True)
class _Grading:
    """`passed` has the last pass of each test that is not decided. With `requirements` of tests all of them run."""

    submission: Submission
    problem: Problem
    rules: Rules
    testset: Testset
    grader: Grader
    compilation: Compilation = field(default_factory=lambda: Compilation(outcome=Outcome.OK))
    results: dict[int, TestResult] = field(default_factory=dict)
    samples: dict[int, SampleRun] = field(default_factory=dict)
    passed: dict[int, Run] = field(default_factory=dict)
    requirements: Sequence[Requirement] = ()
    until: float = math.inf
    progress: Progress | None = None
    placed: PlacedProgram = field(init=False)

    def __post_init__(self) -> None:
        self.placed = self._placed()

    @property
    def _included(self) -> Sequence[File]:
        """What lies beside every program of the submission's language."""
        return self.testset.includes.get(self.submission.language, ())

    @property
    def limits(self) -> Limits:
        return problem_rules.limits(self.problem, self.submission.language)

    def judgement(self) -> Judgement:
        self._run_tests()
        judgement = verdict.of_submission(self.compilation, self.results, self.rules.scoring, self._graded())
        unmet = promises.unmet(self.requirements, self.results, self.rules.scoring, points=judgement.points)
        ran = ((self.samples[each.number], each.verdict) for each in judgement.results if each.number in self.samples)
        return replace(judgement, samples=samples.kept(ran), unmet=tuple(unmet))

    def _graded(self) -> Result | None:
        """What the scoring's graders say of the tests that ran; the author's own says it in the judge."""
        tests = verdict.to_be_graded(self.compilation, self.results, self.rules.scoring)
        if tests is None:
            return None
        return own_graders.graded(
            self.rules.scoring,
            tests,
            _program(Role.GRADER, self.testset) if self.rules.scoring.has_own_grader else None,
            name=f"{self.submission.id}-{self.submission.judging}",
            tenant=judge_client.tenant_of(self.problem.author_id),
            until=self.until,
        )

    @property
    def _all_run(self) -> bool:
        return any(each.is_of_tests for each in self.requirements)

    @property
    def _told(self) -> int:
        """The first tests of which everything is told."""
        everything = self.requirements or self.submission.is_counter_test
        return self.rules.scoring.tests_total if everything else self.problem.visible_tests

    def _run_tests(self) -> None:
        tenant = judge_client.tenant_of(self.submission.user_id)
        if self.submission.language == answers.LANGUAGE:
            self._take(self._answers())
            return
        self._validate_source()
        jobs = JobRunner(self._next, self._job, self._budget(), tenant=tenant, paced=True, until=self.until)
        for report in jobs.reports():
            self._take(report)
            if self.progress is not None:
                self.progress.tested(self.results)
            if self.compilation.outcome is not Outcome.OK:
                return

    def _validate_source(self) -> None:
        """The static tests: what was sent is read, and nothing of it is run."""
        if not self.testset.static:
            return
        tests = StaticTests(
            arguments=self.testset.static,
            points=tuple(self.rules.scoring.test_points()),
            program=_program(Role.STATIC_VALIDATOR, self.testset),
            tenant=judge_client.tenant_of(self.problem.author_id),
            until=self.until,
        )
        main = File(name=self._main, data=self.placed.source.encode("utf-8", "surrogatepass"))
        said = static_validation.results(
            tests,
            self.submission.language,
            self.placed.name or self._main,
            (main, *self.placed.files),
            name=f"{self.submission.id}-{self.submission.judging}",
        )
        for number, each in said.items():
            run = Run(id=str(number), outcome=Outcome.OK, stdout=b"read")
            self.results[number] = verdict.of_run(run, number=number, check_result=each, visible=self._told)

    def _answers(self) -> Report:
        """What was sent in place of a program's outputs: nothing is run."""
        runs = answers.runs_of(self.submission.source, list(self._pending()))
        job_id = f"{self.submission.id}-{self.submission.judging}"
        return Report(job_id=job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs)

    def _pending(self) -> Iterator[TestInput]:
        passed = {number: result.has_passed for number, result in self.results.items()}
        skipped = frozenset[int]() if self._all_run else self.rules.scoring.skipped(passed)
        for number in range(1, self.rules.scoring.tests_total + 1):
            if number not in self.results and number not in skipped:
                yield self.grader.prepared(self._input(number))

    def _next(self) -> Iterator[TestInput]:
        return self.grader.together(self._pending())

    def _input(self, number: int) -> TestInput:
        test = self.testset.tests[number - 1]
        return TestInput(
            id=str(number),
            input=test.input,
            input_url=testsets.address(test) if test.input is None else None,
            time_limit_ms=self.limits.time_ms,
            memory_limit_kb=self.limits.memory_kb,
            output_limit_bytes=min(max(MIN_OUTPUT_LIMIT, 2 * len(test.answer)), _most_output(self.problem)),
            args=test.args,
            files=test.files,
        )

    @property
    def _main(self) -> str:
        """What the judge calls the main source of the submission's language."""
        language = languages.find(self.submission.language)
        return language.source_file if language else ""

    def _placed(self) -> PlacedProgram:
        return drivers.placed(
            self.submission.language,
            self._main,
            self.submission.source,
            own_files.unpack(self.submission.files),
            self._included,
        )

    def _job(self, batch: tuple[TestInput, ...]) -> Job:
        return Job(
            job_id=f"{self.submission.id}-{self.submission.judging}-{batch[0].id}",
            language=self.submission.language,
            source=self.placed.source,
            files=self.placed.files,
            files_at_run=bool(self.placed.files) or None,
            tests=batch,
            stop_on_failure=not self._all_run and self.rules.scoring.stops_within(int(batch[0].id), int(batch[-1].id)),
            interactor=self.grader.interactor_of(batch),
            input_file=self.problem.input_file or None,
            output_file=self.problem.output_file or None,
        )

    def _budget(self) -> batches.JobBudget:
        return batches.JobBudget(
            time_factor=_time_factor(self.submission.language),
            interactive=self.grader.interactor is not None,
        )

    def _take(self, report: Report) -> None:
        said = self.placed.said_of_own(report.compilation.output, self._main)
        self.compilation = replace(report.compilation, output=said)
        self.submission.toolchain = report.toolchain or self.submission.toolchain
        check_results = self.grader.check_results(report, job_id=report.job_id)
        for each in report.runs:
            number, check_result = int(each.id), check_results.get(each.id)
            run = passes.longest(each, self.passed.get(number))
            if check_result is UNDECIDED:
                self.passed[number] = run
                continue
            self.results[number] = verdict.of_run(
                run, number=number, check_result=check_result, visible=self._told, complaint=self._complaint
            )
            if number <= _shown_tests(self.submission, self.problem):
                self.samples[number] = self._sample(run, self.results[number])

    def _sample(self, run: Run, result: TestResult) -> SampleRun:
        test, checker = self.testset.tests[result.number - 1], self.rules.checker
        by_line = isinstance(checker, BuiltIn) and checker.by_line and result.verdict is Verdict.WRONG_ANSWER
        sample = samples.of_run(
            result.number,
            given=test.input or b"",
            expected=test.answer,
            got=None if self.grader.interactor is not None else run.stdout,
            difference=samples.first_difference(test.answer, run.stdout) if by_line else None,
        )
        return replace(sample, annotations=self._annotations(run))

    def _annotations(self, run: Run) -> tuple[Annotation, ...]:
        if run.outcome is not Outcome.RUNTIME_ERROR:
            return ()
        return annotations.of_run(self.submission.language, self._said_of_own(run), self.submission.source)

    def _complaint(self, run: Run) -> str:
        return annotations.complaint(self.submission.language, self._said_of_own(run), self.submission.source)

    def _said_of_own(self, run: Run) -> str:
        return self.placed.said_of_own(run.stderr.decode("utf-8", "replace"), self._main)
