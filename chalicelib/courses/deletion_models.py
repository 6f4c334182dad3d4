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
    """The tasks and links of a lesson."""
    pk, _ = models.course_key(course_id)
    prefixes = models.in_lesson_prefixes(lesson_id)
    found = (CoursesItem.query(pk, CoursesItem.sk.startswith(prefix), consistent_read=True) for prefix in prefixes)
    return [item for items in found for item in items]


def remains_of_course(course_id: int, *, at_most: int) -> list[CoursesItem]:
    """Lessons, tasks, links and attempts of a course."""
    pk, own_sk = models.course_key(course_id)
    inside = list(CoursesItem.query(pk, CoursesItem.sk > own_sk, limit=at_most, consistent_read=True))
    return inside or list(CoursesItem.query(models.attempts_key(course_id), limit=at_most, consistent_read=True))


def erase(items: Iterable[CoursesItem]) -> None:
    with CoursesItem.batch_write() as deletions:
        for item in items:
            deletions.delete(item)
