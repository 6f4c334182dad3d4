"""Limits how many frames a connection may send in a second.

Each process counts in its own memory, so a frame costs no write. Lambda may serve a connection with several processes,
each of which counts on its own; API Gateway's throttling bounds their sum.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from chalicelib.realtime.frames import CloseCode, FrameRefused

PER_SECOND = 20
BURST = 40
CONNECTIONS_REMEMBERED = 1000


@dataclass(slots=True)
class Bucket:
    """A token bucket: it fills up at a steady rate, and each frame takes a token."""

    tokens: float
    filled_at: datetime

    def take(self, now: datetime) -> bool:
        seconds = max(0.0, (now - self.filled_at).total_seconds())
        self.tokens = min(BURST, self.tokens + seconds * PER_SECOND)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


_buckets: OrderedDict[str, Bucket] = OrderedDict()


def count(connection_id: str, now: datetime) -> None:
    """Counts a frame; FrameRefused when there are too many."""
    bucket = _buckets.pop(connection_id, None) or Bucket(BURST, now)
    _buckets[connection_id] = bucket
    if len(_buckets) > CONNECTIONS_REMEMBERED:
        _buckets.popitem(last=False)
    if not bucket.take(now):
        raise FrameRefused(CloseCode.TRY_AGAIN_LATER, f"More than {PER_SECOND} frames a second")
