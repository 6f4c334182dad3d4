"""What has come of what somebody sent in to their courses."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.common import ids
from chalicelib.courses import late_work, models
from chalicelib.courses.models import Course, Enrollment, Key, Task
from chalicelib.courses.outline import Outline
from chalicelib.courses.progress import newest_begun_by
from chalicelib.school.readings import Readings
from chalicelib.school.results import WorkResult

MOST_TASKS = 100
"""The tasks that are read: one request."""


def results_of(readings: Readings, since: datetime, until: datetime) -> list[WorkResult]:
    """The tasks of a user's newest courses to which they sent something in a time, with what they have there by now."""
    found = {
        key: result
        for enrollment, course, outline in readings.of(newest_begun_by)
        if enrollment.attends and course.is_published
        for key, result in _judged(enrollment, course, outline, since, until)
    }
    newest = dict(sorted(found.items(), key=lambda each: each[1].at)[-MOST_TASKS:])
    tasks = models.batch(list(newest))
    return [
        replace(result, title=task.spoken_name)
        for key, result in newest.items()
        if (task := models.as_kind(Task, tasks.get(key))) is not None
    ]


def _judged(
    enrollment: Enrollment, course: Course, outline: Outline, since: datetime, until: datetime
) -> Iterable[tuple[Key, WorkResult]]:
    reached, worth = late_work.completion_of(course, outline, enrollment), outline.shown_points
    for lesson in outline.lessons:
        for task in lesson.tasks:
            result = reached.of(task.id)
            if task.id not in worth or not result.last or not since < ids.moment_of(result.last) <= until:
                continue
            yield (
                models.task_key(course.id, lesson.id, task.id),
                WorkResult(
                    title="",
                    within=course.name,
                    at=ids.moment_of(result.last),
                    points=result.points(worth[task.id]),
                    max_points=worth[task.id],
                ),
            )
