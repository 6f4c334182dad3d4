"""Models of tickets, rooms and their connections.

TICKET#{digest}      / TICKET             a ticket that was not used yet; the key has only its digest
ROOM#{kind}#{id}     / SLOT#{nn}          a slot of a room, and the connection that has it
ROOM#{kind}#{id}     / MEMBER#{user}      in a shared room: the one connection that an account has there
ROOM#{kind}#{id}     / STATE              the number of the room's last frame
ROOM#{kind}#{id}     / ONCE#{cause}       the frame that a cause has led to, so that it leads to one
LOG#{kind}#{id}      / EVENT#{seq}        a frame, to be sent again to connections that missed it
CONNECTION#{id}      / CONNECTION         the room and the account of a connection

Slots and state are in one partition, so that one query finds the connections and the next number; the frames are in
another, so that a long log does not slow it down.
Index `by_user`: the connections of an account. Only the state never expires: no number is used twice.
`stream.py` reads from the table's stream who came and went.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.common import clock, settings
from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.texts import ENGLISH
from chalicelib.realtime import leases
from chalicelib.realtime.frames import FrameText
from chalicelib.realtime.rooms import Room

Key = dynamo_items.Key
NUMBER_FREE = "number_free"
"""The condition of a new frame: no other has its number."""

MAX_SEQ = 10**12 - 1
"""What fits a key of a frame."""


class RealtimeItem(dynamo_items.Item):
    class Meta:
        table_name = settings.load().table_name("realtime")

    @classmethod
    def take(cls, pk: str, sk: str, condition: Condition) -> Self:
        """Deletes an item and returns it: of many callers one succeeds. ConditionFailed for the others.

        PynamoDB's own `delete` does not return it.
        """
        with transactions.conditional():
            answer: dict[str, Any] = cls._get_connection().delete_item(
                pk, sk, condition=condition, return_values="ALL_OLD"
            )
        return cls.from_raw_data(answer["Attributes"])


class Ticket(RealtimeItem, discriminator="ticket"):
    """A ticket: stands for the session that asked for it, until `expires_at`."""

    account_id = dynamo_items.IntegerAttribute()
    session_id = UnicodeAttribute()


class Slot(RealtimeItem, discriminator="slot"):
    """A slot of a room. Once the lease has run out, any connection may take it.

    `joined_as` is the number of the connection's USER_JOIN; before that, the connection gets no frames. `succeeds` says
    that it took the slot over from a connection of the same account whose USER_JOIN was sent.
    """

    number = dynamo_items.IntegerAttribute()
    connection_id = UnicodeAttribute()
    language = UnicodeAttribute(default=ENGLISH)
    user_id = dynamo_items.IntegerAttribute()
    joined_as = dynamo_items.OptionalIntegerAttribute()
    succeeds = BooleanAttribute(default=False)
    lease_until = UTCDateTimeAttribute()

    @property
    def is_announced(self) -> bool:
        """Whether the room was told that the account is there."""
        return self.joined_as is not None or self.succeeds


class RoomMember(RealtimeItem, discriminator="member"):
    """The connection of an account in a shared room: two tabs that connect at once get one slot, not two."""

    connection_id = UnicodeAttribute()
    lease_until = UTCDateTimeAttribute()


class UserIndex(GlobalSecondaryIndex["Connection"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_user"
        projection = IncludeProjection(["kind"])

    user = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class Connection(RealtimeItem, discriminator="connection"):
    """A connection. `slot` is None if it was not let in: it gets the `refusal` and is closed.

    `last_seq` is the number of the frame after which it resumes. What it is told is worded in `language`.
    """

    id = UnicodeAttribute()
    language = UnicodeAttribute(default=ENGLISH)
    user = UnicodeAttribute()
    user_id = dynamo_items.IntegerAttribute()
    session_id = UnicodeAttribute()
    room = UnicodeAttribute()
    slot = dynamo_items.OptionalIntegerAttribute()
    refusal = dynamo_items.WordedAttribute()
    last_seq = dynamo_items.OptionalIntegerAttribute()
    lease_until = UTCDateTimeAttribute()
    user_index = UserIndex()

    @property
    def connection_id(self) -> str:
        return str(self.id)


class RoomState(RealtimeItem, discriminator="room_state"):
    seq = dynamo_items.IntegerAttribute(default=0)


class Event(RealtimeItem, discriminator="event"):
    """A frame of a room. `text` is the frame as it was sent, in English; `texts` are those in it, where they stand."""

    seq = dynamo_items.IntegerAttribute()
    text = UnicodeAttribute()
    texts = JSONAttribute(null=True)

    @property
    def frame(self) -> FrameText:
        return FrameText(self.text, self.texts or ())


class DedupeRecord(RealtimeItem, discriminator="once"):
    seq = dynamo_items.IntegerAttribute()


@dataclass(frozen=True, slots=True)
class Audience:
    """The taken slots of a room, also those whose leases have run out, and the number of its last frame."""

    slots: tuple[Slot, ...]
    seq: int

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in the room and no frame was ever sent there."""
        return not self.slots and self.seq == 0

    @property
    def joined(self) -> list[Slot]:
        """Returns the slots whose USER_JOIN was sent, also those whose leases have run out."""
        return [slot for slot in self.slots if slot.joined_as is not None]

    def present(self, now: datetime) -> list[Slot]:
        """Returns the slots of those who are there: announced, with a lease that holds."""
        return [slot for slot in self.joined if not leases.has_lapsed(slot.lease_until, now)]


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
    return Room.parse(slot.pk.removeprefix("ROOM#"))


def add_ticket(ticket: Ticket) -> None:
    transactions.create(ticket)


def take_ticket(digest: str, now: datetime) -> Ticket:
    """Uses a ticket up; ConditionFailed when it does not exist or was used."""
    return Ticket.take(*ticket_key(digest), condition=Ticket.expires_at > now)


def audience_of(room: Room) -> Audience:
    """Reads the audience in one query: the number first, so that everybody who joined under it is among the slots."""
    key = RealtimeItem.sk.between("SLOT#", "STATE")
    items = list(RealtimeItem.query(f"ROOM#{room}", key, consistent_read=True, scan_index_forward=False))
    seq = next((item.seq for item in items if isinstance(item, RoomState)), 0)
    return Audience(tuple(item for item in reversed(items) if isinstance(item, Slot)), seq)


def audience_items(room: Room) -> list[tuple[type[RealtimeItem], Key]]:
    """Returns what `get_many_consistent` has to read, beside other items, for `audience_in` to find the audience."""
    return [(RoomState, state_key(room)), *((Slot, slot_key(room, number)) for number in range(room.capacity))]


def audience_in(found: Sequence[Any]) -> Audience:
    state, *slots = found
    return Audience(tuple(slot for slot in slots if slot is not None), state.seq if state is not None else 0)


def claim(
    room: Room, slot: Slot, connection: Connection, *, before: Slot | None, own: Slot | None, now: datetime
) -> None:
    """Claims a slot for a connection, in the place of `before`; `own` is the one that its account has in a shared room.

    ConditionFailed when the slot was taken meanwhile, or the account came in with another connection.
    """
    free = Slot.pk.does_not_exist() | (Slot.lease_until < now)
    alone = RoomMember.pk.does_not_exist() | (RoomMember.lease_until < now)
    if own is not None:
        free |= Slot.connection_id == own.connection_id
        alone |= RoomMember.connection_id == own.connection_id

    def fill(transaction: Transaction) -> None:
        transaction.save(slot, condition=free, named="slot_free")
        transaction.save(connection)
        if before is not None:
            transaction.delete(Connection(*connection_key(before.connection_id)))
        if room.is_shared:
            transaction.save(_member(room, connection), condition=alone, named="member_alone")

    transactions.transact(fill)


def add_connection(connection: Connection) -> None:
    connection.save()


def find_connection(connection_id: str) -> Connection | None:
    return dynamo_items.find(Connection, *connection_key(connection_id), consistent=True)


def renew(connection: Connection, *, lease_until: datetime, expires_at: datetime, now: datetime) -> None:
    """Renews the lease of a slot.

    ConditionFailed when another connection has it, it has run out, or the connection was not announced.
    """
    room = Room.parse(connection.room)
    kept = {"lease_until": lease_until, "expires_at": expires_at}

    def fill(transaction: Transaction) -> None:
        slot = Slot(*slot_key(room, connection.slot or 0))
        holds = (Slot.connection_id == connection.id) & Slot.joined_as.exists() & (Slot.lease_until >= now)
        transaction.update(slot, actions=_set(Slot, kept), condition=holds, named="slot_held")
        transaction.update(
            Connection(*connection_key(connection.id)),
            actions=_set(Connection, kept),
            condition=Connection.pk.exists(),
            named="connection_exists",
        )
        if room.is_shared:
            member = RoomMember(*member_key(room, connection.user_id))
            transaction.update(
                member,
                actions=_set(RoomMember, kept),
                condition=RoomMember.connection_id == connection.id,
                named="member_connected",
            )

    transactions.transact(fill)


def leave(room: Room, number: int, *, connection_id: str, user_id: int) -> None:
    """Frees the slot of a connection, if it still has it, and removes the connection.

    In this order: an account may take its slot over when nothing says that it is a member, but not the reverse.
    """
    if room.is_shared:
        _delete_if(RoomMember(*member_key(room, user_id)), RoomMember.connection_id == connection_id)
    _delete_if(Slot(*slot_key(room, number)), Slot.connection_id == connection_id)
    remove_connection(connection_id)


def remove_connection(connection_id: str) -> None:
    Connection(*connection_key(connection_id)).delete()


def connections_of(user_id: int) -> list[Connection]:
    """Returns an account's connections; one that was opened a moment ago may be missing."""
    keys = [(item.pk, "CONNECTION") for item in Connection.user_index.query(str(user_id))]
    return list(Connection.batch_get(keys, consistent_read=True)) if keys else []


def append(room: Room, event: Event, *, also: Callable[[Transaction], None] | None) -> None:
    """Stores the next frame of a room; ConditionFailed(NUMBER_FREE) when another frame got the number."""

    def fill(transaction: Transaction) -> None:
        before = event.seq - 1
        transaction.save(
            RoomState(*state_key(room), seq=event.seq),
            condition=RoomState.seq == before if before else RoomState.pk.does_not_exist(),
            named=NUMBER_FREE,
        )
        transaction.save(event)
        if also is not None:
            also(transaction)

    transactions.transact(fill)


def find_event(room: Room, seq: int) -> Event | None:
    """Returns a frame of a room, or None if it is not stored any more."""
    return dynamo_items.find(Event, *event_key(room, seq), consistent=True)


def events_after(room: Room, seq: int, *, up_to: int = MAX_SEQ) -> Iterator[Event]:
    """Yields the stored frames with numbers in (seq, up_to], in order; reads them page by page."""
    (log, first), (_, last) = event_key(room, seq + 1), event_key(room, up_to)
    for event in Event.query(log, Event.sk.between(first, last), consistent_read=True):
        expires_at: datetime | None = event.expires_at
        if expires_at is None or expires_at > clock.now():
            yield event


def _member(room: Room, connection: Connection) -> RoomMember:
    return RoomMember(
        *member_key(room, connection.user_id),
        connection_id=connection.id,
        lease_until=connection.lease_until,
        expires_at=connection.expires_at,
    )


def _set(kind: type[RealtimeItem], values: Mapping[str, datetime]) -> list[Action]:
    return [getattr(kind, name).set(value) for name, value in values.items()]


def _delete_if(item: RealtimeItem, condition: Condition) -> None:
    """Deletes an item under a condition. If it does not hold, the item is another connection's by now, or gone."""
    try:
        with transactions.conditional():
            item.delete(condition=condition)
    except transactions.ConditionFailed:
        return
