"""When things are there for pupils: pure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.courses.availability import ALWAYS, Availability, Times

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)

moments = st.none() | st.integers(-5, 5).map(lambda hours: NOW + timedelta(hours=hours))
times = st.builds(Times, published=st.booleans(), opens_at=moments, closes_at=moments, due_at=moments)


@pytest.mark.parametrize(
    ("given_times", "expected"),
    [
        (ALWAYS, Availability.OPEN),
        (Times(opens_at=AFTER), Availability.NOT_OPEN),
        (Times(opens_at=NOW), Availability.OPEN),
        (Times(closes_at=NOW), Availability.CLOSED),
        (Times(closes_at=AFTER), Availability.OPEN),
        (Times(due_at=BEFORE), Availability.OPEN),
        (Times(opens_at=AFTER, closes_at=BEFORE), Availability.NOT_OPEN),
        (Times(published=False, closes_at=BEFORE), Availability.DRAFT),
    ],
)
def test_what_something_is_now(given_times: Times, expected: Availability) -> None:
    assert given_times.state(NOW) is expected


@pytest.mark.parametrize(
    ("given_times", "expected"),
    [
        (ALWAYS, None),
        (Times(opens_at=BEFORE, due_at=NOW, closes_at=AFTER), None),
        (Times(due_at=NOW, closes_at=NOW), None),
        (Times(opens_at=NOW, due_at=NOW), ("opens_at", "due_at")),
        (Times(opens_at=NOW, closes_at=BEFORE), ("opens_at", "closes_at")),
        (Times(due_at=AFTER, closes_at=NOW), ("due_at", "closes_at")),
    ],
)
def test_moments_come_in_order(given_times: Times, expected: tuple[str, str] | None) -> None:
    assert given_times.out_of_order() == expected


@given(times, times)
def test_what_is_inside_is_open_only_while_the_outside_is(inner: Times, outer: Times) -> None:
    both = {inner.state(NOW), outer.state(NOW)}
    assert (inner.within(outer).state(NOW) is Availability.OPEN) == (both == {Availability.OPEN})


@given(times, times, times)
def test_it_does_not_matter_which_is_put_together_first(task: Times, lesson: Times, course: Times) -> None:
    assert task.within(lesson).within(course) == task.within(lesson.within(course))


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        (Times(due_at=BEFORE), Times(due_at=AFTER), BEFORE),
        (Times(due_at=AFTER), Times(due_at=BEFORE), AFTER),
        (ALWAYS, Times(due_at=NOW), NOW),
        (Times(due_at=AFTER), Times(closes_at=NOW), NOW),
        (ALWAYS, Times(closes_at=NOW), None),
    ],
)
def test_the_innermost_says_when_it_is_due(inner: Times, outer: Times, expected: datetime | None) -> None:
    assert inner.within(outer).due_at == expected


@given(times)
def test_times_are_stored_and_read_again(stored: Times) -> None:
    assert Times.of_json(stored.to_json()) == stored
