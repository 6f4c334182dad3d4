"""Recovers submissions that wait too long: the message was lost, or the judge failed longer than the queue retries.

However long a submission waits, it is not given up for that: the queue may be long. It is given up when judges have
failed over it as often as five messages and more are delivered.
"""

from datetime import timedelta

from chalicelib.common import clock, observe
from chalicelib.judge import models, queues, waiting_models
from chalicelib.judge.grading import verdict
from chalicelib.judge.models import Submission

NORMAL_WAIT = timedelta(minutes=2)
"""Until then a submission is the queue's business."""
MOST_TRIES = 30
"""What six messages are tried, five times each: those sent at first and after 2, 4, 8, 16 and 32 minutes."""
AT_MOST = 1000
"""Submissions looked at in one round of each partition (`waiting_models.py`); the oldest come first."""


def is_due(waited: timedelta) -> bool:
    """Whether something is done with a submission that has waited so long, asked once a minute.

    So it is after 2, 4, 8, 16 minutes and so on: ever more messages would not bring the judge back.
    """
    minutes = int(waited / timedelta(minutes=1))
    power_of_two = minutes & (minutes - 1) == 0
    return waited >= NORMAL_WAIT and power_of_two


def recover() -> None:
    """One round, run every minute. Raises only after all of it what any of them failed with: the others do not wait."""
    now = clock.now()
    since = now - NORMAL_WAIT
    old = waiting_models.without_verdict_since(since, at_most=AT_MOST)
    failures: list[Exception] = []
    for submission in old:
        if is_due(now - submission.waiting_since):
            try:
                _recover(submission.id)
            except Exception as error:  # noqa: BLE001 - raised below
                failures.append(error)
    if old:
        observe.count("SubmissionsWaitingLong", len(old))
    if failures:
        raise ExceptionGroup("recovery", failures)


def _recover(submission_id: int) -> None:
    """The index knows neither how often it was tried nor that it got its verdict a moment ago."""
    submission = models.find_submission(submission_id)
    if submission is None or submission.is_final:
        return
    if submission.tries >= MOST_TRIES:
        observe.logger.error("submission given up", submission_id=submission.id, tries=submission.tries)
        _give_up(submission)
    else:
        queues.put_submission(submission.id, submission.user_id)
        observe.logger.warning("submission queued again", submission_id=submission.id, tries=submission.tries)


def _give_up(submission: Submission) -> None:
    from chalicelib.judge.grading import grader  # noqa: PLC0415 - rarely needed, and with all graders

    try:
        grader.finish(submission, verdict.system_error())
    except grader.NotAnnounced:
        # Logged there. No message will come again for it, and the others of this round must not wait.
        observe.count("VerdictNotTold")
