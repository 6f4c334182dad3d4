"""WebSocket connections: opening one, what comes in on it, keeping its place and closing it."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from chalicelib.accounts import guard
from chalicelib.accounts.guard import Caller
from chalicelib.common import clock, errors, observe, table
from chalicelib.common.shapes import is_id
from chalicelib.realtime import bursts, frames, models, push, rooms, slots, tickets
from chalicelib.realtime.frames import Code, Refused, Sender
from chalicelib.realtime.models import Connection, Slot
from chalicelib.realtime.rooms import Room

Answer = dict[str, int]
"""What API Gateway wants: 200 accepts a connection, anything else refuses it."""

OK: Answer = {"statusCode": 200}
CLAIM_TRIES = 20
SETTLING = timedelta(seconds=10)
"""A connection is open only after its connect was answered: until then posts find it gone, and it is not dropped."""
FULL = "Too many connections"


def connect(connection_id: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    """Accept whoever brings a good access token or ticket and belongs into the room that the query names.

    Who finds it full is accepted, too: told so and closed by `presence`, since API Gateway cannot say why it refuses.
    """
    try:
        caller = _caller(query, headers)
        _refuse_other_names(query, caller)
        room = rooms.asked_for(query, caller.id)
    except errors.LyceumError as refused:
        observe.logger.info("connection refused", code=refused.code)
        return {"statusCode": refused.STATUS_CODE}
    connection = _connection(connection_id, caller, room, query.get("last_seq", ""))
    if not _take_place(room, connection):
        models.add_connection(connection)
    observe.logger.info("connection accepted", account_id=caller.id, room=room.kind, slot=connection.slot)
    return OK


def receive(connection_id: str, text: str) -> Answer:
    """Do what a frame asks for; its sender alone is told when it is refused."""
    connection = models.find_connection(connection_id)
    if connection is None or connection.slot is None:
        push.close([connection_id])
        return OK
    room = Room.named(connection.room)
    sender = Sender(connection_id, connection.user_id, room)
    try:
        bursts.count(connection_id, clock.now())
        if _keep_place(room, connection):
            frames.take(sender, text)
    except Refused as refused:
        reply(sender, frames.error(refused))
    except errors.LyceumError as refused:
        reply(sender, frames.error(Refused(Code.POLICY_VIOLATION, str(refused))))
    return OK


def disconnect(connection_id: str) -> Answer:
    """Give the place free. Also called for connections that were never accepted, and sometimes never at all."""
    connection = models.find_connection(connection_id)
    if connection is not None:
        leave(connection)
    return OK


def reply(sender: Sender, text: str) -> None:
    """Send a frame to one connection; that it is gone is known soon enough."""
    push.post_to_all([sender.connection_id], text)


def leave(connection: Connection) -> None:
    if connection.slot is not None:
        models.release(Room.named(connection.room), connection)
    models.remove_connection(connection.id)


def drop(room: Room, gone: Collection[Slot]) -> None:
    """Forget connections that frames did not arrive at."""
    for slot in gone:
        if slot.joined_at + SETTLING < clock.now():
            connection = models.find_connection(slot.connection_id)
            if connection is not None:
                leave(connection)
            observe.logger.info("connection gone", account_id=slot.user_id, room=room.kind)


def close_all(account_id: int) -> None:
    """Close every connection of an account that may not be here any more."""
    connection_ids = models.connections_of(account_id)
    push.close(connection_ids)
    for connection_id in connection_ids:
        disconnect(connection_id)
    observe.logger.info("connections closed", account_id=account_id, number=len(connection_ids))


def _take_place(room: Room, connection: Connection) -> bool:
    """Claim a slot of a room. Of any number of simultaneous connects exactly as many get one as there are."""
    for _ in range(CLAIM_TRIES):
        now = clock.now()
        taken = {slot.number: slot for slot in models.audience_of(room).slots}
        numbers = slots.candidates(
            list(taken.values()), user_id=connection.user_id, capacity=room.capacity, shared=room.is_shared, now=now
        )
        number = next(numbers, None)
        if number is None:
            return False
        seen = taken.get(number)
        own = seen if seen is not None and room.is_shared and seen.user_id == connection.user_id else None
        connection.slot = number
        try:
            models.claim(room, _slot(room, connection), connection, own=own, now=now)
        except table.ConditionFailed:
            connection.slot = None
            continue  # somebody was faster: look again
        if own is not None:
            push.close([own.connection_id])
            models.remove_connection(own.connection_id)
        return True
    raise errors.Unavailable("room_busy", "Too much is going on in this room, try again")


def _keep_place(room: Room, connection: Connection) -> bool:
    """Renew the lease when it is time, for whoever still may be here; False for one that was closed instead."""
    now = clock.now()
    if not slots.needs_renewal(connection.lease_until, now):
        return True
    lease_until = now + slots.LEASE
    try:
        guard.caller_in(connection.user_id, connection.session_id)
        models.renew(room, connection, lease_until=lease_until, expires_at=lease_until + slots.KEPT_AFTER_LEASE)
    except (errors.Unauthorized, errors.Forbidden, table.ConditionFailed):
        push.close([connection.id])
        leave(connection)
        return False
    return True


def _caller(query: Mapping[str, str], headers: Mapping[str, str]) -> Caller:
    """By `token` or `ticket` in the query, or by a bearer token. The first decides: the others are not looked at."""
    if token := query.get("token"):
        return guard.caller_of(token)
    if ticket := query.get("ticket"):
        return tickets.redeem(ticket)
    return guard.caller_of(guard.bearer_token({name.lower(): value for name, value in headers.items()}))


def _refuse_other_names(query: Mapping[str, str], caller: Caller) -> None:
    if query.get("user_id", str(caller.id)) != str(caller.id):
        raise errors.Forbidden("not_your_user_id", "This is not your user id")


def _connection(connection_id: str, caller: Caller, room: Room, last_seq: str) -> Connection:
    lease_until = clock.now() + slots.LEASE
    return Connection(
        *models.connection_key(connection_id),
        id=connection_id,
        user=str(caller.id),
        user_id=caller.id,
        session_id=caller.session_id,
        room=str(room),
        last_seq=int(last_seq) if is_id(last_seq) else None,
        lease_until=lease_until,
        expires_at=lease_until + slots.KEPT_AFTER_LEASE,
    )


def _slot(room: Room, connection: Connection) -> Slot:
    number = connection.slot or 0
    return Slot(
        *models.slot_key(room, number),
        number=number,
        connection_id=connection.id,
        user_id=connection.user_id,
        joined_at=clock.now(),
        lease_until=connection.lease_until,
        expires_at=connection.expires_at,
    )
