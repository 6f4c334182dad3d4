"""Records when timers were swept, and so in which times nothing went on by itself: outages.

SWEEPS / SWEEPS   the last sweep, and the newest outages

A sweep that comes later than `LONGEST_GAP` after the one before ends an outage, which began with that one. It is
recorded before the sweep sends anything, and until it is, no timer fires: so a handler that is told of a due step knows
of all outages before it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import JSONAttribute, UTCDateTimeAttribute
from pynamodb.expressions.update import Action

from chalicelib.common import observe, settings
from chalicelib.common.dynamo import items, transactions

LONGEST_GAP = timedelta(minutes=5)
"""Between two sweeps; they come every minute."""
MOST_KEPT = 50
"""Outages. Whoever waits for one is told at its end."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which no sweep ran."""

    began_at: datetime
    ended_at: datetime


class Sweeps(items.Item, discriminator="sweeps"):
    """`outages` are pairs of moments, the oldest first."""

    class Meta:
        table_name = settings.load().table_name("common")

    swept_at = UTCDateTimeAttribute()
    outages = JSONAttribute(default=list)


def begin(now: datetime) -> Outage | None:
    """Records a sweep; returns the outage that ends with it, if one does."""
    before = find()
    if before is None:
        with suppress(transactions.ConditionFailed):  # another sweep has begun at the same time
            transactions.create(Sweeps(*_KEY, swept_at=now))
        return None
    outage = Outage(before.swept_at, now) if is_overdue(before, now) else None
    outages = [*before.outages, *([[outage.began_at.isoformat(), now.isoformat()]] if outage else [])]
    actions: list[Action] = [Sweeps.swept_at.set(now), Sweeps.outages.set(outages[-MOST_KEPT:])]
    try:
        with transactions.conditional():
            before.update(actions=actions, condition=Sweeps.swept_at == before.swept_at)
    except transactions.ConditionFailed:  # another sweep was first, and ends the outage
        return None
    if outage:
        observe.logger.warning("outage ended", began_at=outage.began_at.isoformat(), ended_at=now.isoformat())
    return outage


def find() -> Sweeps | None:
    return items.find(Sweeps, *_KEY, consistent=True)


def is_overdue(sweeps: Sweeps, now: datetime) -> bool:
    """Whether no sweep has run for so long that it is an outage."""
    return now - sweeps.swept_at > LONGEST_GAP


def outages() -> list[Outage]:
    """Returns the newest outages, the oldest first."""
    sweeps = find()
    pairs = sweeps.outages if sweeps else []
    return [Outage(datetime.fromisoformat(began_at), datetime.fromisoformat(ended_at)) for began_at, ended_at in pairs]


_KEY = ("SWEEPS", "SWEEPS")
