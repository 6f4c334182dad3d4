"""What people want to be told, as it is stored, and what waits to be told to them. Keys are in `models`.

PREFERENCES#{id} / PREFERENCES               what an account wants
PREFERENCES#{id} / DIGEST                    up to when its digests have told
PREFERENCES#{id} / WAITING#{channel}#{id}    a notification that goes out later on a channel
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from itertools import islice
from typing import Any

from pynamodb.attributes import JSONAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.school.models import SchoolItem, digested_key, waiting_key, wanted_key
from chalicelib.school.preferences import NOTHING_SAID, Channel, Digest, Preferences, QuietHours

VERSION_SEEN = "version_seen"


class StoredPreferences(SchoolItem, discriminator="preferences"):
    """`quiet` are two times of the day, `kinds` what was said of channels."""

    kinds = JSONAttribute(default=dict)
    digest = JSONAttribute(default=dict)
    quiet = JSONAttribute(null=True)
    version = items.IntegerAttribute(default=1)


class Digested(SchoolItem, discriminator="digested"):
    """`until` is up to when results were told, `due_at` the moment of the digest that did."""

    until = UTCDateTimeAttribute()
    due_at = UTCDateTimeAttribute()


class Waiting(SchoolItem, discriminator="waiting"):
    notification_id = items.IntegerAttribute()


def find(user_id: int) -> Preferences:
    stored = items.find(StoredPreferences, *wanted_key(user_id), consistent=True)
    return NOTHING_SAID if stored is None else _read(stored)


def find_many(user_ids: Iterable[int]) -> dict[int, Preferences]:
    """Returns what people want, of those who have said something."""
    keys = {wanted_key(each): each for each in user_ids}
    found = StoredPreferences.batch_get(list(keys), consistent_read=True) if keys else ()
    return {keys[each.pk, each.sk]: _read(each) for each in found}


def save(user_id: int, changed: Preferences, also: Any) -> int:
    """Stores changed preferences and what `also` adds. Returns their new version; ConditionFailed when they are not as
    they were read.
    """
    stored = StoredPreferences(
        *wanted_key(user_id),
        kinds={kind: {str(channel): on for channel, on in each.items()} for kind, each in changed.kinds.items()},
        digest={"deadlines": changed.digest.deadlines, "results": changed.digest.results, "hour": changed.digest.hour},
        quiet=[f"{each:%H:%M}" for each in (changed.quiet.begin, changed.quiet.end)] if changed.quiet else None,
        version=changed.version + 1,
    )
    unchanged = (
        StoredPreferences.version == changed.version if changed.version else StoredPreferences.pk.does_not_exist()
    )

    def fill(transaction: Transaction) -> None:
        transaction.save(stored, condition=unchanged, named=VERSION_SEEN)
        also(transaction)

    transactions.transact(fill)
    return changed.version + 1


def forget(user_id: int) -> None:
    """Deletes all that is kept of what somebody wants, and what waits for them."""
    pk, _ = wanted_key(user_id)
    with SchoolItem.batch_write() as batch:
        for item in SchoolItem.query(pk, consistent_read=True):
            batch.delete(item)


def put_waiting(transaction: Transaction, user_id: int, channel: Channel, notification_id: int) -> None:
    transaction.save(Waiting(*waiting_key(user_id, channel, notification_id), notification_id=notification_id))


def waiting_for(user_id: int, channel: Channel, *, at_most: int) -> list[Waiting]:
    """Lists what waits on a channel, the oldest first."""
    pk, beginning = waiting_key(user_id, channel)
    found = Waiting.query(pk, Waiting.sk.startswith(beginning), limit=at_most, consistent_read=True)
    return list(islice(found, at_most))


def delete_waiting(waiting: Sequence[Waiting]) -> None:
    with SchoolItem.batch_write() as batch:
        for each in waiting:
            batch.delete(each)


def find_digested(user_id: int) -> Digested | None:
    return items.find(Digested, *digested_key(user_id), consistent=True)


def mark_digested(user_id: int, *, until: datetime, due_at: datetime) -> None:
    Digested(*digested_key(user_id), until=until, due_at=due_at).save()


def _read(stored: StoredPreferences) -> Preferences:
    quiet = [time.fromisoformat(each) for each in stored.quiet or ()]
    return Preferences(
        kinds={kind: _switches(each) for kind, each in stored.kinds.items()},
        digest=Digest(**stored.digest),
        quiet=QuietHours(begin=quiet[0], end=quiet[1]) if quiet else None,
        version=stored.version,
    )


def _switches(stored: Mapping[str, bool]) -> dict[Channel, bool]:
    return {Channel(channel): on for channel, on in stored.items()}
