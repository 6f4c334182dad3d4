"""Has the code of a link fetched when somebody's own time to send in ends: an extension, after the close for all.

A timer waits for that moment, set in the write that gives the time, moves it or takes it away.
"""

from datetime import datetime

from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.tracks import models, work_models
from chalicelib.tracks.fetching import fetches
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Submission

TOPIC = "own_deadline"
CLOSED = frozenset({Stage.CLOSING, Stage.CODE_REVIEW, Stage.COMPLETED})
"""Stages after a close; in the others one is to come, which pins the link too."""


def wait(transaction: Transaction, assignment_id: int, user_id: int, until: datetime) -> None:
    """Set the timer, or move it. `enqueue_if_soon` is to follow."""
    timers.start(transaction, TOPIC, _subject(assignment_id, user_id), until)


def enqueue_if_soon(assignment_id: int, user_id: int, until: datetime) -> None:
    """What ends soon does not wait for a sweep."""
    timers.enqueue_if_soon(TOPIC, _subject(assignment_id, user_id), until)


def advance(subject: str, now: datetime) -> None:
    """Somebody's time is over: pin what their link leads to. Done again, it only asks again."""
    timer = timers.find(TOPIC, subject)
    if timer is None or timer.due_at > now:
        return
    submission = work_models.find_submission(*map(int, subject.split("#")))
    if submission is not None and _is_closed(submission):
        fetches.pin_one(submission, timer.due_at)
    timers.move(timer, None)


def _is_closed(submission: Submission) -> bool:
    key = models.assignment_key(submission.track_id, submission.assignment_id)
    return Assignment.get(*key, consistent_read=True).stage in CLOSED


def _subject(assignment_id: int, user_id: int) -> str:
    return f"{assignment_id}#{user_id}"
