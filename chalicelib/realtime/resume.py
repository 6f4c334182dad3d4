"""Resumes connections: a newcomer gets all frames that it missed, or the room's state now. Never a part."""

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.common import clock
from chalicelib.common.texts import Language
from chalicelib.realtime import broadcasts, frames, models, rooms
from chalicelib.realtime.frames import MAX_FRAME_BYTES, Type
from chalicelib.realtime.models import Connection, Event
from chalicelib.realtime.rooms import Room

MAX_MISSED = 200
"""Frames that are told again; whoever missed more is better served by a snapshot."""
MAX_MISSED_BYTES = 120 * 1024
"""The same in bytes, as the frames are stored."""
KEPT_FREE = 256
"""Bytes of a RESUMED for its own members."""


def frames_for(connection: Connection, *, joined_as: int) -> list[str]:
    """RESUMED with all frames after the connection's `last_seq` up to its own USER_JOIN, or a SNAPSHOT.

    What does not fit into one RESUMED is told in several, one after the other.
    """
    room, last_seq = Room.parse(connection.room), connection.last_seq
    if last_seq is not None and 0 < joined_as - last_seq <= MAX_MISSED:
        missed = _missed_events(room, last_seq, joined_as)
        if is_complete(missed, last_seq, joined_as):
            told = _resumed(missed, last_seq, Language(connection.language))
            if all(map(frames.fits, told)):
                return told
    return [_snapshot(room, connection.user_id)]


def is_complete(events: Sequence[Event], after: int, up_to: int) -> bool:
    """Whether these are all frames with numbers in (after, up_to]."""
    return [event.seq for event in events] == list(range(after + 1, up_to + 1))


def _missed_events(room: Room, last_seq: int, joined_as: int) -> list[Event]:
    """Returns the frames that a connection missed. No more is read than can be sent."""
    missed: list[Event] = []
    size = 0
    for event in models.events_after(room, last_seq, up_to=joined_as):
        size += len(event.text.encode())
        if size > MAX_MISSED_BYTES:
            break
        missed.append(event)
    return missed


def _resumed(missed: Sequence[Event], last_seq: int, language: Language) -> list[str]:
    told, after = [], last_seq
    for part in parts([event.frame.worded(language) for event in missed], MAX_FRAME_BYTES - KEPT_FREE):
        seq = after + len(part)  # none is missing
        told.append(frames.to_text(Type.RESUMED, {"from_seq": after, "seq": seq, "frames": part}))
        after = seq
    return told


def parts(told: Sequence[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """The frames in order, as many together as have so many bytes; one that has more is alone. Pure."""
    part: list[dict[str, Any]] = []
    free = size
    for frame in told:
        taken = len(frames.dumped(frame).encode()) + len(", ")
        if part and taken > free:
            yield part
            part, free = [], size
        part.append(frame)
        free -= taken
    if part:
        yield part


def _snapshot(room: Room, user_id: int) -> str:
    """Returns a SNAPSHOT. The number is read first: what happens in between also comes as a frame, so it is in both."""
    audience = models.audience_of(room)
    users = {slot.user_id: broadcasts.user_payload(slot) for slot in audience.present(clock.now())}
    core = {"seq": audience.seq, "users": list(users.values())}
    text = frames.to_text(Type.SNAPSHOT, {"complete": True, **rooms.snapshot_of(room, user_id), **core})
    return text if frames.fits(text) else frames.to_text(Type.SNAPSHOT, {**core, "complete": False})
