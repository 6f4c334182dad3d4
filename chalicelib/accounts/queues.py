"""Letters that go out later, so that how long a request takes does not tell whether it made one.

`use` puts another queue in its place for tests.
"""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from chalicelib.common import settings
from chalicelib.common.texts import Language

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """Somebody says that they forgot the password of this address."""

    email: str
    language: Language


Put = Callable[[ResetRequest], None]


def put(request: ResetRequest) -> None:
    _put(request)


def read(body: str) -> ResetRequest:
    """The request in a message."""
    message = json.loads(body)
    return ResetRequest(message["email"], Language(message["language"]))


def use(put_elsewhere: Put) -> None:
    """Put into another queue from now on: for tests."""
    global _put  # noqa: PLW0603 - the one seam of this module
    _put = put_elsewhere


def _through_sqs(request: ResetRequest) -> None:
    _client().send_message(
        QueueUrl=settings.load().letters_queue_url,
        MessageBody=json.dumps({"email": request.email, "language": request.language}),
    )


@functools.cache
def _client() -> "SQSClient":
    return boto3.client("sqs")


_put: Put = _through_sqs
