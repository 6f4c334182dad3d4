"""Sending programs in, and looking at what became of them."""

import time
from dataclasses import asdict, dataclass

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.common import clock, errors, ids, observe, table
from chalicelib.judge import languages, models, quota, results, submission_queue
from chalicelib.judge.contract import MAX_SOURCE_BYTES, Verdict
from chalicelib.judge.models import Problem, Submission, Submitter
from chalicelib.judge.results import TestResult

TOO_MANY = "Too many submissions, try again in {retry_after} s"

RACE_TRIES = 10
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5
"""Seconds between two looks at a submission that is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    language: str
    source: str


def submit(user_id: int, problem: Problem, program: Program, *, origin: str) -> Submission:
    """Store a program as pending and queue it for the judge.

    400 for a source that is empty, too large or not text, and for an unknown language; 422 for a language whose
    toolchain is missing, and for a problem without tests; 429 beyond the user's limits.
    """
    check_source(program.source)
    languages.usable(program.language)
    if not problem.tests_count:
        raise errors.Unprocessable("problem_without_tests", "This problem has no tests yet")
    submission = _store(user_id, problem, program, origin)
    _queue(submission)
    observe.logger.info("submission stored", submission_id=submission.id, language=program.language)
    return submission


def get(submission_id: int) -> Submission:
    submission = models.find_submission(submission_id)
    if submission is None:
        raise errors.NotFound("submission_not_found", "Submission not found")
    return submission


def wait_for_verdict(submission: Submission, seconds: float) -> Submission:
    """The submission as it is once it has a verdict, or as it still is after so many seconds."""
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE
    current = get(submission.id)
    while not current.is_final and time.monotonic() < deadline:
        time.sleep(min(pause, max(deadline - time.monotonic(), 0)))
        pause = min(pause * 1.5, LONGEST_PAUSE)
        current = get(submission.id)
    return current


def rejudge(submission_id: int) -> Submission:
    """Have a submission judged anew by the tests that its problem has now; its verdict so far is kept.

    409 while it waits for a verdict.
    """
    submission = get(submission_id)
    problem = models.find_problem(submission.problem_id)
    if problem is None:
        raise errors.NotFound("problem_not_found", "Problem not found")
    if not submission.is_final:
        raise _still_pending()
    past = models.judging_of(submission)
    _reopen(submission, problem)
    try:
        models.reopen_submission(submission, past)
    except table.ConditionFailed as changed:
        raise _still_pending() from changed
    _queue(submission)
    observe.logger.info("submission reopened", submission_id=submission.id, judging=submission.judging)
    return submission


def results_after(submission: Submission, number: int) -> list[TestResult]:
    """The results after those of the first `number` tests, a page of them; none after the last."""
    page = results.page_of(number + 1)
    if page is None:
        return [TestResult.of_json(stored) for stored in submission.results[number:]]
    stored = models.find_results(submission.id, submission.judging, page)
    return [result for result in results.unpack(stored.packed) if result.number > number] if stored else []


def check_source(source: str) -> None:
    """400 for a source that no compiler could read, 413 for one that is too large."""
    if not source.strip():
        raise errors.BadRequest("empty_source", "The source is empty")
    if "\0" in source:
        raise errors.BadRequest("source_not_text", "The source has a NUL character")
    if len(source.encode()) > MAX_SOURCE_BYTES:
        raise errors.TooLarge("source_too_large", "The source is larger than {limit} bytes", limit=MAX_SOURCE_BYTES)


def _store(user_id: int, problem: Problem, program: Program, origin: str) -> Submission:
    """Written with the user's usage in one transaction: however many come at once, no more get in than may."""
    for _ in range(RACE_TRIES):
        known = models.find_submitter(user_id)
        revision = known.revision
        used = _admitted(known)
        submission = _pending(user_id, problem, program, origin)
        try:
            models.add_submission(submission, used, known_revision=revision)
        except table.ConditionFailed:
            continue
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


def _pending(user_id: int, problem: Problem, program: Program, origin: str) -> Submission:
    now = clock.now()
    submission_id = ids.new_id(now)
    return Submission(
        *models.submission_key(submission_id),
        id=submission_id,
        user_id=user_id,
        problem_id=problem.id,
        tests_version=problem.tests_version,
        origin=origin,
        language=program.language,
        source=program.source,
        submitted_at=now,
        waiting=models.WAITING,
        waiting_since=now,
        tests_total=problem.tests_count,
    )


def _reopen(submission: Submission, problem: Problem) -> None:
    submission.judging += 1
    submission.tests_version, submission.tests_total = problem.tests_version, problem.tests_count
    submission.waiting, submission.waiting_since = models.WAITING, clock.now()
    submission.verdict, submission.text = Verdict.PENDING, ""
    submission.compiler_output = submission.notice = submission.toolchain = ""
    submission.time_ms = submission.memory_kb = submission.tests_passed = 0
    submission.points = submission.max_points = 0
    submission.results, submission.judged_at = [], None


def _still_pending() -> errors.Conflict:
    return errors.Conflict("submission_pending", "The submission is being judged")


def _queue(submission: Submission) -> None:
    try:
        submission_queue.put(submission.id, submission.user_id)
    except (ClientError, BotoCoreError) as error:
        # Stored is stored: the next round of `recovery` queues it.
        observe.logger.error("submission not queued", submission_id=submission.id, cause=str(error))
        observe.count("SubmissionNotQueued")
