"""Lists courses, opens them to readers and lets pupils attend them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, paging, searching
from chalicelib.common.http.searching import Sought
from chalicelib.courses import enrollments, late_work, lesson_texts, listing_models, models
from chalicelib.courses import errors as course_errors
from chalicelib.courses.availability import READABLE, Availability, Times
from chalicelib.courses.completion import Completion
from chalicelib.courses.late_work import Terms
from chalicelib.courses.lesson_texts import Audience
from chalicelib.courses.models import DRAFT, PRIVATE, PUBLIC, Contents, Course, Enrollment, Lesson, Link, Task
from chalicelib.courses.outline import Requirement
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
    def of(cls, task: Task, lesson: Times, now: datetime, terms: Terms, *, is_locked: bool) -> Self:
        """In a lesson for which `lesson` holds, and that is locked for the reader, with these terms, or not."""
        entry = task.entry
        holding = terms.times(entry, entry.times_in(lesson))
        state = holding.state(now)
        return cls(task=task, times=holding, state=Availability.LOCKED if is_locked and state in READABLE else state)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCourse:
    """A course as one reader sees it `now`. Drafts are for those who teach it, and what is not open yet is too."""

    contents: Contents
    enrollment: Enrollment | None
    sees_all: bool
    now: datetime
    completion: Completion

    @property
    def lessons(self) -> Sequence[Lesson]:
        return [lesson for lesson in self.contents.lessons if lesson.is_published or self.sees_all]

    @property
    def course(self) -> Course:
        return self.contents.course

    def times_of(self, lesson: Lesson) -> Times:
        """What holds for a lesson in this course."""
        return lesson.times.within(self.course.times)

    def state_of(self, lesson: Lesson) -> Availability:
        state = self.times_of(lesson).state(self.now)
        return Availability.LOCKED if state in READABLE and self.lacking(lesson) else state

    def lacking(self, lesson: Lesson) -> Sequence[Requirement]:
        """What the reader has not reached yet of what a lesson requires."""
        if self.sees_all or not lesson.requires:
            return []
        return self.contents.outline.lacking(lesson.id, self.completion)

    def tasks_of(self, lesson: Lesson) -> Sequence[TimedTask]:
        """None, for pupils, before the lesson opens; what is locked has names."""
        if not self.sees_all and self.times_of(lesson).state(self.now) not in READABLE:
            return []
        around, is_locked = self.times_of(lesson), bool(self.lacking(lesson))
        terms, tasks = Terms.of(self.course, self.enrollment), self.contents.tasks[lesson.id]
        timed = [TimedTask.of(task, around, self.now, terms, is_locked=is_locked) for task in tasks]
        return [each for each in timed if each.state is not Availability.DRAFT or self.sees_all]

    def links_of(self, lesson: Lesson) -> Sequence[Link]:
        return self.contents.links[lesson.id] if self.shows_contents(lesson) else []

    def shows_contents(self, lesson: Lesson) -> bool:
        """Whether the reader may read the lesson's text and links."""
        return self.sees_all or self.state_of(lesson) in READABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLesson:
    """The `text` is there when it was asked for, and only for who may read it."""

    course: OpenCourse
    lesson: Lesson
    text: str = ""


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


def searched(sought: Sought, read_page: ReadPage) -> ReadPage:
    """Reads what has these words in its name, description or tags, and this tag, of what `read_page` reads."""
    return lambda query: searching.seek(
        read_page, query, sought, lambda course: (course.name, course.description), lambda course: course.tags
    )


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
    raise errors.ChangedMeanwhile


def _check_may_come(course: Course, enrollment: Enrollment | None, *, by_right: bool) -> None:
    state = course.times.state(clock.now())
    if state is Availability.DRAFT and not by_right:
        raise course_errors.no_such_course()
    if not by_right and not (enrollment and enrollment.is_granted):
        raise course_errors.private()
    check_takes_pupils(course)


def check_takes_pupils(course: Course) -> None:
    """403 for a course that is closed: nobody comes new to it, by whichever way."""
    if course.times.state(clock.now()) is Availability.CLOSED:
        raise course_errors.closed()


def leave(caller: Caller, course_id: int) -> None:
    """Attend a course no longer; 404 for who does not. What they reached and a grant stay: they may come back."""
    try:
        enrollments.end_attendance(caller.id, course_id)
    except transactions.ConditionFailed as none:
        raise course_errors.does_not_attend() from none
    observe.logger.info("course left", course_id=course_id, account_id=caller.id)


def read(caller: Caller, course_id: int) -> OpenCourse:
    """The course and the caller's progress in it; 404 for no such course, 403 for one who does not attend it."""
    contents = models.find_contents(course_id)
    if contents is None:
        raise course_errors.no_such_course()
    enrollment = enrollments.find_enrollment(caller.id, course_id)
    writes = check_attends(caller, contents.course, enrollment)
    if not contents.course.is_published and not writes:
        raise course_errors.no_such_course()
    return _opened(contents, enrollment, sees_all=writes)


def _opened(contents: Contents, enrollment: Enrollment | None, *, sees_all: bool) -> OpenCourse:
    return OpenCourse(
        contents=contents,
        enrollment=enrollment,
        sees_all=sees_all,
        now=clock.now(),
        completion=late_work.completion_of(contents.course, contents.outline, enrollment),
    )


def read_lesson(caller: Caller, course_id: int, lesson_id: int) -> OpenLesson:
    """404 also for a lesson of another course, and for a draft; 403 for one who does not attend, be there such a course
    or not.
    """
    contents = models.find_contents(course_id)
    enrollment = enrollments.find_enrollment(caller.id, course_id)
    writes = check_attends(caller, contents.course if contents else None, enrollment)
    if contents is None or not (contents.course.is_published or writes):
        raise course_errors.no_such_lesson()
    course = _opened(contents, enrollment, sees_all=writes)
    lesson = next((lesson for lesson in course.lessons if lesson.id == lesson_id), None)
    if lesson is None:
        raise course_errors.no_such_lesson()
    audience = Audience.TEACHERS if writes else Audience.PUPILS
    text = lesson_texts.read(course_id, lesson_id, audience) if course.shows_contents(lesson) else ""
    return OpenLesson(course=course, lesson=lesson, text=text)


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
