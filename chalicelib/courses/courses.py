"""Lists courses, opens them to readers and lets pupils attend them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import paging
from chalicelib.courses import enrollments, models
from chalicelib.courses import errors as course_errors
from chalicelib.courses.completion import Completion
from chalicelib.courses.models import PRIVATE, PUBLIC, Contents, Course, Enrollment, Lesson, Link, Task

RACE_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCourse:
    """A course as one reader sees it. Tasks that are not shown yet are for those who teach."""

    contents: Contents
    completion: Completion
    sees_all: bool

    @property
    def course(self) -> Course:
        return self.contents.course

    def tasks_of(self, lesson: Lesson) -> Sequence[Task]:
        return [task for task in self.contents.tasks[lesson.id] if task.shown or self.sees_all]

    def links_of(self, lesson: Lesson) -> Sequence[Link]:
        return self.contents.links[lesson.id]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLesson:
    course: OpenCourse
    lesson: Lesson


def visible_to(caller: Caller, query: paging.CursorQuery) -> paging.Page[Course]:
    """All courses for those who teach; for others first the private ones that are theirs, then the public ones."""
    if caller.teaches:
        return models.list_courses((PUBLIC, PRIVATE), query)
    if models.is_among_visibilities(query.cursor):
        return public(query)
    own = _private_ones_of(caller.id, query)
    if own.next_cursor is not None:
        return own
    room = query.limit - len(own.items)
    if not room:
        return paging.Page(own.items, models.cursor_before(PUBLIC))
    page = public(paging.CursorQuery(limit=room))
    return paging.Page([*own.items, *page.items], page.next_cursor)


def public(query: paging.CursorQuery) -> paging.Page[Course]:
    return models.list_courses((PUBLIC,), query)


def attend(caller: Caller, course_id: int) -> bool:
    """Whether the caller came new to the course; 404 for no such course, 403 for a private one that is not granted."""
    for _ in range(RACE_TRIES):
        course, enrollment = enrollments.find_course_and_enrollment(caller.id, course_id)
        if course is None:
            raise course_errors.no_such_course()
        if enrollment is not None and enrollment.attends:
            return False
        if not _may_attend(caller, course, enrollment):
            raise course_errors.private()
        try:
            by_grant = not course.is_public and not caller.teaches
            enrollments.start_attendance(caller.id, course, clock.now(), needs_grant=by_grant)
        except transactions.ConditionFailed:
            continue
        observe.logger.info("course attended", course_id=course_id, account_id=caller.id)
        return True
    raise course_errors.changed_meanwhile()


def read(caller: Caller, course_id: int) -> OpenCourse:
    """The course and the caller's progress in it; 404 for no such course, 403 for one who does not attend it."""
    contents = models.find_contents(course_id)
    if contents is None:
        raise course_errors.no_such_course()
    enrollment = enrollments.find_enrollment(caller.id, course_id)
    check_attends(caller, enrollment)
    completion = enrollment.completion if enrollment else Completion()
    return OpenCourse(contents=contents, completion=completion, sees_all=caller.teaches)


def read_lesson(caller: Caller, course_id: int, lesson_id: int) -> OpenLesson:
    """404 also for a lesson of another course; 403 for one who does not attend, be there such a course or not."""
    contents = models.find_contents(course_id)
    enrollment = enrollments.find_enrollment(caller.id, course_id)
    check_attends(caller, enrollment if contents else None)
    lessons = contents.lessons if contents else ()
    lesson = next((lesson for lesson in lessons if lesson.id == lesson_id), None)
    if contents is None or lesson is None:
        raise course_errors.no_such_lesson()
    completion = enrollment.completion if enrollment else Completion()
    course = OpenCourse(contents=contents, completion=completion, sees_all=caller.teaches)
    return OpenLesson(course=course, lesson=lesson)


def check_attends(caller: Caller, enrollment: Enrollment | None) -> None:
    """403 for one who neither attends nor teaches."""
    if not caller.teaches and not (enrollment and enrollment.attends):
        raise course_errors.not_attending()


def _may_attend(caller: Caller, course: Course, enrollment: Enrollment | None) -> bool:
    return course.is_public or caller.teaches or bool(enrollment and enrollment.is_granted)


def _private_ones_of(user_id: int, query: paging.CursorQuery) -> paging.Page[Course]:
    """The private courses that a user attends or may attend, newest first.

    What a user attends is read a hundred at a time and looked through: most of it is public, and listed there.
    """
    found: list[tuple[Enrollment, Course]] = []
    cursor = query.cursor
    while len(found) <= query.limit:
        page = enrollments.enrollments_of(user_id, paging.CursorQuery(limit=paging.MAX_LIMIT, cursor=cursor))
        open_to_user = [each for each in page.items if each.attends or each.is_granted]
        courses = models.courses_by_id(each.course_id for each in open_to_user)
        private = [(each, courses[each.course_id]) for each in open_to_user if each.course_id in courses]
        found += [(each, course) for each, course in private if not course.is_public]
        cursor = page.next_cursor
        if cursor is None:
            break
    taken = found[: query.limit]
    more = len(found) > query.limit
    return paging.Page([course for _, course in taken], enrollments.cursor_after(taken[-1][0]) if more else cursor)
