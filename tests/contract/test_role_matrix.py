"""Every route answers every role as one reviewed table says."""

import pytest

from chalicelib.common.http.routing import Route
from tests.contract.world import ROLES, ROUTES, World
from tests.support.paths import ROOT

MATRIX = ROOT / "tests" / "contract" / "role_matrix.txt"
WIDTH = 81


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def reviewed() -> list[str]:
    return [line for line in MATRIX.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def row(route: Route, statuses: list[int]) -> str:
    return f"{route.method:<6} {route.path}".ljust(WIDTH) + " " + " ".join(map(str, statuses))


def parted(line: str) -> tuple[str, str]:
    """Returns a row and the reason at its end."""
    told, _, reason = line.partition("  # ")
    return told, reason


ROWS = {" ".join(line.split()[:2]): parted(line)[0] for line in reviewed()}
REASONS = {" ".join(line.split()[:2]): parted(line)[1] for line in reviewed()}
TEACHER, OTHER_TEACHER = ROLES.index("teacher"), ROLES.index("other_teacher")


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(ROWS) == sorted(named(route) for route in ROUTES)


def test_rows_are_in_order() -> None:
    assert reviewed() == sorted(reviewed())


@pytest.mark.parametrize("name", ROWS)
def test_a_row_in_which_any_teacher_gets_what_its_own_does_says_why(name: str) -> None:
    _, _, *statuses = ROWS[name].split()
    is_same = statuses[TEACHER] == statuses[OTHER_TEACHER]
    assert bool(REASONS[name]) == is_same, "no reason" if is_same else "the reason of a row that needs none"


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_each_role_gets_what_the_table_says(world: World, route: Route) -> None:
    assert row(route, [world.ask(route, role) for role in ROLES]) == ROWS[named(route)]
