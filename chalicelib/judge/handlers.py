"""Handles the judge's queues: submissions to grade, packages to import, pages of submissions to rejudge."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from chalicelib.common import observe
from chalicelib.common.events import batch
from chalicelib.common.texts import Text
from chalicelib.judge import queues
from chalicelib.judge.grading import grader, judge_client
from chalicelib.judge.packages import imports, upload
from chalicelib.judge.packages.archive import Fault
from chalicelib.judge.submissions import rejudging

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


LAST_DELIVERY = 3
"""In which a package is tried. The queue delivers once more: it is given up then, also if each attempt was killed."""
PAUSES = (60, 300)
"""Seconds until a package that failed is tried again, after each delivery; it is given up at once."""
OUR_FAULT = Text("import_failed", "We failed to import it, and have been told")


class GivenUp(Exception):
    """A package that nobody could import; its message goes to the dead letters."""


def import_packages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Import the packages that a batch of SQS messages reports; answers which of them must come again."""
    return batch.handle_each(event, context, _import_package)


def _import_package(record: "SQSRecord") -> None:
    deliveries = int(record["attributes"].get("ApproximateReceiveCount", 1))
    for import_id, page in _imports_in(record.body):
        if deliveries > LAST_DELIVERY and imports.fail(import_id, [Fault("", OUR_FAULT)], page=page):
            queues.postpone_import(record.receipt_handle, 0)
            raise GivenUp(import_id)
        try:  # the last time too, where the tests are in already: the jury's programs may not have been sent
            imports.run(import_id, page=page)
        except Exception:
            queues.postpone_import(record.receipt_handle, (*PAUSES, 0)[min(deliveries, LAST_DELIVERY) - 1])
            raise


def _imports_in(body: str) -> Iterator[tuple[int, int]]:
    """S3 also sends a test message of its own, which reports nothing."""
    for reported in json.loads(body).get("Records", []):
        arrived = upload.import_of(unquote_plus(reported["s3"]["object"]["key"]))
        if arrived is None:
            observe.logger.warning("no package", key=reported["s3"]["object"]["key"])
        else:
            yield arrived


FIRST_PAUSE = 5
"""Seconds until a submission that no judge took is delivered again; doubles with each delivery."""


BUSY_PAUSE = 10
"""Seconds until a submission for which no judge had room is delivered again."""


def judge_submissions(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Judge the submissions of a batch of SQS messages; answers which of them must come again."""
    return batch.handle_each(event, context, _judge_submission)


def _judge_submission(record: "SQSRecord") -> None:
    deliveries = int(record["attributes"].get("ApproximateReceiveCount", 1))
    request = queues.submissions.read(record.body)
    try:
        grader.judge(request.submission_id, again=deliveries > 1)
    except judge_client.JudgeUnavailable as unavailable:
        if unavailable.is_busy:
            # As a new message: a delivery is a try, and this was none.
            queues.submissions.put(request, delay=BUSY_PAUSE, group=record["attributes"].get("MessageGroupId"))
            observe.count("JudgeBusy")
            return
        queues.submissions.postpone(record.receipt_handle, FIRST_PAUSE * 2 ** (deliveries - 1))
        raise


def rejudge_pages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Judge anew what a batch of SQS messages asks for; answers which of them must come again."""
    return batch.handle_each(event, context, _rejudge_page)


def _rejudge_page(record: "SQSRecord") -> None:
    rejudging.rejudge_page(queues.rejudges.read(record.body))
