"""Conditional writes in the transaction that stores a frame: they decide whether the room gets it, and only once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.common.dynamo import items
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.realtime import models
from chalicelib.realtime.models import DedupeRecord, Event, Slot
from chalicelib.realtime.rooms import Room


class WriteCondition(Protocol):
    def add_to(self, transaction: Transaction, event: Event) -> None: ...

    def find_seq(self) -> int | None:
        """Returns the number under which the frame was stored before; None when there is nothing to send any more."""


@dataclass(frozen=True, slots=True)
class Deduplicated:
    room: Room
    cause: str

    def add_to(self, transaction: Transaction, event: Event) -> None:
        once = DedupeRecord(*models.dedupe_key(self.room, self.cause), seq=event.seq, expires_at=event.expires_at)
        transaction.save(once, condition=DedupeRecord.pk.does_not_exist(), named="first_time")

    def find_seq(self) -> int | None:
        once = items.find(DedupeRecord, *models.dedupe_key(self.room, self.cause), consistent=True)
        return None if once is None else once.seq


@dataclass(frozen=True, slots=True)
class DeduplicatedForNewcomer:
    """The condition of a USER_JOIN: the connection still has its slot. Marks the slot as one that gets frames."""

    newcomer: Slot

    def add_to(self, transaction: Transaction, event: Event) -> None:
        holds = Slot.connection_id == self.newcomer.connection_id
        transaction.update(
            Slot(self.newcomer.pk, self.newcomer.sk),
            actions=[Slot.joined_as.set(event.seq)],
            condition=holds & Slot.joined_as.does_not_exist(),
            named="slot_held",
        )

    def find_seq(self) -> int | None:
        slot = items.find(Slot, self.newcomer.pk, self.newcomer.sk, consistent=True)
        return slot.joined_as if slot is not None and slot.connection_id == self.newcomer.connection_id else None


@dataclass(frozen=True, slots=True)
class WithChange:
    """The condition of a change: its own writes succeed. Trying again makes another change."""

    writes: Callable[[Transaction], None]

    def add_to(self, transaction: Transaction, event: Event) -> None:
        self.writes(transaction)

    def find_seq(self) -> int | None:
        return None
