"""Has the author's grader make one result of the tests' results, directory by directory, in jobs of its own."""

import math
from collections.abc import Iterator

from chalicelib.common.texts import Text
from chalicelib.judge.grading import batches, group_graders, validators
from chalicelib.judge.grading.checkers import ROLES, Role
from chalicelib.judge.grading.graders import (
    CHECKER_MEMORY_KB,
    CHECKER_TIME_MS,
    CHECKER_USUAL_MS,
    JuryFailed,
    OnceMore,
    checker_job,
    does_not_compile,
)
from chalicelib.judge.grading.group_graders import Answers, Question, Result
from chalicelib.judge.grading.job_runner import JobRunner
from chalicelib.judge.grading.scoring import Scoring
from chalicelib.judge_protocol.contract import Job, Outcome, Run, Source, TestInput

_OUTPUT_BYTES = 4096


def graded(
    scoring: Scoring, tests: Answers, program: Source | None, *, name: str, tenant: str, until: float = math.inf
) -> Result:
    """What the graders of a scoring make of the tests that ran. JuryFailed when the author's one cannot tell.

    `name` is what its jobs are called, `tenant` its author.
    """
    answers: dict[int, Result] = {}
    late = OnceMore()

    def pending() -> Iterator[TestInput]:
        return map(_asked, group_graders.questions(scoring.graders, tests, answers))

    if program is not None:

        def job(batch: tuple[TestInput, ...]) -> Job:
            return checker_job(f"{name}-grader", program, batch)

        budget = batches.JobBudget(usual_wall_ms=CHECKER_USUAL_MS)
        for report in JobRunner(pending, job, budget, tenant=tenant, until=until).reports():
            if report.compilation.outcome is not Outcome.OK and not late.may_compile_again(report.compilation):
                raise JuryFailed(does_not_compile(Role.GRADER, report.compilation))
            answers |= {int(run.id): _read(run) for run in report.runs if not late.may_run_again(run)}
    return group_graders.result(scoring.graders, tests, answers)


def _asked(question: Question) -> TestInput:
    return TestInput(
        id=str(question.position),
        input=question.text,
        args=question.arguments,
        time_limit_ms=CHECKER_TIME_MS,
        memory_limit_kb=CHECKER_MEMORY_KB,
        output_limit_bytes=_OUTPUT_BYTES,
    )


def _read(run: Run) -> Result:
    params = {"role": ROLES[Role.GRADER]}
    if run.outcome is not Outcome.OK:
        raise JuryFailed(Text("grader_failed", "The {role} {ended}", {**params, "ended": validators.failure(run)}))
    found = group_graders.read_answer(run.stdout)
    if found is None:
        said = {**params, "said": run.stdout.decode("utf-8", "replace")[:100]}
        raise JuryFailed(Text("grader_said_no_result", "The {role} wrote no result: {said}", said))
    return found
