"""Deletes courses and lessons with all that is in them.

A course that is being deleted is hidden at once; then its parts are erased in batches. After an interruption, another
request to delete it goes on where the first stopped. Submissions stay: they belong to the judge.
"""

from collections.abc import Sequence

from chalicelib.accounts.authentication import Caller
from chalicelib.common import observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.courses import authoring, deletion_models, enrollments, lesson_files, models, pictures
from chalicelib.courses import errors as course_errors
from chalicelib.courses.models import Change, Course, CoursesItem, Lesson
from chalicelib.school import memberships

ROUNDS = 8
"""Of one request: some thousand items and some hundred pupils, well within its 29 seconds."""
ITEMS = 1000
PUPILS = 25
"""Erased in one round."""


def remove_course(
    caller: Caller, course_id: int, *, rounds: int = ROUNDS, items: int = ITEMS, expected: IfMatch = None
) -> bool:
    """Whether all of it is gone; if not, ask again. 412 when it is not as it was seen."""
    course = deletion_models.find_even_if_deleting(course_id)
    if course is None:
        raise course_errors.no_such_course()
    authoring.check_own(caller, course)
    if not course.doomed:
        _start_deleting(course, expected)
    for _ in range(rounds):
        if not _erase_some(course, items):
            pictures.forget(course)
            memberships.erase_group(models.group_of(course_id), course.author_id)
            deletion_models.erase([course])
            observe.logger.info("course deleted", course_id=course_id)
            return True
    return False


def remove_lesson(caller: Caller, course_id: int, lesson_id: int, *, expected: IfMatch = None) -> None:
    """With its tasks and links."""
    course, _ = authoring.own(caller, course_id)
    lesson = models.find_lesson(course_id, lesson_id)
    if lesson is None:
        raise course_errors.no_such_lesson()
    if not lesson.doomed:
        authoring.retry_on_conflict(lambda: _start_deleting_lesson(caller, course_id, lesson, expected))
    _erase(course_id, deletion_models.remains_of_lesson(course_id, lesson_id))
    deletion_models.erase([lesson])
    observe.logger.info("lesson deleted", course_id=course.id, lesson_id=lesson_id)


def _start_deleting(course: Course, expected: IfMatch) -> None:
    try:
        deletion_models.start_deleting_course(course, expected)
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=course_errors.no_such_course()) from refused


def _start_deleting_lesson(caller: Caller, course_id: int, lesson: Lesson, expected: IfMatch) -> Course:
    course, known = authoring.own(caller, course_id, expected)
    lesson.doomed = True
    return models.change_course(Change(course=course, outline=known.without_lesson(lesson.id), changed=[lesson]))


def _erase_some(course: Course, at_most: int) -> bool:
    """Whether there was anything left to erase."""
    items = deletion_models.remains_of_course(course.id, at_most=at_most)
    _erase(course.id, items)
    left = [] if items else enrollments.everybody_in(course.id, at_most=PUPILS)
    for enrollment in left:
        enrollments.erase_enrollment(enrollment.user_id, course.id)
    return bool(items or left)


def _erase(course_id: int, items: Sequence[CoursesItem]) -> None:
    """First what lies in S3: after an interruption the items still say what."""
    lesson_files.forget(course_id, items)
    deletion_models.erase(items)
