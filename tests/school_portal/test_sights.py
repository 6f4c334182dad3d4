"""Who may see whom: the whole table."""

import itertools

import pytest

from chalicelib.accounts.permissions import Role, State
from chalicelib.school.sights import Sight, sight

U, T, A = Role.USER, Role.TEACHER, Role.ADMIN
LIVE, GONE = (State.NEW, State.ACTIVATED), (State.BLOCKED, State.DELETED)
OF_OTHERS = {
    # viewer, whom, one's own pupil: as long as they may sign in
    (U, U, False): Sight.NOTHING,
    (U, U, True): Sight.NOTHING,
    (U, T, False): Sight.NAMES,
    (U, T, True): Sight.NAMES,
    (U, A, False): Sight.NOTHING,
    (U, A, True): Sight.NOTHING,
    (T, U, False): Sight.NOTHING,
    (T, U, True): Sight.ALL,
    (T, T, False): Sight.NAMES,
    (T, T, True): Sight.NAMES,
    (T, A, False): Sight.NOTHING,
    (T, A, True): Sight.NOTHING,
    (A, U, False): Sight.ALL,
    (A, U, True): Sight.ALL,
    (A, T, False): Sight.ALL,
    (A, T, True): Sight.ALL,
    (A, A, False): Sight.ALL,
    (A, A, True): Sight.ALL,
}


def test_the_table_is_whole() -> None:
    assert set(OF_OTHERS) == set(itertools.product(Role, Role, (False, True)))


@pytest.mark.parametrize(("viewer", "whom", "pupil"), OF_OTHERS)
@pytest.mark.parametrize("state", LIVE)
def test_others_are_seen_as_the_table_says(viewer: Role, whom: Role, *, pupil: bool, state: State) -> None:
    seen = sight(viewer, whom, state, is_self=False, is_own_pupil=pupil)
    assert seen is OF_OTHERS[viewer, whom, pupil]


@pytest.mark.parametrize(("viewer", "whom", "pupil"), OF_OTHERS)
@pytest.mark.parametrize("state", GONE)
def test_who_is_blocked_or_deleted_is_seen_by_admins_alone(
    viewer: Role, whom: Role, *, pupil: bool, state: State
) -> None:
    seen = sight(viewer, whom, state, is_self=False, is_own_pupil=pupil)
    assert seen is (Sight.ALL if viewer is A else Sight.NOTHING)


@pytest.mark.parametrize(("role", "state"), list(itertools.product(Role, State)))
def test_oneself_is_always_seen(role: Role, state: State) -> None:
    assert sight(role, role, state, is_self=True, is_own_pupil=False) is Sight.ALL
