"""Which place a newcomer tries to take."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.realtime import slots

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ME, ANN, BEN = 1, 2, 3


@dataclass
class Place:
    number: int
    user_id: int
    seconds_left: int = 60

    @property
    def lease_until(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds_left)


@pytest.mark.parametrize(
    ("places", "shared", "numbers"),
    [
        ([], True, [0, 1, 2]),
        ([Place(0, ANN)], True, [1, 2]),
        ([Place(1, ANN)], True, [0, 2]),
        ([Place(0, ANN), Place(1, BEN), Place(2, 4)], True, []),
        ([Place(0, ANN), Place(1, ME)], True, [1, 2]),
        ([Place(0, ANN), Place(1, ME, -5), Place(2, BEN, -9)], True, [1, 2]),
        ([Place(0, ANN, -1), Place(1, BEN, -2), Place(2, 4)], True, [1, 0]),
        ([Place(0, ANN, 0), Place(1, BEN), Place(2, 4)], True, []),
        ([Place(0, ME), Place(1, ME)], False, [2]),
        ([Place(0, ME, -1), Place(1, ME), Place(2, ME, -2)], False, [2, 0]),
        ([Place(0, ANN), Place(1, BEN), Place(2, 4), Place(3, 5, -1)], True, []),
    ],
)
def test_ones_own_first_then_free_ones_then_those_that_ran_out_first(
    places: list[Place], shared: bool, numbers: list[int]
) -> None:
    found = slots.candidates(places, user_id=ME, capacity=3, shared=shared, now=NOW)
    assert list(found) == numbers


@pytest.mark.parametrize(("left", "renewed"), [(90, False), (45, False), (44, True), (0, True), (-100, True)])
def test_a_lease_is_renewed_when_less_than_half_is_left(left: int, renewed: bool) -> None:
    assert slots.needs_renewal(NOW + timedelta(seconds=left), NOW) is renewed
