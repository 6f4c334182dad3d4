"""What the judge last said of its languages; it lies in the judge's table (`models.py`)."""

from datetime import datetime

from pynamodb.attributes import JSONAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items
from chalicelib.judge.models import JudgeItem


class Languages(JudgeItem, discriminator="languages"):
    """`described` is the judge's own description (`wire.languages_to_json`)."""

    described = JSONAttribute()
    described_at = UTCDateTimeAttribute()


def find_languages() -> Languages | None:
    return items.find(Languages, "JUDGE", "LANGUAGES")


def put_languages(described: object, now: datetime) -> None:
    Languages("JUDGE", "LANGUAGES", described=described, described_at=now).save()
