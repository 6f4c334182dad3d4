"""Entry points of accounts that are not HTTP: the queue of mails."""

from typing import TYPE_CHECKING

from chalicelib.accounts import credentials, queues

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def send_mail(record: "SQSRecord") -> None:
    """Sends the mail that an SQS message asks for."""
    credentials.mail_reset_code(queues.mails.read(record.body))
