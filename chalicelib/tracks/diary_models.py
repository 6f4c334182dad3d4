"""Diaries as they are stored."""

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.pagination import ResultIterator

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.http import paging
from chalicelib.tracks import models
from chalicelib.tracks.models import TracksItem


class DiaryEntry(TracksItem, discriminator="diary_entry"):
    id = dynamo_items.IntegerAttribute()
    assignment_id = dynamo_items.IntegerAttribute()
    user_id = dynamo_items.IntegerAttribute()
    content = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()


def diary_of(assignment_id: int, query: paging.ListQuery) -> paging.Page[DiaryEntry]:
    """The newest first."""

    def run(limit: int, start: paging.Key | None) -> ResultIterator[DiaryEntry]:
        pk, _ = models.diary_key(assignment_id, 0)
        return DiaryEntry.query(pk, limit=limit, last_evaluated_key=start, scan_index_forward=False)

    return paging.read_list(query, run)
