"""How often a password may be tried. Pure: what was tried and the time in, whether to wait out.

The first few tries are free; each failure after them doubles the wait (OWASP ASVS 5.0, 6.3.1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_PERIOD = timedelta(minutes=5)
"""Failures that stayed below the free number are forgotten after it."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Failures:
    """So many since the last good sign-in, the last of them at a moment."""

    number: int
    last_at: datetime


NO_TIME = timedelta()


def wait(failures: Failures | None, *, free: int, now: datetime) -> timedelta:
    """How long until the next try; nothing when it may be now."""
    if failures is None or failures.number < free or is_forgotten(failures, free=free, now=now):
        return NO_TIME
    doublings = min(failures.number - free, 10)
    pause = min(LONGEST_WAIT, FIRST_WAIT * 2.0**doublings)
    return max(NO_TIME, failures.last_at + pause - now)


def is_forgotten(failures: Failures, *, free: int, now: datetime) -> bool:
    kept = FREE_PERIOD if failures.number < free else FORGOTTEN_AFTER
    return failures.last_at + kept <= now


def after_one_more(failures: Failures | None, *, free: int, now: datetime) -> Failures:
    """The count with this try in it."""
    if failures is None or is_forgotten(failures, free=free, now=now):
        return Failures(1, now)
    return Failures(failures.number + 1, now)
