"""Entry points of accounts that are not HTTP: the queue of mails."""

from typing import TYPE_CHECKING, Any

from chalicelib.accounts import credentials, queues
from chalicelib.common.events import batch

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def send_mails(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Sends the mails of a batch of SQS messages. Returns those to be delivered again."""
    return batch.handle_each(event, context, _send_mail)


def _send_mail(record: "SQSRecord") -> None:
    credentials.mail_reset_code(queues.mails.read(record.body))
