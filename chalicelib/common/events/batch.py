"""Handles batches of SQS messages and stream records one by one: only a message that failed is delivered again."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.common import observe

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def handle_each(event: dict[str, Any], context: Any, handle: "Callable[[SQSRecord], None]") -> dict[str, Any]:
    """Handles every message of a batch. Returns those to be delivered again: those whose handling raised."""
    return _handle_all(event, context, handle, "SQS")


def handle_each_record(
    event: dict[str, Any], context: Any, handle: "Callable[[DynamoDBRecord], None]"
) -> dict[str, Any]:
    """Handles the records of a DynamoDB stream in order. Returns the one from which they are to be delivered again."""
    return _handle_all(event, context, handle, "DynamoDBStreams")


def _handle_all(event: dict[str, Any], context: Any, handle: Callable[[Any], None], source: str) -> dict[str, Any]:
    # Imported where it is needed: the other functions would pay a tenth of their cold start for it.
    from aws_lambda_powertools.utilities.batch import (  # noqa: PLC0415
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    def handle_logged(record: Any) -> None:
        try:
            handle(record)
        except Exception:
            record_id = record.get("messageId") or record.get("eventID")
            # The answer only says which records failed: the reason is in the log alone.
            observe.logger.exception("message failed, and comes again", source=source, record_id=record_id)
            raise

    if event.get("Records") == []:
        return {"batchItemFailures": []}  # nothing failed; the library takes it for no batch at all
    processor = BatchProcessor(event_type=EventType[source], raise_on_entire_batch_failure=False)
    return dict(
        process_partial_response(event=event, record_handler=handle_logged, processor=processor, context=context)
    )
