"""Visibility of accounts: the whole table."""

import itertools

import pytest

from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.school.visibility import Visibility, visibility_of

U, T, A = Role.USER, Role.TEACHER, Role.ADMIN
LIVE, GONE = (AccountState.NEW, AccountState.ACTIVATED), (AccountState.BLOCKED, AccountState.DELETED)
OF_OTHERS = {
    # viewer, whom, one's own pupil: as long as they may sign in
    (U, U, False): Visibility.NOTHING,
    (U, U, True): Visibility.NOTHING,
    (U, T, False): Visibility.NAMES,
    (U, T, True): Visibility.NAMES,
    (U, A, False): Visibility.NOTHING,
    (U, A, True): Visibility.NOTHING,
    (T, U, False): Visibility.NOTHING,
    (T, U, True): Visibility.ALL,
    (T, T, False): Visibility.NAMES,
    (T, T, True): Visibility.NAMES,
    (T, A, False): Visibility.NOTHING,
    (T, A, True): Visibility.NOTHING,
    (A, U, False): Visibility.ALL,
    (A, U, True): Visibility.ALL,
    (A, T, False): Visibility.ALL,
    (A, T, True): Visibility.ALL,
    (A, A, False): Visibility.ALL,
    (A, A, True): Visibility.ALL,
}


def test_the_table_is_whole() -> None:
    assert set(OF_OTHERS) == set(itertools.product(Role, Role, (False, True)))


@pytest.mark.parametrize(("viewer", "whom", "pupil"), OF_OTHERS)
@pytest.mark.parametrize("state", LIVE)
def test_others_are_seen_as_the_table_says(viewer: Role, whom: Role, *, pupil: bool, state: AccountState) -> None:
    seen = visibility_of(viewer, whom, state, is_self=False, is_own_pupil=pupil)
    assert seen is OF_OTHERS[viewer, whom, pupil]


@pytest.mark.parametrize(("viewer", "whom", "pupil"), OF_OTHERS)
@pytest.mark.parametrize("state", GONE)
def test_who_is_blocked_or_deleted_is_seen_by_admins_alone(
    viewer: Role, whom: Role, *, pupil: bool, state: AccountState
) -> None:
    seen = visibility_of(viewer, whom, state, is_self=False, is_own_pupil=pupil)
    assert seen is (Visibility.ALL if viewer is A else Visibility.NOTHING)


@pytest.mark.parametrize(("role", "state"), list(itertools.product(Role, AccountState)))
def test_oneself_is_always_seen(role: Role, state: AccountState) -> None:
    assert visibility_of(role, role, state, is_self=True, is_own_pupil=False) is Visibility.ALL
