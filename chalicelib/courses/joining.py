"""Lets pupils join a course by an invitation, or with their group: the course may be private then."""

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.courses import courses, enrollments, models, teachers
from chalicelib.courses import errors as course_errors
from chalicelib.school.joining import Joinable
from chalicelib.school.memberships import MAY_JOIN, FillMore


def title(course_id: int) -> str:
    course = models.find_course(course_id)
    if course is None:
        raise course_errors.no_such_course()
    return course.name


def join(user_id: int, course_id: int, also: FillMore) -> bool:
    """See `Joinable`."""
    for _ in range(courses.RACE_TRIES):
        course, enrollment = enrollments.find_course_and_enrollment(user_id, course_id)
        if course is None:
            raise course_errors.no_such_course()
        if enrollment is not None and enrollment.attends:
            return False
        courses.check_takes_pupils(course)
        try:
            enrollments.start_attendance(user_id, course, clock.now(), needs_grant=False, also=also)
        except transactions.ConditionFailed as refused:
            if MAY_JOIN in refused.failed and enrollments.UNCHANGED not in refused.failed:
                raise
            continue  # who came by another request meanwhile may have used the invitation up by that
        observe.logger.info("course joined", course_id=course_id, account_id=user_id)
        return True
    raise errors.ChangedMeanwhile


def is_shown(course_id: int) -> bool:
    course = models.find_course(course_id, consistent=True)
    return course is not None and course.is_published


COURSES = Joinable(taught=teachers.taught, title=title, join=join, is_shown=is_shown)
