"""Reads progress: of a user in all of their courses, and of all members in one course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.common import clock
from chalicelib.common.http import paging
from chalicelib.courses import authoring, enrollments, late_work, models
from chalicelib.courses import errors as course_errors
from chalicelib.courses.availability import Availability
from chalicelib.courses.completion import Completion, Marks
from chalicelib.courses.late_work import Terms
from chalicelib.courses.models import Contents, Course, Enrollment, Task
from chalicelib.courses.outline import Outline


@dataclass(frozen=True, slots=True)
class Estimation:
    """How far a user is in a course."""

    course: Course
    marks: Marks
    attends: bool
    to_continue: tuple[int, int] | None
    """The lesson and the task where they go on."""


@dataclass(frozen=True, slots=True)
class Study:
    """How far a user is in a course, and the task where they go on: None for who has solved all or does not attend."""

    estimation: Estimation
    next: Task | None


@dataclass(frozen=True, slots=True)
class Member:
    """One who attends a course. Without `account` it was deleted."""

    enrollment: Enrollment
    account: Account | None
    completion: Completion
    marks: Marks


@dataclass(frozen=True, slots=True)
class Members:
    """A page of a course's members, and what there is to solve."""

    contents: Contents
    page: paging.Page[Member]


Begun = tuple[Enrollment, Course, Outline]
"""A course that somebody attends, or has sent something to."""


def newest_begun_by(user_id: int) -> Sequence[Begun]:
    """The courses that a user has begun, the newest: two requests."""
    return _begun(enrollments.enrollments_of(user_id, paging.CursorQuery()).items)


def estimations_for(caller: Caller, user_id: int, query: paging.CursorQuery) -> paging.Page[Estimation]:
    """Without courses that are drafts: there is nothing in them for a pupil."""
    enrollments.check_may_see(caller, user_id)
    page = enrollments.enrollments_of(user_id, query)
    return paging.Page(_estimations(_begun(page.items)), page.next_cursor)


def studies_of(begun: Sequence[Begun]) -> Sequence[Study]:
    """How far a user is in courses: for their own dashboard. All tasks are read in one request."""
    estimations = _estimations(begun)
    keys = {
        each.course.id: models.task_key(each.course.id, *each.to_continue) for each in estimations if each.to_continue
    }
    found = models.batch(list(keys.values()))
    return [Study(each, models.as_kind(Task, found.get(keys.get(each.course.id, ("", ""))))) for each in estimations]


def members_of(caller: Caller, course_id: int, query: paging.CursorListQuery) -> Members:
    """For the course's author and admins. The number of requests does not depend on that of members or tasks."""
    contents = models.find_contents(course_id)
    if contents is None:
        raise course_errors.no_such_course()
    authoring.check_own(caller, contents.course)
    page = paging.read_by_cursor(query, lambda at: enrollments.members_of(course_id, at))
    accounts = account_models.list_names(enrollment.user_id for enrollment in page.items)
    worth = contents.outline.shown_points
    reached = [late_work.completion_of(contents.course, contents.outline, each) for each in page.items]
    members = [
        Member(each, accounts.get(each.user_id), completion, completion.marks(worth))
        for each, completion in zip(page.items, reached, strict=True)
    ]
    return Members(contents, paging.Page(members, page.next_cursor))


def _begun(found: Sequence[Enrollment]) -> list[Begun]:
    begun = [each for each in found if each.attends or each.results]
    known = models.courses_and_outlines(each.course_id for each in begun)
    return [(each, *known[each.course_id]) for each in begun if each.course_id in known]


def _estimations(begun: Sequence[Begun]) -> list[Estimation]:
    now = clock.now()
    return [_estimation(each, course, outline, now) for each, course, outline in begun if course.is_published]


def _estimation(enrollment: Enrollment, course: Course, outline: Outline, now: datetime) -> Estimation:
    terms = Terms.of(course, enrollment)
    completion = terms.charged(enrollment.completion, outline, course.times)
    holding = terms.all_times(outline, course.times)
    among = {task.id for _, task, times in holding if times.state(now) is Availability.OPEN}
    among -= outline.locked(completion)
    goes_on = (
        outline.to_continue(completion.latest, among=among, solved=completion.solved) if enrollment.attends else None
    )
    return Estimation(course, completion.marks(outline.shown_points), enrollment.attends, goes_on)
