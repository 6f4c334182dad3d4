"""Lists courses, opens them to readers and lets pupils attend them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import paging, searching
from chalicelib.common.http.searching import Sought
from chalicelib.courses import enrollments, listing_models, models
from chalicelib.courses import errors as course_errors
from chalicelib.courses.availability import READABLE, Availability, Times
from chalicelib.courses.completion import Completion
from chalicelib.courses.models import DRAFT, PRIVATE, PUBLIC, Contents, Course, Enrollment, Lesson, Link, Task
from chalicelib.school import memberships, relations, teaching
from chalicelib.school.relations import GroupKind, Part

RACE_TRIES = 5

ReadPage = Callable[[paging.CursorQuery], paging.Page[Course]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedTask:
    """A task of a course with what holds for it there."""

    task: Task
    times: Times
    state: Availability

    @classmethod
    def of(cls, task: Task, lesson: Times, now: datetime) -> Self:
        """In a lesson for which `lesson` holds."""
        holding = task.entry.times_in(lesson)
        return cls(task=task, times=holding, state=holding.state(now))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCourse:
    """A course as one reader sees it `now`. Drafts are for those who teach it, and what is not open yet is too."""

    contents: Contents
    enrollment: Enrollment | None
    sees_all: bool
    now: datetime

    @property
    def lessons(self) -> Sequence[Lesson]:
        return [lesson for lesson in self.contents.lessons if lesson.is_published or self.sees_all]

    @property
    def completion(self) -> Completion:
        return self.enrollment.completion if self.enrollment else Completion()

    @property
    def course(self) -> Course:
        return self.contents.course

    def times_of(self, lesson: Lesson) -> Times:
        """What holds for a lesson in this course."""
        return lesson.times.within(self.course.times)

    def state_of(self, lesson: Lesson) -> Availability:
        return self.times_of(lesson).state(self.now)

    def tasks_of(self, lesson: Lesson) -> Sequence[TimedTask]:
        """None, for pupils, before the lesson is open."""
        if not self._shows_contents(lesson):
            return []
        around = self.times_of(lesson)
        timed = [TimedTask.of(task, around, self.now) for task in self.contents.tasks[lesson.id]]
        return [each for each in timed if each.state is not Availability.DRAFT or self.sees_all]

    def links_of(self, lesson: Lesson) -> Sequence[Link]:
        return self.contents.links[lesson.id] if self._shows_contents(lesson) else []

    def _shows_contents(self, lesson: Lesson) -> bool:
        return self.sees_all or self.state_of(lesson) in READABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLesson:
    course: OpenCourse
    lesson: Lesson


def visible_to(caller: Caller, query: paging.CursorQuery) -> paging.Page[Course]:
    """All courses for admins; for others first the private ones and drafts that are theirs, then the public ones."""
    if caller.may(Permission.ADMINISTER):
        return listing_models.list_courses((PUBLIC, PRIVATE, DRAFT), query)
    if listing_models.is_among_visibilities(query.cursor):
        return public(query)
    own = _private_ones_of(caller, query)
    if own.next_cursor is not None:
        return own
    room = query.limit - len(own.items)
    if not room:
        return paging.Page(own.items, listing_models.cursor_before(PUBLIC))
    page = public(paging.CursorQuery(limit=room))
    return paging.Page([*own.items, *page.items], page.next_cursor)


def public(query: paging.CursorQuery) -> paging.Page[Course]:
    return listing_models.list_courses((PUBLIC,), query)


def searched(words: str | None, read_page: ReadPage) -> ReadPage:
    """Reads what has all these words in its name or description, of what `read_page` reads."""
    sought = Sought.of(words)
    return lambda query: searching.seek(read_page, query, sought, lambda course: (course.name, course.description))


def attend(caller: Caller, course_id: int) -> bool:
    """Whether the caller came new to the course; 404 for no such course, 403 for a private one that is not granted,
    and for one that is closed.
    """
    for _ in range(RACE_TRIES):
        course, enrollment = enrollments.find_course_and_enrollment(caller.id, course_id)
        if course is None:
            raise course_errors.no_such_course()
        if enrollment is not None and enrollment.attends:
            return False
        by_right = course.is_public or may_write(caller, course)
        _check_may_come(course, enrollment, by_right=by_right)
        try:
            enrollments.start_attendance(caller.id, course, clock.now(), needs_grant=not by_right)
        except transactions.ConditionFailed:
            continue
        observe.logger.info("course attended", course_id=course_id, account_id=caller.id)
        return True
    raise course_errors.changed_meanwhile()


def _check_may_come(course: Course, enrollment: Enrollment | None, *, by_right: bool) -> None:
    state = course.times.state(clock.now())
    if state is Availability.DRAFT and not by_right:
        raise course_errors.no_such_course()
    if not by_right and not (enrollment and enrollment.is_granted):
        raise course_errors.private()
    if state is Availability.CLOSED:
        raise course_errors.closed()


def read(caller: Caller, course_id: int) -> OpenCourse:
    """The course and the caller's progress in it; 404 for no such course, 403 for one who does not attend it."""
    contents = models.find_contents(course_id)
    if contents is None:
        raise course_errors.no_such_course()
    enrollment = enrollments.find_enrollment(caller.id, course_id)
    writes = check_attends(caller, contents.course, enrollment)
    if not contents.course.is_published and not writes:
        raise course_errors.no_such_course()
    return OpenCourse(contents=contents, enrollment=enrollment, sees_all=writes, now=clock.now())


def read_lesson(caller: Caller, course_id: int, lesson_id: int) -> OpenLesson:
    """404 also for a lesson of another course, and for a draft; 403 for one who does not attend, be there such a course
    or not.
    """
    contents = models.find_contents(course_id)
    enrollment = enrollments.find_enrollment(caller.id, course_id)
    writes = check_attends(caller, contents.course if contents else None, enrollment)
    if contents is None or not (contents.course.is_published or writes):
        raise course_errors.no_such_lesson()
    course = OpenCourse(contents=contents, enrollment=enrollment, sees_all=writes, now=clock.now())
    lesson = next((lesson for lesson in course.lessons if lesson.id == lesson_id), None)
    if lesson is None:
        raise course_errors.no_such_lesson()
    return OpenLesson(course=course, lesson=lesson)


def check_attends(caller: Caller, course: Course | None, enrollment: Enrollment | None) -> bool:
    """Whether the caller may write the course; 403 for one who may not and does not attend it either.

    A course that is not there (None) is attended by nobody; admins may be told that it is not.
    """
    writes = may_write(caller, course) if course else caller.may(Permission.ADMINISTER)
    if not writes and not (course and enrollment and enrollment.attends):
        raise course_errors.not_attending()
    return writes


def may_write(caller: Caller, course: Course) -> bool:
    """Whether the caller owns or teaches the course, or is an admin. Another teacher sees it as a pupil does."""
    return teaching.may_write(caller, models.group_of(course.id), course.author_id)


def _private_ones_of(caller: Caller, query: paging.CursorQuery) -> paging.Page[Course]:
    """The private courses that somebody teaches, attends or may attend, and the drafts that they teach, newest first.

    What they attend is read a hundred at a time and looked through: most of it is public, and listed there.
    """
    taught = _taught_by(caller)
    found: list[Course] = []
    cursor, before = query.cursor, enrollments.course_before(query.cursor)
    while len(found) <= query.limit:
        page = enrollments.enrollments_of(caller.id, paging.CursorQuery(limit=paging.MAX_LIMIT, cursor=cursor))
        cursor = page.next_cursor
        reached = page.items[-1].course_id if cursor else 0
        theirs = {each.course_id for each in page.items if each.attends or each.is_granted}
        theirs |= {course_id for course_id in taught if reached <= course_id < before}
        courses = models.courses_by_id(theirs)
        found += [
            course
            for _, course in sorted(courses.items(), reverse=True)
            if not course.is_public and (course.is_published or course.id in taught)
        ]
        before = reached
        if cursor is None:
            break
    taken = found[: query.limit]
    more = len(found) > query.limit
    return paging.Page(taken, enrollments.cursor_after(caller.id, taken[-1].id) if more else cursor)


def _taught_by(caller: Caller) -> list[int]:
    """The ids of the courses that somebody owns or teaches."""
    if not caller.teaches:
        return []
    return [group.id for group in relations.of_kind(GroupKind.COURSE, memberships.groups_of(caller.id, Part.TEACHES))]
