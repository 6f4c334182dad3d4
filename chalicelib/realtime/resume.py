"""Resumes connections: a newcomer gets all frames that it missed, or the room's state now. Never a part."""

from collections.abc import Sequence

from chalicelib.common import clock
from chalicelib.common.texts import Language
from chalicelib.realtime import broadcasts, frames, models, rooms
from chalicelib.realtime.frames import MAX_FRAME_BYTES, Type
from chalicelib.realtime.models import Connection, Event
from chalicelib.realtime.rooms import Room

MAX_MISSED = 200
"""Frames that are told again; whoever missed more is better served by a snapshot."""


def frame_for(connection: Connection, *, joined_as: int) -> str:
    """Returns RESUMED with all frames after the connection's `last_seq` up to its own USER_JOIN, or a SNAPSHOT."""
    room, last_seq = Room.parse(connection.room), connection.last_seq
    if last_seq is not None and 0 < joined_as - last_seq <= MAX_MISSED:
        missed = _missed_events(room, last_seq, joined_as)
        text = _resumed(missed, last_seq, joined_as, Language(connection.language))
        if is_complete(missed, last_seq, joined_as) and _fits(text):
            return text
    return _snapshot(room, connection.user_id)


def is_complete(events: Sequence[Event], after: int, up_to: int) -> bool:
    """Whether these are all frames with numbers in (after, up_to]."""
    return [event.seq for event in events] == list(range(after + 1, up_to + 1))


def _missed_events(room: Room, last_seq: int, joined_as: int) -> list[Event]:
    """Returns the frames that a connection missed. No more is read than can be sent."""
    missed: list[Event] = []
    size = 0
    for event in models.events_after(room, last_seq, up_to=joined_as):
        size += len(event.text.encode())
        if size > MAX_FRAME_BYTES:
            break
        missed.append(event)
    return missed


def _resumed(missed: Sequence[Event], last_seq: int, seq: int, language: Language) -> str:
    told = [event.frame.worded(language) for event in missed]
    return frames.to_text(Type.RESUMED, {"from_seq": last_seq, "seq": seq, "frames": told})


def _snapshot(room: Room, user_id: int) -> str:
    """Returns a SNAPSHOT. The number is read first: what happens in between also comes as a frame, so it is in both."""
    audience = models.audience_of(room)
    users = {slot.user_id: broadcasts.user_payload(slot) for slot in audience.present(clock.now())}
    core = {"seq": audience.seq, "users": list(users.values())}
    text = frames.to_text(Type.SNAPSHOT, {"complete": True, **rooms.snapshot_of(room, user_id), **core})
    return text if _fits(text) else frames.to_text(Type.SNAPSHOT, {**core, "complete": False})


def _fits(text: str) -> bool:
    return len(text.encode()) <= MAX_FRAME_BYTES
