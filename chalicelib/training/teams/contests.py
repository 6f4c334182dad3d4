"""Creates, changes and deletes contests: problems of the library under aliases, to be solved in a given time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import library
from chalicelib.school import teaching
from chalicelib.training import models
from chalicelib.training.models import Contest


@dataclass(frozen=True, slots=True)
class NewContestProblem:
    """A problem of the library under its alias."""

    alias: str
    problem_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContest:
    """`duration` in seconds; with `freeze`, others' standings stand still in the last fifth.

    With `coarse_results` hidden tests tell as little as those of a problem that asks for it.
    """

    name: str
    duration: int
    freeze: bool
    coarse_results: bool = False
    problems: Sequence[NewContestProblem]


def create(caller: Caller, new: NewContest) -> Contest:
    """404 for a problem that is not there, 403 for somebody's that is not published, 422 for one without tests."""
    problems = _entries(caller, new.problems)

    def store(contest_id: int) -> Contest:
        contest = Contest(
            *models.contest_key(contest_id),
            id=contest_id,
            name=new.name,
            duration=new.duration,
            freeze=new.freeze,
            coarse_results=new.coarse_results,
            problems=problems,
            author_id=caller.id,
            created_at=clock.now(),
        )
        models.add_contest(contest)
        return contest

    contest = transactions.with_new_id(store)
    observe.logger.info("contest made", contest_id=contest.id, by=caller.id)
    return contest


def get(contest_id: int) -> Contest:
    contest = models.find_contest(contest_id)
    if contest is None:
        raise no_such_contest()
    return contest


def change(caller: Caller, contest_id: int, changes: Mapping[str, Any], expected: IfMatch) -> Contest:
    """Change what is given; sessions that have started go on as they were. 412 when it is not as it was seen."""
    _own(caller, contest_id)
    entries = {"problems": _entries(caller, changes["problems"])} if "problems" in changes else {}
    try:
        changed = models.change_contest(contest_id, {**changes, **entries}, expected)
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=no_such_contest()) from refused
    observe.logger.info("contest changed", contest_id=contest_id, by=caller.id)
    return changed


def delete(caller: Caller, contest_id: int, expected: IfMatch) -> None:
    """Sessions that have started go on."""
    contest = _own(caller, contest_id)
    try:
        models.delete_contest(contest_id, contest.author_id, expected)
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=no_such_contest()) from refused
    observe.logger.info("contest deleted", contest_id=contest_id, by=caller.id)


def may_write(caller: Caller, contest: Contest) -> bool:
    """Whether the caller owns or teaches a contest, or is an admin."""
    return teaching.may_write(caller, models.group_of(contest.id), contest.author_id)


def not_yours() -> errors.Forbidden:
    return errors.Forbidden("not_your_contest", "This is somebody else's contest")


def no_such_contest() -> errors.NotFound:
    return errors.NotFound("contest_not_found", "Contest not found")


def _own(caller: Caller, contest_id: int) -> Contest:
    contest = get(contest_id)
    if not may_write(caller, contest):
        raise not_yours()
    return contest


def _entries(caller: Caller, placed: Sequence[NewContestProblem]) -> list[dict[str, Any]]:
    """The problems as a contest keeps them."""
    return [_entry(each, _usable(caller, each.problem_id)) for each in placed]


def _entry(placed: NewContestProblem, problem: Problem) -> dict[str, Any]:
    return {**asdict(placed), "title": problem.title, "titles": problem.titles}


def _usable(caller: Caller, problem_id: int) -> Problem:
    problem = library.readable_by(caller, problem_id)
    if not problem.tests_count:
        raise errors.Unprocessable("problem_without_tests", "This problem has no tests yet")
    return problem
