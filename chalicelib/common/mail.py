"""Sends mails through the hook `mail`: SES, or what a test puts in its place."""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import boto3

from chalicelib.common import settings
from chalicelib.common.hooks import Hook

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A text mail to one address."""

    to: str
    subject: str
    text: str


class MailSender(Protocol):
    def __call__(self, mail: Mail, /) -> None: ...


_sender = Hook[MailSender]("mail")


def send(mail: Mail) -> None:
    """Hands a mail to SES. Raises botocore's ClientError when SES refuses it, BotoCoreError when it is away."""
    _sender.get()(mail)


def send_through_ses(mail: Mail) -> None:
    """Hands a mail to SES, under the stage's configuration: SES keeps from it who bounced or complained, and counts."""
    known = settings.load()
    request: SendEmailRequestTypeDef = {
        "FromEmailAddress": known.mail_from,
        "Destination": {"ToAddresses": [mail.to]},
        "Content": {"Simple": {"Subject": {"Data": mail.subject}, "Body": {"Text": {"Data": mail.text}}}},
    }
    if known.mail_configuration:
        request["ConfigurationSetName"] = known.mail_configuration
    _ses().send_email(**request)


@functools.cache
def _ses() -> "SESV2Client":
    return boto3.client("sesv2")
