"""Where timers that are due soon wait for their very second. `use` puts another queue in its place for tests."""

import functools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import boto3

from chalicelib.common import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_AT_ONCE = 10
"""Messages that SQS takes in one request."""
LONGEST_DELAY = timedelta(minutes=15)
"""Of a message, in SQS."""


class NotSent(Exception):
    """SQS took some messages of a batch and not these."""


@dataclass(frozen=True, slots=True)
class Message:
    """`due_at` is the moment that the timer had when this was sent; it may have been moved since."""

    topic: str
    subject: str
    due_at: datetime


class Queue(Protocol):
    def send(self, messages: Sequence[Message], now: datetime) -> None:
        """At most `MOST_AT_ONCE`, each to arrive when it is due."""

    def postpone(self, receipt_handle: str, seconds: int) -> None: ...


def send(messages: Sequence[Message], now: datetime) -> None:
    """Have these timers fire when they are due. Sending one twice does no harm."""
    _queue.send(messages, now)


def postpone(receipt_handle: str, seconds: int) -> None:
    """Let a message that is being handled come again so soon, and not when its visibility timeout ends."""
    _queue.postpone(receipt_handle, seconds)


def read(body: str) -> Message:
    """The timer in a message."""
    message = json.loads(body)
    return Message(message["topic"], message["subject"], datetime.fromisoformat(message["due_at"]))


def write(message: Message) -> str:
    return json.dumps(
        {"topic": message.topic, "subject": message.subject, "due_at": message.due_at.isoformat()},
        separators=(",", ":"),
    )


def delay(due_at: datetime, now: datetime) -> int:
    """Whole seconds to wait, rounded down: the rest of the last second is waited out by whoever takes the message."""
    return math.floor(min(LONGEST_DELAY, max(timedelta(0), due_at - now)).total_seconds())


def use(queue: Queue) -> None:
    """Send to `queue` from now on: for tests."""
    global _queue  # noqa: PLW0603 - the one seam of this module
    _queue = queue


class _Sqs:
    def send(self, messages: Sequence[Message], now: datetime) -> None:
        answer = _client().send_message_batch(
            QueueUrl=settings.load().transitions_queue_url,
            Entries=[
                {"Id": str(number), "MessageBody": write(message), "DelaySeconds": delay(message.due_at, now)}
                for number, message in enumerate(messages)
            ],
        )
        if answer.get("Failed"):
            raise NotSent([messages[int(failure["Id"])] for failure in answer["Failed"]])

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        _client().change_message_visibility(
            QueueUrl=settings.load().transitions_queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


@functools.cache
def _client() -> "SQSClient":
    return boto3.client("sqs")


_queue: Queue = _Sqs()
