"""Who may see how much of whom. Pure."""

from enum import StrEnum

from chalicelib.accounts.permissions import LIVE, Role, State


class Sight(StrEnum):
    NOTHING = "nothing"
    NAMES = "names"
    """What a school tells of its teachers: id, names, role."""
    ALL = "all"


def sight(viewer: Role, whom: Role, state: State, *, is_self: bool, is_own_pupil: bool) -> Sight:
    """How much somebody sees of an account of such a role and state."""
    if is_self or viewer is Role.ADMIN:
        return Sight.ALL
    if state not in LIVE:
        return Sight.NOTHING
    if whom is Role.TEACHER:
        return Sight.NAMES
    if viewer is Role.TEACHER and whom is Role.USER and is_own_pupil:
        return Sight.ALL
    return Sight.NOTHING
