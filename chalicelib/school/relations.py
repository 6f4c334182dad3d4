"""Decides who is whose pupil. Pure.

A group is a course, a track, a contest, a class or a named group of pupils; a person belongs to it as somebody who
teaches it, as a pupil, or as both.
"""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

MAX_CO_TEACHERS = 20
"""Who may teach a group beside its owner."""


LAST_CLASS = 11
"""Of a Russian school, whose first is 1."""


class GroupKind(StrEnum):
    COURSE = "course"
    TRACK = "track"
    CONTEST = "contest"
    CLASS = "class"
    """Those whose accounts name the class: nobody attends one by anything that is stored here."""
    PUPILS = "pupils"
    """A named group, which a teacher made."""


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


def pupil_group(group_id: int) -> Group:
    """Returns the class of this number, or else the named group of this id: they share their numbers."""
    return Group(GroupKind.CLASS if group_id <= LAST_CLASS else GroupKind.PUPILS, group_id)


def pupils_among(taught: Set[Group], attendances: Mapping[int, Attendance]) -> set[int]:
    """Returns the people, by id, who attend a group that is taught."""
    return {user_id for user_id, attendance in attendances.items() if taught & attendance.all_groups}


def of_kind(kind: GroupKind, groups: Collection[Group]) -> list[Group]:
    """Returns the groups of a kind, in the order of their ids."""
    return sorted((group for group in groups if group.kind is kind), key=lambda group: group.id)
