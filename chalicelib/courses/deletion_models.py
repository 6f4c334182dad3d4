"""What deleting courses and lessons reads and writes: what is left of them, and the mark that hides them meanwhile."""

from collections.abc import Iterable

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import etags
from chalicelib.courses import models
from chalicelib.courses.models import Course, CoursesItem


def start_deleting_course(course: Course, expected: etags.IfMatch) -> None:
    """From here on the course is not there. ConditionFailed when it was deleted meanwhile, or is not as it was seen."""
    with transactions.conditional():
        course.update(
            actions=[Course.doomed.set(True), Course.visibility.remove(), Course.version.add(1)],
            condition=etags.version_matches(Course.version, expected),
        )


def find_even_if_deleting(course_id: int) -> Course | None:
    """A course even while it is being deleted."""
    return dynamo_items.find(Course, *models.course_key(course_id), consistent=True)


def remains_of_lesson(course_id: int, lesson_id: int) -> list[CoursesItem]:
    """The tasks, links, text and files of a lesson."""
    pk, _ = models.course_key(course_id)
    prefixes = models.in_lesson_prefixes(lesson_id)
    found = (CoursesItem.query(pk, CoursesItem.sk.startswith(prefix), consistent_read=True) for prefix in prefixes)
    keys = [models.text_key(course_id, lesson_id), models.files_key(course_id, lesson_id)]
    return [item for items in (*found, models.batch(keys, consistent=True).values()) for item in items]


def remains_of_course(course_id: int, *, at_most: int) -> list[CoursesItem]:
    """Lessons, tasks, links, texts, files and attempts of a course."""
    pk, own_sk = models.course_key(course_id)
    inside = list(CoursesItem.query(pk, CoursesItem.sk > own_sk, limit=at_most, consistent_read=True))
    if inside:
        return inside
    beside = (CoursesItem.query(pk, limit=at_most, consistent_read=True) for pk in _beside(course_id))
    return next((found for items in beside if (found := list(items))), [])


def _beside(course_id: int) -> tuple[str, ...]:
    """The partitions of a course beside its own."""
    return models.texts_key(course_id), models.attempts_key(course_id)


def erase(items: Iterable[CoursesItem]) -> None:
    with CoursesItem.batch_write() as deletions:
        for item in items:
            deletions.delete(item)
