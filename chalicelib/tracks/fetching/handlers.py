"""Handles the queue of links: fetches the code and hands it over, as an object that S3 reports.

It runs in a function of its own, which has a way out and no rights but to put that object: whatever a server does to
it, there is nothing to be had there.
"""

from typing import TYPE_CHECKING, Any

from chalicelib.common import observe, s3, settings
from chalicelib.common.events import batch
from chalicelib.tracks.fetching import links, queues, reasons
from chalicelib.tracks.fetching.queues import FetchRequest
from chalicelib.tracks.fetching.reasons import Refused

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

LAST_DELIVERY = 2
"""In which a link is tried; the queue delivers once more, and then it is given up, also if each attempt was killed."""


class GivenUp(Exception):
    """A link that could not even be refused; its message goes to the dead letters."""


def fetch_code(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Fetch the code of a batch of links; answers which of them must come again."""
    return batch.handle_each(event, context, _fetch)


def key(request: FetchRequest) -> str:
    return f"imports/solution-{request.submission_id}-{request.fetch_id}.zip"


def _fetch(record: "SQSRecord") -> None:
    # For this one function alone.
    from chalicelib.tracks.fetching import client, outcomes  # noqa: PLC0415

    request = queues.fetches.read(record.body)
    if int(record["attributes"].get("ApproximateReceiveCount", 1)) > LAST_DELIVERY:
        _put(request, outcomes.of_failure(reasons.GIVEN_UP))
        raise GivenUp(request.fetch_id)
    named = settings.load()
    hosts = links.hosts_of(named.code_hosts, is_local=named.stage == "local")
    try:
        made = outcomes.of_files(client.fetch(request.link, request.commit, hosts))
    except Refused as refused:
        observe.logger.info("code not fetched", submission_id=request.submission_id, reason=refused.reason.code)
        made = outcomes.of_failure(refused.reason)
    _put(request, made)


def _put(request: FetchRequest, made: bytes) -> None:
    s3.client().put_object(Bucket=settings.load().test_data_bucket, Key=key(request), Body=made)
