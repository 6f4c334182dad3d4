"""The library of problems: creates, changes, publishes and removes them.

A removed problem can no longer be found, changed or placed. Courses and contests that already use it go on working, and
so do submissions to it: nothing that depends on a problem ever loses it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.hooks import Hook
from chalicelib.common.http import errors, etags, paging, searching
from chalicelib.common.http.errors import In, Place
from chalicelib.common.http.searching import Sought
from chalicelib.common.texts import Text, joined
from chalicelib.judge import models
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.models import Problem, Sample
from chalicelib.judge.problems import jury, rules, statements, testsets
from chalicelib.judge.problems.rules import ProblemFault
from chalicelib.judge.problems.testsets import BadTests, InputValidator, NewTest, TestCase
from chalicelib.judge.submissions import rejudging
from chalicelib.judge_protocol.contract import File, Source

SAMPLES = 2
"""Tests that are shown as examples, unless their author says otherwise."""
MAX_SAMPLES_BYTES = 64 * 1024
"""Of all samples: those beyond it are not shown in the statement."""

RULES = (
    "checker",
    "checker_options",
    "scoring",
    "time_limit_ms",
    "memory_limit_kb",
    "output_limit_kb",
    "limits",
    "input_file",
    "output_file",
    "stop_at_first_failure",
)
"""The fields on which verdicts depend; so they do on the tests."""


Follower = Callable[[int], None]
"""(problem id). Whoever places problems hears of it when one has changed."""

_followers = Hook[Sequence[Follower]]("problem_followers")


class Fields(TypedDict, total=False):
    """What an author writes. Times in milliseconds, memory in KiB; `limits` as `Problem` has them."""

    title: str
    tags: Sequence[str]
    statement: str
    language: str
    time_limit_ms: int
    memory_limit_kb: int
    output_limit_kb: int | None
    limits: Mapping[str, Mapping[str, int]]
    input_file: str
    output_file: str
    checker: str
    checker_options: Mapping[str, object]
    scoring: Mapping[str, object] | None
    stop_at_first_failure: bool
    coarse_results: bool
    languages: Sequence[str] | None


def create(author_id: int, **fields: Unpack[Fields]) -> Problem:
    """A new problem, without tests, not published. 400 with everything that is wrong with it."""

    own = dict(fields)
    language = str(own.pop("language", ""))

    def store(problem_id: int) -> Problem:
        problem = models.new_problem(problem_id, author_id, clock.now(), **own)
        rules.check(problem, {})
        models.add_problem(problem, statements.begin(problem, language))
        return problem

    created = transactions.with_new_id(store)
    observe.logger.info("problem created", problem_id=created.id, author_id=author_id)
    return created


def get(problem_id: int) -> Problem:
    """404 also for a problem that was taken out."""
    problem = models.find_problem(problem_id, consistent=True)
    if problem is None or problem.is_archived:
        raise errors.NotFound("problem_not_found", "Problem not found")
    return problem


def readable_by(caller: Caller, problem_id: int) -> Problem:
    """For a teacher: their own problem, or one that is published; 403 for others."""
    problem = get(problem_id)
    return problem if problem.published else _own(caller, problem)


def editable_by(caller: Caller, problem_id: int, *, expected: etags.IfMatch = None) -> Problem:
    """The problem, if it is the caller's or they are an admin; 403 if not, 412 when it is not as it was seen.

    Every change is stored under the version that is read here: 409 for whoever is overtaken meanwhile.
    """
    problem = _own(caller, get(problem_id))
    etags.require(problem.version, expected)
    return problem


def is_author(problem_id: int, user_id: int) -> bool:
    """Also of a problem that was taken out."""
    problem = models.find_problem(problem_id)
    return problem is not None and problem.author_id == user_id


def search(
    caller: Caller, query: paging.CursorQuery, sought: Sought, *, with_published: bool = False
) -> paging.Page[Problem]:
    """The caller's own problems (all of them for an admin), newest first, and where asked for those of others that are
    published: of these, those that have the words in one of their titles or tags, and the tag.

    Of each problem what a list shows, and its titles.
    """
    if not with_published or caller.may(Permission.ADMINISTER):
        return searching.seek(lambda at: _own_of(caller, at), query, sought, _titles_of, lambda problem: problem.tags)

    def may_read(problem: Problem) -> bool:
        return problem.published or problem.author_id == caller.id

    def fits(problem: Problem) -> bool:
        return may_read(problem) and sought.is_in(*_titles_of(problem), tags=problem.tags)

    return searching.look_through(lambda at: _with_names(models.all_problems(at), may_read), query, fits)


def _own_of(caller: Caller, query: paging.CursorQuery) -> paging.Page[Problem]:
    is_admin = caller.may(Permission.ADMINISTER)
    return _with_names(models.all_problems(query) if is_admin else models.problems_of(caller.id, query))


def _with_names(page: paging.Page[Problem], among: Callable[[Problem], bool] = lambda _: True) -> paging.Page[Problem]:
    """Read the titles and tags of those of a page that are `among` them: the indexes lack these."""
    named = models.named([problem.id for problem in page.items if among(problem)])
    for problem in page.items:
        if problem.id in named:
            problem.titles, problem.tags = named[problem.id].titles, named[problem.id].tags
    return page


def _titles_of(problem: Problem) -> tuple[str, ...]:
    return (problem.title, *problem.titles.values())


def change(
    problem: Problem, *, published: bool | None = None, spoken: str | None = None, **fields: Unpack[Fields]
) -> Problem:
    """Change some fields. 400 with all faults; 409 when it was changed meanwhile, or cannot be published.

    Title and statement are those in the language `spoken`, 404 when there is none in it; else the main ones.

    What may change verdicts withdraws what the jury has proved: its programs are judged anew, and the problem is
    published again by hand.
    """
    known, before = problem.version, _rules_of(problem)
    also = statements.rewrite(problem, own := dict(fields), spoken)
    for name, value in own.items():
        setattr(problem, name, value)
    rules.check(problem, programs_of(problem), includes_of(problem))
    changed = _rules_of(problem) != before
    if changed:
        withdraw_jury_results(problem)
    if published is not None:
        problem.published = published and _publishable(problem)
    store(problem, known, also)
    if changed:
        rejudge_jury(problem)
    return problem


def replace_tests(problem: Problem, tests: Sequence[NewTest], *, visible: int = SAMPLES) -> Problem:
    """Give a problem other tests, and the scoring that their points make, if they have any; the author's programs stay.

    400 with all faults; 409 when the problem was changed meanwhile: then these tests are nobody's.
    """
    known, programs, includes = problem.version, programs_of(problem), includes_of(problem)
    validators = validators_of(problem)
    problem.scoring = _scoring_of(tests) or problem.scoring
    problem.tests_count = len(tests)
    rules.check(problem, programs, includes, cause="tests")
    cases = [test.case for test in tests]
    problem.tests_version = models.next_tests_version(problem)
    testsets.write(problem.id, problem.tests_version, cases, programs, includes, validators)
    show(problem, cases, visible)
    withdraw_jury_results(problem)
    store(problem, known)
    rejudge_jury(problem)
    return problem


def add_test(problem: Problem, given: bytes, answer: bytes, *, also: Callable[[int], models.Writes]) -> Problem:
    """Add a hidden test at the end, in the last group if there are groups; `also` is written with the new version.

    Where tests have points of their own it has none: whoever fails it has not passed everything. 409 when the tests are
    too many or too large to be written anew here, and when the problem was changed meanwhile.
    """
    known, kept = problem.version, testsets.read(problem.id, problem.tests_version)
    if kept.is_large or any(test.input is None for test in kept.tests):
        english = "The tests are too large to add one here: send their package again with it"
        raise errors.Conflict("tests_too_large_to_add", english)
    hidden_after = min(problem.visible_tests, problem.tests_count)
    cases = [*kept.tests, TestCase(given, answer, arguments=kept.arguments[0])]
    problem.scoring, problem.tests_count = _with_one_more(problem.scoring), len(cases)
    rules.check(problem, kept.programs, kept.includes, cause="tests")
    problem.visible_tests = hidden_after
    problem.tests_version = models.next_tests_version(problem)
    testsets.write(problem.id, problem.tests_version, cases, kept.programs, kept.includes, kept.validators)
    withdraw_jury_results(problem)
    store(problem, known, also(problem.tests_version))
    rejudge_jury(problem)
    return problem


def _with_one_more(scoring: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if scoring is None:
        return None
    if "points" in scoring:
        return {"points": [*scoring["points"], 0]}
    *groups, last = scoring["groups"]
    return {**scoring, "groups": [*groups, {**last, "tests": last["tests"] + 1}]}


def remove(problem: Problem) -> None:
    """Take a problem out of the library."""
    known = problem.version
    problem.archived_at = clock.now()
    problem.author = problem.shelf = None
    store(problem, known)


def show(problem: Problem, tests: Sequence[TestCase], visible: int) -> None:
    """Have the first tests shown as examples, as far as they fit."""
    problem.visible_tests = visible
    problem.samples, room = [], MAX_SAMPLES_BYTES
    for test in tests[:visible]:
        room -= test.size
        if room < 0 or test.input is None:
            break
        problem.samples.append(_sample(test))


def withdraw_jury_results(problem: Problem) -> None:
    """What the jury's programs have shown so far no longer counts."""
    problem.rules_version += 1
    if problem.jury_import is not None:
        problem.published = False


def rejudge_jury(problem: Problem) -> None:
    """Have the jury's programs judged by the rules that hold now."""
    if problem.jury_import is not None:
        rejudging.rejudge_all(jury.origin(problem.id, problem.jury_import))


def programs_of(problem: Problem) -> Mapping[Role, Source]:
    """The author's programs beside the present tests."""
    return testsets.read(problem.id, problem.tests_version).programs if problem.tests_version else {}


def includes_of(problem: Problem) -> Mapping[str, Sequence[File]]:
    """What lies beside every program, by languages."""
    return testsets.read(problem.id, problem.tests_version).includes if problem.tests_version else {}


def validators_of(problem: Problem) -> Sequence[InputValidator]:
    """The author's programs that read what may be a test's input."""
    return testsets.read(problem.id, problem.tests_version).validators if problem.tests_version else ()


def notify_followers(problem_id: int) -> None:
    """Have those who place a problem see what it is now."""
    for follower in _followers.get():
        follower(problem_id)


def store(problem: Problem, known_version: int, also: models.Writes = lambda _: None) -> None:
    """Store a problem that was changed, and tell who places it. 409 when it was changed meanwhile."""
    try:
        models.change_problem(problem, known_version=known_version, also=also)
    except transactions.ConditionFailed as refused:
        raise errors.ChangedMeanwhile from refused
    observe.logger.info("problem changed", problem_id=problem.id, version=problem.version)
    notify_followers(problem.id)


def _scoring_of(tests: Sequence[NewTest]) -> dict[str, Any] | None:
    try:
        return testsets.scoring_of(tests)
    except BadTests as bad:
        raise rules.bad_problem([ProblemFault("tests", bad.text)]) from bad


def _own(caller: Caller, problem: Problem) -> Problem:
    if problem.author_id != caller.id and not caller.may(Permission.ADMINISTER):
        raise errors.Forbidden("not_your_problem", "This is somebody else's problem")
    return problem


def _rules_of(problem: Problem) -> list[Any]:
    return [getattr(problem, name) for name in RULES]


def _publishable(problem: Problem) -> bool:
    promises = jury.current(problem)
    unmet = [complaint for _, complaint in jury.broken_promises(promises)]
    if not problem.tests_count:
        unmet.append(Text("no_tests_yet", "There are no tests yet"))
    if any(expected.is_outdated for expected in promises):
        rejudge_jury(problem)
    if unmet:
        reasons = joined(unmet)
        listed = [errors.Violation(Place(In.BODY, "/published"), reason.code, reason) for reason in unmet]
        raise errors.Conflict(
            "not_publishable", "The problem cannot be published: {reasons}", reasons=reasons, violations=listed
        )
    return True


def _sample(test: TestCase) -> Sample:
    given = (test.input or b"").decode("utf-8", "replace")
    return models.sample(given, test.answer.decode("utf-8", "replace"))
