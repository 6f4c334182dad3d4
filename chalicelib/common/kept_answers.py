"""Answers that are kept for a day, so that a repeated request gets them again: Powertools, in a table of its own."""

import base64
import functools
import json
import zlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities import idempotency as powertools
from aws_lambda_powertools.utilities.idempotency import exceptions
from chalice.app import Response

from chalicelib.common import errors, settings, table
from chalicelib.common.idempotency import Attempt

KEPT = timedelta(hours=24)
RETRY_SECONDS = 1
"""When to ask again while the first request is still running."""


def once(attempt: Attempt, answer: Callable[[], Response]) -> Response:
    """See `idempotency.once`."""

    def run(*, sent: Mapping[str, Any]) -> str:
        return _packed(answer())

    run_once = powertools.idempotent_function(
        run,
        data_keyword_argument="sent",
        persistence_store=_store(),
        config=_config(attempt.context),
        key_prefix="POST",
    )
    sent = {"request": [attempt.caller, attempt.path, attempt.key], "body": attempt.body_digest}
    try:
        return _unpacked(run_once(sent=sent))
    except exceptions.IdempotencyValidationError as other:
        raise errors.Unprocessable(
            "idempotency_key_reused", "This Idempotency-Key has been used with another body"
        ) from other
    except exceptions.IdempotencyAlreadyInProgressError as running:
        raise errors.Conflict(
            "request_in_progress",
            "The first request with this Idempotency-Key is still running",
            headers={"Retry-After": str(RETRY_SECONDS)},
        ) from running


def _config(context: Any) -> powertools.IdempotencyConfig:
    return powertools.IdempotencyConfig(
        event_key_jmespath="request",
        payload_validation_jmespath="body",
        expires_after_seconds=int(KEPT.total_seconds()),
        hash_function="sha256",
        lambda_context=context,
    )


@functools.cache
def _store() -> powertools.DynamoDBPersistenceLayer:
    client: Any = table.connection().client  # botocore's own, which boto3's is as well
    return powertools.DynamoDBPersistenceLayer(
        settings.load().table_name("idempotency"),
        key_attr="pk",
        expiry_attr="expires_at",
        boto3_client=client,
    )


def _packed(response: Response) -> str:
    """As small as it gets: an item holds 400 KB, and an answer may repeat a body of 256 KB."""
    whole = json.dumps([response.status_code, response.headers, response.body], ensure_ascii=False)
    return base64.b85encode(zlib.compress(whole.encode())).decode("ascii")


def _unpacked(packed: str) -> Response:
    status, headers, body = json.loads(zlib.decompress(base64.b85decode(packed)))
    return Response(body, status_code=status, headers=headers)
