"""Handles the judge's queues: submissions to grade, packages to import, pages of submissions to rejudge."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from chalicelib.common import observe
from chalicelib.common.events import batch
from chalicelib.common.hooks import Hook
from chalicelib.common.texts import Text
from chalicelib.judge import queues
from chalicelib.judge.grading import judge_client
from chalicelib.judge.submissions import rejudging

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


LAST_DELIVERY = 3
"""In which a package is tried. The queue delivers once more: it is given up then, also if each attempt was killed."""
PAUSES = (60, 300)
"""Seconds until a package that failed is tried again, after each delivery; it is given up at once."""
OUR_FAULT = Text("import_failed", "We failed to import it, and have been told")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Who takes archives that arrive beside packages: by the key, once or again; and who is told that nobody could."""

    knows: Callable[[str], bool]
    take: Callable[[str], None]
    give_up: Callable[[str, Text], bool]


_takers = Hook[Sequence[Taker]]("archive_takers")


class GivenUp(Exception):
    """A package that nobody could import; its message goes to the dead letters."""


def import_packages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Import the packages that a batch of SQS messages reports; answers which of them must come again."""
    return batch.handle_each(event, context, _import_package)


def _import_package(record: "SQSRecord") -> None:
    # A fifth of what there is to import, for this one function alone.
    from chalicelib.judge.packages import imports, upload  # noqa: PLC0415
    from chalicelib.judge.packages.archive import Fault  # noqa: PLC0415

    deliveries = int(record["attributes"].get("ApproximateReceiveCount", 1))
    for key in _keys_in(record.body):
        arrived = upload.import_of(key)
        if arrived is None:
            _take_other(key, record, deliveries)
            continue
        import_id, page = arrived
        if deliveries > LAST_DELIVERY and imports.fail(import_id, [Fault("", OUR_FAULT)], page=page):
            queues.postpone_import(record.receipt_handle, 0)
            raise GivenUp(import_id)
        try:  # the last time too, where the tests are in already: the jury's programs may not have been sent
            imports.run(import_id, page=page)
        except Exception:
            queues.postpone_import(record.receipt_handle, (*PAUSES, 0)[min(deliveries, LAST_DELIVERY) - 1])
            raise


def _take_other(key: str, record: "SQSRecord", deliveries: int) -> None:
    """Have an archive that is no package taken by whom it is for; it is tried as often as a package."""
    taker = next((each for each in _takers.get() if each.knows(key)), None)
    if taker is None:
        observe.logger.warning("no package", key=key)
        return
    if deliveries > LAST_DELIVERY and taker.give_up(key, OUR_FAULT):
        queues.postpone_import(record.receipt_handle, 0)
        raise GivenUp(key)
    try:
        taker.take(key)
    except Exception:
        queues.postpone_import(record.receipt_handle, (*PAUSES, 0)[min(deliveries, LAST_DELIVERY) - 1])
        raise


def _keys_in(body: str) -> Iterator[str]:
    """The objects that arrived, or one that is to be taken again. S3 also sends a test that reports nothing."""
    said = json.loads(body)
    for reported in said.get("Records", []):
        yield unquote_plus(reported["s3"]["object"]["key"])
    if "key" in said:
        yield queues.arrivals.read(body).key


FIRST_PAUSE = 5
"""Seconds until a submission that no judge took is delivered again; doubles with each delivery."""


BUSY_PAUSE = 10
"""Seconds until a submission for which no judge had room is delivered again."""


def judge_submissions(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Judge the submissions of a batch of SQS messages; answers which of them must come again."""
    return batch.handle_each(event, context, _judge_submission)


def _judge_submission(record: "SQSRecord") -> None:
    from chalicelib.judge.grading import grader  # noqa: PLC0415 - with all graders, for this one function alone

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
