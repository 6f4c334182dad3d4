"""Sends mails through the hook `mail`: SES, or what a test puts in its place."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING, Protocol

import boto3

from chalicelib.common import settings
from chalicelib.common.hooks import Hook

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient
    from mypy_boto3_ses.type_defs import ContentTypeDef, SendEmailRequestTypeDef, SendRawEmailRequestTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A text mail to one address. `headers` are those beside the usual ones."""

    to: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


class MailSender(Protocol):
    def __call__(self, mail: Mail, /) -> None: ...


_sender = Hook[MailSender]("mail")


def send(mail: Mail) -> None:
    """Hands a mail to SES. Raises botocore's ClientError when SES refuses it, BotoCoreError when it is away."""
    _sender.get()(mail)


def send_through_ses(mail: Mail) -> None:
    """Hands a mail to SES, under the stage's configuration: SES keeps from it who bounced or complained, and counts."""
    known = settings.load()
    if mail.headers:
        _send_whole(mail)
        return
    request: SendEmailRequestTypeDef = {
        "Source": known.mail_from,
        "Destination": {"ToAddresses": [mail.to]},
        "Message": {"Subject": _content(mail.subject), "Body": {"Text": _content(mail.text)}},
    }
    if known.mail_configuration:
        request["ConfigurationSetName"] = known.mail_configuration
    _ses().send_email(**request)


def _send_whole(mail: Mail) -> None:
    """SES takes headers of ours only in a whole message (RFC 5322)."""
    known, message = settings.load(), MIMEText(mail.text, "plain", "utf-8")
    message["From"], message["To"] = formataddr(parseaddr(known.mail_from)), mail.to
    message["Subject"] = Header(mail.subject, "utf-8").encode()
    for name, value in mail.headers.items():
        message[name] = value
    # A link that is folded is none.
    whole = message.as_bytes(policy=compat32.clone(linesep="\r\n", max_line_length=None))
    request: SendRawEmailRequestTypeDef = {"RawMessage": {"Data": whole}}
    if known.mail_configuration:
        request["ConfigurationSetName"] = known.mail_configuration
    _ses().send_raw_email(**request)


def _content(text: str) -> "ContentTypeDef":
    """SES takes text for ASCII unless it is told."""
    return {"Data": text, "Charset": "UTF-8"}


@functools.cache
def _ses() -> "SESClient":
    """Of the API's first version, which emulators have too: what is sent with it is the same."""
    return boto3.client("ses")
