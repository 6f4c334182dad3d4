"""Submissions without a verdict: how many there are, since when, and how far their judging is."""

import contextlib
from datetime import datetime

from chalicelib.common.dynamo import transactions
from chalicelib.judge.models import WAITING, Submission, WaitingIndex, submission_key
from chalicelib.judge_protocol.contract import Verdict


def waiting_since(moment: datetime, *, at_most: int) -> list[Submission]:
    """Submissions that have waited for a verdict since before `moment`, oldest first; little of them is read."""
    return list(Submission.waiting_index.query(WAITING, WaitingIndex.waiting_since < moment, limit=at_most))


def note_progress(judged: Submission) -> None:
    """Write how far a judging is, or that it waits again, unless it has ended."""
    progress = Submission.progress.set(judged.progress) if judged.progress else Submission.progress.remove()
    pending = (Submission.verdict == Verdict.PENDING) & (Submission.judging == judged.judging)
    with contextlib.suppress(transactions.ConditionFailed), transactions.conditional():
        Submission(*submission_key(judged.id)).update([progress], condition=pending)
