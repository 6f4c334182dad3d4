"""Rejudges one submission, or all submissions of one origin, a page at a time."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.events.queues import MAX_BATCH
from chalicelib.common.http import errors, paging
from chalicelib.common.texts import EMPTY
from chalicelib.judge import models, queues, waiting_models
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.queues import RejudgeRequest
from chalicelib.judge.submissions import submissions
from chalicelib.judge_protocol.contract import Verdict

PAGE = 25
"""Submissions that one message has judged anew."""


def rejudge(submission_id: int) -> Submission:
    """Have a submission judged anew by the tests that its problem has now; its verdict so far is kept.

    409 while it waits for a verdict, and when it was cancelled.
    """
    submission = submissions.get(submission_id)
    if submission.verdict == Verdict.CANCELLED:
        raise errors.Conflict("submission_cancelled", "The submission was cancelled")
    if not submission.is_final:
        raise _still_pending()
    try:
        _begin_anew(submission)
    except transactions.ConditionFailed as changed:
        raise _still_pending() from changed
    return submission


def rejudge_all(origin: str) -> None:
    """Have everything judged anew that was sent to an origin until now. Comes about in the background.

    What waits for its verdict will get it by the tests of now. Asking twice at once does no harm.
    """
    queues.rejudges.put(RejudgeRequest(origin=origin, asked_at=clock.now()))
    observe.logger.info("rejudging asked for", origin=origin)


def rejudge_each(origins: Sequence[str]) -> None:
    """The same for several origins."""
    now = clock.now()
    _put_all([RejudgeRequest(origin=each, asked_at=now) for each in origins])
    observe.logger.info("rejudging asked for", origins=len(origins))


def rejudge_these(origin: str, submission_ids: Sequence[int]) -> None:
    """The same for some of what was sent to an origin: where a program was replaced, nobody asks for its verdict."""
    now = clock.now()
    pages = [list(submission_ids[start : start + PAGE]) for start in range(0, len(submission_ids), PAGE)]
    _put_all([RejudgeRequest(origin=origin, asked_at=now, ids=each) for each in pages])
    observe.logger.info("rejudging asked for", origin=origin, submissions=len(submission_ids))


def _put_all(requests: Sequence[RejudgeRequest]) -> None:
    for start in range(0, len(requests), MAX_BATCH):
        queues.rejudges.put_batch([(each, 0) for each in requests[start : start + MAX_BATCH]])


def rejudge_page(request: RejudgeRequest) -> None:
    """One page; then the next is asked for. A page that comes twice finds nothing left to do."""
    if request.ids is not None:
        for submission_id in request.ids:
            _rejudge_if_older(submission_id, request)
        return
    page = models.submissions_to(request.origin, paging.CursorQuery(limit=PAGE, cursor=request.cursor))
    for each in page.items:
        _rejudge_if_older(each.id, request)
    if page.next_cursor:
        queues.rejudges.put(replace(request, cursor=page.next_cursor))


def _rejudge_if_older(submission_id: int, request: RejudgeRequest) -> None:
    """The index may lag behind, so the submission itself is looked at."""
    submission = submissions.get(submission_id)
    if submission.verdict == Verdict.CANCELLED or submission.asked_at >= request.asked_at:
        return
    try:
        _begin_anew(submission)
    except transactions.ConditionFailed:
        # It has got its verdict, or somebody else began: a second look tells.
        _rejudge_if_older(submission_id, request)


def _begin_anew(submission: Submission) -> None:
    problem = models.find_problem(submission.problem_id, consistent=True)
    if problem is None:
        raise errors.NotFound("problem_not_found", "Problem not found")
    past = models.judging_of(submission)
    _reopen(submission, problem)
    if past.verdict == Verdict.PENDING:
        waiting_models.restart_submission(submission, known_judging=past.judging)
    else:
        waiting_models.reopen_submission(submission, past)
    submissions.queue(submission)
    observe.logger.info("submission reopened", submission_id=submission.id, judging=submission.judging)


def _reopen(submission: Submission, problem: Problem) -> None:
    now = clock.now()
    submission.judging += 1
    submission.tests_version, submission.tests_total = problem.tests_version, problem.tests_count
    submission.waiting, submission.waiting_since, submission.asked_at = models.partition_of(submission), now, now
    submission.verdict, submission.text, submission.tries = Verdict.PENDING, EMPTY, 0
    submission.compiler_output, submission.notice, submission.toolchain = "", EMPTY, ""
    submission.time_ms = submission.memory_kb = submission.tests_passed = 0
    submission.points = submission.max_points = 0
    submission.results, submission.samples, submission.judged_at = [], [], None
    submission.exact = submission.exact_results = submission.unmet = None


def _still_pending() -> errors.Conflict:
    return errors.Conflict("submission_pending", "The submission is being judged")
