"""Counter-tests: somebody's input on which a program is tried, and what the jury says of it.

A program that reads the input promises it to be one (the problem's validators); without any, all of the jury's right
programs must agree on it. The jury's main program makes the answer, in jobs of its own: it never runs beside the
program that is tried, which is given the input alone. The reason for which an input is refused names no hidden test,
and repeats no word of the jury's programs but what a validator says of the input.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.common.texts import Text
from chalicelib.judge import languages
from chalicelib.judge.grading import (
    batches,
    counter_test_rules,
    drivers,
    judge_client,
    scoring,
    validators,
    verdict,
)
from chalicelib.judge.grading.graders import (
    CHECKER_MEMORY_KB,
    CHECKER_OUTPUT_BYTES,
    CHECKER_TIME_MS,
    CHECKER_USUAL_MS,
    Grader,
    JuryFailed,
    OnceMore,
)
from chalicelib.judge.grading.job_runner import JobRunner
from chalicelib.judge.grading.validators import UNDECIDED
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.problems import jury
from chalicelib.judge.problems import rules as problem_rules
from chalicelib.judge.problems.rules import Rules
from chalicelib.judge.problems.testsets import InputValidator, TestCase, Testset
from chalicelib.judge.submissions import own_files
from chalicelib.judge_protocol.contract import Compilation, File, Job, Outcome, Report, Run, TestInput, Verdict

MAX_ANSWER_BYTES = 64 * 1024
"""Of what the jury says of an input: it is kept beside it."""
_EXITED = frozenset({Outcome.OK, Outcome.RUNTIME_ERROR})
_LATE = frozenset({Verdict.TIME_LIMIT, Verdict.WALL_TIME_LIMIT})
"""How a validator ends that has read the input: with any other exit code than it accepts by, it refuses."""


class Undecided(Exception):
    """An input that is none, or of which the jury does not say what is right; the text says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Trial:
    """A program that is tried on an input. `grader` judges outputs for a set of tests; `grade` gives the verdict on it.

    Both are the grader's own, as for any program.
    """

    submission: Submission
    problem: Problem
    testset: Testset
    grader: Callable[[Testset], Grader]
    grade: Callable[[Rules, Testset], Judgement]

    @property
    def given(self) -> bytes:
        return zlib.decompress(self.submission.given or b"")

    @property
    def _name(self) -> str:
        return f"{self.submission.id}-{self.submission.judging}"

    @property
    def _tenant(self) -> str:
        return judge_client.tenant_of(self.problem.author_id)

    def judgement(self, rules: Rules) -> Judgement:
        """SYSTEM_ERROR with the reason as its text when it cannot be decided. JudgeUnavailable to be tried later."""
        try:
            case = self._case()
        except Undecided as undecided:
            return _undecided(undecided.reason)
        except JuryFailed as failed:
            english = "A program of the problem's author failed over it"
            return replace(_undecided(Text("counter_test_jury_failed", english)), notice=failed.text)
        self.submission.answer = zlib.compress(case.answer)
        tried = self.tried(Rules(rules.checker, scoring.all_or_nothing(1, stops=True)), self._with(case))
        return _decided(tried)

    def tried(self, rules: Rules, testset: Testset) -> Judgement:
        """Who was late is tried once more: the machine may have been busy."""
        first = self.grade(rules, testset)
        return self.grade(rules, testset) if first.verdict in _LATE else first

    def _with(self, case: TestCase) -> Testset:
        return Testset((case,), self.testset.programs, self.testset.includes)

    def _case(self) -> TestCase:
        """The input with its answer."""
        if (reason := counter_test_rules.refusal(self.problem, self.testset)) is not None:
            raise Undecided(reason)
        right = jury.right_programs(self.problem)
        if not right:
            raise Undecided(counter_test_rules.no_right_program())
        for number, validator in enumerate(self.testset.validators, 1):
            self._validate(validator, number)
        asked = right[:1] if self.testset.validators else right
        outputs = [self._answer(program, number) for number, program in enumerate(asked, 1)]
        case = TestCase(self.given, outputs[0], arguments=self.testset.arguments[0])
        self._check_agreed(case, outputs)
        return case

    def _validate(self, validator: InputValidator, number: int) -> None:
        """An input is one if a validator accepts it with the arguments of any test."""
        runs: list[Run] = []
        tests = [_read_by_validator(position, self.given, each) for position, each in enumerate(validator.arguments, 1)]

        def pending() -> Iterator[TestInput]:
            return iter(tests[len(runs) :])

        def job(batch: tuple[TestInput, ...]) -> Job:
            program = validator.program
            return Job(
                job_id=f"{self._name}-validator-{number}-{batch[0].id}",
                language=program.language,
                source=program.source,
                files=program.files,
                tests=batch,
            )

        budget = batches.JobBudget(usual_wall_ms=CHECKER_USUAL_MS)
        for report in JobRunner(pending, job, budget, tenant=self._tenant).reports():
            if report.compilation.outcome is not Outcome.OK:
                raise JuryFailed(validators_fail(Text("validator_compiles_not", "it does not compile")))
            runs += report.runs
        if any(each.outcome in _EXITED and each.exit_code == validator.accepts for each in runs):
            return
        for each in runs:
            if each.outcome not in _EXITED:
                raise JuryFailed(validators_fail(validators.failure(each)))
        raise Undecided(_not_an_input(validators.said(runs[0])))

    def _answer(self, program: Submission, number: int) -> bytes:
        """What one of the jury's right programs prints, within the problem's limits."""
        language = languages.find(program.language)
        if language is None or not language.available:
            params = {"language": program.language}
            raise JuryFailed(Text("language_unavailable", "{language} is not available now", params))
        limits = problem_rules.limits(self.problem, program.language)
        test = TestInput(
            id="1",
            input=self.given,
            time_limit_ms=limits.time_ms,
            memory_limit_kb=limits.memory_kb,
            output_limit_bytes=MAX_ANSWER_BYTES,
        )
        budget = batches.JobBudget(time_factor=language.time_factor)
        return _output_of(self._jury_run(program, test, budget, name=f"{self._name}-jury-{number}"))

    def _jury_run(self, program: Submission, test: TestInput, budget: batches.JobBudget, *, name: str) -> Run:
        late, found = OnceMore(), list[Run]()

        def pending() -> Iterator[TestInput]:
            return iter(() if found else (test,))

        def job(batch: tuple[TestInput, ...]) -> Job:
            return self._jury_job(program, name, batch)

        for report in JobRunner(pending, job, budget, tenant=self._tenant).reports():
            if report.compilation.outcome is not Outcome.OK:
                raise JuryFailed(Text("jury_compiles_not", "A right program of the jury does not compile"))
            found += [each for each in report.runs if not late.may_run_again(each)]
        return found[0]

    def _jury_job(self, program: Submission, name: str, batch: tuple[TestInput, ...]) -> Job:
        included: Sequence[File] = self.testset.includes.get(program.language, ())
        main = languages.get_known(program.language).source_file
        placed = drivers.placed(program.language, main, program.source, own_files.unpack(program.files), included)
        return Job(
            job_id=name,
            language=program.language,
            source=placed.source,
            files=placed.files,
            files_at_run=bool(placed.files) or None,
            tests=batch,
            input_file=self.problem.input_file or None,
            output_file=self.problem.output_file or None,
        )

    def _check_agreed(self, case: TestCase, outputs: Sequence[bytes]) -> None:
        """By the problem's own checker; the answer itself is checked too, for a checker may find the input strange."""
        cases = (case,) * len(outputs)
        report = Report(
            job_id=f"{self._name}-agreed",
            compilation=Compilation(outcome=Outcome.OK),
            runs=tuple(
                Run(id=str(number), outcome=Outcome.OK, exit_code=0, stdout=output)
                for number, output in enumerate(outputs, 1)
            ),
        )
        said = self.grader(Testset(cases, self.testset.programs)).check_results(report, job_id=report.job_id)
        for run in report.runs:
            result = said.get(run.id)
            if result is None or result is UNDECIDED or result.verdict is Verdict.SYSTEM_ERROR:
                raise JuryFailed(result.notice if result else Text("did_not_run", "did not run"))
            if result.verdict is not Verdict.OK:
                english = "The jury's right programs do not agree on it"
                raise Undecided(Text("counter_test_disagreed", english))


def _undecided(reason: Text) -> Judgement:
    return replace(verdict.system_error(), text=reason)


def _decided(judgement: Judgement) -> Judgement:
    """What is no fault of the program is never held against it: a judge that failed, a checker that did."""
    if judgement.verdict is Verdict.COMPILE_ERROR:
        return _undecided(Text("counter_test_not_compiled", "The program does not compile: it needs no counter-test"))
    if judgement.verdict is Verdict.SYSTEM_ERROR and judgement.notice:
        english = "A program of the problem's author failed over it"
        return replace(_undecided(Text("counter_test_jury_failed", english)), notice=judgement.notice)
    unmeasured = all(each.time_ms == 0 and each.memory_kb == 0 for each in judgement.results)
    if judgement.verdict not in {Verdict.OK, Verdict.WRONG_ANSWER, Verdict.SYSTEM_ERROR} and unmeasured:
        return verdict.system_error()  # no judge has come back with it: what failed cannot be told
    return judgement


def _read_by_validator(number: int, given: bytes, arguments: tuple[str, ...]) -> TestInput:
    return TestInput(
        id=str(number),
        input=given,
        args=arguments,
        time_limit_ms=CHECKER_TIME_MS,
        memory_limit_kb=CHECKER_MEMORY_KB,
        output_limit_bytes=CHECKER_OUTPUT_BYTES,
    )


def validators_fail(reason: Text) -> Text:
    return Text("input_validator_fails", "The input validator fails over it: {reason}", {"reason": reason})


def _not_an_input(said: str) -> Text:
    last = said.strip().splitlines()[-1:] or [""]
    if not last[0]:
        return Text("counter_test_not_input", "The problem's validator refuses it")
    english = "The problem's validator refuses it: {said}"
    return Text("counter_test_not_input_saying", english, {"said": last[0]})


def _output_of(run: Run) -> bytes:
    if run.outcome is Outcome.OUTPUT_LIMIT:
        english = "What is right for it is longer than {limit} bytes"
        raise Undecided(Text("counter_test_long_answer", english, {"limit": MAX_ANSWER_BYTES}))
    if run.outcome is not Outcome.OK:
        raise Undecided(Text("counter_test_jury_fails", "A right program of the jury fails on it"))
    return run.stdout
