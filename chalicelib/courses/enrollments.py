"""Enrollments: who may attend a course, who attends it, and their progress.

The first half holds the queries and writes of the courses' table that are about people. The second half opens private
courses to pupils, and closes them again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.accounts import accounts
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, paging
from chalicelib.courses import authoring, models
from chalicelib.courses import errors as course_errors
from chalicelib.courses.completion import Completion, TaskAttempt
from chalicelib.courses.models import Course, Enrollment, Key, StoredAttempt, Task, outside_key
from chalicelib.school import memberships, teaching
from chalicelib.school.memberships import FillMore

MEMBER = "MEMBER#"
UNCHANGED = "enrollment_unchanged"
"""The condition of an enrollment that is changed: it is as it was read."""


def find_enrollment(user_id: int, course_id: int, *, consistent: bool = False) -> Enrollment | None:
    return items.find(Enrollment, *models.enrollment_key(user_id, course_id), consistent=consistent)


def find_course_and_enrollment(user_id: int, course_id: int) -> tuple[Course | None, Enrollment | None]:
    """Read consistently: for whoever is about to attend."""
    keys = [models.course_key(course_id), models.enrollment_key(user_id, course_id)]
    course, enrollment = map(models.batch(keys, consistent=True).get, keys)
    return models.not_deleting(models.as_kind(Course, course)), models.as_kind(Enrollment, enrollment)


def start_attendance(
    user_id: int, course: Course, now: datetime, *, needs_grant: bool, also: FillMore | None = None
) -> None:
    """ConditionFailed when the course is no longer as it was read, the user attends it, or has no grant; or as `also`
    names it.
    """
    member = {"since": now, "place": f"{MEMBER}{ids.sortable(user_id)}"}
    condition: Condition = Enrollment.since.does_not_exist()
    if needs_grant:
        condition &= Enrollment.granted_at.exists()

    def fill(transaction: Transaction) -> None:
        there = models.is_there() & (Course.visibility == course.visibility)
        transaction.check(Course, *models.course_key(course.id), condition=there, named="course_open")
        _enroll(transaction, user_id, course.id, member, condition)
        memberships.add_pupil(transaction, user_id, models.group_of(course.id), now)
        if also is not None:
            also(transaction)

    transactions.transact(fill)


def grant_access(user_id: int, course_id: int, now: datetime) -> None:
    """ConditionFailed when the course is gone. One that is granted already stays as it is."""

    def fill(transaction: Transaction) -> None:
        transaction.check(Course, *models.course_key(course_id), condition=models.is_there(), named="course_exists")
        _enroll(transaction, user_id, course_id, {"granted_at": Enrollment.granted_at | now})

    transactions.transact(fill)


def end_attendance(user_id: int, course_id: int) -> None:
    """Take attendance away and keep the progress and a grant. ConditionFailed when there was none."""
    _end(user_id, course_id, [], had=Enrollment.since.exists())


def end_access(user_id: int, course_id: int) -> None:
    """Take attendance and grant away and keep the progress. ConditionFailed when there was neither."""
    had_some = Enrollment.since.exists() | Enrollment.granted_at.exists()
    _end(user_id, course_id, [Enrollment.granted_at.remove()], had=had_some)


def _end(user_id: int, course_id: int, further: Sequence[Action], *, had: Condition) -> None:
    enrollment = Enrollment(*models.enrollment_key(user_id, course_id))
    ended = [Enrollment.since.remove(), Enrollment.place.set(outside_key(user_id)), *further]

    def fill(transaction: Transaction) -> None:
        transaction.update(enrollment, actions=ended, condition=had, named="has_access")
        memberships.remove_pupil(transaction, user_id, models.group_of(course_id))

    transactions.transact(fill)


def enrollments_of(user_id: int, query: paging.CursorQuery) -> paging.Page[Enrollment]:
    """Of one user, the newest courses first."""
    pk, _ = models.enrollment_key(user_id, 0)
    start = paging.start_key(query.cursor)
    if start is not None and start.get("pk") != {"S": pk}:
        raise paging.invalid_cursor()
    of_courses = Enrollment.sk.startswith("COURSE#")
    found = Enrollment.query(pk, of_courses, limit=query.limit, last_evaluated_key=start, scan_index_forward=False)
    return paging.read(found)


def cursor_after(user_id: int, course_id: int) -> str:
    """The cursor of the courses of a user that are older than this one, be it theirs or not."""
    pk, sk = models.enrollment_key(user_id, course_id)
    return paging.cursor({"pk": {"S": pk}, "sk": {"S": sk}})


def course_before(cursor: str | None) -> int:
    """The course after which a cursor of a user's courses goes on; without one, an id above all."""
    start = paging.start_key(cursor)
    if start is None:
        return ids.MAX_ID + 1
    course_id = start.get("sk", {}).get("S", "").removeprefix("COURSE#")
    if not ids.is_id(course_id.lstrip("0")):
        raise paging.invalid_cursor()
    return int(course_id)


def members_of(course_id: int, query: paging.CursorQuery) -> paging.Page[Enrollment]:
    """Who attends a course."""
    start = paging.start_key(query.cursor)
    among = Enrollment.place.startswith(MEMBER)
    found = Enrollment.enrollment_index.query(str(course_id), among, limit=query.limit, last_evaluated_key=start)
    return paging.read(found)


def some_members_of(course_id: int, *, at_most: int) -> list[Enrollment]:
    """So many of those who attend a course; who came or left a moment ago may be missing or still there."""
    among = Enrollment.place.startswith(MEMBER)
    return list(Enrollment.enrollment_index.query(str(course_id), among, limit=at_most))


def everybody_in(course_id: int, *, at_most: int) -> list[Enrollment]:
    """Members and others; who came or left a moment ago may be missing or still there."""
    return list(Enrollment.enrollment_index.query(str(course_id), limit=at_most))


def find_for_attempt(
    user_id: int, submission_id: int, *, course_id: int, lesson_id: int, task_id: int
) -> tuple[Task | None, Enrollment | None, TaskAttempt | None]:
    """What a verdict changes, and what the submission came to before. Read consistently."""
    keys = [
        models.task_key(course_id, lesson_id, task_id),
        models.enrollment_key(user_id, course_id),
        models.attempt_key(course_id, task_id, user_id, submission_id),
    ]
    task, enrollment, attempt = map(models.batch(keys, consistent=True).get, keys)
    stored = models.as_kind(StoredAttempt, attempt)
    return models.as_kind(Task, task), models.as_kind(Enrollment, enrollment), _attempt(stored) if stored else None


def attempts_at(course_id: int, task_id: int, user_id: int) -> dict[int, TaskAttempt]:
    """What each of a user's submissions to a task came to."""
    prefix = models.attempts_prefix(task_id, user_id)
    stored = StoredAttempt.query(
        models.attempts_key(course_id), StoredAttempt.sk.startswith(prefix), consistent_read=True
    )
    return {int(each.sk.removeprefix(prefix)): _attempt(each) for each in stored}


def record_attempt(
    transaction: Transaction, key: Key, attempt: TaskAttempt, enrollment: Enrollment, completion: Completion
) -> None:
    """Add an attempt and the completion that follows from it. The enrollment must be as it was read."""
    known = enrollment.revision
    unchanged = Enrollment.revision == known if known else Enrollment.revision.does_not_exist()
    results = {"results": completion.to_json(), "revision": known + 1}
    transaction.save(StoredAttempt(*key, solved=attempt.solved, share=attempt.share, failed_on=attempt.failed_on))
    _enroll(transaction, enrollment.user_id, enrollment.course_id, results, unchanged)


def set_extension(enrollment: Enrollment, task_id: int, extension: Mapping[str, Any] | None) -> None:
    """Give more time for a task, or with None take it away. ConditionFailed when theirs are not as they were read."""
    known = enrollment.extensions
    others = {key: each for key, each in (known or {}).items() if key != str(task_id)}
    wanted = others if extension is None else {**others, str(task_id): extension}
    unchanged: Condition = Enrollment.extensions == known if known else Enrollment.extensions.does_not_exist()
    action: Action = Enrollment.extensions.set(wanted) if wanted else Enrollment.extensions.remove()
    with transactions.conditional():
        enrollment.update(actions=[action], condition=Enrollment.since.exists() & unchanged)


def erase_enrollment(user_id: int, course_id: int) -> None:
    """Nothing of a user stays in a course."""

    def fill(transaction: Transaction) -> None:
        transaction.delete(Enrollment(*models.enrollment_key(user_id, course_id)))
        memberships.remove_pupil(transaction, user_id, models.group_of(course_id))

    transactions.transact(fill)


def _enroll(
    transaction: Transaction,
    user_id: int,
    course_id: int,
    values: Mapping[str, Any],
    condition: Condition | None = None,
) -> None:
    known = {"kind": Enrollment, "user_id": user_id, "course_id": course_id, "course": str(course_id)}
    placed = {"place": Enrollment.place | outside_key(user_id)}
    actions: list[Action] = [
        getattr(Enrollment, name).set(value) for name, value in {**known, **placed, **values}.items()
    ]
    transaction.update(
        Enrollment(*models.enrollment_key(user_id, course_id)),
        actions=actions,
        condition=condition,
        named=UNCHANGED,
    )


def _attempt(stored: StoredAttempt) -> TaskAttempt:
    return TaskAttempt(stored.solved, float(stored.share), stored.failed_on)


@dataclass(frozen=True, slots=True)
class CourseAccess:
    """A course that somebody may attend or attends."""

    course: Course
    enrollment: Enrollment


def grant(caller: Caller, user_id: int, course_id: int) -> CourseAccess:
    """Let a user attend a private course; whoever may already keeps it. 404 for nobody, 403 for somebody's course."""
    course, _ = authoring.own(caller, course_id)
    accounts.get(user_id)
    try:
        grant_access(user_id, course_id, clock.now())
    except transactions.ConditionFailed as gone:
        raise course_errors.no_such_course() from gone
    enrollment = find_enrollment(user_id, course_id, consistent=True)
    if enrollment is None:
        raise errors.ChangedMeanwhile
    observe.logger.info("course granted", course_id=course_id, account_id=user_id, granted_by=caller.id)
    return CourseAccess(course, enrollment)


def withdraw(caller: Caller, user_id: int, course_id: int) -> None:
    """Take access and attendance away. How far the user came is kept, for when they come back."""
    authoring.own(caller, course_id)
    try:
        end_access(user_id, course_id)
    except transactions.ConditionFailed as none:
        raise errors.NotFound("not_granted", "This user neither attends the course nor may") from none
    observe.logger.info("course withdrawn", course_id=course_id, account_id=user_id, withdrawn_by=caller.id)


def granted_to(caller: Caller, user_id: int, query: paging.CursorQuery) -> paging.Page[CourseAccess]:
    """The courses that were opened to a user."""
    return _courses_of(caller, user_id, query, lambda enrollment: enrollment.is_granted)


def attended_by(caller: Caller, user_id: int, query: paging.CursorQuery) -> paging.Page[CourseAccess]:
    """The courses that a user attends."""
    return _courses_of(caller, user_id, query, lambda enrollment: enrollment.attends)


def check_may_see(caller: Caller, user_id: int) -> None:
    """Raises 403 about all but oneself and one's own pupils; admins get a 404 for nobody."""
    refusal = errors.Forbidden("not_your_courses", "Forbidden", status="Forbidden")
    teaching.check_may_read_about(caller, user_id, refusal)
    if not caller.may(Permission.ADMINISTER):
        return
    try:
        accounts.get(user_id)
    except errors.NotFound as nobody:
        raise errors.NotFound("user_not_found", "User not found", status="Not found") from nobody


def _courses_of(
    caller: Caller, user_id: int, query: paging.CursorQuery, wanted: Callable[[Enrollment], bool]
) -> paging.Page[CourseAccess]:
    """A page may be short: it is what is wanted of a page of all courses that the user ever had to do with."""
    check_may_see(caller, user_id)
    page = enrollments_of(user_id, query)
    chosen = [enrollment for enrollment in page.items if wanted(enrollment)]
    courses = models.courses_by_id(enrollment.course_id for enrollment in chosen)
    seen = {course_id for course_id, course in courses.items() if course.is_published or _may_write(caller, course)}
    taken = [CourseAccess(courses[each.course_id], each) for each in chosen if each.course_id in seen]
    return paging.Page(taken, page.next_cursor)


def _may_write(caller: Caller, course: Course) -> bool:
    return teaching.may_write(caller, models.group_of(course.id), course.author_id)
