"""Entry points of the school that are not HTTP: the queues of deliveries and of work on groups."""

from typing import TYPE_CHECKING, Any

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


def _enroll_page(record: "SQSRecord") -> None:
    group_jobs.work_on(queues.enrollments.read(record.body))


def _deliver_page(record: "SQSRecord") -> None:
    handle(queues.fanout.read(record.body))
