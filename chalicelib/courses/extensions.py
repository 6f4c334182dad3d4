"""Extensions: more time for one pupil and one task, with a reason, which is told to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, etags, paging
from chalicelib.common.http.errors import In, Place
from chalicelib.common.http.etags import IfMatch
from chalicelib.common.http.paging import Page
from chalicelib.common.texts import Text
from chalicelib.courses import authoring, enrollments, models
from chalicelib.courses import errors as course_errors
from chalicelib.courses.frames import TaskExtensionGranted, Type
from chalicelib.courses.late_work import Extension, Terms
from chalicelib.courses.models import Course, Enrollment, Task
from chalicelib.school import notifications
from chalicelib.school.models import Tag

TRIES = 10
FURTHEST = timedelta(days=366)
"""From now, that an extension may reach."""
MOST = 100
"""Extensions of one pupil in one course: they are read with all that the pupil has reached."""
ABSENT = 0
"""The version of an extension that there is none of."""
UNTIL = Place(In.BODY, "/until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An extension, and whose it is."""

    task_id: int
    user_id: int
    login: str | None
    extension: Extension


def list_all(caller: Caller, place: tuple[int, int, int], query: paging.CursorListQuery) -> Page[Granted]:
    """A page may be short: it is who has an extension of a page of all who attend."""
    course, task = _own(caller, place)
    page = paging.read_by_cursor(query, lambda at: enrollments.members_of(course.id, at))
    found = {each.user_id: own for each in page.items if (own := _of(course, each, task.id))}
    accounts = account_models.list_names(found)
    items = [
        Granted(
            task_id=task.id,
            user_id=user_id,
            login=accounts[user_id].login if user_id in accounts else None,
            extension=extension,
        )
        for user_id, extension in found.items()
    ]
    return Page(items, page.next_cursor)


def grant(
    caller: Caller, place: tuple[int, int, int], user_id: int, until: datetime, reason: str, expected: IfMatch
) -> Granted:
    """Give somebody more time for a task, or other than they have. 404 for who does not attend, 400 for a time in the
    past or too far ahead; 412 when theirs is not as it was seen.
    """
    course, task = _own(caller, place)
    now = clock.now()
    _refuse_moment(until, now)
    for _ in range(TRIES):
        enrollment = _enrollment(course, user_id)
        before = _of(course, enrollment, task.id)
        etags.require(before.version if before else ABSENT, expected)
        if before is None:
            _refuse_too_many(enrollment)
        version = before.version + 1 if before else etags.first_version(now)
        wanted = Extension(until=until, reason=reason, granted_by=caller.id, granted_at=now, version=version)
        extension = _extension(before, wanted)
        try:
            if extension is not before:
                enrollments.set_extension(enrollment, task.id, extension.to_json())
        except transactions.ConditionFailed:
            continue
        _tell(course, task, user_id, extension)
        observe.logger.info("extension granted", task_id=task.id, account_id=user_id, by=caller.id)
        account = account_models.list_names([user_id]).get(user_id)
        return Granted(task_id=task.id, user_id=user_id, login=account.login if account else None, extension=extension)
    raise errors.ChangedMeanwhile


def take_back(caller: Caller, place: tuple[int, int, int], user_id: int, expected: IfMatch) -> None:
    """404 where there is none; 412 when it is not as it was seen. What was sent by it stays, and is late."""
    course, task = _own(caller, place)
    for _ in range(TRIES):
        enrollment = _enrollment(course, user_id)
        extension = _of(course, enrollment, task.id)
        if extension is None:
            raise errors.NotFound("no_extension", "There is no extension for this pupil")
        etags.require(extension.version, expected)
        try:
            enrollments.set_extension(enrollment, task.id, None)
        except transactions.ConditionFailed:
            continue
        observe.logger.info("extension taken back", task_id=task.id, account_id=user_id, by=caller.id)
        return
    raise errors.ChangedMeanwhile


def _own(caller: Caller, place: tuple[int, int, int]) -> tuple[Course, Task]:
    course, _ = authoring.own(caller, place[0])
    task = models.find_task(*place)
    if task is None:
        raise course_errors.no_such_task()
    return course, task


def _enrollment(course: Course, user_id: int) -> Enrollment:
    enrollment = enrollments.find_enrollment(user_id, course.id, consistent=True)
    if enrollment is None or not enrollment.attends:
        raise course_errors.does_not_attend()
    return enrollment


def _of(course: Course, enrollment: Enrollment, task_id: int) -> Extension | None:
    return Terms.of(course, enrollment).extensions.get(task_id)


def _extension(before: Extension | None, wanted: Extension) -> Extension:
    """What there is, if it is the same."""
    if before is not None and (before.until, before.reason) == (wanted.until, wanted.reason):
        return before
    return wanted


def _refuse_too_many(enrollment: Enrollment) -> None:
    if len(enrollment.extensions or ()) >= MOST:
        raise errors.Conflict("too_many_extensions", "A pupil has at most {most} extensions in a course", most=MOST)


def _refuse_moment(until: datetime, now: datetime) -> None:
    if until <= now:
        raise errors.BadRequest("extension_in_the_past", "The new time is in the past", where=UNTIL)
    if until > now + FURTHEST:
        raise errors.BadRequest(
            "deadline_too_far", "A deadline is at most {days} days ahead", days=FURTHEST.days, where=UNTIL
        )


def _tell(course: Course, task: Task, user_id: int, extension: Extension) -> None:
    """Under one key nobody is told twice: done again after a failure, it tells whom it has not told."""
    told = TaskExtensionGranted(
        course_id=course.id, lesson_id=task.lesson_id, task_id=task.id, until=extension.until, reason=extension.reason
    )
    about = {"title": task.name, "what": extension.reason}
    notifications.notify_once(
        f"task#{task.id}#extension#{user_id}#{extension.granted_at.isoformat()}#{extension.version}",
        [user_id],
        kind=Type.TASK_EXTENSION_GRANTED,
        title=Text("notice_extension", "You have more time"),
        description=Text("notice_about", "{title}: {what}", about),
        payload=told.model_dump(mode="json"),
        tag=Tag.HIGH,
    )
