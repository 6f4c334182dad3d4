"""The one table of roles and states, row by row."""

import pytest

from chalicelib.accounts.permissions import (
    NEXT_STATES,
    PERMISSIONS,
    AccountState,
    Permission,
    Role,
    permissions_of,
    portal_roles,
    role_named,
)


@pytest.mark.parametrize("state", [AccountState.NEW, AccountState.ACTIVATED])
@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        (Role.USER, {"learn"}),
        (Role.TEACHER, {"learn", "teach"}),
        (Role.ADMIN, {"learn", "teach", "administer"}),
    ],
)
def test_each_role_may_more_than_the_one_before(role: Role, state: AccountState, permissions: set[str]) -> None:
    assert permissions_of(role, state) == permissions


@pytest.mark.parametrize("state", [AccountState.BLOCKED, AccountState.DELETED])
@pytest.mark.parametrize("role", list(Role))
def test_nobody_may_anything_who_is_blocked_or_deleted(role: Role, state: AccountState) -> None:
    assert permissions_of(role, state) == set()


def test_every_role_and_state_stands_in_the_tables() -> None:
    assert PERMISSIONS.keys() == set(Role)
    assert NEXT_STATES.keys() == set(AccountState)
    assert set().union(*PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize(
    ("state", "next_states"),
    [
        (AccountState.NEW, {"activated", "blocked", "deleted"}),
        (AccountState.ACTIVATED, {"blocked", "deleted"}),
        (AccountState.BLOCKED, {"new", "activated", "deleted"}),
        (AccountState.DELETED, set()),
    ],
)
def test_which_state_leads_where(state: AccountState, next_states: set[str]) -> None:
    assert NEXT_STATES[state] == next_states


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.USER, ["ROLE_PORTAL_USER"]),
        (Role.TEACHER, ["ROLE_PORTAL_USER", "ROLE_TEACHER"]),
        (Role.ADMIN, ["ROLE_PORTAL_USER", "ROLE_ADMIN"]),
    ],
)
def test_the_portals_roles_count_once_the_mail_is_verified(role: Role, names: list[str]) -> None:
    assert portal_roles(role, verified_mail=True) == names
    assert portal_roles(role, verified_mail=False) == ["ROLE_TEMPORARY_USER"]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("user", Role.USER),
        ("teacher", Role.TEACHER),
        ("admin", Role.ADMIN),
        ("ROLE_PORTAL_USER", Role.USER),
        ("ROLE_TEACHER", Role.TEACHER),
        ("ROLE_ADMIN", Role.ADMIN),
        ("ROLE_TEMPORARY_USER", None),
        ("anonym", None),
        ("Admin", None),
        ("role_admin", None),
        (" admin", None),
        ("", None),
    ],
)
def test_a_role_has_two_names(name: str, role: Role | None) -> None:
    assert role_named(name) is role
