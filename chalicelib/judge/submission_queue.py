"""Where submissions wait for the judge. `use` puts another queue in its place for tests."""

import functools
import json
from typing import TYPE_CHECKING, Protocol

import boto3

from chalicelib.common import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class Queue(Protocol):
    def put(self, submission_id: int, user_id: int) -> None: ...

    def postpone(self, receipt_handle: str, seconds: int) -> None: ...


def put(submission_id: int, user_id: int) -> None:
    """Ask for a verdict. Asking twice does no harm."""
    _queue.put(submission_id, user_id)


def read(body: str) -> int:
    """The submission's id in a message."""
    return int(json.loads(body)["submission_id"])


def postpone(receipt_handle: str, seconds: int) -> None:
    """Let a message that is being handled come again so soon, and not when its visibility timeout ends."""
    _queue.postpone(receipt_handle, seconds)


def use(queue: Queue) -> None:
    """Put into `queue` from now on: for tests."""
    global _queue  # noqa: PLW0603 - the one seam of this module
    _queue = queue


class _Sqs:
    def put(self, submission_id: int, user_id: int) -> None:
        """The message group makes SQS serve users in turn: one who sends much does not hold up the rest."""
        _client().send_message(
            QueueUrl=settings.load().submissions_queue_url,
            MessageBody=json.dumps({"submission_id": submission_id}),
            MessageGroupId=str(user_id),
        )

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        _client().change_message_visibility(
            QueueUrl=settings.load().submissions_queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


@functools.cache
def _client() -> "SQSClient":
    return boto3.client("sqs")


_queue: Queue = _Sqs()
