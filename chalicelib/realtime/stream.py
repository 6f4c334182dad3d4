"""Announces who joined and who left, from the stream of the table: once, whichever function wrote the change.

A slot that got a connection: the one that had it before is closed; USER_JOIN to all, the newcomer included; then, to
the newcomer alone, the frames that it missed or a SNAPSHOT. A slot that was deleted: USER_LEAVE. A connection without a
slot: the room is full, or not for it; it gets an ERROR and is closed.

Records are delivered repeatedly and out of order: what is sent depends on what is stored now, not on the record.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.accounts import authentication
from chalicelib.common import clock, observe
from chalicelib.common.events import batch
from chalicelib.common.http import errors
from chalicelib.realtime import broadcasts, connections, frames, leases, models, push, resume, rooms
from chalicelib.realtime.frames import CloseCode, FrameRefused, Type
from chalicelib.realtime.models import Connection, RealtimeItem, Slot

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

OPENING_TRIES = 7
OPENING_PAUSE = 0.025
"""Seconds before the second look; doubles with each. A connection opens when its connect has been answered."""


def handle_records(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handles a batch of stream records. Returns those to be delivered again."""
    return batch.handle_each_record(event, context, _handle)


def _handle(record: "DynamoDBRecord") -> None:
    images = record.raw_event["dynamodb"]
    before, after = _item(images.get("OldImage")), _item(images.get("NewImage"))
    if isinstance(after, Connection) and before is None and after.slot is None:
        _refuse(after)
    if isinstance(before, Slot) and before.is_announced and not _is_still_there(before, after):
        _announce_left(before)
    if isinstance(after, Slot) and not (isinstance(before, Slot) and before.connection_id == after.connection_id):
        if isinstance(before, Slot):
            connections.close_replaced(before, after)
        _announce_joined(after)


def _item(image: Mapping[str, Any] | None) -> RealtimeItem | None:
    """Returns the item of a stream image if it is a slot or a connection."""
    if image is None or image.get("kind", {}).get("S") not in {"slot", "connection"}:
        return None
    return RealtimeItem.from_raw_data(dict(image))


def _is_still_there(before: Slot, after: RealtimeItem | None) -> bool:
    """Whether the same connection keeps the slot, or one that took it over."""
    return isinstance(after, Slot) and (after.connection_id == before.connection_id or after.succeeds)


def _announce_joined(slot: Slot) -> None:
    connection = _wait_until_open(slot.connection_id)
    if connection is None:
        # Left, or replaced before it was open: then nobody could close it.
        push.close([slot.connection_id])
        return
    if leases.has_lapsed(slot.lease_until, clock.now()):
        # The record comes late: nobody renews a lease before the USER_JOIN.
        connections.disconnect_with(connection, frames.LAPSED)
        return
    try:
        authentication.caller_of_session(connection.user_id, connection.session_id)
    except (errors.Unauthorized, errors.Forbidden) as refused:
        # The session ended between connecting and being seen by `close_ended`.
        connections.disconnect_with(connection, FrameRefused(CloseCode.POLICY_VIOLATION, refused.text))
        return
    seq = broadcasts.announce_joined(slot)
    if seq is not None:
        for frame in resume.frames_for(connection, joined_as=seq):
            push.post_to_all([connection.id], frame)


def _announce_left(slot: Slot) -> None:
    room = models.room_of(slot)
    back = [each for each in models.audience_of(room).present(clock.now()) if each.user_id == slot.user_id]
    if back and room.is_shared:
        return  # the record comes late: they were told to be here again
    broadcasts.send(room, Type.USER_LEAVE, broadcasts.user_payload(slot), cause=f"leave#{slot.connection_id}")
    rooms.notify_departure(room, slot.user_id)


def _refuse(newcomer: Connection) -> None:
    connection = _wait_until_open(newcomer.id)
    if connection is not None:
        connections.refuse(connection)


def _wait_until_open(connection_id: str) -> Connection | None:
    """Waits until a connection is open. None for one that was closed before."""
    for attempt in range(OPENING_TRIES):
        connection = models.find_connection(connection_id)
        if connection is None or push.is_open(connection_id):
            return connection
        time.sleep(OPENING_PAUSE * 2**attempt)
    connections.disconnect(connection_id)
    observe.logger.info("connection never opened", connection_id=connection_id)
    return None
