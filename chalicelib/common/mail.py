"""Sending mail through SES. `use` puts something else in its place: a test, an outbox that remembers."""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import boto3

from chalicelib.common import settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A text mail to one address."""

    to: str
    subject: str
    text: str


class Sender(Protocol):
    def __call__(self, mail: Mail, /) -> None: ...


def send(mail: Mail) -> None:
    """Hands a mail to SES. Raises botocore's ClientError when SES refuses it, BotoCoreError when it is away."""
    _sender(mail)


def use(sender: Sender) -> None:
    """Send through `sender` from now on: for tests."""
    global _sender  # noqa: PLW0603 - the one seam of this module
    _sender = sender


def _through_ses(mail: Mail) -> None:
    _ses().send_email(
        FromEmailAddress=settings.load().mail_from,
        Destination={"ToAddresses": [mail.to]},
        Content={"Simple": {"Subject": {"Data": mail.subject}, "Body": {"Text": {"Data": mail.text}}}},
    )


@functools.cache
def _ses() -> "SESV2Client":
    return boto3.client("sesv2")


_sender: Sender = _through_ses
