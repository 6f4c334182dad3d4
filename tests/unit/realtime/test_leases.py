"""Slots that a newcomer tries to claim, in their order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.realtime import leases

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ME, ANN, BEN = 1, 2, 3


@dataclass
class Place:
    number: int
    user_id: int
    lease_until: datetime


def place(number: int, user_id: int, seconds_left: int = 60) -> Place:
    return Place(number, user_id, NOW + timedelta(seconds=seconds_left))


@pytest.mark.parametrize(
    ("places", "shared", "numbers"),
    [
        ([], True, [0, 1, 2]),
        ([place(0, ANN)], True, [1, 2]),
        ([place(1, ANN)], True, [0, 2]),
        ([place(0, ANN), place(1, BEN), place(2, 4)], True, []),
        ([place(0, ANN), place(1, ME)], True, [1, 2]),
        ([place(0, ANN), place(1, ME, -5), place(2, BEN, -9)], True, [1, 2]),
        ([place(0, ANN, -1), place(1, BEN, -2), place(2, 4)], True, [1, 0]),
        ([place(0, ANN, 0), place(1, BEN), place(2, 4)], True, []),
        ([place(0, ME), place(1, ME)], False, [2]),
        ([place(0, ME, -1), place(1, ME), place(2, ME, -2)], False, [2, 0]),
        ([place(0, ANN), place(1, BEN), place(2, 4), place(3, 5, -1)], True, []),
    ],
)
def test_ones_own_first_then_free_ones_then_those_that_ran_out_first(
    places: list[Place], *, shared: bool, numbers: list[int]
) -> None:
    found = leases.candidates(places, user_id=ME, capacity=3, shared=shared, now=NOW)
    assert list(found) == numbers


@pytest.mark.parametrize(("left", "renewed"), [(90, False), (45, False), (44, True), (0, True), (-100, True)])
def test_a_lease_is_renewed_when_less_than_half_is_left(left: int, *, renewed: bool) -> None:
    assert leases.needs_renewal(NOW + timedelta(seconds=left), NOW) is renewed
