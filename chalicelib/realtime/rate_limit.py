"""Limits how many frames a connection may send in a second.

Each process counts in its own memory, so a frame costs no write. Lambda may serve a connection with several processes,
each of which counts on its own; API Gateway's throttling bounds their sum.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from chalicelib.common.texts import ENGLISH, Text
from chalicelib.realtime.frames import CloseCode, FrameRefused
from chalicelib.realtime.push import Listener

PER_SECOND = 20
BURST = 40
CONNECTIONS_REMEMBERED = 1000


@dataclass(slots=True)
class Bucket:
    """A token bucket: it fills up at a steady rate, and each frame takes a token.

    `language` is the connection's: a flood is refused in it before anything is read.
    """

    tokens: float
    filled_at: datetime
    language: str = ENGLISH

    def take(self, now: datetime) -> bool:
        seconds = max(0.0, (now - self.filled_at).total_seconds())
        self.tokens = min(BURST, self.tokens + seconds * PER_SECOND)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(frozen=True, slots=True)
class KnownListener:
    connection_id: str
    language: str


_buckets: OrderedDict[str, Bucket] = OrderedDict()


def count(connection_id: str, now: datetime) -> None:
    """Counts a frame; FrameRefused when there are too many."""
    bucket = _buckets.pop(connection_id, None) or Bucket(BURST, now)
    _buckets[connection_id] = bucket
    if len(_buckets) > CONNECTIONS_REMEMBERED:
        _buckets.popitem(last=False)
    if not bucket.take(now):
        raise FrameRefused(
            CloseCode.TRY_AGAIN_LATER, Text("too_many_frames", "More than {max} frames a second", {"max": PER_SECOND})
        )


def remember_language(listener: Listener) -> None:
    _buckets[listener.connection_id].language = listener.language


def listener(connection_id: str) -> Listener:
    """Returns a connection whose frames were counted."""
    return KnownListener(connection_id, _buckets[connection_id].language)
