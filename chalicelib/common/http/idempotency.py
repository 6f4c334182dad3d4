"""Idempotency-Key: a POST that is repeated creates nothing new and gets the first answer again.

A key belongs to one caller and one path: the same key from another caller or for another path is a different key. A
request that failed is not kept, so its repetition is a new attempt.

Answers are kept for a day, by Powertools, in a table of its own. Few requests have a key, so Powertools is imported by
the first that has one: a cold start does not pay for it. Bodies hold passwords; of a body only a keyed digest is kept
(ADR 0016).
"""

import base64
import functools
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.common import settings
from chalicelib.common.dynamo import items
from chalicelib.common.hooks import Hook
from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities import idempotency as powertools

MAX_KEY_CHARS = 255
KEPT_FOR = timedelta(hours=24)
RETRY_SECONDS = 1
"""When to ask again while the first request is still running."""

Digest = Callable[[str], str]
"""Of a body's hash: keyed, so that nobody finds out a body by trying."""

_digest = Hook[Digest]("idempotency_digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentRequest:
    """A request with an Idempotency-Key. `context` is Lambda's: it says when this invocation will have timed out."""

    caller: str
    path: str
    key: str
    body: bytes
    context: Any

    @property
    def sent(self) -> Mapping[str, Any]:
        """Returns what Powertools compares: the request under which the answer is kept, and the digest of its body."""
        body = _digest.get()(hashlib.sha256(self.body).hexdigest())
        return {"request": [self.caller, self.path, self.key], "body": body}


def valid(key: str) -> str:
    """Returns the key; 400 for one that is empty, too long or not plain text."""
    if not (0 < len(key) <= MAX_KEY_CHARS and key.isascii() and key.isprintable()):
        raise errors.BadRequest(
            "invalid_idempotency_key",
            "An Idempotency-Key has 1 to {limit} plain characters",
            limit=MAX_KEY_CHARS,
            where=Place(In.HEADER, "Idempotency-Key"),
        )
    return key


def answer_once(attempt: IdempotentRequest, answer: Callable[[], Response]) -> Response:
    """Returns the answer to a request, or the one that it got before.

    422 when the key came with another body, 409 while the first request with it is still running.
    """
    from aws_lambda_powertools.utilities import idempotency as powertools  # noqa: PLC0415
    from aws_lambda_powertools.utilities.idempotency import exceptions  # noqa: PLC0415

    def run(*, sent: Mapping[str, Any]) -> str:
        return _compressed(answer())

    run_once = powertools.idempotent_function(
        run,
        data_keyword_argument="sent",
        persistence_store=_store(),
        config=_config(attempt.context),
        key_prefix="POST",
    )
    try:
        return _decompressed(run_once(sent=attempt.sent))
    except exceptions.IdempotencyValidationError as other:
        raise _other_body() from other
    except exceptions.IdempotencyAlreadyInProgressError as running:
        raise _in_progress() from running


def _other_body() -> errors.Unprocessable:
    return errors.Unprocessable("idempotency_key_reused", "This Idempotency-Key has been used with another body")


def _in_progress() -> errors.Conflict:
    return errors.Conflict(
        "request_in_progress",
        "The first request with this Idempotency-Key is still running",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def _config(context: Any) -> "powertools.IdempotencyConfig":
    from aws_lambda_powertools.utilities import idempotency as powertools  # noqa: PLC0415

    return powertools.IdempotencyConfig(
        event_key_jmespath="request",
        payload_validation_jmespath="body",
        expires_after_seconds=int(KEPT_FOR.total_seconds()),
        hash_function="sha256",
        lambda_context=context,
    )


@functools.cache
def _store() -> "powertools.DynamoDBPersistenceLayer":
    from aws_lambda_powertools.utilities import idempotency as powertools  # noqa: PLC0415

    client: Any = items.connection().client  # botocore's own, which boto3's is as well
    return powertools.DynamoDBPersistenceLayer(
        settings.load().table_name("idempotency"),
        key_attr="pk",
        expiry_attr="expires_at",
        boto3_client=client,
    )


def _compressed(response: Response) -> str:
    """Compresses an answer: an item holds 400 KB, and an answer may repeat a body of 256 KB."""
    whole = json.dumps([response.status_code, response.headers, response.body], ensure_ascii=False)
    return base64.b85encode(zlib.compress(whole.encode())).decode("ascii")


def _decompressed(packed: str) -> Response:
    status, headers, body = json.loads(zlib.decompress(base64.b85decode(packed)))
    return Response(body, status_code=status, headers=headers)
