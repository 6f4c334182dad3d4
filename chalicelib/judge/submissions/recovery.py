"""Recovers submissions that wait too long: the message was lost, or the judge failed longer than the queue retries."""

from datetime import timedelta
from enum import StrEnum

from chalicelib.common import clock, observe
from chalicelib.judge import models, queues, waiting_models
from chalicelib.judge.grading import grader, verdict

NORMAL_WAIT = timedelta(minutes=2)
"""Until then a submission is the queue's business."""
GIVE_UP = timedelta(hours=1)
AT_MOST = 100
"""Submissions looked at in one round; the oldest come first."""


class Step(StrEnum):
    LEAVE = "leave"
    REQUEUE = "requeue"
    GIVE_UP = "give up"


def next_step(waited: timedelta) -> Step:
    """What to do with a submission that has waited so long, asked once a minute.

    It is queued again after 2, 4, 8, 16 and 32 minutes: ever more messages would not bring the judge back.
    """
    if waited >= GIVE_UP:
        return Step.GIVE_UP
    minutes = int(waited / timedelta(minutes=1))
    power_of_two = minutes & (minutes - 1) == 0
    return Step.REQUEUE if waited >= NORMAL_WAIT and power_of_two else Step.LEAVE


def recover() -> None:
    """One round, run every minute."""
    now = clock.now()
    waiting = waiting_models.waiting_since(now - NORMAL_WAIT, at_most=AT_MOST)
    for submission in waiting:
        _take(next_step(now - submission.waiting_since), submission)
    if waiting:
        observe.count("SubmissionsWaitingLong", len(waiting))


def _take(step: Step, submission: models.Submission) -> None:
    if step is Step.REQUEUE:
        queues.put_submission(submission.id, submission.user_id)
        observe.logger.warning("submission queued again", submission_id=submission.id)
    elif step is Step.GIVE_UP:
        whole = models.find_submission(submission.id)
        if whole is not None and not whole.is_final:
            observe.logger.error("submission given up", submission_id=submission.id)
            _give_up(whole)


def _give_up(submission: models.Submission) -> None:
    try:
        grader.finish(submission, verdict.system_error())
    except grader.NotAnnounced:
        # Logged there. No message will come again for it, and the others of this round must not wait.
        observe.count("VerdictNotTold")
