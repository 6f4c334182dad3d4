"""Names the places of tasks: course, lesson and task, and the tasks before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.common.http import paging
from chalicelib.courses import models, tasks
from chalicelib.courses.availability import READABLE
from chalicelib.courses.models import Course, Lesson, Task
from chalicelib.courses.outline import Outline
from chalicelib.courses.tasks import OpenTask, Place
from chalicelib.judge.models import Submission
from chalicelib.judge.submissions import submissions as judge_submissions
from chalicelib.judge.submissions.places import Neighbor, Neighbors, TaskPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedTask:
    """A task with its neighbors, and what its reader sent to it last, judged or not."""

    opened: OpenTask
    neighbors: Neighbors
    last_submission_id: int | None


def read_task(caller: Caller, place: Place) -> PlacedTask:
    """As `tasks.read` does, with what a page needs beside the task."""
    opened = tasks.read(caller, place, with_outline=True)
    last = judge_submissions.list_of(caller.id, paging.CursorQuery(limit=1), task_id=place.task_id)
    return PlacedTask(
        opened=opened,
        neighbors=_neighbors(place, opened.course, opened.outline or Outline(), sees_all=opened.sees_all),
        last_submission_id=next((each.id for each in last.items), None),
    )


def of_submissions(submissions: Sequence[Submission]) -> Mapping[int, TaskPlace]:
    """By submission, without what is no longer there. One request for each hundred different names."""
    places = {submission.id: Place.of_origin(submission.origin) for submission in submissions}
    found = models.batch(list({key for place in places.values() for key in _keys(place)}))
    named = {submission_id: _named(*map(found.get, _keys(place))) for submission_id, place in places.items()}
    return {submission_id: place for submission_id, place in named.items() if place is not None}


def neighbors_of_submission(submission: Submission, sees_all: bool) -> Neighbors:  # noqa: FBT001 - a `places.Finder`
    """The tasks around the one that a program was sent to; none once its course is gone."""
    place = Place.of_origin(submission.origin)
    found = models.courses_and_outlines([place.course_id]).get(place.course_id)
    return _neighbors(place, *found, sees_all=sees_all) if found else Neighbors()


def _neighbors(place: Place, course: Course, outline: Outline, *, sees_all: bool) -> Neighbors:
    """The tasks before and after a task in its course, of those that the reader may read. One request."""
    states = outline.states(course.times, clock.now())
    before, after = outline.around(place.task_id, {each for each in states if sees_all or states[each] in READABLE})
    keys = [models.task_key(place.course_id, *each) for each in (before, after) if each]
    found = {task.id: task for task in models.only(Task, models.batch(keys).values())}
    return Neighbors(previous=_neighbor(before, found), next=_neighbor(after, found))


def _neighbor(where: tuple[int, int] | None, found: Mapping[int, Task]) -> Neighbor | None:
    task = found.get(where[1]) if where else None
    return Neighbor(lesson_id=task.lesson_id, task_id=task.id, name=task.spoken_name) if task else None


def _keys(place: Place) -> tuple[models.Key, models.Key, models.Key]:
    return (
        models.course_key(place.course_id),
        models.lesson_key(place.course_id, place.lesson_id),
        models.task_key(place.course_id, place.lesson_id, place.task_id),
    )


def _named(course: object, lesson: object, task: object) -> TaskPlace | None:
    if not (isinstance(course, Course) and isinstance(lesson, Lesson) and isinstance(task, Task)) or course.doomed:
        return None
    return TaskPlace(
        course_id=course.id,
        course_name=course.name,
        lesson_id=lesson.id,
        lesson_name=lesson.name,
        task_id=task.id,
        task_name=task.spoken_name,
        task_max_points=task.points,
    )
