"""What somebody who comes in is told: all that they missed, or how everything is now. Never a part."""

import json
from collections.abc import Sequence

from chalicelib.realtime import frames, models, rooms
from chalicelib.realtime.frames import MAX_FRAME_BYTES, Type
from chalicelib.realtime.models import Connection, Event
from chalicelib.realtime.rooms import Room

MAX_MISSED = 200
"""Frames that are told again; whoever missed more is better served by a snapshot."""


def frame_for(room: Room, connection: Connection, *, joined_as: int) -> str:
    """RESUMED with every frame after the connection's `last_seq` and up to its own USER_JOIN, or a SNAPSHOT."""
    last_seq = connection.last_seq
    if last_seq is not None and 0 < joined_as - last_seq <= MAX_MISSED:
        missed = models.events_after(room, last_seq, up_to=joined_as) if last_seq < joined_as else []
        text = _resumed(missed, last_seq, joined_as)
        if is_complete(missed, last_seq, joined_as) and len(text.encode()) <= MAX_FRAME_BYTES:
            return text
    return _snapshot(room, connection.user_id)


def is_complete(events: Sequence[Event], after: int, up_to: int) -> bool:
    """Whether these are all frames with numbers in (after, up_to]."""
    return [event.seq for event in events] == list(range(after + 1, up_to + 1))


def _resumed(missed: Sequence[Event], last_seq: int, seq: int) -> str:
    told = [json.loads(event.text) for event in missed]
    return frames.write(Type.RESUMED, {"from_seq": last_seq, "seq": seq, "frames": told})


def _snapshot(room: Room, user_id: int) -> str:
    """The number is read before the rest: what happens in between comes again as a frame, and is in both."""
    audience = models.audience_of(room)
    users = [{"userId": str(user)} for user in dict.fromkeys(slot.user_id for slot in audience.slots)]
    return frames.write(Type.SNAPSHOT, {"seq": audience.seq, "users": users, **rooms.snapshot_of(room, user_id)})
