"""Idempotency-Key: a POST that is repeated creates nothing anew, and gets the first answer again.

What a key stands for is one caller's request to one path: another caller's same key, or the same key for another path,
is another one. A request that failed is not kept, so its repetition is a new try.

Bodies hold passwords; of a body only a keyed digest is kept (ADR 0016).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice.app import Response

from chalicelib.common import errors

MAX_KEY_CHARS = 255

Digest = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request to create something. `context` is Lambda's, which knows when this attempt will have died."""

    caller: str
    path: str
    key: str
    body: bytes
    context: Any

    @property
    def body_digest(self) -> str:
        (digest,) = _digests
        return digest(hashlib.sha256(self.body).hexdigest())


_digests: list[Digest] = []


def sign_with(digest: Digest) -> None:
    """Compare bodies by this keyed digest. Called once, by app.py."""
    _digests[:] = [digest]


def valid(key: str) -> str:
    """The key; 400 for one that is empty, too long or not plain text."""
    if not (0 < len(key) <= MAX_KEY_CHARS and key.isascii() and key.isprintable()):
        raise errors.BadRequest(
            "invalid_idempotency_key", "An Idempotency-Key has 1 to {limit} plain characters", limit=MAX_KEY_CHARS
        )
    return key


def once(attempt: Attempt, answer: Callable[[], Response]) -> Response:
    """The answer, or the one that the same attempt got before.

    422 when the key came with another body, 409 while the first request with it is still running.
    """
    from chalicelib.common import kept_answers  # noqa: PLC0415 - few requests have a key: a cold start need not pay

    return kept_answers.once(attempt, answer)
