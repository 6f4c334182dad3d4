"""Who teaches a course: its author, and those whom they let teach it too."""

from chalicelib.accounts.authentication import Caller
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.courses import errors as course_errors
from chalicelib.courses import models
from chalicelib.courses.models import Course
from chalicelib.school import teaching
from chalicelib.school.teaching import GroupTeacher, TaughtGroup


def list_all(caller: Caller, course_id: int) -> list[GroupTeacher]:
    """The teachers of a course, its author first; 404 for no such course, 403 for those who do not teach it."""
    return teaching.teachers_of(caller, taught(course_id))


def add(caller: Caller, course_id: int, user_id: int) -> GroupTeacher:
    """Let somebody teach a course; who does already keeps it. See `teaching.add_teacher` for what it raises."""
    try:
        return teaching.add_teacher(caller, taught(course_id), user_id)
    except transactions.ConditionFailed as gone:
        raise course_errors.no_such_course() from gone


def remove(caller: Caller, course_id: int, user_id: int) -> None:
    """Let somebody teach a course no longer; 409 for its author, 404 for who does not teach it."""
    teaching.remove_teacher(caller, taught(course_id), user_id)


def taught(course_id: int) -> TaughtGroup:
    """As a group that is taught; 404 for no such one."""
    course = models.find_course(course_id)
    if course is None:
        raise course_errors.no_such_course()

    def still_there(transaction: Transaction) -> None:
        transaction.check(Course, *models.course_key(course_id), condition=models.is_there(), named="course_exists")

    return TaughtGroup(
        group=models.group_of(course_id),
        owner_id=course.author_id,
        refusal=course_errors.not_yours(),
        still_there=still_there,
    )
