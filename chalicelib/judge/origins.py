"""What programs are sent to, as answers and frames say it. Pure.

A submission keeps its origin as a text: its kind and the ids of the place, joined by `#`.
"""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

COURSE = "course"
TRAINING = "training"
TRACK = "track"
JURY = "import"
"""The kinds: the first parts of origins."""


class _Named:
    """Its members have the same names wherever it stands, in camelCase frames too."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOrigin(_Named):
    """A task of a course."""

    course_id: int
    lesson_id: int
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOrigin(_Named):
    """A problem of a team's training."""

    training_session_id: str
    alias: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentOrigin(_Named):
    """An assignment of a track."""

    track_id: int
    assignment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JuryOrigin(_Named):
    """A program of the jury, which came with a package of tests."""

    problem_id: int
    import_id: int


Origin = TaskOrigin | TrainingOrigin | AssignmentOrigin | JuryOrigin


def read(text: str) -> Origin | None:
    """Returns what an origin names; None for a kind that nobody sends programs to any more."""
    match text.split("#"):
        case [kind, course_id, lesson_id, task_id] if kind == COURSE:
            return TaskOrigin(course_id=int(course_id), lesson_id=int(lesson_id), task_id=int(task_id))
        case [kind, session_id, alias] if kind == TRAINING:
            return TrainingOrigin(training_session_id=session_id, alias=alias)
        case [kind, track_id, assignment_id] if kind == TRACK:
            return AssignmentOrigin(track_id=int(track_id), assignment_id=int(assignment_id))
        case [kind, problem_id, import_id] if kind == JURY:
            return JuryOrigin(problem_id=int(problem_id), import_id=int(import_id))
        case _:
            return None
