"""Pauses after failures in a row: the rule by itself."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts import throttling
from chalicelib.accounts.throttling import LONGEST_WAIT, Failures, Policy
from tests.support.school import START

FREE = 5
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
FREE_PERIOD = 5 * MINUTE
FORGOTTEN_AFTER = DAY
POLICY = Policy(free=FREE, free_period=FREE_PERIOD, forgotten_after=FORGOTTEN_AFTER)
LASTING = Policy(free=FREE, forgotten_after=1000 * DAY, most=20)
NOTHING = timedelta()


def wait(number: int, since: timedelta) -> timedelta:
    """The wait that remains so long after the last of so many failures."""
    return throttling.pause_after(Failures(number, START), POLICY, START + since)


def test_without_failures_there_is_no_pause() -> None:
    assert throttling.pause_after(None, POLICY, START) == NOTHING


@pytest.mark.parametrize(
    ("number", "since", "left"),
    [
        (1, NOTHING, NOTHING),
        (4, NOTHING, NOTHING),
        (5, NOTHING, MINUTE),
        (5, SECOND, 59 * SECOND),
        (5, MINUTE, NOTHING),
        (5, 2 * MINUTE, NOTHING),
        (6, NOTHING, 2 * MINUTE),
        (7, NOTHING, 4 * MINUTE),
        (8, NOTHING, 8 * MINUTE),
        (9, NOTHING, 15 * MINUTE),
        (10, NOTHING, 15 * MINUTE),
        (10**9, NOTHING, 15 * MINUTE),
        (10**9, 15 * MINUTE, NOTHING),
    ],
)
def test_each_failure_beyond_the_free_ones_doubles_the_wait(number: int, since: timedelta, left: timedelta) -> None:
    assert wait(number, since) == left


@pytest.mark.parametrize(
    ("number", "since", "counted"),
    [
        (1, NOTHING, 2),
        (4, FREE_PERIOD - SECOND, 5),
        (4, FREE_PERIOD, 1),
        (5, FREE_PERIOD, 6),
        (5, DAY - SECOND, 6),
        (5, DAY, 1),
        (1000, DAY, 1),
    ],
)
def test_failures_are_forgotten_in_time(number: int, since: timedelta, counted: int) -> None:
    assert throttling.with_one_more(Failures(number, START), POLICY, START + since).number == counted


def test_the_first_try_is_counted() -> None:
    assert throttling.with_one_more(None, POLICY, START) == Failures(1, START)


numbers = st.integers(1, 1000)
pauses = st.timedeltas(NOTHING, 2 * DAY)


@given(numbers, pauses)
def test_a_wait_is_never_longer_than_the_longest_and_ends_when_it_says(number: int, since: timedelta) -> None:
    left = wait(number, since)
    assert NOTHING <= left <= LONGEST_WAIT
    assert wait(number, since + left) == NOTHING
    if left:
        assert wait(number, since + left - timedelta(microseconds=1)) > NOTHING


@given(numbers, pauses, pauses)
def test_a_wait_shrinks_with_time_and_grows_with_failures(number: int, since: timedelta, more: timedelta) -> None:
    assert wait(number, since + more) <= wait(number, since)
    if since < FREE_PERIOD:
        assert wait(number + 1, since) >= wait(number, since)


@given(st.lists(st.timedeltas(NOTHING, 6 * MINUTE), max_size=200))
def test_nobody_tries_faster_than_the_rule(gaps: list[timedelta]) -> None:
    """Whatever the rhythm of somebody who guesses: in five minutes the free tries and the two after short waits."""
    failures, now, tried = None, START, []
    for gap in gaps:
        now += gap
        if not throttling.pause_after(failures, POLICY, now):
            failures = throttling.with_one_more(failures, POLICY, now)
            tried.append(now)
    for first in tried:
        assert sum(first <= moment < first + FREE_PERIOD for moment in tried) <= FREE + 2


def test_a_day_of_guessing_without_a_break_is_a_hundred_tries() -> None:
    failures, now, tries = None, START, 0
    while now < START + FORGOTTEN_AFTER:
        failures, tries = throttling.with_one_more(failures, POLICY, now), tries + 1
        now += throttling.pause_after(failures, POLICY, now)
    assert FREE < tries <= 105


def test_without_a_free_period_a_few_failures_are_kept_as_long_as_many() -> None:
    assert throttling.with_one_more(Failures(3, START), LASTING, START + 999 * DAY).number == 4


@pytest.mark.parametrize(("number", "ended"), [(19, False), (20, True), (21, True)])
def test_beyond_the_most_no_attempt_is_taken(number: int, ended: bool) -> None:  # noqa: FBT001
    assert throttling.is_exhausted(Failures(number, START), LASTING) is ended
    assert not throttling.is_exhausted(Failures(number, START), POLICY)
    assert not throttling.is_exhausted(None, LASTING)
