"""The calendars of deadlines, as they are stored: the token of a user's feed, as a digest. Keys are in `models`."""

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items
from chalicelib.school.models import SchoolItem, calendar_key


class Calendar(SchoolItem, discriminator="calendar"):
    digest = UnicodeAttribute()
    since = UTCDateTimeAttribute()


def find(user_id: int) -> Calendar | None:
    return items.find(Calendar, *calendar_key(user_id), consistent=True)


def put(user_id: int, digest: str, now: datetime) -> None:
    """Stores a user's calendar in place of any other."""
    Calendar(*calendar_key(user_id), digest=digest, since=now).save()


def delete(user_id: int) -> None:
    Calendar(*calendar_key(user_id)).delete()
