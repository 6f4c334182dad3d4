"""Opens WebSocket connections, receives their frames, renews their leases and closes them."""

from collections.abc import Mapping, Sequence

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe, settings, texts
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.ids import is_id
from chalicelib.common.texts import Text
from chalicelib.realtime import frames, leases, models, origins, push, rate_limit, rooms, tickets
from chalicelib.realtime.frames import CloseCode, FrameRefused, Sender
from chalicelib.realtime.models import Connection, Slot
from chalicelib.realtime.rooms import Room

Answer = dict[str, int]
"""What API Gateway wants: 200 accepts a connection, anything else refuses it."""

OK: Answer = {"statusCode": 200}
CLAIM_TRIES = 20
ROOM_FULL = Text("room_full", "Too many connections")
REPLACED = FrameRefused(CloseCode.POLICY_VIOLATION, Text("connected_elsewhere", "You have connected from elsewhere"))
NOT_HERE = FrameRefused(CloseCode.POLICY_VIOLATION, Text("not_here_any_more", "This account may not be here any more"))
RIGHTS_LOST = FrameRefused(CloseCode.TRY_AGAIN_LATER, Text("role_changed", "Your role has changed, connect again"))
SLOT_LOST = FrameRefused(
    CloseCode.TRY_AGAIN_LATER, Text("place_lost", "Your place has gone to somebody else, connect again")
)


def connect(connection_id: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    """Accepts a connection with a valid access token or ticket, for the room that the query names.

    If the room is full or not for the caller, `stream` sends an ERROR and closes the connection: API Gateway cannot
    give a reason for a refusal.
    """
    named = {name.lower(): value for name, value in headers.items()}
    try:
        _check_origin(named)
        caller = _caller(query, named)
        _check_user_id(query, caller)
        room = rooms.room_from_query(query, caller.id)
        connection = _connection(connection_id, caller, room, query.get("last_seq", ""))
        connection.language = texts.preferred(query.get("language") or named.get("accept-language", ""))
        connection.refusal = _enter(room, connection)
        if connection.refusal:
            models.add_connection(connection)
    except errors.LyceumError as refused:
        observe.logger.warning("connection refused", code=refused.code, account_id=observe.concerned())
        return {"statusCode": refused.STATUS_CODE}
    observe.logger.info("connection accepted", account_id=caller.id, room=room.kind, slot=connection.slot)
    return OK


def receive(connection_id: str, text: str) -> Answer:
    """Handles a frame; a refusal is sent to its sender alone."""
    try:
        rate_limit.count(connection_id, clock.now())
    except FrameRefused as refused:
        push.refuse([rate_limit.listener(connection_id)], refused)
        return OK
    connection = models.find_connection(connection_id)
    if connection is None:
        push.close([connection_id])
    else:
        rate_limit.remember_language(connection)
        _handle(connection, text)
    return OK


def _handle(connection: Connection, text: str) -> None:
    try:
        if _may_act(connection):
            frames.handle(Sender(connection.id, connection.user_id, Room.parse(connection.room)), text)
    except FrameRefused as refused:
        push.refuse([connection], refused)
    except errors.LyceumError as refused:
        push.refuse([connection], FrameRefused(CloseCode.POLICY_VIOLATION, refused.text))


def disconnect(connection_id: str) -> Answer:
    """Frees the slot of a closed connection. API Gateway also calls it for refused connections, and sometimes never."""
    connection = models.find_connection(connection_id)
    if connection is not None:
        leave(connection)
    return OK


def reply(sender: Sender, text: str) -> None:
    """Sends a frame to one connection; one that is gone will be noticed later."""
    push.post_to_all([sender.connection_id], text)


def leave(connection: Connection) -> None:
    """Removes a connection; `stream` tells the others."""
    if connection.slot is None:
        models.remove_connection(connection.id)
    else:
        room = Room.parse(connection.room)
        models.leave(room, connection.slot, connection_id=connection.id, user_id=connection.user_id)


def refuse(connection: Connection) -> None:
    """Closes a connection that was not let into its room, with the reason."""
    disconnect_with(connection, _refusal(connection))


def disconnect_with(connection: Connection, why: FrameRefused) -> None:
    """Close a connection from our side. API Gateway cannot give a reason, so a frame does it before."""
    _close([connection], why)


def close_replaced(before: Slot, after: Slot) -> None:
    """Closes the connection that another has taken the slot of."""
    taken_over = _takes_over(before, models.room_of(after), after.user_id)
    push.close_with([before], REPLACED if taken_over else SLOT_LOST)


def close_ended(account_id: int) -> None:
    """Closes those connections of an account whose sessions have ended, whichever they are.

    The sessions are read: so a call that comes late, or twice, closes nothing of a session that is valid.
    """
    opened = models.connections_of(account_id)
    refused = authentication.refused_among(account_id, {each.session_id for each in opened})
    for session_id, why in refused.items():
        of_session = [each for each in opened if each.session_id == session_id]
        _close(of_session, FrameRefused(CloseCode.POLICY_VIOLATION, why.text))


def close_all(account_id: int) -> None:
    """Closes all connections of an account that may do less than before: it connects again, as what it is now."""
    _close(models.connections_of(account_id), RIGHTS_LOST)


def close_in_room(room: Room, account_id: int) -> None:
    """Closes the connections of an account to a room that it no longer belongs to."""
    for slot in models.audience_of(room).slots:
        connection = models.find_connection(slot.connection_id) if slot.user_id == account_id else None
        if connection is not None:
            disconnect_with(connection, NOT_HERE)


def list_present(room: Room) -> list[int]:
    """Returns the accounts in a room whose leases have not run out, in the order of their slots."""
    return list(dict.fromkeys(slot.user_id for slot in models.audience_of(room).present(clock.now())))


def _close(connections: Sequence[Connection], why: FrameRefused) -> None:
    push.close_with(connections, why)
    for connection in connections:
        leave(connection)
        observe.logger.info("connection turned out", account_id=connection.user_id, reason=why.reason.code)


def _enter(room: Room, connection: Connection) -> Text:
    """Lets a connection into a room. Returns the reason when it cannot, else a text that says nothing."""
    try:
        rooms.admit(room, connection.user_id)
    except errors.Forbidden as refused:
        return refused.text
    return texts.EMPTY if _claim_slot(room, connection) else ROOM_FULL


def _claim_slot(room: Room, connection: Connection) -> bool:
    """Claims a slot of a room. Of simultaneous connects exactly as many succeed as there are slots.

    What follows is left to `stream`: the connection opens when we have answered, and for that others wait by now.
    """
    for _ in range(CLAIM_TRIES):
        now = clock.now()
        taken = {slot.number: slot for slot in models.audience_of(room).slots}
        numbers = leases.candidates(
            list(taken.values()), user_id=connection.user_id, capacity=room.capacity, shared=room.is_shared, now=now
        )
        connection.slot = next(numbers, None)
        if connection.slot is None:
            return False
        before = taken.get(connection.slot)
        own = before if before is not None and _takes_over(before, room, connection.user_id) else None
        try:
            models.claim(room, _slot(room, connection, own), connection, before=before, own=own, now=now)
        except transactions.ConditionFailed:
            continue  # somebody was faster: look again
        return True
    raise errors.Unavailable("room_busy", "Too much is going on in this room, try again")


def _takes_over(slot: Slot, room: Room, user_id: int) -> bool:
    """Whether who comes takes over the slot of their own account. Where all are of one account, each has its own."""
    return room.is_shared and slot.user_id == user_id


def _may_act(connection: Connection) -> bool:
    """Whether a frame of a connection may do anything; if not, the connection is closed."""
    why = _reason_to_close(connection)
    if why is not None:
        disconnect_with(connection, why)
    return why is None


def _reason_to_close(connection: Connection) -> FrameRefused | None:
    """Returns why a connection has to be closed. Renews its lease when half of it is over and it may stay.

    The session is read with every frame: one that has ended does nothing more, even if nobody could close it. Whether
    the account still belongs into the room is asked when the lease is renewed.
    """
    now = clock.now()
    if connection.slot is None:
        return _refusal(connection)
    if leases.has_lapsed(connection.lease_until, now):
        return frames.LAPSED
    try:
        authentication.caller_of_session(connection.user_id, connection.session_id)
        if leases.needs_renewal(connection.lease_until, now):
            rooms.admit(Room.parse(connection.room), connection.user_id)
            lease_until = now + leases.LEASE
            models.renew(connection, lease_until=lease_until, expires_at=lease_until + leases.KEPT_AFTER_LEASE, now=now)
    except (errors.Unauthorized, errors.Forbidden, errors.NotFound) as refused:
        return FrameRefused(CloseCode.POLICY_VIOLATION, refused.text)
    except transactions.ConditionFailed:
        return SLOT_LOST
    return None


def _refusal(connection: Connection) -> FrameRefused:
    return FrameRefused(CloseCode.POLICY_VIOLATION, connection.refusal or ROOM_FULL)


def _caller(query: Mapping[str, str], headers: Mapping[str, str]) -> Caller:
    """Authenticates by `token` or `ticket` in the query, or by a bearer token. The first one found decides alone."""
    if token := query.get("token"):
        return authentication.caller_of(token)
    if ticket := query.get("ticket"):
        return tickets.redeem(ticket)
    return authentication.caller_of(authentication.bearer_token(headers))


def _check_origin(headers: Mapping[str, str]) -> None:
    """Raises 403 for a page of another site. `x-viewer-host` is the host that the front door was asked for."""
    hosts = [headers[name] for name in ("host", "x-viewer-host") if name in headers]
    deployed = settings.load()
    if not origins.is_allowed(
        headers.get("origin"), listed=deployed.allowed_origins, hosts=hosts, local=deployed.stage == "local"
    ):
        raise errors.Forbidden("foreign_origin", "This may not be called from another site")


def _check_user_id(query: Mapping[str, str], caller: Caller) -> None:
    if query.get("user_id", str(caller.id)) != str(caller.id):
        raise errors.Forbidden("not_your_user_id", "This is not your user id")


def _connection(connection_id: str, caller: Caller, room: Room, last_seq: str) -> Connection:
    lease_until = clock.now() + leases.LEASE
    return Connection(
        *models.connection_key(connection_id),
        id=connection_id,
        user=str(caller.id),
        user_id=caller.id,
        session_id=caller.session_id,
        room=str(room),
        last_seq=int(last_seq) if is_id(last_seq) else None,
        lease_until=lease_until,
        expires_at=lease_until + leases.KEPT_AFTER_LEASE,
    )


def _slot(room: Room, connection: Connection, own: Slot | None) -> Slot:
    number = connection.slot or 0
    return Slot(
        *models.slot_key(room, number),
        number=number,
        connection_id=connection.id,
        language=connection.language,
        user_id=connection.user_id,
        succeeds=own is not None and own.is_announced,
        lease_until=connection.lease_until,
        expires_at=connection.expires_at,
    )
