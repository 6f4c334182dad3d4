"""What somebody wants to be told, and how: kinds of notifications by channel, the digest, quiet hours. Pure.

Moments are in UTC; hours of the day are those of the time zone that somebody lives by.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Self

MAIL_EVERY = timedelta(minutes=5)
"""What is to be mailed waits for the next of these, so that what comes together is one mail."""


class Channel(StrEnum):
    LIVE = "live"
    """Frames, on the personal channel."""
    INBOX = "inbox"
    MAIL = "mail"


UNLESS_SAID = {Channel.LIVE: True, Channel.INBOX: True, Channel.MAIL: False}
"""What is on for whoever has said nothing."""

Switches = Mapping[Channel, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `begin` to `end`, over midnight when `end` is the earlier; the two differ."""

    begin: time
    end: time

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """Returns when the quiet of this moment ends; None when it is not quiet."""
        local = now.astimezone(zone)
        clock = local.time()
        over_midnight = self.end < self.begin
        before_end, begun = clock < self.end, clock >= self.begin
        if not (before_end or begun if over_midnight else before_end and begun):
            return None
        day = local.date() if before_end else local.date() + timedelta(days=1)
        ends_at = _moment(day, self.end, zone, fold=local.fold)
        return ends_at if ends_at > now else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A mail a day at `hour`: of `deadlines` and of `results`, each where it is wanted."""

    deadlines: bool = True
    results: bool = True
    hour: int = 16

    @property
    def is_wanted(self) -> bool:
        return self.deadlines or self.results


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one notification comes to somebody: what is `at_once`, and what waits `until` a moment."""

    at_once: frozenset[Channel]
    waiting: frozenset[Channel] = frozenset()
    until: datetime | None = None


BY_DEFAULT = Way(at_once=frozenset(channel for channel, is_on in UNLESS_SAID.items() if is_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Of an account. `kinds` has what was said of some, by the type of their frame; `version` is that of the item."""

    kinds: Mapping[str, Switches] = field(default_factory=dict)
    digest: Digest = field(default_factory=Digest)
    quiet: QuietHours | None = None
    version: int = 0

    def switches(self, kind: str) -> Switches:
        return {**UNLESS_SAID, **self.kinds.get(kind, {})}

    def wants(self, kind: str, channel: Channel) -> bool:
        return self.switches(kind)[channel]

    def quiet_until(self, now: datetime, zone: tzinfo) -> datetime | None:
        return None if self.quiet is None else self.quiet.until(now, zone)

    def way_of(self, kind: str, now: datetime, zone: tzinfo) -> Way:
        """Returns how a notification of this moment comes: mails and frames wait in quiet hours, the inbox does not."""
        on = frozenset(channel for channel, is_on in self.switches(kind).items() if is_on)
        quiet_until = self.quiet_until(now, zone)
        waiting = on & ({Channel.LIVE, Channel.MAIL} if quiet_until else {Channel.MAIL})
        return Way(at_once=on - waiting, waiting=waiting, until=(quiet_until or next_mail(now)) if waiting else None)

    def next_digest(self, now: datetime, zone: tzinfo, account_id: int) -> datetime:
        """Returns when the next digest is due, after quiet hours; the minute differs from account to account."""
        at, today = time(self.digest.hour, minute_of(account_id)), now.astimezone(zone).date()
        moments = (_moment(today + timedelta(days=days), at, zone) for days in range(-1, 3))
        shifted = (self.quiet_until(each, zone) or each for each in moments)
        return next(each for each in shifted if each > now)

    def with_kinds(self, changes: Mapping[str, Switches]) -> Self:
        changed = {kind: {**self.kinds.get(kind, {}), **switches} for kind, switches in changes.items()}
        return replace(self, kinds={**self.kinds, **changed})

    def without_mail(self) -> Self:
        """Without mails of notifications: none is mailed unless it was said."""
        return self.with_kinds({kind: {Channel.MAIL: False} for kind in self.kinds})

    def without_digest(self) -> Self:
        return replace(self, digest=replace(self.digest, deadlines=False, results=False))


NOTHING_SAID = Preferences()


def next_mail(now: datetime) -> datetime:
    """Returns the moment at which what is mailed from now on goes out: the same for all that comes before it."""
    since = now - datetime.min.replace(tzinfo=now.tzinfo)
    return now + MAIL_EVERY - since % MAIL_EVERY


def minute_of(account_id: int) -> int:
    """Spreads the digests of a school over an hour."""
    return zlib.crc32(str(account_id).encode()) % 60


def _moment(day: date, at: time, zone: tzinfo, *, fold: int = 0) -> datetime:
    from_zone = datetime.combine(day, at, zone).replace(fold=fold)
    return from_zone.astimezone(UTC)
