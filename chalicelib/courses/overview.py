"""What awaits a teacher in their courses: pupils who fall behind. What it reads is bounded, and needs no index more."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.courses import enrollments, models
from chalicelib.courses.availability import Availability
from chalicelib.courses.falling_behind import Watch
from chalicelib.courses.models import Course, Task
from chalicelib.school import overviews, relations
from chalicelib.school.overviews import Behind, BehindKind, Overview
from chalicelib.school.relations import Group, GroupKind

MOST_TAUGHT = 100
"""Of somebody's courses, the newest, that are looked up: one request."""
MOST_COURSES = 10
"""Of those, the newest that go on, whose pupils are looked at: a query each."""
MOST_PUPILS = 500
"""In all those courses together: their results are read."""


def overview(_: int, groups: Collection[Group], now: datetime) -> Overview:
    taught = relations.of_kind(GroupKind.COURSE, groups)[::-1]
    found = models.courses_by_id(each.id for each in taught[:MOST_TAUGHT])
    going_on = [each for each in _newest_first(found.values()) if each.times.state(now) is Availability.OPEN]
    behind, is_whole = _behind(going_on[:MOST_COURSES], now)
    in_order = sorted(behind, key=lambda each: each.since)[: overviews.MOST_SHOWN]
    is_whole = is_whole and len(taught) <= MOST_TAUGHT and len(going_on) <= MOST_COURSES
    return Overview(behind=_titled(in_order), is_whole=is_whole and len(in_order) == len(behind))


def _newest_first(courses: Collection[Course]) -> list[Course]:
    return sorted(courses, key=lambda each: each.id, reverse=True)


def _behind(courses: Sequence[Course], now: datetime) -> tuple[list[Behind], bool]:
    """Who falls behind, and whether everybody was looked at."""
    left, behind = MOST_PUPILS, []
    for course, outline in models.courses_and_outlines(each.id for each in courses).values():
        members = enrollments.some_members_of(course.id, at_most=left + 1)
        watch = Watch(course=course, outline=outline, now=now)
        behind += [each for member in members[:left] for each in watch.behind(member)]
        left -= len(members)
        if left < 0:
            return behind, False
    return behind, True


def _titled(behind: Sequence[Behind]) -> list[Behind]:
    """With the names of tasks, which are read in one request."""
    places = [each.place for each in behind if each.kind is BehindKind.STUCK]
    keys = {each.ids["task_id"]: models.task_key(*(each.ids[name] for name in TASK_IDS)) for each in places}
    tasks = {task.id: task.spoken_name for task in models.only(Task, models.batch(list(keys.values())).values())}
    return [
        replace(each, place=replace(each.place, title=tasks.get(each.place.ids.get("task_id", 0)))) for each in behind
    ]


TASK_IDS = ("course_id", "lesson_id", "task_id")
