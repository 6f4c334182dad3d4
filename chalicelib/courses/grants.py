"""Opening private courses to pupils, and closing them again."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.accounts import accounts
from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, paging
from chalicelib.courses import authoring, models, refusals, roll
from chalicelib.courses.models import Course, Enrolment


@dataclass(frozen=True, slots=True)
class Taken:
    """A course that somebody may attend or attends."""

    course: Course
    enrolment: Enrolment


def grant(caller: Caller, user_id: int, course_id: int) -> Taken:
    """Let a user attend a private course; whoever may already keeps it. 404 for nobody, 403 for somebody's course."""
    course, _ = authoring.own(caller, course_id)
    accounts.get(user_id)
    try:
        roll.grant_access(user_id, course_id, clock.now())
    except transactions.ConditionFailed as gone:
        raise refusals.no_such_course() from gone
    enrolment = roll.find_enrolment(user_id, course_id, consistent=True)
    if enrolment is None:
        raise refusals.changed_meanwhile()
    observe.logger.info("course granted", course_id=course_id, account_id=user_id, granted_by=caller.id)
    return Taken(course, enrolment)


def withdraw(caller: Caller, user_id: int, course_id: int) -> None:
    """Take access and attendance away. How far the user came is kept, for when they come back."""
    course, _ = authoring.own(caller, course_id)
    try:
        roll.end_access(user_id, course)
    except transactions.ConditionFailed as none:
        raise errors.NotFound("not_granted", "This user neither attends the course nor may") from none
    observe.logger.info("course withdrawn", course_id=course_id, account_id=user_id, withdrawn_by=caller.id)


def granted_to(caller: Caller, user_id: int, query: paging.PageQuery) -> paging.Page[Taken]:
    """The courses that were opened to a user."""
    return _courses_of(caller, user_id, query, lambda enrolment: enrolment.is_granted)


def attended_by(caller: Caller, user_id: int, query: paging.PageQuery) -> paging.Page[Taken]:
    """The courses that a user attends."""
    return _courses_of(caller, user_id, query, lambda enrolment: enrolment.attends)


def check_may_see(caller: Caller, user_id: int) -> None:
    """Oneself, and for those who teach everybody; 404 for nobody."""
    if user_id == caller.id:
        return
    if not caller.teaches:
        raise errors.Forbidden("not_your_courses", "Forbidden", status="Forbidden")
    try:
        accounts.get(user_id)
    except errors.NotFound as nobody:
        raise errors.NotFound("user_not_found", "User not found", status="Not found") from nobody


def _courses_of(
    caller: Caller, user_id: int, query: paging.PageQuery, wanted: Callable[[Enrolment], bool]
) -> paging.Page[Taken]:
    """A page may be short: it is what is wanted of a page of all courses that the user ever had to do with."""
    check_may_see(caller, user_id)
    page = roll.enrolments_of(user_id, query)
    chosen = [enrolment for enrolment in page.items if wanted(enrolment)]
    courses = models.courses_by_id(enrolment.course_id for enrolment in chosen)
    taken = [Taken(courses[each.course_id], each) for each in chosen if each.course_id in courses]
    return paging.Page(taken, page.next_cursor)
