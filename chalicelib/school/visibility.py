"""Decides how much of an account a user may see, and who may change what somebody wrote."""

from enum import StrEnum

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import LIVE, AccountState, Permission, Role
from chalicelib.common.http import errors


class Visibility(StrEnum):
    NOTHING = "nothing"
    NAMES = "names"
    """What a school tells of its teachers: id, names, role."""
    ALL = "all"


def visibility_of(viewer: Role, whom: Role, state: AccountState, *, is_self: bool, is_own_pupil: bool) -> Visibility:
    """Returns how much a user sees of an account with this role and state."""
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
    """Raises 403 unless the caller is the author or an admin."""
    if caller.id != author_id and not caller.may(Permission.ADMINISTER):
        raise errors.Forbidden("not_the_author", "Only its author or an admin may change this")
