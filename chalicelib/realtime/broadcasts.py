"""Broadcasts frames to rooms: each gets the room's next number and is stored, so that it can be sent again.

A broadcast costs one query for the connections and the next number (unless the caller has just read them with something
else), one write, and the posts, in parallel. Connections whose leases have run out get no frame: they are closed.
"""

import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors
from chalicelib.common.http.responses import rfc3339
from chalicelib.realtime import frames, leases, models, push, rooms
from chalicelib.realtime.conditions import Deduplicated, DeduplicatedForNewcomer, WithChange, WriteCondition
from chalicelib.realtime.frames import FrameText, Type, UserPayload
from chalicelib.realtime.models import Audience, Event, Slot
from chalicelib.realtime.rooms import Room, RoomKind

KEPT_FOR = timedelta(hours=6)
"""How long a frame can be sent again: longer than any connection of API Gateway lives (2 hours).

Rooms with an event log keep frames for good.
"""
TRIES = 30
PAUSE = 0.01
"""Seconds before the second try; doubles with each up to `LONGEST_PAUSE`, and half of it is random."""
LONGEST_PAUSE = 0.2

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RoomFrame:
    """A frame for a room. `kept` is the payload to store, for resuming and the event log, where it differs.

    A text in a payload is a `texts.InEnglish`: each reader gets it in their language.
    """

    type: str
    payload: Payload | None
    kept: Payload | None = None


def send(room: Room, type_: str, payload: Payload | None, *, cause: str | None = None) -> None:
    """Sends a frame to everybody in a room.

    `cause` names the reason, where it may come twice: both times lead to one frame, sent again under its number.
    """
    _send(room, RoomFrame(type_, payload), None if cause is None else Deduplicated(room, cause))


def tell(room: Room, type_: str, payload: Payload) -> None:
    """Sends a frame to those who are in a room now: without a number, not stored, and not sent again."""
    now = clock.now()
    present = [slot for slot in models.audience_of(room).joined if not leases.has_lapsed(slot.lease_until, now)]
    if present:
        push.post_in_languages(present, FrameText.of(type_, payload).in_language)


def send_with_change(
    room: Room,
    frame: RoomFrame,
    writes: Callable[[Transaction], None],
    *,
    audience: Audience | None = None,
) -> bool:
    """Writes a change and sends the room a frame about it: both or neither, and in one order for everybody.

    False, with nothing written or told, when a condition of `writes` does not hold. `audience` is who is there, if that
    was read already.
    """
    return _send(room, frame, WithChange(writes), audience) is not None


def send_to_users(
    user_ids: Collection[int], type_: str, payload: Mapping[str, Any], *, cause: str | None = None
) -> None:
    """Sends a frame to accounts on their personal channels; those not connected get it when they resume."""
    for user_id in user_ids:
        send(rooms.personal(user_id), type_, payload, cause=cause)


def announce_joined(newcomer: Slot) -> int | None:
    """Sends USER_JOIN for a newcomer, who from then on gets the room's frames. Returns the number of that frame.

    The frame is sent again if it was sent before; None, and not sent, when the newcomer has left.
    """
    return _send(
        models.room_of(newcomer), RoomFrame(Type.USER_JOIN, user_payload(newcomer)), DeduplicatedForNewcomer(newcomer)
    )


def user_payload(slot: Slot) -> Payload:
    return UserPayload(user_id=slot.user_id).model_dump()


def stored_events(room: Room, from_seq: int, *, at_most: int) -> Sequence[Event]:
    """Returns the stored frames of a room from a number on, in order."""
    return list(islice(models.events_after(room, from_seq - 1), at_most))


@dataclass(frozen=True, slots=True)
class _StoredFrame:
    """A stored frame: its number, the frame as it is sent, and the slots of those who have joined the room."""

    audience: list[Slot]
    seq: int
    frame: FrameText


def _send(room: Room, frame: RoomFrame, guard: WriteCondition | None, audience: Audience | None = None) -> int | None:
    stored = _append(room, frame, guard, audience) or _find_stored(room, guard)
    if stored is None:
        return None
    now = clock.now()
    lapsed = [slot for slot in stored.audience if leases.has_lapsed(slot.lease_until, now)]
    present = [slot for slot in stored.audience if not leases.has_lapsed(slot.lease_until, now)]
    gone = push.post_in_languages(present, stored.frame.in_language)
    push.close_with(lapsed, frames.LAPSED)
    _free_slots(room, [*lapsed, *(slot for slot in present if slot.connection_id in gone)])
    return stored.seq


def _append(room: Room, frame: RoomFrame, guard: WriteCondition | None, known: Audience | None) -> _StoredFrame | None:
    """Stores the frame under the room's next number, also while others do so; None when the guard's condition fails."""
    for attempt in range(TRIES):
        audience = known if known is not None and attempt == 0 else models.audience_of(room)
        event, sent = _event(room, audience.seq + 1, frame)
        if audience.is_empty and room.kind is RoomKind.PERSONAL:
            return _StoredFrame([], event.seq, sent)  # nobody is there, nor has ever been: nobody could resume
        try:
            models.append(room, event, also=_writes_of(guard, event))
        except transactions.ConditionFailed as refused:
            if refused.failed - {models.NUMBER_FREE}:  # a condition of the guard; else another frame got the number
                return None
            time.sleep(min(LONGEST_PAUSE, PAUSE * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
        else:
            newcomer = [guard.newcomer] if isinstance(guard, DeduplicatedForNewcomer) else []
            return _StoredFrame([*audience.joined, *newcomer], event.seq, sent)
    raise errors.Unavailable("room_busy", "Too much is going on in this room, try again")


def _writes_of(guard: WriteCondition | None, event: Event) -> Callable[[Transaction], None] | None:
    return None if guard is None else lambda transaction: guard.add_to(transaction, event)


def _find_stored(room: Room, guard: WriteCondition | None) -> _StoredFrame | None:
    """Returns the frame that an earlier attempt stored and may not have posted."""
    seq = guard.find_seq() if guard is not None else None
    event = models.find_event(room, seq) if seq is not None else None
    return None if event is None else _StoredFrame(models.audience_of(room).joined, event.seq, event.frame)


def _event(room: Room, seq: int, frame: RoomFrame) -> tuple[Event, FrameText]:
    """Returns the event to store for a frame, and the frame to send."""
    now = clock.now()
    sent = FrameText.of(frame.type, frame.payload, seq=seq, at=rfc3339(now))
    kept = sent if frame.kept is None else FrameText.of(frame.type, frame.kept, seq=seq, at=rfc3339(now))
    expires_at = None if room.keeps_event_log else now + KEPT_FOR
    key = models.event_key(room, seq)
    return Event(*key, seq=seq, text=kept.english, texts=list(kept.texts) or None, expires_at=expires_at), sent


def _free_slots(room: Room, gone: Collection[Slot]) -> None:
    """Frees the slots of connections that are gone or were closed."""
    for slot in gone:
        models.leave(room, slot.number, connection_id=slot.connection_id, user_id=slot.user_id)
        observe.logger.info("connection gone", account_id=slot.user_id, room=room.kind)
