"""Declares the judge's queues: submissions that wait for a verdict, origins whose submissions are rejudged, jobs.

S3 itself fills another, `imports`; who takes what arrived there may have it reported once more.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.common.events import queues
from chalicelib.common.events.queues import Queue


@dataclass(frozen=True, slots=True)
class SubmissionRequest:
    """Give this submission its verdict."""

    submission_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejudgeRequest:
    """Judge anew what `origin` got a verdict for before `asked_at`, from the page at `cursor` on; or only what `ids`
    name of it.
    """

    origin: str
    asked_at: datetime
    cursor: str | None = None
    ids: list[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeJob:
    """For judges behind a queue: two presigned addresses of S3. After `until` nobody waits for a judge to take it."""

    job: str
    answer: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An object of S3 that is to be taken again later."""

    key: str


submissions = Queue("submissions", SubmissionRequest)
judge_jobs = Queue("judge_jobs", JudgeJob)
rejudges = Queue("rejudges", RejudgeRequest)
arrivals = Queue("imports", Arrival)


def put_submission(submission_id: int, user_id: int) -> None:
    """Ask for a verdict; asking twice does no harm.

    The message group makes SQS serve users in turn: one who sends much does not hold up the rest.
    """
    submissions.put(SubmissionRequest(submission_id), group=str(user_id))


def postpone_import(receipt_handle: str, seconds: int) -> None:
    """Have a report of a package come again after so many seconds."""
    queues.postpone("imports", receipt_handle, seconds)
