"""The roll of the courses: who may attend one, who does, how far they are, and whose pupils they are.

These are the queries and writes of `models.py` that are about people.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.common.dynamo import items, transactions
from chalicelib.common.http import paging
from chalicelib.courses import models
from chalicelib.courses.models import Course, Enrolment, Key, Pupil, StoredAttempt, Task
from chalicelib.courses.standing import Attempt, Standing

MEMBER = "MEMBER#"


def find_enrolment(user_id: int, course_id: int, *, consistent: bool = False) -> Enrolment | None:
    return items.find(Enrolment, *models.enrolment_key(user_id, course_id), consistent=consistent)


def find_course_and_enrolment(user_id: int, course_id: int) -> tuple[Course | None, Enrolment | None]:
    """Read consistently: for whoever is about to attend."""
    keys = [models.course_key(course_id), models.enrolment_key(user_id, course_id)]
    course, enrolment = map(models.batch(keys, consistent=True).get, keys)
    return models.undoomed(models.as_kind(Course, course)), models.as_kind(Enrolment, enrolment)


def start_attendance(user_id: int, course: Course, now: datetime, *, needs_grant: bool) -> None:
    """ConditionFailed when the course is no longer as it was read, the user attends it, or has no grant."""
    member = {"since": now, "place": f"{MEMBER}{models.listed(user_id)}"}
    condition: Condition = Enrolment.since.does_not_exist()
    if needs_grant:
        condition &= Enrolment.granted_at.exists()

    def fill(transaction: TransactWrite) -> None:
        there = models.is_there() & (Course.visibility == course.visibility)
        transaction.condition_check(Course, *models.course_key(course.id), condition=there)
        _enrol(transaction, user_id, course.id, member, condition)
        if user_id != course.author_id:
            pupil = Pupil(*models.pupil_key(course.author_id, user_id))
            actions: list[Action] = [
                Pupil.kind.set(Pupil),
                Pupil.user_id.set(user_id),
                Pupil.courses.add({str(course.id)}),
            ]
            transaction.update(pupil, actions=actions)

    transactions.transact(fill)


def grant_access(user_id: int, course_id: int, now: datetime) -> None:
    """ConditionFailed when the course is gone. One that is granted already stays as it is."""

    def fill(transaction: TransactWrite) -> None:
        transaction.condition_check(Course, *models.course_key(course_id), condition=models.is_there())
        _enrol(transaction, user_id, course_id, {"granted_at": Enrolment.granted_at | now})

    transactions.transact(fill)


def end_access(user_id: int, course: Course) -> None:
    """Take attendance and grant away and keep the progress. ConditionFailed when there was neither."""
    enrolment = Enrolment(*models.enrolment_key(user_id, course.id))
    had_some = Enrolment.since.exists() | Enrolment.granted_at.exists()
    ended: list[Action] = [
        Enrolment.since.remove(),
        Enrolment.granted_at.remove(),
        Enrolment.place.set(_outside(user_id)),
    ]

    def fill(transaction: TransactWrite) -> None:
        transaction.update(enrolment, actions=ended, condition=had_some)
        _part(transaction, user_id, course)

    transactions.transact(fill)
    _forget_former(user_id, course)


def enrolments_of(user_id: int, query: paging.PageQuery) -> paging.Page[Enrolment]:
    """Of one user, the newest courses first."""
    pk, _ = models.enrolment_key(user_id, 0)
    start = paging.start_key(query.cursor)
    if start is not None and start.get("pk") != {"S": pk}:
        raise paging.invalid_cursor()
    of_courses = Enrolment.sk.startswith("COURSE#")
    found = Enrolment.query(pk, of_courses, limit=query.limit, last_evaluated_key=start, scan_index_forward=False)
    return paging.read(found)


def cursor_after(enrolment: Enrolment) -> str:
    return paging.cursor({"pk": {"S": enrolment.pk}, "sk": {"S": enrolment.sk}})


def members_of(course_id: int, query: paging.PageQuery) -> paging.Page[Enrolment]:
    """Who attends a course."""
    start = paging.start_key(query.cursor)
    among = Enrolment.place.startswith(MEMBER)
    found = Enrolment.roll_index.query(str(course_id), among, limit=query.limit, last_evaluated_key=start)
    return paging.read(found)


def everybody_in(course_id: int, *, at_most: int) -> list[Enrolment]:
    """Members and others; who came or left a moment ago may be missing or still there."""
    return list(Enrolment.roll_index.query(str(course_id), limit=at_most))


def find_for_attempt(
    user_id: int, submission_id: int, *, course_id: int, lesson_id: int, task_id: int
) -> tuple[Task | None, Enrolment | None, Attempt | None]:
    """What a verdict changes, and what the submission came to before. Read consistently."""
    keys = [
        models.task_key(course_id, lesson_id, task_id),
        models.enrolment_key(user_id, course_id),
        models.attempt_key(course_id, task_id, user_id, submission_id),
    ]
    task, enrolment, attempt = map(models.batch(keys, consistent=True).get, keys)
    stored = models.as_kind(StoredAttempt, attempt)
    return models.as_kind(Task, task), models.as_kind(Enrolment, enrolment), _attempt(stored) if stored else None


def attempts_at(course_id: int, task_id: int, user_id: int) -> dict[int, Attempt]:
    """What each of a user's submissions to a task came to."""
    prefix = models.attempts_prefix(task_id, user_id)
    stored = StoredAttempt.query(
        models.attempts_key(course_id), StoredAttempt.sk.startswith(prefix), consistent_read=True
    )
    return {int(each.sk.removeprefix(prefix)): _attempt(each) for each in stored}


def record_attempt(
    transaction: TransactWrite, key: Key, attempt: Attempt, enrolment: Enrolment, standing: Standing
) -> None:
    """Add an attempt and the standing that follows from it. The enrolment must be as it was read."""
    known = enrolment.revision
    unchanged = Enrolment.revision == known if known else Enrolment.revision.does_not_exist()
    results = {"results": standing.to_json(), "revision": known + 1}
    transaction.save(StoredAttempt(*key, solved=attempt.solved, share=attempt.share))
    _enrol(transaction, enrolment.user_id, enrolment.course_id, results, unchanged)


def pupils_among(teacher_id: int, user_ids: Iterable[int]) -> set[int]:
    found = models.batch([models.pupil_key(teacher_id, user_id) for user_id in user_ids])
    return {pupil.user_id for pupil in models.only(Pupil, found.values()) if pupil.courses}


def pupils_of(teacher_id: int, query: paging.PageQuery) -> paging.Page[int]:
    pk, _ = models.pupil_key(teacher_id, 0)
    start = paging.start_key(query.cursor)
    page = paging.read(Pupil.query(pk, Pupil.sk.startswith("PUPIL#"), limit=query.limit, last_evaluated_key=start))
    return paging.Page([pupil.user_id for pupil in page.items if pupil.courses], page.next_cursor)


def erase_enrolment(enrolment: Enrolment, course: Course) -> None:
    """Nothing of a user stays in a course."""

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(Enrolment(*models.enrolment_key(enrolment.user_id, course.id)))
        _part(transaction, enrolment.user_id, course)

    transactions.transact(fill)
    _forget_former(enrolment.user_id, course)


def _part(transaction: TransactWrite, user_id: int, course: Course) -> None:
    """The user is no longer a pupil of the course's author by this course."""
    pupil = Pupil(*models.pupil_key(course.author_id, user_id))
    transaction.update(pupil, actions=[*_known(user_id), Pupil.courses.delete({str(course.id)})])


def _known(user_id: int) -> list[Action]:
    return [Pupil.kind.set(Pupil), Pupil.user_id.set(user_id)]


def _forget_former(user_id: int, course: Course) -> None:
    """Delete the item of somebody who attends no course of the author any more."""
    try:
        with transactions.conditional():
            Pupil(*models.pupil_key(course.author_id, user_id)).delete(condition=Pupil.courses.does_not_exist())
    except transactions.ConditionFailed:
        return


def _enrol(
    transaction: TransactWrite,
    user_id: int,
    course_id: int,
    values: Mapping[str, Any],
    condition: Condition | None = None,
) -> None:
    known = {"kind": Enrolment, "user_id": user_id, "course_id": course_id, "course": str(course_id)}
    placed = {"place": Enrolment.place | _outside(user_id)}
    actions: list[Action] = [
        getattr(Enrolment, name).set(value) for name, value in {**known, **placed, **values}.items()
    ]
    transaction.update(Enrolment(*models.enrolment_key(user_id, course_id)), actions=actions, condition=condition)


def _outside(user_id: int) -> str:
    return f"OUTSIDE#{models.listed(user_id)}"


def _attempt(stored: StoredAttempt) -> Attempt:
    return Attempt(stored.solved, float(stored.share))
