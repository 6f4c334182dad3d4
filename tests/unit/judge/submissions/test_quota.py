from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge.submissions import quota
from chalicelib.judge.submissions.quota import MAX_PENDING, MAX_PER_DAY, MAX_PER_MINUTE, Refusal, Usage
from tests.support.school import START

NOW_MINUTE = int(START.timestamp()) // 60
NOW_DAY = int(START.timestamp()) // 86400


def usage(pending: int = 0, in_minute: int = 0, in_day: int = 0) -> Usage:
    return Usage(pending=pending, minute=NOW_MINUTE, in_minute=in_minute, day=NOW_DAY, in_day=in_day)


def test_the_first_submission_gets_in() -> None:
    assert quota.admit(Usage(), START) == usage(pending=1, in_minute=1, in_day=1)


@pytest.mark.parametrize(
    ("used", "after_seconds", "retry_after"),
    [
        (usage(pending=MAX_PENDING), 0, quota.PENDING_RETRY),
        (usage(in_minute=MAX_PER_MINUTE), 0, 60),
        (usage(in_minute=MAX_PER_MINUTE), 59.9, 1),
        (usage(in_day=MAX_PER_DAY), 0, 15 * 3600),
        (usage(in_day=MAX_PER_DAY), 15 * 3600 - 1, 1),
        (usage(in_minute=MAX_PER_MINUTE, in_day=MAX_PER_DAY), 0, 15 * 3600),
        (usage(pending=MAX_PENDING, in_minute=MAX_PER_MINUTE), 10, 50),
    ],
)
def test_beyond_a_limit_one_must_wait(used: Usage, after_seconds: float, retry_after: int) -> None:
    assert quota.admit(used, START + timedelta(seconds=after_seconds)) == Refusal(retry_after)


@pytest.mark.parametrize(
    "used",
    [
        usage(pending=MAX_PENDING - 1),
        usage(in_minute=MAX_PER_MINUTE - 1),
        usage(in_day=MAX_PER_DAY - 1),
        usage(MAX_PENDING - 1, MAX_PER_MINUTE - 1, MAX_PER_DAY - 1),
    ],
)
def test_the_last_one_within_a_limit_gets_in(used: Usage) -> None:
    admitted = quota.admit(used, START)
    assert admitted == usage(used.pending + 1, used.in_minute + 1, used.in_day + 1)


def test_the_next_minute_begins_at_nothing_but_the_day_goes_on() -> None:
    admitted = quota.admit(usage(in_minute=MAX_PER_MINUTE, in_day=100), START + timedelta(minutes=1))
    assert isinstance(admitted, Usage)
    assert (admitted.in_minute, admitted.in_day) == (1, 101)


def test_the_next_day_begins_at_nothing() -> None:
    admitted = quota.admit(usage(in_day=MAX_PER_DAY), START + timedelta(hours=15))
    assert isinstance(admitted, Usage)
    assert admitted.in_day == 1


def test_pending_submissions_do_not_end_with_a_window() -> None:
    assert quota.admit(usage(pending=MAX_PENDING), START + timedelta(days=2)) == Refusal(quota.PENDING_RETRY)


@given(
    st.integers(0, MAX_PENDING + 1),
    st.integers(0, MAX_PER_MINUTE + 1),
    st.integers(0, MAX_PER_DAY + 1),
    st.integers(0, 10**5),
)
def test_whoever_waits_as_told_is_refused_for_that_no_more(
    pending: int, in_minute: int, in_day: int, after: int
) -> None:
    now = START + timedelta(seconds=after)
    decision = quota.admit(usage(pending, in_minute, in_day), now)
    if isinstance(decision, Refusal):
        assert decision.retry_after > 0
        later = quota.admit(usage(0, in_minute, in_day), now + timedelta(seconds=decision.retry_after))
        assert isinstance(later, Usage) or later.retry_after != decision.retry_after
    else:
        assert decision.pending <= MAX_PENDING
        assert decision.in_minute <= MAX_PER_MINUTE
        assert decision.in_day <= MAX_PER_DAY
