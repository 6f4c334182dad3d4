"""Says whose submissions are and where they were sent to, in words.

The judge knows no courses, so the packages to whose tasks programs are sent say it of theirs.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.accounts import names
from chalicelib.common.hooks import Hook
from chalicelib.judge.models import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPlace:
    """A task in its lesson and course, with their names, and how many points it has."""

    course_id: int
    course_name: str
    lesson_id: int
    lesson_name: str
    task_id: int
    task_name: str
    task_max_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbor:
    """The task before or after another, maybe in another lesson of the same course."""

    lesson_id: int
    task_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbors:
    previous: Neighbor | None = None
    next: Neighbor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSubmission:
    """A submission, what its author is called, and its place, if it has one."""

    submission: Submission
    user_name: str | None
    place: TaskPlace | None
    neighbors: Neighbors = field(default_factory=Neighbors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """What the package says to whose tasks programs were sent.

    `places` by submission, without those that are gone. `neighbors` of the task of one of them, for a reader who sees
    all of the course or only what is published.
    """

    places: Callable[[Sequence[Submission]], Mapping[int, TaskPlace]]
    neighbors: Callable[[Submission, bool], Neighbors]


_finders = Hook[Mapping[str, Finder]]("place_finders")
"""By the first part of a submission's origin; programs that were sent elsewhere have no place."""


def named(submissions: Sequence[Submission]) -> Sequence[NamedSubmission]:
    """In the same order, without neighbors. One request for each hundred different names of people, and of places."""
    places = _places_of(submissions)
    people = names.full_names({each.user_id for each in submissions})
    return [
        NamedSubmission(submission=each, user_name=people[each.user_id], place=places.get(each.id))
        for each in submissions
    ]


def named_one(submission: Submission, *, sees_all: bool) -> NamedSubmission:
    """One with its neighbors: those that are published, or all in the course."""
    (found,) = named([submission])
    return replace(found, neighbors=_neighbors_of(submission, sees_all=sees_all)) if found.place else found


def worth_of(submission: Submission) -> int | None:
    """How many points the task has that a program was sent to; None for what was sent elsewhere."""
    place = _places_of([submission]).get(submission.id)
    return None if place is None else place.task_max_points


def _places_of(submissions: Sequence[Submission]) -> Mapping[int, TaskPlace]:
    finders: Mapping[str, Finder] = _finders.get()
    by_kind: dict[str, list[Submission]] = defaultdict(list)
    for submission in submissions:
        by_kind[_kind(submission)].append(submission)
    found: dict[int, TaskPlace] = {}
    for kind in by_kind.keys() & finders.keys():
        found.update(finders[kind].places(by_kind[kind]))
    return found


def _neighbors_of(submission: Submission, *, sees_all: bool) -> Neighbors:
    finder = _finders.get().get(_kind(submission))
    return finder.neighbors(submission, sees_all) if finder else Neighbors()


def _kind(submission: Submission) -> str:
    return submission.origin.partition("#")[0]
