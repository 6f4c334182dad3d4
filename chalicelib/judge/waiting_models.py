"""Submissions without a verdict: how many there are, since when, and how far their judging is.

In the index `waiting` they stand in three partitions: those that people have sent and that wait for a judge, those that
wait and that nobody waits for (judged anew, or the jury's), and those whose judging has begun.
"""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.expressions.update import Action

from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.judge.models import AGAIN, WAITING, Judging, Submission, WaitingIndex, partition_of, submission_key
from chalicelib.judge_protocol.contract import Verdict

BEGUN = "begun"
"""The partition of those whose judging has begun: nobody waits behind them."""
OLD = timedelta(seconds=5)
"""A program that no judge has taken for so long waits in a queue."""
MANY_OLD = 5
"""So many of them are a rush; fewer are programs over which a judge failed, and which come again by and by."""
MANY = 50
"""So many that no judge has taken are a rush, however young they are."""


def waiting_since(moment: datetime, *, at_most: int, partition: str = WAITING) -> list[Submission]:
    """Submissions that have waited for a judge since before `moment`, oldest first; little of them is read."""
    older = WaitingIndex.waiting_since < moment
    return list(Submission.waiting_index.query(partition, older, limit=at_most))


def without_verdict_since(moment: datetime, *, at_most: int) -> list[Submission]:
    """The same, so many of each partition."""
    partitions = (WAITING, AGAIN, BEGUN)
    return [each for name in partitions for each in waiting_since(moment, at_most=at_most, partition=name)]


def is_waiting(submission: Submission) -> bool:
    """Whether it has no verdict, and its judging has not begun."""
    return submission.waiting in {WAITING, AGAIN}


def is_rush(now: datetime) -> bool:
    """Whether so many wait for a judge that nobody should be kept waiting for a verdict: one small query.

    What is judged anew makes no rush: SQS serves its users in turn with those who send something.
    """
    waiting = waiting_since(now, at_most=MANY)
    is_old = len(waiting) >= MANY_OLD and waiting[MANY_OLD - 1].waiting_since < now - OLD
    return is_old or len(waiting) == MANY


def note_begun(judged: Submission) -> None:
    """Write that the judging begins, once more, and how far it is."""
    judged.waiting, judged.tries = BEGUN, judged.tries + 1
    _note(judged, [_progress(judged), Submission.waiting.set(BEGUN), Submission.tries.add(1)])


def note_progress(judged: Submission) -> None:
    """Write how far a judging is, unless it has ended."""
    _note(judged, [_progress(judged)])


def note_interrupted(judged: Submission, *, counts: bool) -> None:
    """Write that it waits again. It `counts` as a try unless no judge had room for it: that is waiting as well."""
    judged.waiting, judged.progress = partition_of(judged), None
    uncounted = [] if counts else [Submission.tries.add(-1)]
    _note(judged, [_progress(judged), Submission.waiting.set(judged.waiting), *uncounted])


def reopen_submission(reopened: Submission, past: Judging) -> None:
    """Keep the verdict that a submission had, and have it wait for another: all or nothing.

    ConditionFailed when its verdict is no longer that one.
    """

    def fill(transaction: Transaction) -> None:
        unchanged = (Submission.verdict != Verdict.PENDING) & (Submission.judging == past.judging)
        transaction.save(reopened, condition=unchanged, named="verdict_unchanged")
        transaction.save(past)

    transactions.transact(fill)


def restart_submission(restarted: Submission, *, known_judging: int) -> None:
    """Have a submission that waits judged otherwise than it would have been. ConditionFailed when it waits no more."""
    with transactions.conditional():
        waits = (Submission.verdict == Verdict.PENDING) & (Submission.judging == known_judging)
        restarted.save(condition=waits)


def _progress(judged: Submission) -> Action:
    return Submission.progress.set(judged.progress) if judged.progress else Submission.progress.remove()


def _note(judged: Submission, actions: Sequence[Action]) -> None:
    """Nothing is written of a judging that has ended."""
    pending = (Submission.verdict == Verdict.PENDING) & (Submission.judging == judged.judging)
    with contextlib.suppress(transactions.ConditionFailed), transactions.conditional():
        Submission(*submission_key(judged.id)).update(list(actions), condition=pending)
