"""Throttling: how long to wait after failures in a row, and when waiting ends. Pure.

The first few failures are free; each one after them doubles the wait (OWASP ASVS 5.0, 6.3.1). Of a policy with an
end, at most `most` failures in a row are taken: no more than 100 for one account (NIST SP 800-63B, 5.2.2).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
LONG = timedelta(days=365)
"""What is forgotten after it is not remembered for ever; whoever guesses gains nothing by waiting for it."""
NO_PAUSE = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`free` failures cost no wait. All are forgotten after `forgotten_after`, or, as long as they are fewer than
    `free`, after `free_period` if there is one. Without `most` there is no end of it.
    """

    free: int
    forgotten_after: timedelta
    free_period: timedelta | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Failures:
    """The failures in a row: how many, and when the last was."""

    number: int
    last_at: datetime


def pause_after(failures: Failures | None, policy: Policy, now: datetime) -> timedelta:
    """Returns the time until the next attempt; zero when it may be made now."""
    if failures is None or failures.number < policy.free or is_forgotten(failures, policy, now):
        return NO_PAUSE
    doublings = min(failures.number - policy.free, 10)
    pause = min(LONGEST_WAIT, FIRST_WAIT * 2.0**doublings)
    return max(NO_PAUSE, failures.last_at + pause - now)


def is_exhausted(failures: Failures | None, policy: Policy) -> bool:
    """Whether no more attempts are taken, however long somebody waits."""
    return failures is not None and policy.most is not None and failures.number >= policy.most


def is_forgotten(failures: Failures, policy: Policy, now: datetime) -> bool:
    kept = policy.free_period if failures.number < policy.free else None
    return failures.last_at + (kept or policy.forgotten_after) <= now


def with_one_more(failures: Failures | None, policy: Policy, now: datetime) -> Failures:
    """Returns the count with this attempt in it."""
    if failures is None or is_forgotten(failures, policy, now):
        return Failures(1, now)
    return Failures(failures.number + 1, now)
