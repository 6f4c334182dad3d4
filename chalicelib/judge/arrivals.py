"""Packages that have arrived in S3, as S3 reports them to a queue."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from chalicelib.common import observe
from chalicelib.common.events import batch
from chalicelib.judge import imports, package_store
from chalicelib.judge.archives import Fault

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

LAST_DELIVERY = 3
"""After which a package that nobody could import is given up; the queue says the same."""
OUR_FAULT = "We failed to import it, and have been told"


def handle_messages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Import the packages that a batch of SQS messages reports; answers which of them must come again."""
    return batch.handle_each(event, context, _handle)


def _handle(record: "SQSRecord") -> None:
    is_last = int(record["attributes"].get("ApproximateReceiveCount", 1)) >= LAST_DELIVERY
    for import_id in _imports_in(record.body):
        try:
            imports.run(import_id)
        except Exception:
            if is_last:
                imports.fail(import_id, [Fault("", OUR_FAULT)])
            raise


def _imports_in(body: str) -> Iterator[int]:
    """S3 also sends a test message of its own, which reports nothing."""
    for reported in json.loads(body).get("Records", []):
        import_id = package_store.import_of(unquote_plus(reported["s3"]["object"]["key"]))
        if import_id is None:
            observe.logger.warning("no package", key=reported["s3"]["object"]["key"])
        else:
            yield import_id
