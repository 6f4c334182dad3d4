"""How reliable the reviewers of a track are, as it is stored. `tracks.models` lists the keys.

Both items have an entry for each reviewer that takes part, as a list of numbers: a track may have five hundred.
"""

from collections.abc import Collection, Mapping
from dataclasses import astuple, fields
from typing import Any

from pynamodb.attributes import JSONAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.tracks import models
from chalicelib.tracks.models import TracksItem
from chalicelib.tracks.reliability.reliability import Reliabilities, Reliability, Tally


class StoredTally(TracksItem, discriminator="reliability_tally"):
    """Of an assignment whose review stage is over."""

    track_id = dynamo_items.IntegerAttribute()
    assignment_id = dynamo_items.IntegerAttribute()
    by_reviewer = JSONAttribute(default=dict)

    def tallies(self, of: Collection[int]) -> dict[int, Tally]:
        """Of those reviewers alone."""
        return {user_id: Tally(**_named(Tally, each)) for user_id, each in _entries(self.by_reviewer) if user_id in of}


class StoredReliability(TracksItem, discriminator="reliability"):
    """As it was counted last. `rests_on` are the assignments."""

    track_id = dynamo_items.IntegerAttribute()
    by_reviewer = JSONAttribute(default=dict)
    mean = JSONAttribute(null=True)
    rests_on = JSONAttribute(default=list)
    computed_at = UTCDateTimeAttribute()

    @property
    def reliabilities(self) -> Reliabilities:
        of = {user_id: Reliability(**_named(Reliability, each)) for user_id, each in _entries(self.by_reviewer)}
        return Reliabilities(by_reviewer=of, mean=self.mean)


def find(track_id: int) -> StoredReliability | None:
    return dynamo_items.find(StoredReliability, *models.reliability_key(track_id), consistent=True)


def tallies_in(track_id: int) -> list[StoredTally]:
    return models.all_below(StoredTally, models.track_key(track_id), models.TALLIES)


def to_stored(by_reviewer: Mapping[int, Tally | Reliability]) -> dict[str, list[Any]]:
    return {str(user_id): list(astuple(each)) for user_id, each in by_reviewer.items()}


def forget(transaction: Transaction, track_id: int, user_id: int) -> None:
    """Add to the transaction that takes somebody out of a track: nothing tells how they reviewed.

    It is refused when another has computed reliability meanwhile.
    """
    stored = find(track_id)
    found: list[StoredTally | StoredReliability] = [*tallies_in(track_id), *([stored] if stored else [])]
    for each in found:
        if str(user_id) in each.by_reviewer:
            left = {user: entry for user, entry in each.by_reviewer.items() if user != str(user_id)}
            as_read = type(each).by_reviewer == each.by_reviewer
            actions = [type(each).by_reviewer.set(left)]
            transaction.update(each, actions=actions, condition=as_read, named="reliability_as_read")


def _entries(stored: Mapping[str, list[Any]]) -> list[tuple[int, list[Any]]]:
    return [(int(user_id), each) for user_id, each in stored.items()]


def _named(kind: type[Tally] | type[Reliability], numbers: list[Any]) -> dict[str, Any]:
    return dict(zip((field.name for field in fields(kind)), numbers, strict=True))
