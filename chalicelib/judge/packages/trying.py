"""Tries a package in the judge before its problem is what the package says.

Its validator must accept the outputs that are said to be right, and none of those said to be wrong. And where it names
no time limit, that follows from how long the jury's programs take.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from chalicelib.common import clock, ids
from chalicelib.common.texts import Text
from chalicelib.judge import languages, models
from chalicelib.judge.grading import checkers, grader
from chalicelib.judge.grading.checkers import FURTHER_CHECKERS, BadChecker, BuiltIn, Role
from chalicelib.judge.grading.graders import ByChecker, ByComparison, CheckResults, JuryFailed
from chalicelib.judge.grading.job_runner import TookTooLong
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Problem
from chalicelib.judge.packages.archive import Fault, Refused
from chalicelib.judge.packages.format import NO_LIMIT, JudgedOutput, JuryProgram, Package, Timing
from chalicelib.judge.packages.pages import PageTime
from chalicelib.judge.packages.recipes import Checked
from chalicelib.judge.problems import rules as problem_rules
from chalicelib.judge.problems import testsets
from chalicelib.judge.submissions import own_files
from chalicelib.judge_protocol.contract import Compilation, Outcome, Report, Run, Verdict

INTERACTIVE = "interactive"
MEASURED_MS = 15_000
"""Of CPU, before the language's factor: what takes longer bounds no limit."""
MEASURED_SECONDS = 150
"""On the clock, after a page's own time, for all tests of one program: what takes longer bounds no limit either."""
_OUTPUTS = "outputs"
OUTPUTS_AT_ONCE = 50
OUTPUTS_BYTES = 32 * 1024 * 1024
"""Of outputs with their inputs and answers that are tried at once: more only where one has more."""
DESCRIPTION = "problem.yaml"


def check_outputs(package: Package, checked: Checked, time: PageTime, *, name: str, tenant: str) -> list[Fault]:
    """Warnings of outputs that could not be tried. Refused when the validator judges one otherwise than it should.
    OutOfTime when that is for the next page.

    `checked` says afterwards that this was done.
    """
    while waiting := package.outputs[checked.read.get(_OUTPUTS, 0) :]:
        outputs = _slice(waiting)
        time.begin_job()
        try:
            said = _said(package, outputs, name=f"{name}-{len(package.outputs) - len(waiting) + 1}", tenant=tenant)
        except JuryFailed as failure:
            checked.read[_OUTPUTS] = len(package.outputs)
            checked.warnings.append([outputs[0].file, failure.text.to_json()])
            return [Fault(outputs[0].file, failure.text)]
        found = [_complaint(each, said, number) for number, each in enumerate(outputs, 1)]
        if wrong := [fault for fault in found if fault is not None]:
            raise Refused(wrong)
        checked.read[_OUTPUTS] = len(package.outputs) - len(waiting) + len(outputs)
    return []


def _slice(outputs: Sequence[JudgedOutput]) -> Sequence[JudgedOutput]:
    """The first ones, as many as are tried together: they are held meanwhile."""
    sizes = accumulate(each.size for each in outputs[:OUTPUTS_AT_ONCE])
    return outputs[: max(1, sum(size <= OUTPUTS_BYTES for size in sizes))]


def _said(package: Package, outputs: Sequence[JudgedOutput], *, name: str, tenant: str) -> CheckResults:
    runs = [
        Run(id=str(number), outcome=Outcome.OK, exit_code=0, stdout=each.output)
        for number, each in enumerate(outputs, 1)
    ]
    report = Report(job_id=name, compilation=Compilation(outcome=Outcome.OK), runs=tuple(runs))
    return _judge_of(package, outputs, tenant).check_results(report, job_id=f"{name}-{_OUTPUTS}")


def _judge_of(package: Package, outputs: Sequence[JudgedOutput], tenant: str) -> ByComparison | ByChecker:
    cases = [each.case for each in outputs]
    try:
        checker = checkers.parse(package.checker, package.checker_options)
    except BadChecker as bad:
        raise Refused([Fault("", bad.text)]) from bad
    if isinstance(checker, BuiltIn):
        return ByComparison(cases, checker)
    return ByChecker(
        tests=cases,
        points=[0.0] * len(cases),
        program=package.programs[Role.CHECKER],
        convention=checker.convention,
        tenant=tenant,
        further=[package.programs[role] for role in FURTHER_CHECKERS if role in package.programs],
    )


def _complaint(output: JudgedOutput, said: CheckResults, number: int) -> Fault | None:
    result = said.get(str(number))
    if result is None or result.verdict is Verdict.SYSTEM_ERROR:
        reason = result.notice if result is not None else Text("did_not_run", "did not run")
        english = "The output validator fails over it: {reason}"
        return Fault(output.file, Text("output_validator_fails", english, {"reason": reason}))
    if (result.verdict is Verdict.OK) is output.is_right:
        return None
    if output.is_right:
        english = "It is meant to be right, and the output validator refuses it: {reason}"
        return Fault(output.file, Text("right_output_refused", english, {"reason": result.message}))
    return Fault(
        output.file, Text("wrong_output_accepted", "It is meant to be wrong, and the output validator accepts it")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """Where the jury's programs are measured: `problem` is what the package would make of it, with `tests_version` of
    tests that are stored; `time` is that of the page.
    """

    problem: Problem
    tests_version: int
    time: PageTime

    def measure(self, package: Package, checked: Checked) -> tuple[Package, list[Fault]]:
        """The package with its time limit, and a word on where that comes from. OutOfTime when there is more to do."""
        for each in _unmeasured(package, checked):
            self.time.begin_job()
            checked.times[each.file] = self._measured(each)
        slowest = max(checked.times.values(), default=-1)
        if package.timing is None or slowest < 0:
            return package, [Fault(DESCRIPTION, NO_LIMIT)]
        return _with_limit(package, package.timing, slowest)

    def _measured(self, program: JuryProgram) -> float:
        """How many milliseconds its slowest test takes, before its language's factor; -1 if it breaks its promise."""
        problem = self.problem
        testset = testsets.read(problem.id, self.tests_version)
        now = clock.now()
        submission = models.new_submission(
            ids.new_id(now),
            problem.author_id,
            "",
            now,
            problem_id=problem.id,
            tests_version=self.tests_version,
            tests_total=len(testset.tests),
            language=program.language,
            source=program.source,
            files=own_files.pack(program.files) if program.files else None,
        )
        rules = problem_rules.rules(problem, len(testset.tests))
        try:
            judged = grader.grade(submission, problem, rules, testset, until=self.time.until + MEASURED_SECONDS)
        except TookTooLong:
            return -1
        language = languages.find(program.language)
        factor = language.time_factor if language else 1.0
        slowest = _slowest(judged, in_pairs=problem.checker == INTERACTIVE)
        return slowest / factor if judged.verdict in program.promised else -1


def _slowest(judged: Judgement, *, in_pairs: bool) -> float:
    """How long a program still runs when an interactor has refused it, nobody minds."""
    counted = [each for each in judged.results if not (in_pairs and each.verdict is Verdict.WRONG_ANSWER)]
    return max((each.time_ms for each in counted), default=0)


def is_unmeasured(package: Package, checked: Checked) -> bool:
    return bool(_unmeasured(package, checked))


def _unmeasured(package: Package, checked: Checked) -> list[JuryProgram]:
    """The programs of the jury that the limit follows from, and that have not been run for it."""
    wanted = [each for each in package.jury if each.bounds_time and _is_available(each)]
    return [each for each in wanted if each.file not in checked.times]


def to_be_measured(problem: Problem) -> Problem:
    """A problem whose programs may take as long as is measured."""
    problem.time_limit_ms = MEASURED_MS
    problem.limits = {name: _without_time(own) for name, own in problem.limits.items()}
    return problem


def _without_time(own: Mapping[str, int]) -> dict[str, int]:
    return {name: value for name, value in own.items() if name != "time_limit_ms"}


def _is_available(program: JuryProgram) -> bool:
    language = languages.find(program.language)
    return language is not None and language.available


def _with_limit(package: Package, timing: Timing, slowest: float) -> tuple[Package, list[Fault]]:
    steps = max(1, math.ceil(slowest * timing.multiplier / timing.resolution_ms))
    limit = steps * timing.resolution_ms
    english = "It names no time limit: it is {seconds:g} s, {times:g} times what the jury's slowest right program takes"
    params = {"seconds": limit / 1000, "times": timing.multiplier}
    told = Fault(DESCRIPTION, Text("time_limit_measured", english, params))
    return replace(package, time_limit_ms=round(limit)), [told]
