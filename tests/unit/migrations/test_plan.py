"""Plans: the migrations that run, and those that do not."""

import pytest

from infra.migrations import plan
from infra.migrations.catalogue import Migration
from infra.migrations.pages import Position, Tables
from infra.migrations.plan import PlanError, State

PENDING, RUNNING, APPLIED, ROLLING_BACK = State.PENDING, State.RUNNING, State.APPLIED, State.ROLLING_BACK


def nothing(_tables: Tables, _position: Position) -> Position:
    return None


ONE, TWO, THREE = (Migration(f"000{number}_x", nothing, nothing) for number in (1, 2, 3))
FINAL = Migration("0004_final", nothing, None)
KNOWN = [ONE, TWO, THREE, FINAL]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({}, [ONE, TWO, THREE, FINAL]),
        ({ONE: APPLIED}, [TWO, THREE, FINAL]),
        ({ONE: APPLIED, TWO: RUNNING}, [TWO, THREE, FINAL]),
        ({ONE: APPLIED, TWO: ROLLING_BACK}, [TWO, THREE, FINAL]),
        (dict.fromkeys(KNOWN, APPLIED), []),
    ],
)
def test_all_that_is_not_applied_is_to_be_applied(states: dict[Migration, State], expected: list[Migration]) -> None:
    assert plan.to_apply(KNOWN, {each.id: state for each, state in states.items()}) == expected


@pytest.mark.parametrize("state", [PENDING, RUNNING, ROLLING_BACK])
def test_a_migration_that_comes_in_under_an_applied_one_is_refused(state: State) -> None:
    with pytest.raises(PlanError, match=f"0001_x is {state}, but 0002_x is applied"):
        plan.to_apply(KNOWN, {ONE.id: state, TWO.id: APPLIED})


@pytest.mark.parametrize("decide", [plan.to_apply, plan.to_roll_back])
def test_data_that_a_newer_version_migrated_is_left_alone(decide: object) -> None:
    assert callable(decide)
    with pytest.raises(PlanError, match="0009_later ran here"):
        decide(KNOWN, {ONE.id: APPLIED, "0009_later": APPLIED})


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({ONE: APPLIED}, ONE),
        ({ONE: APPLIED, TWO: APPLIED}, TWO),
        ({ONE: APPLIED, TWO: RUNNING}, TWO),
        ({ONE: APPLIED, TWO: ROLLING_BACK}, TWO),
    ],
)
def test_the_last_that_was_begun_is_to_be_rolled_back(states: dict[Migration, State], expected: Migration) -> None:
    assert plan.to_roll_back(KNOWN, {each.id: state for each, state in states.items()}) == expected


def test_where_nothing_is_applied_nothing_is_rolled_back() -> None:
    with pytest.raises(PlanError, match="no migration is applied"):
        plan.to_roll_back(KNOWN, {})


def test_what_has_no_way_back_is_not_rolled_back() -> None:
    with pytest.raises(PlanError, match="0004_final has no way back"):
        plan.to_roll_back(KNOWN, {each.id: APPLIED for each in KNOWN})
