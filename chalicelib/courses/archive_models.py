"""Archives of courses that are being written or read; they lie in the courses' table (`models.py`)."""

from datetime import datetime
from enum import StrEnum

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items, transactions
from chalicelib.courses.models import CoursesItem, archive_key


class ArchiveKind(StrEnum):
    EXPORT = "export"
    IMPORT = "import"


class ArchiveState(StrEnum):
    """`working` from when all that an import needs is known: what it makes has its ids then."""

    WAITING = "waiting"
    WORKING = "working"
    FAILED = "failed"
    DONE = "done"


class CourseArchive(CoursesItem, discriminator="archive"):
    """One course on its way out of the school or into it, for `user_id`.

    `course_id` is the course that is exported, or the one that is made; what is made beside it has the ids from
    `first_id` on, so many `problems` first. `size` is in bytes. `faults` and `warnings` are [file, reason as
    `Text.to_json`]. An admin's export `takes_all` problems with it, whoever wrote them.
    """

    id = items.IntegerAttribute()
    user_id = items.IntegerAttribute()
    direction = UnicodeAttribute()
    state = UnicodeAttribute()
    course_id = items.OptionalIntegerAttribute()
    first_id = items.OptionalIntegerAttribute()
    problems = items.IntegerAttribute(default=0)
    size = items.IntegerAttribute(default=0)
    faults = JSONAttribute(default=list)
    warnings = JSONAttribute(default=list)
    takes_all = BooleanAttribute(default=False)
    created_at = UTCDateTimeAttribute()


def new_archive(
    archive_id: int, user_id: int, kind: ArchiveKind, now: datetime, *, course_id: int | None = None, size: int = 0
) -> CourseArchive:
    return CourseArchive(
        *archive_key(archive_id),
        id=archive_id,
        user_id=user_id,
        direction=kind.value,
        state=ArchiveState.WAITING.value,
        course_id=course_id,
        size=size,
        created_at=now,
    )


def find_archive(archive_id: int) -> CourseArchive | None:
    return items.find(CourseArchive, *archive_key(archive_id), consistent=True)


def change_archive(changed: CourseArchive, *, known_state: str) -> None:
    """ConditionFailed when somebody else has brought it further."""
    with transactions.conditional():
        changed.save(condition=CourseArchive.state == known_state)
