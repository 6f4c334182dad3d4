"""From the queue to the verdict: the trusted half of the judge."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pynamodb.transactions import TransactWrite

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.events import batch
from chalicelib.common.http import paging
from chalicelib.judge import judge_function, models, problems, results, submission_queue, testsets, trial, verdict
from chalicelib.judge.models import Submission
from chalicelib.judge.verdict import Judgement
from chalicelib.judge_protocol.contract import Verdict

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

FIRST_PAUSE = 5
"""Seconds until a submission that no judge took is delivered again; doubles with each delivery."""

Recorder = Callable[[Submission, Judgement, TransactWrite], None]
"""Adds, to the transaction that writes a verdict, what the verdict means where the program was sent to."""

Teller = Callable[[Submission, bool], None]
"""(submission, whether its verdict is another than before)"""

_recorders: dict[str, Recorder] = {}
_tellers: list[Teller] = []


class NotTold(Exception):
    """A verdict is stored, and whoever is to be told of it could not be."""


def record_through(recorders: Mapping[str, Recorder]) -> None:
    """Who records verdicts, by the first part of a submission's origin. Called once, by app.py."""
    _recorders.update(recorders)


def tell_through(*tellers: Teller) -> None:
    """Who are told of every verdict once it is stored, at least once. Called once, by app.py."""
    _tellers[:] = tellers


def handle_messages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Judge the submissions of a batch of SQS messages; answers which of them must come again."""
    return batch.handle_each(event, context, _handle)


def judge(submission_id: int, *, again: bool = False) -> None:
    """Give a submission its verdict, once. Raises JudgeUnavailable when it must be tried again later.

    `again` says that the message came before: then a verdict that is there may not have been told.
    """
    submission = models.find_submission(submission_id)
    if submission is None or submission.is_final:
        observe.logger.info("nothing to judge", submission_id=submission_id, found=submission is not None)
        if submission is not None and again:
            _tell(submission)
        return
    finish(submission, _judged(submission))


def finish(submission: Submission, judgement: Judgement) -> None:
    """Write a verdict and what it means to its origin, and tell of it. A verdict that is already there stays."""
    _write_into(submission, judgement)
    recorder = _recorders.get(submission.origin.partition("#")[0])
    try:
        models.finish_submission(
            submission,
            map(results.pack, results.pages(judgement.results)),
            also=lambda transaction: recorder(submission, judgement, transaction) if recorder else None,
        )
    except transactions.ConditionFailed as refused:
        if 0 not in refused.failed:
            raise
        observe.logger.info("verdict was there already", submission_id=submission.id)
        return
    _log(submission, judgement)
    _tell(submission)


def _handle(record: "SQSRecord") -> None:
    deliveries = int(record["attributes"].get("ApproximateReceiveCount", 1))
    try:
        judge(submission_queue.read(record.body), again=deliveries > 1)
    except judge_function.JudgeUnavailable:
        submission_queue.postpone(record.receipt_handle, FIRST_PAUSE * 2 ** (deliveries - 1))
        raise


def _judged(submission: Submission) -> Judgement:
    problem = models.find_problem(submission.problem_id, consistent=True)
    if problem is None:
        return _our_fault(submission, "the problem is gone")
    submission.rules_version = problem.rules_version
    try:
        testset = testsets.read(problem.id, submission.tests_version)
        rules = problems.rules(problem, len(testset.tests))
    except testsets.MissingTestset as missing:
        return _our_fault(submission, f"no test data at {missing}")
    except problems.BadProblem as bad:
        return _our_fault(submission, "the problem cannot be judged", notice=str(bad))
    return trial.hold(submission, problem, rules, testset)


def _write_into(submission: Submission, judgement: Judgement) -> None:
    submission.verdict = judgement.verdict
    submission.text = judgement.text
    submission.compiler_output = judgement.compiler_output
    submission.time_ms = judgement.time_ms
    submission.memory_kb = judgement.memory_kb
    submission.tests_passed = judgement.tests_passed
    submission.tests_total = judgement.tests_total or submission.tests_total
    submission.points, submission.max_points = judgement.points, judgement.max_points
    submission.results = [result.to_json() for result in judgement.results[: results.FIRST_PAGE]]
    submission.notice = judgement.notice
    submission.judged_at = clock.now()


def _tell(submission: Submission) -> None:
    """The verdict is stored whatever happens here; a message whose teller failed comes again, and is told then."""
    if submission.submitter is None or submission.verdict == Verdict.CANCELLED:
        return
    for teller in _tellers:
        try:
            teller(submission, _is_new(submission))
        except Exception as error:
            observe.logger.exception("verdict not told", submission_id=submission.id)
            raise NotTold(submission.id) from error


def _is_new(submission: Submission) -> bool:
    """Whether it is not what the author was told before the submission was judged anew."""
    if submission.judging == 1:
        return True
    (past,) = models.past_judgings(submission.id, paging.PageQuery(limit=1)).items or (None,)
    return past is None or (past.verdict, past.points) != (submission.verdict, submission.points)


def _log(submission: Submission, judgement: Judgement) -> None:
    observe.logger.info("submission judged", submission_id=submission.id, verdict=judgement.verdict)
    observe.count("SubmissionJudged", dimensions={"verdict": judgement.verdict})
    if judgement.verdict is Verdict.SYSTEM_ERROR:
        observe.count("SystemError")
    if judgement.notice:
        observe.logger.error("jury failed", problem_id=submission.problem_id, notice=judgement.notice)


def _our_fault(submission: Submission, cause: str, *, notice: str = "") -> Judgement:
    observe.logger.error("submission cannot be judged", submission_id=submission.id, cause=cause)
    return verdict.system_error(notice=notice)
