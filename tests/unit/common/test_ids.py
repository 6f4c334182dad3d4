from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common import ids

MOMENTS = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2093, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

MOMENT = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


@given(MOMENTS)
def test_ids_fit_a_javascript_number(moment: datetime) -> None:
    assert 0 <= ids.new_id(moment) <= 2**53 - 1


@given(MOMENTS, st.integers(min_value=1, max_value=10**9))
def test_a_later_millisecond_gives_a_greater_id(moment: datetime, later_ms: int) -> None:
    assert ids.new_id(moment) < ids.new_id(moment + timedelta(milliseconds=later_ms + 1))


def test_ids_of_one_moment_differ_by_chance_alone() -> None:
    drawn = [ids.new_id(MOMENT) for _ in range(100)]
    assert len({drawn_id >> ids.RANDOM_BITS for drawn_id in drawn}) == 1
    assert len(set(drawn)) > 50


@pytest.mark.parametrize("text", ["1", "007", str(2**53 - 1)])
def test_a_positive_number_up_to_53_bits_can_be_an_id(text: str) -> None:
    assert ids.is_id(text)


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "+1", "1.0", "1e3", "x", " 1", "1_000", "٣", "²", str(2**53), "9" * 5000]
)
def test_anything_else_cannot(text: str) -> None:
    assert not ids.is_id(text)


@given(st.integers(1, ids.MAX_ID), st.integers(1, ids.MAX_ID))
def test_ids_in_keys_sort_as_numbers_do(one: int, other: int) -> None:
    assert (ids.sortable(one) < ids.sortable(other)) == (one < other)


def test_an_id_in_a_key_has_sixteen_digits() -> None:
    """As stored keys have it."""
    assert (ids.sortable(7), ids.sortable(ids.MAX_ID)) == ("0000000000000007", "9007199254740991")


def test_a_timeless_id_is_random_in_every_bit_and_never_zero() -> None:
    drawn = [ids.new_timeless_id() for _ in range(200)]
    assert all(ids.is_id(str(each)) for each in drawn)
    assert [bit for bit in range(ids.ID_BITS) if len({each >> bit & 1 for each in drawn}) == 1] == []
