"""Writes beside a frame, on which it depends whether the room is told it: for once, however often it is tried."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pynamodb.transactions import TransactWrite

from chalicelib.common.dynamo import items
from chalicelib.realtime import models
from chalicelib.realtime.models import DedupeRecord, Event, Slot
from chalicelib.realtime.rooms import Room


class WriteCondition(Protocol):
    """`ahead` is how many condition checks and deletions it adds: PynamoDB sends them before all other writes."""

    @property
    def ahead(self) -> int: ...

    def add_to(self, transaction: TransactWrite, event: Event) -> None: ...

    def find_number(self) -> int | None:
        """Under which number it was told before; None when there is nothing to tell any more."""


@dataclass(frozen=True, slots=True)
class Deduplicated:
    room: Room
    cause: str
    ahead: int = 0

    def add_to(self, transaction: TransactWrite, event: Event) -> None:
        once = DedupeRecord(*models.dedupe_key(self.room, self.cause), seq=event.seq, expires_at=event.expires_at)
        transaction.save(once, condition=DedupeRecord.pk.does_not_exist())

    def find_number(self) -> int | None:
        once = items.find(DedupeRecord, *models.dedupe_key(self.room, self.cause), consistent=True)
        return None if once is None else once.seq


@dataclass(frozen=True, slots=True)
class DeduplicatedForNewcomer:
    """Of the USER_JOIN of a connection, as long as it has its slot; makes that one which frames go to."""

    newcomer: Slot
    ahead: int = 0

    def add_to(self, transaction: TransactWrite, event: Event) -> None:
        holds = Slot.connection_id == self.newcomer.connection_id
        transaction.update(
            Slot(self.newcomer.pk, self.newcomer.sk),
            actions=[Slot.joined_as.set(event.seq)],
            condition=holds & Slot.joined_as.does_not_exist(),
        )

    def find_number(self) -> int | None:
        slot = items.find(Slot, self.newcomer.pk, self.newcomer.sk, consistent=True)
        return slot.joined_as if slot is not None and slot.connection_id == self.newcomer.connection_id else None


@dataclass(frozen=True, slots=True)
class WithChange:
    """Of what has changed, as long as it can be written. Tried again it is another change."""

    writes: Callable[[TransactWrite], None]
    ahead: int = 0

    def add_to(self, transaction: TransactWrite, event: Event) -> None:
        self.writes(transaction)

    def find_number(self) -> int | None:
        return None
