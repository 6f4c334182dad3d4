"""Where requests wait to judge all programs of one origin anew. `use` puts another queue in its place for tests."""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import boto3

from chalicelib.common import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Judge anew what `origin` got a verdict for before `asked_at`, from the page at `cursor` on."""

    origin: str
    asked_at: datetime
    cursor: str | None = None


Put = Callable[[Request], None]


def put(request: Request) -> None:
    _put(request)


def read(body: str) -> Request:
    """The request in a message."""
    message = json.loads(body)
    return Request(
        origin=message["origin"], asked_at=datetime.fromisoformat(message["asked_at"]), cursor=message["cursor"]
    )


def body_of(request: Request) -> str:
    message = {"origin": request.origin, "asked_at": request.asked_at.isoformat(), "cursor": request.cursor}
    return json.dumps(message)


def use(put_elsewhere: Put) -> None:
    """Put into another queue from now on: for tests."""
    global _put  # noqa: PLW0603 - the one seam of this module
    _put = put_elsewhere


def _through_sqs(request: Request) -> None:
    _client().send_message(QueueUrl=settings.load().rejudges_queue_url, MessageBody=body_of(request))


@functools.cache
def _client() -> "SQSClient":
    return boto3.client("sqs")


_put: Put = _through_sqs
