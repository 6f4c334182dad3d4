"""Says what a verdict leads to where its program was sent to, and who may see programs there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.hooks import Hook
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Submission

Recorder = Callable[[Submission, Judgement, Transaction], None]
"""Adds, to the transaction that writes a verdict, what the verdict means where the program was sent to."""

Announcer = Callable[[Submission, bool], None]
"""(submission, whether its verdict is another than before): tells of a stored verdict, at least once."""


TaughtBy = Callable[[Caller, Submission], bool]
"""Whether somebody owns or teaches what a program was sent to; or may read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a verdict leads to where programs of one kind are sent to; None where it leads to nothing.

    Those whom `taught_by` names may have the programs judged anew; without it admins alone may. Where there is
    `read_by`, it says who may read them; else their senders do, and those whose pupils these are.
    """

    record: Recorder | None
    announce: Announcer | None
    taught_by: TaughtBy | None
    read_by: TaughtBy | None = None


_origins = Hook[Mapping[str, Origin]]("origins")
"""By the first part of a submission's origin."""


def origin_of(submission: Submission) -> Origin:
    """Where a program was sent to; KeyError for a kind that this version does not know: no verdict is lost to it."""
    return _origins.get()[_kind(submission)]


def known_origin_of(submission: Submission) -> Origin | None:
    """The same for who only reads; None for a kind that nobody sends programs to any more."""
    return _origins.get().get(_kind(submission))


def _kind(submission: Submission) -> str:
    return str(submission.origin).partition("#")[0]
