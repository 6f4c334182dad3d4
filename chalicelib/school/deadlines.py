"""What somebody has to do by when, in all that they attend. Each package that has deadlines tells those of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.common.hooks import Hook
from chalicelib.school.readings import Readings


class DeadlineKind(StrEnum):
    TASK = "task"
    """Of a course."""
    SUBMISSION = "submission"
    REVIEW = "review"
    """Both of a track's assignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """`title` is of what is due, `within` the name of its course or track, `ids` say where it is, by their names in the
    API. `reviews_left` are the reviews that are to be written.
    """

    kind: DeadlineKind
    title: str
    within: str
    due_at: datetime
    ids: Mapping[str, int]
    reviews_left: int = 0


ReadDeadlines = Callable[[Readings], Sequence[Deadline]]
"""Returns what an account has still to do; what is past belongs to it while it can still be done."""

_deadlines = Hook[Sequence[ReadDeadlines]]("deadlines")


def of_user(user_id: int) -> list[Deadline]:
    """Returns what somebody has still to do, the most urgent first."""
    return among(Readings(user_id))


def among(readings: Readings) -> list[Deadline]:
    """The same, for an answer that reads more about them."""
    found = [each for read in _deadlines.get() for each in read(readings)]
    return sorted(found, key=lambda each: each.due_at)
