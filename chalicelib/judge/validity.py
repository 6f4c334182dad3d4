"""Whether a problem can be judged: its own rules, the languages that there are, and the programs beside its tests."""

from collections.abc import Mapping, Sequence

from chalicelib.common import texts
from chalicelib.common.http import errors
from chalicelib.judge import checkers, languages, problems
from chalicelib.judge.checkers import ByProgram, Role
from chalicelib.judge.models import Problem
from chalicelib.judge_protocol.contract import Source


def check(problem: Problem, programs: Mapping[Role, Source]) -> None:
    """400 with everything that is wrong with a problem and the author's programs that lie beside its tests."""
    if found := faults(problem, programs):
        raise bad_problem(found)


def faults(problem: Problem, programs: Mapping[Role, Source]) -> list[str]:
    """Everything that is wrong with a problem and the author's programs that lie beside its tests."""
    return [*problems.faults(problem, problem.tests_count), *_faults_outside(problem, programs)]


def bad_problem(found: Sequence[str]) -> errors.BadRequest:
    listed = [texts.Text("problem_fault", "{reason}", {"reason": reason}) for reason in found]
    return errors.BadRequest(
        "bad_problem", "The problem cannot be judged: {reasons}", reasons="; ".join(found), violations=listed
    )


def _faults_outside(problem: Problem, programs: Mapping[Role, Source]) -> list[str]:
    """What only the judge's languages and the stored tests can tell."""
    known = {language.id for language in languages.known_by_now()}
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
