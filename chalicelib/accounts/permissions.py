"""Permissions: the table of what accounts may do by role and state. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """The role of an account. Each later one may do more."""

    USER = "user"
    TEACHER = "teacher"
    ADMIN = "admin"


class AccountState(StrEnum):
    """The state of an account: `new` until the mail is verified and a password is set; `deleted` for good."""

    NEW = "new"
    ACTIVATED = "activated"
    BLOCKED = "blocked"
    DELETED = "deleted"


class Permission(StrEnum):
    LEARN = "learn"
    """Everything a pupil does: courses, tracks, training, one's own account."""
    TEACH = "teach"
    """Author courses, tracks, contests and news; see pupils and their work."""
    ADMINISTER = "administer"
    """Accounts, roles, the main page."""


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.USER: frozenset({Permission.LEARN}),
    Role.TEACHER: frozenset({Permission.LEARN, Permission.TEACH}),
    Role.ADMIN: frozenset(Permission),
}

LIVE = frozenset({AccountState.NEW, AccountState.ACTIVATED})
"""The states in which an account may do anything at all."""

NEXT_STATES: Mapping[AccountState, frozenset[AccountState]] = {
    AccountState.NEW: frozenset({AccountState.ACTIVATED, AccountState.BLOCKED, AccountState.DELETED}),
    AccountState.ACTIVATED: frozenset({AccountState.BLOCKED, AccountState.DELETED}),
    AccountState.BLOCKED: frozenset({AccountState.NEW, AccountState.ACTIVATED, AccountState.DELETED}),
    AccountState.DELETED: frozenset(),
}


class PortalRole(StrEnum):
    """A role by Auth Service's name; temporary until the mail is verified."""

    TEMPORARY = "ROLE_TEMPORARY_USER"
    USER = "ROLE_PORTAL_USER"
    TEACHER = "ROLE_TEACHER"
    ADMIN = "ROLE_ADMIN"


PORTAL_ROLES: Mapping[Role, PortalRole] = {
    Role.USER: PortalRole.USER,
    Role.TEACHER: PortalRole.TEACHER,
    Role.ADMIN: PortalRole.ADMIN,
}


def permissions_of(role: Role, state: AccountState) -> frozenset[Permission]:
    return PERMISSIONS[role] if state in LIVE else frozenset()


def needs_second_factor(role: Role, *, required_of_admins: bool) -> bool:
    """Whether an account gets its role's permissions only with a second factor, and until then a plain user's."""
    return role is Role.ADMIN and required_of_admins


def portal_roles(role: Role, *, verified_mail: bool) -> list[PortalRole]:
    """Returns the roles in Auth Service's words: a role counts once the mail is verified."""
    if not verified_mail:
        return [PortalRole.TEMPORARY]
    return list(dict.fromkeys((PORTAL_ROLES[Role.USER], PORTAL_ROLES[role])))


def role_named(name: str) -> Role | None:
    """Returns a role by its own name or by Auth Service's."""
    return next((role for role in Role if name in {role.value, PORTAL_ROLES[role]}), None)
