"""Sends mails through the hook `mail`: SES, or what a test puts in its place."""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import boto3

from chalicelib.common import settings
from chalicelib.common.hooks import Hook

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient
    from mypy_boto3_ses.type_defs import ContentTypeDef, SendEmailRequestTypeDef


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
        "Source": known.mail_from,
        "Destination": {"ToAddresses": [mail.to]},
        "Message": {"Subject": _content(mail.subject), "Body": {"Text": _content(mail.text)}},
    }
    if known.mail_configuration:
        request["ConfigurationSetName"] = known.mail_configuration
    _ses().send_email(**request)


def _content(text: str) -> "ContentTypeDef":
    """SES takes text for ASCII unless it is told."""
    return {"Data": text, "Charset": "UTF-8"}


@functools.cache
def _ses() -> "SESClient":
    """Of the API's first version, which emulators have too: what is sent with it is the same."""
    return boto3.client("ses")
