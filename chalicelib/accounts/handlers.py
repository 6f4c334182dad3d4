"""Entry points of accounts that are not HTTP: the queue of mails."""

from typing import TYPE_CHECKING, Any

from chalicelib.accounts import credentials, queues
from chalicelib.common.events import batch

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def send_mails(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Mail the letters of a batch of SQS messages; answers which of them must come again."""
    return batch.handle_each(event, context, _send_mail)


def _send_mail(record: "SQSRecord") -> None:
    credentials.mail_reset_code(queues.read(record.body))
