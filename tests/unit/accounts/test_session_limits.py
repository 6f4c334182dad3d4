"""How long a session lasts, and which are too many."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts import session_limits

NOW = datetime(2026, 9, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Session:
    id: str
    created_at: datetime
    refreshed_at: datetime


@pytest.mark.parametrize(
    ("unused_for", "left", "ends_in"), [(0, 30, 14), (10, 20, 4), (14, 16, 0), (20, 10, -6), (0, 5, 5), (3, 11, 11)]
)
def test_a_session_ends_when_it_is_not_used_and_at_the_latest_at_its_end(
    unused_for: int, left: int, ends_in: int
) -> None:
    ends_at = session_limits.ends_at(
        refreshed_at=NOW - unused_for * DAY, expires_at=NOW + left * DAY, idle=timedelta(days=14)
    )
    assert ends_at == NOW + ends_in * DAY


MOMENTS = st.integers(0, 3).map(lambda days: NOW + days * DAY)
SESSIONS = st.lists(
    st.builds(Session, id=st.text("abc", min_size=1, max_size=2), created_at=MOMENTS, refreshed_at=MOMENTS),
    max_size=8,
    unique_by=lambda session: session.id,
)


@given(sessions=SESSIONS, at_most=st.integers(1, 4))
def test_the_longest_unused_are_too_many_and_no_more_than_that(sessions: list[Session], at_most: int) -> None:
    surplus = session_limits.surplus(sessions, at_most=at_most)
    kept = [each for each in sessions if each not in surplus]
    assert len(kept) == min(len(sessions), at_most)
    assert all(gone.refreshed_at <= stays.refreshed_at for gone in surplus for stays in kept)


@given(sessions=SESSIONS, at_most=st.integers(1, 4), seed=st.randoms())
def test_whoever_asks_finds_the_same_ones(sessions: list[Session], at_most: int, seed: Random) -> None:
    shuffled = list(sessions)
    seed.shuffle(shuffled)
    found = session_limits.surplus(shuffled, at_most=at_most)
    assert found == session_limits.surplus(sessions, at_most=at_most)
