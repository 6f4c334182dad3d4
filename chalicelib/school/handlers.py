"""Entry points of the school that are not HTTP: the queues of deliveries, of work on groups and of letters."""

import json
from typing import TYPE_CHECKING, Any

from chalicelib.accounts.handlers import send_mail
from chalicelib.common.events import batch
from chalicelib.school import group_jobs, queues
from chalicelib.school.delivery import handle

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def deliver_notifications(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handles the pages in a batch of SQS messages. Returns those to be delivered again."""
    return batch.handle_each(event, context, _deliver_page)


def enroll_pages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Works on the groups in a batch of SQS messages. Returns those to be delivered again."""
    return batch.handle_each(event, context, _enroll_page)


def send_letters(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Sends the mails of a batch of SQS messages. Returns those to be delivered again."""
    return batch.handle_each(event, context, _send_letter)


def _enroll_page(record: "SQSRecord") -> None:
    group_jobs.work_on(queues.enrollments.read(record.body))


def _deliver_page(record: "SQSRecord") -> None:
    handle(queues.fanout.read(record.body))


def _send_letter(record: "SQSRecord") -> None:
    if "letter" not in json.loads(record.body):
        send_mail(record)
        return
    from chalicelib.school import mailing  # noqa: PLC0415 - no other function writes mails of what is due

    mailing.write(queues.letters.read(record.body))
