"""What somebody has still to solve in their courses by a due time."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.common import clock
from chalicelib.courses import models
from chalicelib.courses.availability import Availability
from chalicelib.courses.late_work import Terms
from chalicelib.courses.models import Course, Enrollment, Key, Task
from chalicelib.courses.outline import Outline
from chalicelib.courses.progress import newest_begun_by
from chalicelib.school.deadlines import Deadline, DeadlineKind
from chalicelib.school.readings import Readings

MOST_DUE = 100
"""The tasks that are read, those whose time comes first: one request."""

DueTask = tuple[datetime, Course, Key]
"""When it is due, in which course, and where it is stored."""


def deadlines_of(readings: Readings) -> list[Deadline]:
    """What a user has not solved in their newest courses, and can still send in. The most urgent first."""
    now = clock.now()
    found = [
        due
        for enrollment, course, outline in readings.of(newest_begun_by)
        if enrollment.attends
        for due in _unsolved(enrollment, course, outline, now)
    ]
    return _read(sorted(found, key=lambda due: due[0])[:MOST_DUE])


def _unsolved(enrollment: Enrollment, course: Course, outline: Outline, now: datetime) -> Iterable[DueTask]:
    terms = Terms.of(course, enrollment)
    reached = terms.charged(enrollment.completion, outline, course.times)
    solved, locked = reached.solved, outline.locked(reached)
    for lesson_id, task, times in terms.all_times(outline, course.times):
        if times.due_at is None or times.state(now) is not Availability.OPEN or task.id in solved | locked:
            continue
        yield times.due_at, course, models.task_key(course.id, lesson_id, task.id)


def _read(due: list[DueTask]) -> list[Deadline]:
    found = models.batch([key for _, _, key in due])
    tasks = [(due_at, course, models.as_kind(Task, found.get(key))) for due_at, course, key in due]
    return [_deadline(due_at, course, task) for due_at, course, task in tasks if task is not None]


def _deadline(due_at: datetime, course: Course, task: Task) -> Deadline:
    return Deadline(
        kind=DeadlineKind.TASK,
        title=task.spoken_name,
        within=course.name,
        due_at=due_at,
        ids={"course_id": course.id, "lesson_id": task.lesson_id, "task_id": task.id},
    )
