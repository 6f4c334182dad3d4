"""Keeps when a submission was handed to a reviewer first, until the review is written, which then knows it.

It is an item of its own: to write it into what the reviewer owes would conflict with reviews that are being settled.
"""

from contextlib import suppress
from datetime import datetime

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.tracks.models import TracksItem
from chalicelib.tracks.oversight import models as keys
from chalicelib.tracks.work_models import HandedOut


def note(assignment_id: int, reviewer_id: int, submission_id: int, at: datetime) -> None:
    """Asking again changes nothing."""
    with suppress(transactions.ConditionFailed):
        transactions.create(HandedOut(*keys.handed_key(assignment_id, reviewer_id, submission_id), at=at))


def moment(assignment_id: int, reviewer_id: int, submission_id: int) -> datetime | None:
    """None for one that was never asked for, such as a teacher's."""
    key = keys.handed_key(assignment_id, reviewer_id, submission_id)
    found = dynamo_items.find(HandedOut, *key, consistent=True)
    return found.at if found else None


def forget(assignment_id: int, reviewer_id: int) -> None:
    """Delete what was handed to somebody and is not reviewed."""
    pk, of_reviewer = keys.handed_key(assignment_id, reviewer_id, "")
    with TracksItem.batch_write() as batch:
        for each in HandedOut.query(pk, HandedOut.sk.startswith(of_reviewer), consistent_read=True):
            batch.delete(each)
