"""Decides whether a user may submit now: from their usage and the time to their new usage or a refusal. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.common.limits import CountedWithin

MAX_PENDING = 2
MAX_PER_MINUTE = 20
MAX_PER_DAY = 500

MINUTE = 60
DAY = 24 * 3600
LIMIT = CountedWithin(f"{MAX_PER_MINUTE} submissions a minute, {MAX_PER_DAY} a day and {MAX_PENDING} that wait")
"""Counted in the write that stores a submission."""
PENDING_RETRY = 5
"""Seconds after which it is worth asking whether a pending submission got its verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """`minute` and `day` are counted since 1970 and say which window the numbers beside them belong to."""

    pending: int = 0
    minute: int = 0
    in_minute: int = 0
    day: int = 0
    in_day: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """`retry_after` is in seconds."""

    retry_after: int


def admit(usage: Usage, now: datetime) -> Usage | Refusal:
    """The usage with one more submission, or why it must wait."""
    current = _in_this_window(usage, now)
    seconds = int(now.timestamp())
    if current.in_day >= MAX_PER_DAY:
        return Refusal(DAY - seconds % DAY)
    if current.in_minute >= MAX_PER_MINUTE:
        return Refusal(MINUTE - seconds % MINUTE)
    if current.pending >= MAX_PENDING:
        return Refusal(PENDING_RETRY)
    return replace(current, pending=current.pending + 1, in_minute=current.in_minute + 1, in_day=current.in_day + 1)


def _in_this_window(usage: Usage, now: datetime) -> Usage:
    minute, day = int(now.timestamp()) // MINUTE, int(now.timestamp()) // DAY
    return replace(
        usage,
        minute=minute,
        in_minute=usage.in_minute if usage.minute == minute else 0,
        day=day,
        in_day=usage.in_day if usage.day == day else 0,
    )
