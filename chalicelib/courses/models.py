"""Courses with their lessons and tasks, and who attends them, as they are stored.

    COURSE#{course}            / COURSE                      the course
    COURSE#{course}            / LESSON#{lesson}             a lesson
    COURSE#{course}            / TASK#{lesson}#{task}        a problem placed in a lesson
    COURSE#{course}            / LINK#{lesson}#{link}        something to read beside a lesson
    ATTENDEE#{user}#{course}   / ATTENDANCE                  the user attends the course
    ATTENDEE#{user}#{course}   / TASK#{task}                 how far the user is with a task
    USER#{user}                / COURSE#{course}             the same attendance, to list a user's courses

One query loads a course with all that is in it; one more, a user's progress in it.
Index `by_visibility`: the courses alone, public and private ones apart, in the order of their making.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import TypeVar

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.transactions import TransactWrite

from chalicelib.common import paging, settings, table

PUBLIC, PRIVATE = "public", "private"


class CoursesItem(table.Item):
    class Meta:
        table_name = settings.load().table_name("courses")


class VisibilityIndex(GlobalSecondaryIndex["Course"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_visibility"
        projection = AllProjection()

    visibility = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class Course(CoursesItem, discriminator="course"):
    """`listed` is the id with leading zeros, so that text sorts as numbers do."""

    id = table.IntegerAttribute()
    name = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    pic = UnicodeAttribute(null=True)
    language = UnicodeAttribute()
    visibility = UnicodeAttribute(default=PUBLIC)
    listed = UnicodeAttribute()
    author_id = table.IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    visibility_index = VisibilityIndex()

    @property
    def is_public(self) -> bool:
        return bool(self.visibility == PUBLIC)


class Lesson(CoursesItem, discriminator="lesson"):
    id = table.IntegerAttribute()
    name = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    order = table.IntegerAttribute(default=0)


class Task(CoursesItem, discriminator="task"):
    """A problem of the library (`judge`), placed in a lesson and worth `points`."""

    id = table.IntegerAttribute()
    lesson_id = table.IntegerAttribute()
    problem_id = table.IntegerAttribute()
    name = UnicodeAttribute()
    order = table.IntegerAttribute(default=0)
    points = table.IntegerAttribute(default=1)


class Link(CoursesItem, discriminator="link"):
    id = table.IntegerAttribute()
    lesson_id = table.IntegerAttribute()
    title = UnicodeAttribute()
    url = UnicodeAttribute()


class Attendance(CoursesItem, discriminator="attendance"):
    """Stored twice: for the question whether somebody attends, and for the list of what they attend."""

    user_id = table.IntegerAttribute()
    course_id = table.IntegerAttribute()
    since = UTCDateTimeAttribute()


class TaskProgress(CoursesItem, discriminator="task_progress"):
    """`points` are those of the best attempt."""

    user_id = table.IntegerAttribute()
    course_id = table.IntegerAttribute()
    task_id = table.IntegerAttribute()
    attempts = table.IntegerAttribute(default=0)
    is_solved = BooleanAttribute(default=False)
    points = table.IntegerAttribute(default=0)


CourseKind = TypeVar("CourseKind", bound=CoursesItem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A course and all that is in it, in order."""

    course: Course
    lessons: tuple[Lesson, ...]
    tasks: tuple[Task, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A user in a course: whether they attend it, and how far they are, by task."""

    attends: bool
    tasks: dict[int, TaskProgress]


def course_key(course_id: int) -> tuple[str, str]:
    return f"COURSE#{course_id}", "COURSE"


def lesson_key(course_id: int, lesson_id: int) -> tuple[str, str]:
    return f"COURSE#{course_id}", f"LESSON#{lesson_id}"


def task_key(course_id: int, lesson_id: int, task_id: int) -> tuple[str, str]:
    return f"COURSE#{course_id}", f"TASK#{lesson_id}#{task_id}"


def link_key(course_id: int, lesson_id: int, link_id: int) -> tuple[str, str]:
    return f"COURSE#{course_id}", f"LINK#{lesson_id}#{link_id}"


def attendance_key(user_id: int, course_id: int) -> tuple[str, str]:
    return f"ATTENDEE#{user_id}#{course_id}", "ATTENDANCE"


def progress_key(user_id: int, course_id: int, task_id: int) -> tuple[str, str]:
    return f"ATTENDEE#{user_id}#{course_id}", f"TASK#{task_id}"


def listed(course_id: int) -> str:
    return f"{course_id:016}"


def find_course(course_id: int) -> Course | None:
    return table.find(Course, *course_key(course_id))


def find_contents(course_id: int) -> Contents | None:
    """One query, whatever the course's size (up to 1 MB of names and descriptions a page)."""
    items = list(CoursesItem.query(course_key(course_id)[0]))
    course = next((item for item in items if isinstance(item, Course)), None)
    if course is None:
        return None
    return Contents(
        course=course,
        lessons=tuple(sorted(_only(Lesson, items), key=lambda lesson: (lesson.order, lesson.id))),
        tasks=tuple(sorted(_only(Task, items), key=lambda task: (task.order, task.id))),
        links=tuple(sorted(_only(Link, items), key=lambda link: link.id)),
    )


def find_task(course_id: int, lesson_id: int, task_id: int) -> Task | None:
    return table.find(Task, *task_key(course_id, lesson_id, task_id))


def attends(user_id: int, course_id: int) -> bool:
    return table.find(Attendance, *attendance_key(user_id, course_id)) is not None


def find_progress(user_id: int, course_id: int) -> Progress:
    items = list(CoursesItem.query(attendance_key(user_id, course_id)[0]))
    return Progress(
        attends=any(isinstance(item, Attendance) for item in items),
        tasks={item.task_id: item for item in _only(TaskProgress, items)},
    )


def find_task_progress(user_id: int, course_id: int, task_id: int) -> TaskProgress | None:
    """Read consistently: a verdict may have changed it a moment ago."""
    return table.find(TaskProgress, *progress_key(user_id, course_id, task_id), consistent=True)


def add_attendance(user_id: int, course_id: int, now: datetime) -> None:
    """ConditionFailed when the user attends already."""
    keys = [attendance_key(user_id, course_id), (f"USER#{user_id}", f"COURSE#{course_id}")]

    def fill(transaction: TransactWrite) -> None:
        for key in keys:
            attendance = Attendance(*key, user_id=user_id, course_id=course_id, since=now)
            transaction.save(attendance, condition=Attendance.pk.does_not_exist())

    table.transact(fill)


def record_attempt(transaction: TransactWrite, user_id: int, course_id: int, task_id: int, points: int | None) -> None:
    """One more attempt at a task; `points` when it solved the task, None when not. Solved stays solved."""
    actions: list[Action] = [
        TaskProgress.kind.set(TaskProgress),
        TaskProgress.user_id.set(user_id),
        TaskProgress.course_id.set(course_id),
        TaskProgress.task_id.set(task_id),
        TaskProgress.attempts.add(1),
    ]
    if points is not None:
        actions += [TaskProgress.is_solved.set(True), TaskProgress.points.set(points)]
    transaction.update(TaskProgress(*progress_key(user_id, course_id, task_id)), actions=actions)


def list_courses(visibilities: Sequence[str], query: paging.PageQuery) -> paging.Page[Course]:
    """The courses of these visibilities, one after the other, newest first. The cursor says in which it stopped."""
    start = paging.start_key(query.cursor)
    remaining = _from(visibilities, start)
    found: list[Course] = []
    for visibility, then in zip_longest(remaining, remaining[1:]):
        page = _courses(visibility, query.limit - len(found), start)
        found += page.items
        if page.next_cursor:
            return paging.Page(found, page.next_cursor)
        if then and len(found) == query.limit:
            return paging.Page(found, paging.cursor({"visibility": {"S": then}}))
        start = None
    return paging.Page(found)


def attended_courses(user_id: int, *, at_most: int) -> list[Course]:
    """The courses that a user attends, public or not."""
    attended = CoursesItem.query(f"USER#{user_id}", CoursesItem.sk.startswith("COURSE#"), limit=at_most)
    keys = [course_key(item.course_id) for item in _only(Attendance, list(attended))]
    return list(Course.batch_get(keys))


def _courses(visibility: str, limit: int, start: paging.Key | None) -> paging.Page[Course]:
    after = start if start and len(start) > 1 else None
    found = Course.visibility_index.query(visibility, limit=limit, last_evaluated_key=after, scan_index_forward=False)
    return paging.read(found)


def _from(visibilities: Sequence[str], start: paging.Key | None) -> Sequence[str]:
    """Those that are still to be listed; a cursor into one that the caller may not see is none of ours."""
    if start is None:
        return visibilities
    current = start.get("visibility", {}).get("S")
    if current not in visibilities:
        raise paging.invalid_cursor()
    return visibilities[visibilities.index(current) :]


def _only(kind: type[CourseKind], items: Sequence[CoursesItem]) -> list[CourseKind]:
    return [item for item in items if isinstance(item, kind)]
