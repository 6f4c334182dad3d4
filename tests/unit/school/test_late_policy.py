"""What late work costs: by hand, and what holds whatever the policy."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.school import late_policy
from chalicelib.school.late_policy import Charge, LatePolicy, Step

HOUR = timedelta(hours=1)
DAILY = LatePolicy(grace_minutes=15, percent_per_day=10, accepted_hours=72)
STEPS = LatePolicy(steps=(Step(after_hours=0, percent=20), Step(after_hours=48, percent=50)))


@pytest.mark.parametrize(
    ("policy", "hours", "days", "percent"),
    [
        (DAILY, -5, 0, 0),
        (DAILY, 0, 0, 0),
        (DAILY, 0.25, 0, 0),
        (DAILY, 0.26, 1, 10),
        (DAILY, 24.25, 1, 10),
        (DAILY, 24.26, 2, 20),
        (DAILY, 24 * 30, 30, 100),
        (STEPS, 0, 0, 0),
        (STEPS, 1, 1, 20),
        (STEPS, 48, 2, 20),
        (STEPS, 48.1, 3, 50),
        (LatePolicy(), 30, 2, 0),
    ],
)
def test_late_work_costs_by_the_day_or_by_steps(policy: LatePolicy, hours: float, days: int, percent: float) -> None:
    late = hours * HOUR
    assert (policy.days(late), policy.percent(late)) == (days, percent)


@pytest.mark.parametrize(
    ("policy", "hours", "budget", "charge"),
    [
        (DAILY, 30, 5, Charge(days=2)),
        (DAILY, 30, 1, Charge(days=1, percent=10)),
        (DAILY, 30, 0, Charge(percent=20)),
        (STEPS, 60, 1, Charge(days=1, percent=20)),
        (STEPS, 90, 1, Charge(percent=50)),
        (STEPS, 40, 1, Charge(percent=20)),
        (LatePolicy(), 30, 5, Charge()),
    ],
)
def test_late_days_are_taken_where_they_help(policy: LatePolicy, hours: float, budget: int, charge: Charge) -> None:
    assert policy.charge(hours * HOUR, budget) == charge


def test_earlier_work_takes_late_days_first_and_work_without_a_policy_none() -> None:
    work = [(30 * HOUR, None), (20 * HOUR, DAILY), (30 * HOUR, DAILY)]
    assert late_policy.charges(work, 2) == [Charge(), Charge(days=1), Charge(days=1, percent=10)]


def test_what_is_left_of_points() -> None:
    assert (Charge(percent=30).of(5), Charge().of(5), Charge(percent=100).of(5)) == (3.5, 5, 0)


def test_work_is_taken_for_the_grace_at_least() -> None:
    assert [each.taken_for for each in (LatePolicy(), LatePolicy(grace_minutes=30), DAILY)] == [
        0 * HOUR,
        HOUR / 2,
        72 * HOUR,
    ]


@pytest.mark.parametrize(
    ("steps", "place"),
    [([(0, 10), (5, 20)], None), ([(0, 10), (0, 20)], 1), ([(0, 1), (5, 20), (9, 20)], 2), ([], None)],
)
def test_steps_come_later_and_cost_more(steps: list[tuple[float, float]], place: int | None) -> None:
    assert late_policy.out_of_order([Step(after_hours=after, percent=percent) for after, percent in steps]) == place


@st.composite
def policies(draw: st.DrawFn) -> LatePolicy:
    hours = sorted(draw(st.sets(st.integers(0, 200), max_size=4)))
    percents = sorted(draw(st.sets(st.integers(1, 100), min_size=len(hours), max_size=len(hours))))
    steps = tuple(Step(after_hours=after, percent=percent) for after, percent in zip(hours, percents, strict=True))
    daily = 0 if steps else draw(st.integers(0, 100))
    return LatePolicy(grace_minutes=draw(st.integers(0, 600)), percent_per_day=daily, steps=steps)


Lateness = st.timedeltas(min_value=-10 * HOUR, max_value=400 * HOUR)


@given(policies(), Lateness, Lateness, st.integers(0, 20))
def test_who_is_later_pays_no_less_and_who_has_days_no_more(
    policy: LatePolicy, one: timedelta, other: timedelta, budget: int
) -> None:
    sooner, later = sorted([one, other])
    assert 0 <= policy.percent(sooner) <= policy.percent(later) <= 100
    charge = policy.charge(later, budget)
    assert 0 <= charge.days <= budget
    assert charge.percent <= policy.percent(later)
    assert charge.percent == policy.percent(later - charge.days * late_policy.DAY)
    assert charge.percent <= policy.charge(later, max(0, budget - 1)).percent
    assert LatePolicy.of_json(policy.to_json()) == policy


@given(st.lists(st.tuples(Lateness, policies()), max_size=6), st.integers(0, 20))
def test_a_budget_is_spent_once(work: list[tuple[timedelta, LatePolicy]], budget: int) -> None:
    assert sum(each.days for each in late_policy.charges(work, budget)) <= budget
