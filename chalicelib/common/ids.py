"""Ids: integers that JavaScript represents exactly, in the order of creation unless their time is to stay secret."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chalicelib.common.hooks import Hook

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
RANDOM_BITS = 12
ID_BITS = 53
MAX_ID: int = 2**ID_BITS - 1
"""Largest integer that a double holds exactly (ECMAScript's Number.MAX_SAFE_INTEGER)."""


RandomBits = Callable[[int], int]
"""Draws a number of so many bits."""

_random_bits = Hook[RandomBits]("random_bits")


def new_id(now: datetime) -> int:
    """Returns an id of 41 bits of milliseconds since 2024 (enough until 2093) and 12 random bits.

    Two ids of one millisecond collide once in 4096: an item is stored under a new id with the condition
    `attribute_not_exists`, and under another one if that fails (`table.with_new_id`).
    """
    milliseconds = int((now - EPOCH).total_seconds() * 1000)
    return (milliseconds << RANDOM_BITS) | _random_bits.get()(RANDOM_BITS)


def moment_of(an_id: int) -> datetime:
    """When an id was made, to the millisecond; not of timeless ones."""
    return EPOCH + timedelta(milliseconds=an_id >> RANDOM_BITS)


def new_timeless_id() -> int:
    """Returns a random id, for what must not reveal when it was made: `new_id` tells that to the millisecond.

    Among a million of them the next one is taken already once in 9 * 10**9 times.
    """
    return _random_bits.get()(ID_BITS) or 1


def random_bits(bits: int) -> int:
    """Draws a number from the machine's source of randomness."""
    return secrets.randbits(bits)


def is_id(text: str) -> bool:
    """Whether a path segment can be one of our ids."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID)) and 0 < int(text) <= MAX_ID


def sortable(an_id: int) -> str:
    """An id as a part of a key, with leading zeros to the 16 digits of MAX_ID: DynamoDB sorts text by its bytes."""
    return f"{an_id:016}"
