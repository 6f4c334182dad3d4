"""Cards of courses: what a list tells of each beside its own fields, in two requests for a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts import names
from chalicelib.common import clock
from chalicelib.courses import errors as course_errors
from chalicelib.courses import late_work, models
from chalicelib.courses.availability import Availability
from chalicelib.courses.completion import Completion, Marks
from chalicelib.courses.courses import OpenCourse
from chalicelib.courses.models import Course, CourseOutline, Enrollment
from chalicelib.courses.outline import Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseSummary:
    """A course as it is now, who wrote it, what its tasks are worth (by task), and one reader's `enrollment` in it."""

    course: Course
    state: Availability
    author_name: str | None
    worth: Mapping[int, int]
    enrollment: Enrollment | None
    completion: Completion

    @property
    def attends(self) -> bool:
        return self.enrollment is not None and self.enrollment.attends

    @property
    def marks(self) -> Marks:
        return self.completion.marks(self.worth)


def of_public(course_id: int) -> CourseSummary:
    """The card of one public course; 404 for no such course, and for a private one."""
    course = models.find_course(course_id)
    if course is None or not course.is_public:
        raise course_errors.no_such_course()
    (card,) = of_all([course])
    return card


def of_open(opened: OpenCourse) -> CourseSummary:
    """The card of a course that its reader has opened."""
    author_id = opened.course.author_id
    return CourseSummary(
        course=opened.course,
        state=opened.course.times.state(opened.now),
        author_name=names.full_names([author_id])[author_id],
        worth=opened.contents.outline.shown_points,
        enrollment=opened.enrollment,
        completion=opened.completion,
    )


def of_all(courses: Iterable[Course], user_id: int | None = None) -> Sequence[CourseSummary]:
    """In the same order. Without `user_id`, for visitors, nothing is said of enrollments."""
    wanted = list(courses)
    keys = [models.outline_key(course.id) for course in wanted]
    if user_id is not None:
        keys += [models.enrollment_key(user_id, course.id) for course in wanted]
    found = models.batch(keys)
    outlines = {each.course_id: each.outline for each in models.only(CourseOutline, found.values())}
    enrollments = {each.course_id: each for each in models.only(Enrollment, found.values())}
    authors = names.full_names({course.author_id for course in wanted})
    now = clock.now()
    return [
        CourseSummary(
            course=course,
            state=course.times.state(now),
            author_name=authors[course.author_id],
            worth=outlines.get(course.id, Outline()).shown_points,
            enrollment=enrollments.get(course.id),
            completion=late_work.completion_of(course, outlines.get(course.id, Outline()), enrollments.get(course.id)),
        )
        for course in wanted
    ]
