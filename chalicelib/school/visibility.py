"""Visibility: who may see how much of whom, and who may change what somebody wrote."""

from enum import StrEnum

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import LIVE, Permission, Role, State
from chalicelib.common.http import errors


class Visibility(StrEnum):
    NOTHING = "nothing"
    NAMES = "names"
    """What a school tells of its teachers: id, names, role."""
    ALL = "all"


def visibility_of(viewer: Role, whom: Role, state: State, *, is_self: bool, is_own_pupil: bool) -> Visibility:
    """How much somebody sees of an account of such a role and state."""
    if is_self or viewer is Role.ADMIN:
        return Visibility.ALL
    if state not in LIVE:
        return Visibility.NOTHING
    if whom is Role.TEACHER:
        return Visibility.NAMES
    if viewer is Role.TEACHER and whom is Role.USER and is_own_pupil:
        return Visibility.ALL
    return Visibility.NOTHING


def check_author(caller: Caller, author_id: int | None) -> None:
    """403 for whoever is neither its author nor an admin."""
    if caller.id != author_id and not caller.may(Permission.ADMINISTER):
        raise errors.Forbidden("not_the_author", "Only its author or an admin may change this")
