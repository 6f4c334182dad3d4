"""Batches of SQS messages, handled one by one: a bad one comes again alone."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def handle_each(event: dict[str, Any], context: Any, handle: "Callable[[SQSRecord], None]") -> dict[str, Any]:
    """Handle every message of a batch; answers which of them must come again: those whose handling raised."""
    # Imported where it is needed: the other functions would pay a tenth of their cold start for it.
    from aws_lambda_powertools.utilities.batch import (  # noqa: PLC0415
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event=event, record_handler=handle, processor=processor, context=context))
