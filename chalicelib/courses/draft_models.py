"""What pupils typed for a task and have not sent, as it is stored: in the table of courses, beside enrollments."""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.courses import models
from chalicelib.courses.models import CoursesItem


class Draft(CoursesItem, discriminator="draft"):
    """A program before it is sent. `version` grows each time that it is saved."""

    language = UnicodeAttribute()
    source = UnicodeAttribute()
    version = dynamo_items.IntegerAttribute()
    saved_at = UTCDateTimeAttribute()


def drafts_of(user_id: int, task_id: int | None = None) -> Iterable[Draft]:
    """All drafts of a user, or those for one task; also those whose time has come."""
    pk, prefix = models.drafts_key(user_id, task_id)
    return Draft.query(pk, Draft.sk.startswith(prefix), consistent_read=True)
