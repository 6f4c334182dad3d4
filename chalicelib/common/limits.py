"""Rate limits: counters in fixed windows of time.

A fixed window lets through up to twice its number around its edge; in return a hit costs a single write.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.common import clock, settings
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.http import errors

KEPT_AFTER_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `allowed` hits `per` window. `name` stands in the counter's key."""

    name: str
    allowed: int
    per: timedelta


class Counter(items.Item, discriminator="counter"):
    """The hits of one subject in one window."""

    class Meta:
        table_name = settings.load().table_name("common")

    hits = items.IntegerAttribute(default=0)


def hit(limit: Limit, subject: str) -> None:
    """Counts a hit; 429 with the time to wait when the window is full. Refused hits are not counted."""
    now = clock.now()
    window = _window(limit, now)
    counter = Counter(*_key(limit, subject, window))
    try:
        with transactions.conditional():
            counter.update(
                actions=[
                    Counter.hits.add(1),
                    Counter.kind.set(Counter),
                    Counter.expires_at.set(window + limit.per + KEPT_AFTER_WINDOW),
                ],
                condition=Counter.hits.does_not_exist() | (Counter.hits < limit.allowed),
            )
    except transactions.ConditionFailed as full:
        raise _refusal(limit, window, now) from full


def check(limit: Limit, subject: str) -> None:
    """Raises 429 when the window is full, without counting: for limits on failures."""
    now = clock.now()
    window = _window(limit, now)
    counter = items.find(Counter, *_key(limit, subject, window))
    if counter is not None and counter.hits >= limit.allowed:
        raise _refusal(limit, window, now)


def _window(limit: Limit, now: datetime) -> datetime:
    length = limit.per.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // length * length, UTC)


def _key(limit: Limit, subject: str, window: datetime) -> tuple[str, str]:
    return f"LIMIT#{limit.name}#{subject}", f"{window:%Y%m%dT%H%M%S}"


def _refusal(limit: Limit, window: datetime, now: datetime) -> errors.TooManyRequests:
    wait = errors.whole_seconds(window + limit.per - now)
    return errors.TooManyRequests(
        "too_many_requests", "Too many requests, try again in {retry_after} s", retry_after=wait
    )
