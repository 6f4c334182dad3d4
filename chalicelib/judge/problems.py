"""What makes a problem one that can be judged. Pure."""

from dataclasses import dataclass

from chalicelib.judge import checkers, scoring
from chalicelib.judge.batches import MAX_WALL_MS
from chalicelib.judge.checkers import BadChecker, Checker
from chalicelib.judge.contract import wall_limit_ms
from chalicelib.judge.models import Problem
from chalicelib.judge.scoring import BadScoring, Scoring

MAX_MEMORY_KB = 1024 * 1024
"""The judge function has 1769 MB, for itself and the program."""


class BadProblem(ValueError):
    """A problem that cannot be judged; the text says why, one reason a line."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a problem's submissions are judged."""

    checker: Checker
    scoring: Scoring


def rules(problem: Problem, tests_count: int) -> Rules:
    """Read what the problem stores. BadProblem, which whoever stores a problem must not let come to this."""
    faults = []
    try:
        checker = checkers.parse(problem.checker, problem.checker_options)
    except BadChecker as bad:
        faults.append(str(bad))
    try:
        scored = _scoring(problem, tests_count)
    except BadScoring as bad:
        faults.append(str(bad))
    faults += _faults_of_limits(problem)
    if faults:
        raise BadProblem("\n".join(faults))
    return Rules(checker, scored)


def _scoring(problem: Problem, tests_count: int) -> Scoring:
    if not 0 < tests_count <= scoring.MAX_TESTS:
        raise BadScoring(f"A problem has from 1 to {scoring.MAX_TESTS} tests")
    if problem.scoring is None:
        return scoring.all_or_nothing(tests_count, stops=problem.stop_at_first_failure)
    return scoring.parse(problem.scoring, tests_count)


def _faults_of_limits(problem: Problem) -> list[str]:
    faults = []
    if problem.time_limit_ms < 1 or wall_limit_ms(problem.time_limit_ms) > MAX_WALL_MS:
        faults.append("The time limit is outside what one invocation of the judge can keep")
    if not 1 <= problem.memory_limit_kb <= MAX_MEMORY_KB:
        faults.append(f"The memory limit is from 1 to {MAX_MEMORY_KB} KiB")
    return faults
