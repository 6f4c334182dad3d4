"""Rate limits: counters in fixed windows of time.

A fixed window lets through up to twice its number around its edge; in return a hit costs a single write.

Every route that writes has a limit: the one that it declares (`limit=`), or else that of its access. The routing counts
before it looks at the body, by the caller's account, or by the address of whoever has none.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.common import clock, settings
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.http import errors

KEPT_AFTER_WINDOW = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
_WORDS = {MINUTE: "a minute", timedelta(hours=1): "an hour"}


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `allowed` hits `per` window. `name` says what is counted, in the counter's key and in the documents."""

    name: str
    allowed: int
    per: timedelta

    def __str__(self) -> str:
        minutes = int(self.per / MINUTE)
        return f"{self.allowed} {self.name} {_WORDS.get(self.per, f'in {minutes} minutes')}"


@dataclass(frozen=True, slots=True)
class CountedWithin:
    """Says that a use case counts by itself: by something else than the caller, or in a write that it makes anyway."""

    what: str

    def __str__(self) -> str:
        return self.what


WRITES = Limit("writes", settings.load().writes_per_minute, MINUTE)
TEACHING = Limit("teaching writes", settings.load().teaching_writes_per_minute, MINUTE)
"""Of teachers and admins: wide, for programs that bring in a whole course or class."""
FROM_ADDRESS = Limit("writes of one address", settings.load().address_writes_per_minute, MINUTE)
"""Of those who have no account yet, or show something else than an access token. A school may have one address."""
COSTLY_READS = Limit("costly reads", settings.load().costly_reads_per_minute, MINUTE)
"""Of what is put together from many items."""


class Counter(items.Item, discriminator="counter"):
    """The hits of one subject in one window."""

    class Meta:
        table_name = settings.load().table_name("common")

    hits = items.IntegerAttribute(default=0)


def hit(limit: Limit, subject: str) -> None:
    """Counts a hit; 429 with the time to wait when the window is full. Refused hits are not counted."""
    now = clock.now()
    window = _window(limit, now)
    counter = Counter(*key(limit, subject, now))
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
    counter = items.find(Counter, *key(limit, subject, now))
    if counter is not None and counter.hits >= limit.allowed:
        raise _refusal(limit, window, now)


def _window(limit: Limit, now: datetime) -> datetime:
    length = limit.per.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // length * length, UTC)


def key(limit: Limit, subject: str, now: datetime) -> tuple[str, str]:
    """Returns the key of the counter of now."""
    return f"LIMIT#{limit.name}#{subject}", f"{_window(limit, now):%Y%m%dT%H%M%S}"


def _refusal(limit: Limit, window: datetime, now: datetime) -> errors.TooManyRequests:
    wait = errors.whole_seconds(window + limit.per - now)
    return errors.TooManyRequests(
        "too_many_requests", "Too many requests, try again in {retry_after} s", retry_after=wait
    )
