"""What is told when, and what waits: moments in the zones that people live by."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.school.preferences import (
    BY_DEFAULT,
    NOTHING_SAID,
    Channel,
    Digest,
    Preferences,
    QuietHours,
    minute_of,
    next_mail,
)

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(begin=time(22), end=time(7))
LUNCH = QuietHours(begin=time(12), end=time(13, 30))
LIVE, INBOX, MAIL = Channel.LIVE, Channel.INBOX, Channel.MAIL
ACCOUNT = 17


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2026-09-01T21:59:59", None),
        (NIGHT, "2026-09-01T22:00:00", "2026-09-02T07:00:00"),
        (NIGHT, "2026-09-02T00:00:00", "2026-09-02T07:00:00"),
        (NIGHT, "2026-09-02T06:59:59", "2026-09-02T07:00:00"),
        (NIGHT, "2026-09-02T07:00:00", None),
        (LUNCH, "2026-09-01T11:59:00", None),
        (LUNCH, "2026-09-01T12:00:00", "2026-09-01T13:30:00"),
        (LUNCH, "2026-09-01T13:30:00", None),
    ],
)
def test_quiet_hours_are_those_of_the_zone(quiet: QuietHours, now: str, until: str | None) -> None:
    moment = at(now).astimezone(UTC)
    assert quiet.until(moment, MOSCOW) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),  # the short night
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),  # the long one
    ],
)
def test_quiet_ends_by_the_clock_on_the_wall_also_when_it_is_changed(now: datetime, until: datetime) -> None:
    assert NIGHT.until(now, BERLIN) == until


def test_by_default_everything_is_live_and_in_the_inbox() -> None:
    assert NOTHING_SAID.way_of("TRACK_STARTED", at("2026-09-02T03:00:00"), MOSCOW) == BY_DEFAULT
    assert BY_DEFAULT.at_once == {LIVE, INBOX}


@pytest.mark.parametrize(
    ("kinds", "quiet", "at_once", "waiting", "until"),
    [
        ({"A": {MAIL: True}}, None, {LIVE, INBOX}, {MAIL}, "2026-09-01T23:05:00"),
        ({"A": {MAIL: True}}, NIGHT, {INBOX}, {LIVE, MAIL}, "2026-09-02T07:00:00"),
        ({"B": {MAIL: True}}, NIGHT, {INBOX}, {LIVE}, "2026-09-02T07:00:00"),
        ({"A": {LIVE: False, INBOX: False}}, NIGHT, set(), set(), None),
        ({"A": {LIVE: False, MAIL: True}}, LUNCH, {INBOX}, {MAIL}, "2026-09-01T23:05:00"),
    ],
)
def test_mails_and_frames_wait_where_they_are_wanted(
    kinds: dict[str, dict[Channel, bool]],
    quiet: QuietHours | None,
    at_once: frozenset[Channel],
    waiting: frozenset[Channel],
    until: str | None,
) -> None:
    way = Preferences(kinds=kinds, quiet=quiet).way_of("A", at("2026-09-01T23:00:00"), MOSCOW)
    assert way.at_once == at_once
    assert way.waiting == waiting
    assert way.until == (at(until) if until else None)


def test_what_comes_together_goes_out_together() -> None:
    moments = [at("2026-09-01T10:00:01"), at("2026-09-01T10:04:59")]
    assert {next_mail(each) for each in moments} == {at("2026-09-01T10:05:00")}
    assert next_mail(at("2026-09-01T10:05:00")) == at("2026-09-01T10:10:00")


@pytest.mark.parametrize(
    ("hour", "quiet", "now", "day", "shifted"),
    [
        (16, None, "2026-09-01T10:00:00", 1, None),
        (16, None, "2026-09-01T17:00:00", 2, None),
        (16, NIGHT, "2026-09-01T10:00:00", 1, None),
        (23, NIGHT, "2026-09-01T10:00:00", 2, time(7)),
        (23, NIGHT, "2026-09-02T07:00:00", 3, time(7)),
        (3, NIGHT, "2026-09-01T05:00:00", 1, time(7)),
        (3, NIGHT, "2026-09-01T07:00:00", 2, time(7)),
    ],
)
def test_a_digest_comes_once_a_day_and_after_quiet_hours(
    hour: int, quiet: QuietHours | None, now: str, day: int, shifted: time | None
) -> None:
    wanted = Preferences(digest=Digest(hour=hour), quiet=quiet)
    clock = shifted or time(hour, minute_of(ACCOUNT))
    due_at = wanted.next_digest(at(now).astimezone(UTC), MOSCOW, ACCOUNT)
    assert due_at == datetime.combine(datetime(2026, 9, day, tzinfo=UTC), clock, MOSCOW)


def test_digests_of_a_school_are_spread_over_the_hour() -> None:
    assert len({minute_of(account_id) for account_id in range(1000)}) == 60
    following = NOTHING_SAID.next_digest(now := at("2026-09-01T16:59:59"), MOSCOW, ACCOUNT)
    assert timedelta(0) < following - now <= timedelta(days=1)


def test_unsubscribing_leaves_the_rest_as_it_was() -> None:
    said = Preferences(kinds={"A": {MAIL: True, INBOX: False}, "B": {LIVE: False}}, digest=Digest(hour=9))
    assert said.without_mail().kinds == {"A": {MAIL: False, INBOX: False}, "B": {LIVE: False, MAIL: False}}
    assert said.without_digest().digest == Digest(deadlines=False, results=False, hour=9)
