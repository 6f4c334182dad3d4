"""Where notifications wait to be put into inboxes, a page of them at a time. `use` is for tests."""

import functools
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import boto3

from chalicelib.common import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SETTLE_DELAY = 5
"""Seconds until inboxes are settled: by then the change stands, and the index knows of the latest deliveries."""


class DeliveryStep(StrEnum):
    DELIVER = "deliver"
    """Put it into the inboxes of those it is for."""
    SETTLE = "settle"
    """Have the inboxes that it is in agree with what has become of it."""


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A page of the inboxes that a notification is for; `cursor` says where it begins."""

    step: DeliveryStep
    notification_id: int
    cursor: str | None = None

    def after(self, cursor: str) -> "DeliveryPage":
        return replace(self, cursor=cursor)


Put = Callable[[DeliveryPage], None]


def put(page: DeliveryPage) -> None:
    """Handling a page twice does no harm."""
    _put(page)


def read(body: str) -> DeliveryPage:
    """The page in a message."""
    message = json.loads(body)
    return DeliveryPage(DeliveryStep(message["step"]), message["notification_id"], message["cursor"])


def use(put_elsewhere: Put) -> None:
    """Put into another queue from now on: for tests."""
    global _put  # noqa: PLW0603 - the one seam of this module
    _put = put_elsewhere


def _through_sqs(page: DeliveryPage) -> None:
    _client().send_message(
        QueueUrl=settings.load().fanout_queue_url,
        MessageBody=json.dumps(asdict(page)),
        DelaySeconds=SETTLE_DELAY if page.step is DeliveryStep.SETTLE else 0,
    )


@functools.cache
def _client() -> "SQSClient":
    return boto3.client("sqs")


_put: Put = _through_sqs
