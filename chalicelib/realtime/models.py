"""Tickets, rooms and who is connected to them, as they are stored.

TICKET#{digest}      / TICKET             a ticket that was not used yet; the digest of what its holder has
ROOM#{kind}#{id}     / SLOT#{nn}          a place in a room, and the connection that has it
ROOM#{kind}#{id}     / MEMBER#{user}      in a shared room: the one connection that an account has there
ROOM#{kind}#{id}     / STATE              the number of the last frame that the room was told
ROOM#{kind}#{id}     / ONCE#{cause}       which frame a cause has led to, so that it leads to one
LOG#{kind}#{id}      / EVENT#{seq}        that frame, to be told again to whoever missed it
CONNECTION#{id}      / CONNECTION         which room a connection is in, and as whom

Slots and state lie side by side, so that one query tells who is to be told, and under which number; the frames lie
apart, so that a long log is no burden to it.
Index `by_user`: the connections of an account. State alone never expires: numbers are not given twice.
The table's stream tells `presence.py` who came and went.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.transactions import TransactWrite

from chalicelib.common import clock, settings
from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.realtime.rooms import Room

Key = dynamo_items.Key
WRITES = 2
"""Of `append` itself; puts and updates that `also` adds come after them."""

MAX_SEQ = 10**12 - 1
"""What fits a key of a frame."""


class RealtimeItem(dynamo_items.Item):
    class Meta:
        table_name = settings.load().table_name("realtime")

    @classmethod
    def take(cls, pk: str, sk: str, condition: Condition) -> Self:
        """Delete an item and return what it was: of many who try, one succeeds. ConditionFailed for the others.

        PynamoDB's own `delete` does not return it.
        """
        with transactions.conditional():
            answer: dict[str, Any] = cls._get_connection().delete_item(
                pk, sk, condition=condition, return_values="ALL_OLD"
            )
        return cls.from_raw_data(answer["Attributes"])


class Ticket(RealtimeItem, discriminator="ticket"):
    """Stands for the session that asked for it, until `expires_at`."""

    account_id = dynamo_items.IntegerAttribute()
    session_id = UnicodeAttribute()


class Slot(RealtimeItem, discriminator="slot"):
    """A place in a room. Whose lease has run out may lose it to anybody.

    `joined_as` is the number of the connection's USER_JOIN; without it, the room does not know of it yet and it is told
    nothing. `succeeds` says that it took over from a connection of the same account that the room does know of.
    """

    number = dynamo_items.IntegerAttribute()
    connection_id = UnicodeAttribute()
    user_id = dynamo_items.IntegerAttribute()
    joined_as = dynamo_items.OptionalIntegerAttribute()
    succeeds = BooleanAttribute(default=False)
    lease_until = UTCDateTimeAttribute()

    @property
    def is_known(self) -> bool:
        """Whether the room was told that its account is there."""
        return self.joined_as is not None or self.succeeds


class Member(RealtimeItem, discriminator="member"):
    """Two tabs that come at the same time get one slot, not two."""

    connection_id = UnicodeAttribute()
    lease_until = UTCDateTimeAttribute()


class UserIndex(GlobalSecondaryIndex["Connection"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_user"
        projection = IncludeProjection(["kind"])

    user = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class Connection(RealtimeItem, discriminator="connection"):
    """`slot` is None for one that does not come in: it is told the `refusal` and closed.

    `last_seq` is the number of the frame after which it wants to resume.
    """

    id = UnicodeAttribute()
    user = UnicodeAttribute()
    user_id = dynamo_items.IntegerAttribute()
    session_id = UnicodeAttribute()
    room = UnicodeAttribute()
    slot = dynamo_items.OptionalIntegerAttribute()
    refusal = dynamo_items.OptionalTextAttribute()
    last_seq = dynamo_items.OptionalIntegerAttribute()
    lease_until = UTCDateTimeAttribute()
    user_index = UserIndex()


class RoomState(RealtimeItem, discriminator="room_state"):
    seq = dynamo_items.IntegerAttribute(default=0)


class Event(RealtimeItem, discriminator="event"):
    """`text` is the frame as it was sent."""

    seq = dynamo_items.IntegerAttribute()
    text = UnicodeAttribute()


class DedupeRecord(RealtimeItem, discriminator="once"):
    seq = dynamo_items.IntegerAttribute()


@dataclass(frozen=True, slots=True)
class Audience:
    """The places of a room that somebody has, and the number of the last frame that it was told."""

    slots: tuple[Slot, ...]
    seq: int

    @property
    def is_unknown(self) -> bool:
        """Nobody is in the room, and nothing was ever told there."""
        return not self.slots and self.seq == 0

    @property
    def joined(self) -> list[Slot]:
        """Those that the room's frames go to."""
        return [slot for slot in self.slots if slot.joined_as is not None]


def ticket_key(digest: str) -> Key:
    return f"TICKET#{digest}", "TICKET"


def slot_key(room: Room, number: int) -> Key:
    return f"ROOM#{room}", f"SLOT#{number:02}"


def member_key(room: Room, user_id: int) -> Key:
    return f"ROOM#{room}", f"MEMBER#{user_id}"


def state_key(room: Room) -> Key:
    return f"ROOM#{room}", "STATE"


def event_key(room: Room, seq: int) -> Key:
    return f"LOG#{room}", f"EVENT#{seq:012}"


def dedupe_key(room: Room, cause: str) -> Key:
    return f"ROOM#{room}", f"ONCE#{cause}"


def connection_key(connection_id: str) -> Key:
    return f"CONNECTION#{connection_id}", "CONNECTION"


def room_of(slot: Slot) -> Room:
    return Room.named(slot.pk.removeprefix("ROOM#"))


def add_ticket(ticket: Ticket) -> None:
    transactions.create(ticket)


def take_ticket(digest: str, now: datetime) -> Ticket:
    """Use a ticket up; ConditionFailed when there is none, or none any more."""
    return Ticket.take(*ticket_key(digest), condition=Ticket.expires_at > now)


def audience_of(room: Room) -> Audience:
    """One query. It reads the number first: whoever joined under it is among the slots, which are read after it."""
    key = RealtimeItem.sk.between("SLOT#", "STATE")
    items = list(RealtimeItem.query(f"ROOM#{room}", key, consistent_read=True, scan_index_forward=False))
    seq = next((item.seq for item in items if isinstance(item, RoomState)), 0)
    return Audience(tuple(item for item in reversed(items) if isinstance(item, Slot)), seq)


def audience_items(room: Room) -> list[tuple[type[RealtimeItem], Key]]:
    """What `table.see` is to read, besides other items, for an `audience_in` what it has found."""
    return [(RoomState, state_key(room)), *((Slot, slot_key(room, number)) for number in range(room.capacity))]


def audience_in(found: Sequence[Any]) -> Audience:
    state, *slots = found
    return Audience(tuple(slot for slot in slots if slot is not None), state.seq if state is not None else 0)


def claim(room: Room, slot: Slot, connection: Connection, *, own: Slot | None, now: datetime) -> None:
    """Take a slot for a connection; `own` is the one that its account has in a shared room.

    ConditionFailed when the slot was taken meanwhile, or the account came in with another connection.
    """
    free = Slot.pk.does_not_exist() | (Slot.lease_until < now)
    alone = Member.pk.does_not_exist() | (Member.lease_until < now)
    if own is not None:
        free |= Slot.connection_id == own.connection_id
        alone |= Member.connection_id == own.connection_id

    def fill(transaction: TransactWrite) -> None:
        transaction.save(slot, condition=free)
        transaction.save(connection)
        if room.is_shared:
            transaction.save(_member(room, connection), condition=alone)

    transactions.transact(fill)


def add_connection(connection: Connection) -> None:
    connection.save()


def find_connection(connection_id: str) -> Connection | None:
    return dynamo_items.find(Connection, *connection_key(connection_id), consistent=True)


def renew(connection: Connection, *, lease_until: datetime, expires_at: datetime) -> None:
    """Hold a slot for longer; ConditionFailed when another has it by now, or the room was not told of this one."""
    room = Room.named(connection.room)
    kept = {"lease_until": lease_until, "expires_at": expires_at}

    def fill(transaction: TransactWrite) -> None:
        slot = Slot(*slot_key(room, connection.slot or 0))
        holds = (Slot.connection_id == connection.id) & Slot.joined_as.exists()
        transaction.update(slot, actions=_set(Slot, kept), condition=holds)
        transaction.update(
            Connection(*connection_key(connection.id)), actions=_set(Connection, kept), condition=Connection.pk.exists()
        )
        if room.is_shared:
            member = Member(*member_key(room, connection.user_id))
            transaction.update(member, actions=_set(Member, kept), condition=Member.connection_id == connection.id)

    transactions.transact(fill)


def leave(room: Room, number: int, *, connection_id: str, user_id: int) -> None:
    """Free the place of a connection, if it still has it, and forget the connection.

    In this order: an account may take its slot over when nothing says that it is a member, but not the reverse.
    """
    if room.is_shared:
        _delete_if(Member(*member_key(room, user_id)), Member.connection_id == connection_id)
    _delete_if(Slot(*slot_key(room, number)), Slot.connection_id == connection_id)
    remove_connection(connection_id)


def remove_connection(connection_id: str) -> None:
    Connection(*connection_key(connection_id)).delete()


def connections_of(user_id: int) -> list[str]:
    """The ids of an account's connections; one that was opened a moment ago may be missing."""
    found = Connection.user_index.query(str(user_id))
    return [item.pk.partition("#")[2] for item in found]


def append(room: Room, event: Event, *, also: Callable[[TransactWrite], None] | None) -> None:
    """Store the next frame of a room; ConditionFailed(0) when another frame got the number."""

    def fill(transaction: TransactWrite) -> None:
        before = event.seq - 1
        # Saved, not updated: PynamoDB puts updates last, and then the positions would be others.
        transaction.save(
            RoomState(*state_key(room), seq=event.seq),
            condition=RoomState.seq == before if before else RoomState.pk.does_not_exist(),
        )
        transaction.save(event)
        if also is not None:
            also(transaction)

    transactions.transact(fill)


def find_event(room: Room, seq: int) -> Event | None:
    """A frame that the room was told, as long as it is kept."""
    return dynamo_items.find(Event, *event_key(room, seq), consistent=True)


def events_after(room: Room, seq: int, *, up_to: int = MAX_SEQ) -> Iterator[Event]:
    """The frames with numbers in (seq, up_to], in order, as far as they are still kept; read as they are asked for."""
    (log, first), (_, last) = event_key(room, seq + 1), event_key(room, up_to)
    for event in Event.query(log, Event.sk.between(first, last), consistent_read=True):
        expires_at: datetime | None = event.expires_at
        if expires_at is None or expires_at > clock.now():
            yield event


def _member(room: Room, connection: Connection) -> Member:
    return Member(
        *member_key(room, connection.user_id),
        connection_id=connection.id,
        lease_until=connection.lease_until,
        expires_at=connection.expires_at,
    )


def _set(kind: type[RealtimeItem], values: Mapping[str, datetime]) -> list[Action]:
    return [getattr(kind, name).set(value) for name, value in values.items()]


def _delete_if(item: RealtimeItem, condition: Condition) -> None:
    """What another has by now, or nobody, stays: what was to be done is done."""
    try:
        with transactions.conditional():
            item.delete(condition=condition)
    except transactions.ConditionFailed:
        return
