"""Submits programs, and reads, lists and cancels submissions."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, paging
from chalicelib.common.http.errors import In, Place
from chalicelib.judge import languages, models, queues, waiting_models
from chalicelib.judge.grading import answers, results
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.grading.verdict import TEXTS
from chalicelib.judge.models import Problem, Submission, Submitter
from chalicelib.judge.submissions import own_files, quota
from chalicelib.judge_protocol.contract import MAX_SOURCE_BYTES, File, Verdict

TOO_MANY = "Too many submissions, try again in {retry_after} s"

SOURCE = Place(In.BODY, "/code")
"""Where a request has the program, in PyTry's words."""
RACE_TRIES = 10
_OVERTAKEN = frozenset({transactions.KEY_FREE, models.USAGE_UNCHANGED})
"""Conditions of a submission that fail when another came at the same time."""
PAGES_SOUGHT = 10
MAX_BEFORE = 100
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5
"""Seconds between two looks at a submission that is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`beside` are the problem's files, where it is only run: with a submission they come from the tests. `own` are the
    further files of a program of the jury.
    """

    language: str
    source: str
    beside: tuple[File, ...] = ()
    own: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How a submission is stored. `also` is written with it, all or nothing. One that is not `listed` is in no list of
    its sender's, and nobody is told how far its judging is.
    """

    also: Callable[[Submission, Transaction], None] = lambda _submission, _transaction: None
    listed: bool = True


USUAL = Placement()


def submit(
    user_id: int,
    problem: Problem,
    program: Program,
    *,
    origin: str,
    allowed: Sequence[str] | None = None,
    coarse_results: bool = False,
    placement: Placement = USUAL,
) -> Submission:
    """Store a program as pending and queue it for the judge. `allowed` are the languages that its place takes.

    `coarse_results` when its place asks for them; the problem may ask as well. ConditionFailed when what the placement
    writes besides is refused: then nothing is stored.

    400 for a source that is empty, too large or not text, and for an unknown language; 422 for a language whose
    toolchain is missing or that the place or the problem does not take, and for a problem without tests; 429 beyond
    the user's limits.
    """
    check(program, problem.languages if answers.are_wanted(problem.languages) else allowed)
    check_language(program.language, problem.languages)
    if not problem.tests_count:
        raise errors.Unprocessable("problem_without_tests", "This problem has no tests yet")
    pending = functools.partial(_pending, user_id, problem, program, origin, coarse_results=coarse_results)
    submission = _store(pending, placement)
    queue(submission)
    observe.logger.info("submission stored", submission_id=submission.id, language=program.language)
    return submission


def get(submission_id: int) -> Submission:
    submission = models.find_submission(submission_id)
    if submission is None:
        raise errors.NotFound("submission_not_found", "Submission not found")
    return submission


def list_of(user_id: int, query: paging.CursorQuery, *, task_id: int | None = None) -> paging.Page[Submission]:
    """What a user has sent in, to one task or all, newest first; of each what a list shows."""
    return models.submissions_of(user_id, query, target=None if task_id is None else str(task_id))


def count_before(submission: Submission) -> int:
    """How many submissions have waited for longer, at most `MAX_BEFORE`; 0 once its judging has begun."""
    if not waiting_models.is_waiting(submission):
        return 0
    alike = waiting_models.waiting_since(
        submission.waiting_since, at_most=MAX_BEFORE, partition=models.partition_of(submission)
    )
    return len(alike)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which submissions of a list are wanted; without either, all."""

    verdict: Verdict | None = None
    language: str | None = None

    def matches(self, submission: Submission) -> bool:
        return self.verdict in {None, submission.verdict} and self.language in {None, submission.language}


def seek(
    read_page: Callable[[paging.CursorQuery], paging.Page[Submission]], query: paging.CursorQuery, sought: Sought
) -> paging.Page[Submission]:
    """Returns the next of those that are sought. At most `PAGES_SOUGHT` pages are looked through: when few match, the
    page is short or empty, and its cursor leads on.
    """
    found: list[Submission] = []
    cursor = query.cursor
    for _ in range(PAGES_SOUGHT):
        page = read_page(paging.CursorQuery(limit=query.limit - len(found), cursor=cursor))
        found += [each for each in page.items if sought.matches(each)]
        cursor = page.next_cursor
        if cursor is None or len(found) == query.limit:
            break
    return paging.Page(found, cursor)


def list_to(origin: str, query: paging.CursorQuery) -> paging.Page[Submission]:
    """What anybody has sent to one origin, newest first; of each what a list shows."""
    return models.submissions_to(origin, query)


def wait_for_verdict(submission: Submission, seconds: float) -> Submission:
    """The submission as it is once it has a verdict, or as it still is after so many seconds.

    At once, when it waits for a judge in a rush: each request that waits takes a place in the account's concurrency,
    and whoever signs in meanwhile needs one.
    """
    deadline, pause = clock.monotonic() + seconds, FIRST_PAUSE
    current = get(submission.id)
    while not current.is_final and clock.monotonic() < deadline and not _waits_in_rush(current):
        clock.sleep(min(pause, max(deadline - clock.monotonic(), 0)))
        pause = min(pause * 1.5, LONGEST_PAUSE)
        current = get(submission.id)
    return current


def _waits_in_rush(submission: Submission) -> bool:
    return submission.waiting == models.WAITING and waiting_models.is_rush(clock.now())


def cancel(submission: Submission) -> Submission:
    """Take back a program that waits for its first verdict: its place is free, and no verdict that comes later counts.

    409 once it was judged.
    """
    if submission.is_final or not submission.holds_place:
        raise _judged_already()
    submission.verdict, submission.text = Verdict.CANCELLED, TEXTS[Verdict.CANCELLED]
    submission.judged_at = clock.now()
    try:
        models.finish_submission(submission, (), also=lambda transaction: None)
    except transactions.ConditionFailed as judged:
        raise _judged_already() from judged
    observe.logger.info("submission cancelled", submission_id=submission.id)
    return submission


def send_jury(submission_id: int, user_id: int, problem: Problem, program: Program, *, origin: str) -> bool:
    """Have a program of the jury judged, which uses nothing up of what its sender may send. Once, however often asked.

    False when the id is that of another submission: nothing is sent then.
    """
    now = clock.now()
    submission = models.new_submission(
        submission_id, user_id, origin, now, holds_place=False, **_to_judge(problem, program)
    )
    try:
        transactions.create(submission)
    except transactions.ConditionFailed:
        if get(submission_id).origin != origin:
            return False
    queue(submission)
    return True


def results_after(submission: Submission, number: int, *, exact: bool = False) -> list[TestResult]:
    """The results after those of the first `number` tests, a page of them; none after the last.

    As the submitter may be told them; `exact` for those who teach.
    """
    page = results.page_of(number + 1)
    exact = exact and submission.exact is not None
    if page is None:
        first = submission.exact_results if exact else submission.results
        return [TestResult.of_json(stored) for stored in first[number:]]
    stored = models.find_results(submission.id, submission.judging, page, exact=exact)
    return [result for result in results.unpack(stored.packed) if result.number > number] if stored else []


def check(program: Program, allowed: Sequence[str] | None) -> None:
    """What a program must be before anything is run: text of 64 KiB at most, in a language that is usable and among
    those `allowed` where it was written; None allows all.
    """
    _check_source(program.source)
    if not answers.are_wanted(allowed):
        languages.get_known(program.language)
    check_language(program.language, allowed)
    languages.usable(program.language)


def check_draft(program: Program, allowed: Sequence[str] | None) -> None:
    """What a program must be to be kept before it is sent. It may be empty, and its toolchain may be away."""
    if not answers.are_wanted(allowed):
        languages.get_known(program.language)
    check_language(program.language, allowed)
    _check_size(program.source)


def _check_source(source: str) -> None:
    """400 for a source that no compiler could read, 413 for one that is too large."""
    if not source.strip():
        raise errors.BadRequest("empty_source", "The source is empty", where=SOURCE)
    if "\0" in source:
        raise errors.BadRequest("source_not_text", "The source has a NUL character", where=SOURCE)
    _check_size(source)


def _check_size(source: str) -> None:
    if len(source.encode()) > MAX_SOURCE_BYTES:
        raise errors.TooLarge("source_too_large", "The source is larger than {limit} bytes", limit=MAX_SOURCE_BYTES)


def check_language(language: str, allowed: Sequence[str] | None) -> None:
    """422 for a language that is not among those allowed; None allows all."""
    if allowed is not None and language not in allowed:
        raise errors.Unprocessable(
            "language_not_allowed", "Programs here are written in: {languages}", languages=", ".join(allowed)
        )


def queue(submission: Submission) -> None:
    """Ask for its verdict. If that fails it is asked for later, by `recovery`: stored is stored."""
    try:
        queues.put_submission(submission.id, submission.user_id)
    except (ClientError, BotoCoreError) as error:
        observe.logger.error("submission not queued", submission_id=submission.id, cause=str(error))
        observe.count("SubmissionNotQueued")


def _store(make: Callable[[], Submission], placement: Placement) -> Submission:
    """Written with the user's usage in one transaction: however many come at once, no more get in than may."""
    for _ in range(RACE_TRIES):
        submission = make()
        if placement.listed:
            models.index_for_user(submission)
        known = models.find_submitter(submission.user_id)
        revision = known.revision
        used = _admitted(known)
        also = functools.partial(placement.also, submission)
        try:
            models.add_submission(submission, used, known_revision=revision, also=also)
        except transactions.ConditionFailed as refused:
            if refused.failed <= _OVERTAKEN:
                continue
            raise
        return submission
    raise errors.TooManyRequests("too_many_submissions", TOO_MANY, retry_after=1)


def _admitted(submitter: Submitter) -> Submitter:
    usage = quota.Usage(
        pending=submitter.pending,
        minute=submitter.minute,
        in_minute=submitter.in_minute,
        day=submitter.day,
        in_day=submitter.in_day,
    )
    decision = quota.admit(usage, clock.now())
    if isinstance(decision, quota.Refusal):
        raise errors.TooManyRequests("too_many_submissions", TOO_MANY, retry_after=decision.retry_after)
    for name, value in asdict(decision).items():
        setattr(submitter, name, value)
    return submitter


def _pending(user_id: int, problem: Problem, program: Program, origin: str, *, coarse_results: bool) -> Submission:
    now = clock.now()
    submission = models.new_submission(ids.new_id(now), user_id, origin, now, **_to_judge(problem, program))
    submission.coarse_results = coarse_results
    return submission


def _to_judge(problem: Problem, program: Program) -> dict[str, Any]:
    return {
        "problem_id": problem.id,
        "tests_version": problem.tests_version,
        "tests_total": problem.tests_count,
        "language": program.language,
        "source": program.source,
        "files": own_files.pack(program.own) if program.own else None,
    }


def _judged_already() -> errors.Conflict:
    return errors.Conflict("submission_judged", "The submission was judged already")
