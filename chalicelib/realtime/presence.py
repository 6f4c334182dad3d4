"""Who came and who went, from the stream of the table: so it is told whoever wrote it, and once (`cause`).

A place that got a connection: USER_JOIN to all, the newcomer included; then, for the newcomer alone, what it missed or
a SNAPSHOT. A place that is gone: USER_LEAVE. A connection without a place: the room is full, it is told and closed.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.common import messages, observe
from chalicelib.realtime import broadcasts, connections, frames, models, push, resumption
from chalicelib.realtime.frames import Code, Refused, Type
from chalicelib.realtime.models import Connection, RealtimeItem, Slot
from chalicelib.realtime.rooms import Room

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

NEWCOMER_TRIES = 8
NEWCOMER_PAUSE = 0.05
"""Seconds before the second try; doubles with each. The connection opens when its connect has been answered."""


def handle_records(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Tell what a batch of stream records means; answers which of them must come again."""
    return messages.handle_each_record(event, context, _handle)


def _handle(record: "DynamoDBRecord") -> None:
    raw = record.raw_event["dynamodb"]
    before, after = _item(raw.get("OldImage")), _item(raw.get("NewImage"))
    match before, after:
        case Connection(), _:
            return
        case _, Connection(slot=None):
            _refuse(after)
        case _, Slot() if not isinstance(before, Slot) or before.connection_id != after.connection_id:
            if isinstance(before, Slot) and before.user_id != after.user_id:
                _left(before)
            _joined(after)
        case Slot(), None:
            _left(before)


def _item(image: Mapping[str, Any] | None) -> RealtimeItem | None:
    """The item of a stream image, of the kinds that matter here."""
    if image is None or image.get("kind", {}).get("S") not in {"slot", "connection"}:
        return None
    return RealtimeItem.from_raw_data(dict(image))


def _joined(slot: Slot) -> None:
    room = models.room_of(slot)
    cause = f"join#{slot.connection_id}"
    seq = broadcasts.tell(room, Type.USER_JOIN, {"userId": str(slot.user_id)}, cause=cause)
    connection = models.find_connection(slot.connection_id)
    if connection is not None:
        _post_to_newcomer(connection, resumption.frame_for(room, connection, joined_as=seq))


def _left(slot: Slot) -> None:
    cause = f"leave#{slot.connection_id}"
    broadcasts.tell(models.room_of(slot), Type.USER_LEAVE, {"userId": str(slot.user_id)}, cause=cause)


def _refuse(connection: Connection) -> None:
    _post_to_newcomer(connection, frames.error(Refused(Code.POLICY_VIOLATION, connections.FULL)))
    push.close([connection.id])
    models.remove_connection(connection.id)
    observe.logger.info("room full", account_id=connection.user_id, room=Room.named(connection.room).kind)


def _post_to_newcomer(connection: Connection, text: str) -> None:
    for attempt in range(NEWCOMER_TRIES):
        try:
            push.post(connection.id, text)
        except push.Gone:
            time.sleep(NEWCOMER_PAUSE * 2**attempt)
        else:
            return
    observe.logger.info("newcomer gone", account_id=connection.user_id)
    connections.leave(connection)
