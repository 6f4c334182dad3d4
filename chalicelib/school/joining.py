"""What groups of every kind have in common for those who join them: the hook through which each package says how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.common.hooks import Hook
from chalicelib.school.memberships import FillMore
from chalicelib.school.relations import Group, GroupKind
from chalicelib.school.teaching import TaughtGroup


def _always(group_id: int) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Joinable:
    """A kind of groups. Each takes the id of a group, and raises 404 for none.

    `join` lets a user attend it, in one transaction with what it is given; False for one who does already. A refusal
    is a `LyceumError`; what the given conditions refuse passes as ConditionFailed. `is_shown` says whether those who
    attend it may know of it yet.
    """

    taught: Callable[[int], TaughtGroup]
    title: Callable[[int], str]
    join: Callable[[int, int, FillMore], bool]
    is_shown: Callable[[int], bool] = _always


_joinables = Hook[Mapping[GroupKind, Joinable]]("joinables")


def joinable(group: Group) -> Joinable:
    return _joinables.get()[group.kind]


def taught(group: Group) -> TaughtGroup:
    return joinable(group).taught(group.id)


def title_of(group: Group) -> str:
    return joinable(group).title(group.id)


def join(user_id: int, group: Group, also: FillMore) -> bool:
    """Lets a user attend a group; whether they came new. See `Joinable`."""
    return joinable(group).join(user_id, group.id, also)
