"""The rules of a problem: whether it can be judged, and by which limits, checker and scoring.

`rules` and `faults` are pure. `check` also reads which languages are available and which programs the test set has.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.common import texts
from chalicelib.common.http import errors
from chalicelib.judge import languages
from chalicelib.judge.grading import checkers, scoring
from chalicelib.judge.grading.batches import MAX_WALL_MS
from chalicelib.judge.grading.checkers import BadChecker, ByProgram, Checker, Role
from chalicelib.judge.grading.scoring import BadScoring, Scoring
from chalicelib.judge.models import Problem
from chalicelib.judge_protocol.contract import Source, wall_limit_ms

MAX_MEMORY_KB = 1024 * 1024
"""The judge function has 1769 MB, for itself and the program."""


MAX_STATEMENT_BYTES = 128 * 1024
MAX_SCORING_BYTES = 128 * 1024
"""As JSON. With the statement and the samples it must fit one item of 400 KB."""


class BadProblem(ValueError):
    """A problem that cannot be judged; `faults` say why, all of them."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use, before its language's factor."""

    time_ms: int
    memory_kb: int


@dataclass(frozen=True, slots=True)
class Rules:
    """How a problem's submissions are judged."""

    checker: Checker
    scoring: Scoring


def rules(problem: Problem, tests_count: int) -> Rules:
    """Read what the problem stores. BadProblem, which whoever stores a problem must not let come to this."""
    if not 0 < tests_count <= scoring.MAX_TESTS:
        raise BadProblem([f"A problem has from 1 to {scoring.MAX_TESTS} tests", *faults(problem, 0)])
    if found := faults(problem, tests_count):
        raise BadProblem(found)
    return Rules(checkers.parse(problem.checker, problem.checker_options), _scoring(problem, tests_count))


def faults(problem: Problem, tests_count: int) -> list[str]:
    """All that is wrong with a problem. One without tests may be stored, and its scoring then waits for them."""
    found = []
    try:
        checkers.parse(problem.checker, problem.checker_options)
    except BadChecker as bad:
        found.append(str(bad))
    try:
        _scoring(problem, tests_count)
    except BadScoring as bad:
        found.append(str(bad))
    found += _faults_of_size(problem)
    found += _faults_of_limits("", Limits(problem.time_limit_ms, problem.memory_limit_kb))
    for language in problem.limits:
        found += _faults_of_limits(f" for {language}", limits(problem, language))
    return found


def limits(problem: Problem, language: str) -> Limits:
    """The problem's own, unless it has others for that language."""
    own = problem.limits.get(language, {})
    return Limits(own.get("time_limit_ms", problem.time_limit_ms), own.get("memory_limit_kb", problem.memory_limit_kb))


def _scoring(problem: Problem, tests_count: int) -> Scoring:
    if problem.scoring is None:
        return scoring.all_or_nothing(tests_count, stops=problem.stop_at_first_failure)
    return scoring.parse(problem.scoring, tests_count) if tests_count else scoring.read(problem.scoring)


def _faults_of_size(problem: Problem) -> list[str]:
    found = []
    if len(problem.statement.encode()) > MAX_STATEMENT_BYTES:
        found.append(f"The statement is larger than {MAX_STATEMENT_BYTES} bytes")
    if len(json.dumps(problem.scoring)) > MAX_SCORING_BYTES:
        found.append(f"The scoring is larger than {MAX_SCORING_BYTES} bytes")
    return found


def _faults_of_limits(whose: str, kept: Limits) -> list[str]:
    found = []
    if kept.time_ms < 1 or wall_limit_ms(kept.time_ms) > MAX_WALL_MS:
        found.append(f"The time limit{whose} is outside what one invocation of the judge can keep")
    if not 1 <= kept.memory_kb <= MAX_MEMORY_KB:
        found.append(f"The memory limit{whose} is from 1 to {MAX_MEMORY_KB} KiB")
    return found


def check(problem: Problem, programs: Mapping[Role, Source]) -> None:
    """400 with everything that is wrong with a problem and the author's programs that lie beside its tests."""
    if found := all_faults(problem, programs):
        raise bad_problem(found)


def all_faults(problem: Problem, programs: Mapping[Role, Source]) -> list[str]:
    """Everything that is wrong with a problem and the author's programs that lie beside its tests."""
    return [*faults(problem, problem.tests_count), *_faults_outside(problem, programs)]


def bad_problem(found: Sequence[str]) -> errors.BadRequest:
    listed = [errors.Violation(errors.WHOLE_BODY, "problem_fault", texts.untranslated(reason)) for reason in found]
    return errors.BadRequest(
        "bad_problem", "The problem cannot be judged: {reasons}", reasons="; ".join(found), violations=listed
    )


def _faults_outside(problem: Problem, programs: Mapping[Role, Source]) -> list[str]:
    """What only the judge's languages and the stored tests can tell."""
    known = {language.id for language in languages.list_all_if_described()}
    named = [*(problem.languages or ()), *problem.limits, *(program.language for program in programs.values())]
    found = [f"There is no language {name!r}" for name in dict.fromkeys(named) if known and name not in known]
    role = _role_needed(problem)
    if role is not None and role not in programs:
        found.append(f"The {role} is a program: it comes with a package")
    return found


def _role_needed(problem: Problem) -> Role | None:
    try:
        checker = checkers.parse(problem.checker, problem.checker_options)
    except checkers.BadChecker:
        return None
    return checker.role if isinstance(checker, ByProgram) else None
