"""Courses: listing them, attending them, reading them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.accounts.guard import Caller
from chalicelib.common import clock, errors, observe, paging, table
from chalicelib.courses import models
from chalicelib.courses.models import PRIVATE, PUBLIC, Contents, Course, Lesson, Link, Progress, Task

MOST_ATTENDED = 100
"""Private courses of one user that a list can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCourse:
    """A course as one reader sees it."""

    contents: Contents
    progress: Progress

    @property
    def course(self) -> Course:
        return self.contents.course

    def tasks_of(self, lesson: Lesson) -> Sequence[Task]:
        return [task for task in self.contents.tasks if task.lesson_id == lesson.id]

    def links_of(self, lesson: Lesson) -> Sequence[Link]:
        return [link for link in self.contents.links if link.lesson_id == lesson.id]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLesson:
    course: OpenCourse
    lesson: Lesson


def visible_to(caller: Caller, query: paging.PageQuery) -> paging.Page[Course]:
    """All courses for teachers and admins; for others the public ones, and first the private ones they attend."""
    if caller.teaches:
        return models.list_courses((PUBLIC, PRIVATE), query)
    page = models.list_courses((PUBLIC,), query)
    if query.cursor is not None:
        return page
    attended = models.attended_courses(caller.id, at_most=MOST_ATTENDED)
    own = sorted((course for course in attended if not course.is_public), key=lambda course: -course.id)
    return paging.Page([*own, *page.items], page.next_cursor)


def attend(caller: Caller, course_id: int) -> bool:
    """Whether the caller came new to the course; 404 for no such course, 403 for a private one that is not granted."""
    course = models.find_course(course_id)
    if course is None:
        raise _no_such_course()
    if not course.is_public and not caller.teaches and not models.attends(caller.id, course_id):
        raise errors.Forbidden("course_private", "Forbidden", status="Forbidden")
    try:
        models.add_attendance(caller.id, course_id, clock.now())
    except table.ConditionFailed:
        return False
    observe.logger.info("course attended", course_id=course_id, account_id=caller.id)
    return True


def read(caller: Caller, course_id: int) -> OpenCourse:
    """The course and the caller's progress in it; 404 for no such course, 403 for one who does not attend it."""
    contents = models.find_contents(course_id)
    if contents is None:
        raise _no_such_course()
    progress = models.find_progress(caller.id, course_id)
    if not progress.attends and not caller.teaches:
        raise not_attending()
    return OpenCourse(contents=contents, progress=progress)


def read_lesson(caller: Caller, course_id: int, lesson_id: int) -> OpenLesson:
    """404 also for a lesson of another course."""
    course = read(caller, course_id)
    lesson = next((lesson for lesson in course.contents.lessons if lesson.id == lesson_id), None)
    if lesson is None:
        raise errors.NotFound("lesson_not_found", "Not found", status="Not found")
    return OpenLesson(course=course, lesson=lesson)


def not_attending() -> errors.Forbidden:
    """Seed 000's clients compare the `status` of these, so it stays English."""
    return errors.Forbidden("not_at_course", "User not at course", status="User not at course")


def _no_such_course() -> errors.NotFound:
    return errors.NotFound("course_not_found", "Course not found", status="Course not found")
