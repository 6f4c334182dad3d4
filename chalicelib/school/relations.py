"""Decides who is whose pupil. Pure.

A group is a course, a track, a contest or a class; a person belongs to it as somebody who teaches it, as a pupil, or
as both.
"""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

MAX_CO_TEACHERS = 20
"""Who may teach a group beside its owner."""


class GroupKind(StrEnum):
    COURSE = "course"
    TRACK = "track"
    CONTEST = "contest"
    CLASS = "class"
    """Those whose accounts name the class: nobody attends one by anything that is stored here."""


@dataclass(frozen=True, slots=True)
class Group:
    """`id` is the number of a class, and the id of anything else."""

    kind: GroupKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def of_text(cls, text: str) -> "Group":
        kind, _, number = text.partition(":")
        return cls(GroupKind(kind), int(number))


class Part(StrEnum):
    """The part that somebody plays in a group."""

    TEACHES = "TEACHES"
    ATTENDS = "ATTENDS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """The groups that a person attends, and the class that the account names."""

    groups: Set[Group] = frozenset()
    school_class: int | None = None

    @property
    def all_groups(self) -> Set[Group]:
        if self.school_class is None:
            return self.groups
        return self.groups | {Group(GroupKind.CLASS, self.school_class)}


def pupils_among(taught: Set[Group], attendances: Mapping[int, Attendance]) -> set[int]:
    """Returns the people, by id, who attend a group that is taught."""
    return {user_id for user_id, attendance in attendances.items() if taught & attendance.all_groups}


def of_kind(kind: GroupKind, groups: Collection[Group]) -> list[Group]:
    """Returns the groups of a kind, in the order of their ids."""
    return sorted((group for group in groups if group.kind is kind), key=lambda group: group.id)
