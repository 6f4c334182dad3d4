"""Entry points of the school that are not HTTP: the queue of deliveries."""

from typing import TYPE_CHECKING, Any

from chalicelib.common.events import batch
from chalicelib.school import queues
from chalicelib.school.delivery import handle

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def deliver_notifications(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handles the pages in a batch of SQS messages. Returns those to be delivered again."""
    return batch.handle_each(event, context, _deliver_page)


def _deliver_page(record: "SQSRecord") -> None:
    handle(queues.fanout.read(record.body))
