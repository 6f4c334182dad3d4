"""Telling a room something: a frame with the room's next number, kept so that it can be told again.

One query for who is there and which number is next (unless the caller has just read it with something else), one write,
and the posts, side by side.
"""

import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.http.responses import rfc3339
from chalicelib.realtime import frames, models, push, rooms
from chalicelib.realtime.conditions import Deduplicated, DeduplicatedForNewcomer, WithChange, WriteCondition
from chalicelib.realtime.frames import Type
from chalicelib.realtime.models import Audience, Event, Slot
from chalicelib.realtime.rooms import Kind, Room

KEPT_FOR = timedelta(hours=6)
"""How long a frame can be told again: longer than any connection of API Gateway lives (2 hours).

In rooms that keep a record, for good.
"""
TRIES = 30
PAUSE = 0.01
"""Seconds before the second try; doubles with each up to `LONGEST_PAUSE`, and half of it is random."""
LONGEST_PAUSE = 0.2


Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RoomFrame:
    """`kept` is the payload that is told to those who missed it and stands in the record, where it is another."""

    type: str
    payload: Payload | None
    kept: Payload | None = None


def tell(room: Room, type_: str, payload: Payload | None, *, cause: str | None = None) -> None:
    """Tell everybody in a room.

    `cause` names why, where the same reason may come twice: both lead to one frame, told again under its number.
    """
    _tell(room, RoomFrame(type_, payload), None if cause is None else Deduplicated(room, cause))


def change(
    room: Room,
    frame: RoomFrame,
    writes: Callable[[TransactWrite], None],
    *,
    ahead: int = 0,
    audience: Audience | None = None,
) -> bool:
    """Write what has changed and tell the room of it: both or neither, and in one order for everybody.

    False, with nothing written or told, when a condition of `writes` does not hold. `ahead` is how many condition
    checks and deletions are among them, `audience` who is there, if that was read already.
    """
    return _tell(room, frame, WithChange(writes, ahead), audience) is not None


def tell_users(user_ids: Collection[int], type_: str, payload: Mapping[str, Any], *, cause: str | None = None) -> None:
    """Tell accounts on their personal channels; who is not connected gets it when resuming."""
    for user_id in user_ids:
        tell(rooms.personal(user_id), type_, payload, cause=cause)


def announce_joined(newcomer: Slot) -> int | None:
    """Tell everybody that somebody came in, who from then on gets what the room is told; the number of that frame.

    Again when it was told before, and not at all (None) when they have left.
    """
    return _tell(
        models.room_of(newcomer), RoomFrame(Type.USER_JOIN, user_payload(newcomer)), DeduplicatedForNewcomer(newcomer)
    )


def user_payload(slot: Slot) -> dict[str, str]:
    return {"userId": str(slot.user_id)}


def stored_events(room: Room, from_seq: int, *, at_most: int) -> Sequence[Event]:
    """What a room was told from a number on, in order, as far as it is kept."""
    return list(islice(models.events_after(room, from_seq - 1), at_most))


@dataclass(frozen=True, slots=True)
class _StoredFrame:
    """A frame with its number, as it goes out, and to whom."""

    audience: list[Slot]
    seq: int
    text: str


def _tell(room: Room, frame: RoomFrame, guard: WriteCondition | None, audience: Audience | None = None) -> int | None:
    stored = _append(room, frame, guard, audience) or _find_stored(room, guard)
    if stored is None:
        return None
    gone = push.post_to_all([slot.connection_id for slot in stored.audience], stored.text)
    _forget(room, [slot for slot in stored.audience if slot.connection_id in gone])
    return stored.seq


def _append(room: Room, frame: RoomFrame, guard: WriteCondition | None, known: Audience | None) -> _StoredFrame | None:
    """Store the frame under the room's next number, whoever else does so; None when the guard does not let it."""
    for attempt in range(TRIES):
        audience = known if known is not None and attempt == 0 else models.audience_of(room)
        event, text = _event(room, audience.seq + 1, frame)
        if audience.is_unknown and room.kind is Kind.PERSONAL:
            return _StoredFrame([], event.seq, text)  # nobody is there, nor has ever been: nobody could resume
        try:
            models.append(room, event, also=_adding(guard, event))
        except transactions.ConditionFailed as refused:
            if guard is not None and _guard_failed(guard, refused):
                return None
            time.sleep(min(LONGEST_PAUSE, PAUSE * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
        else:
            newcomer = [guard.newcomer] if isinstance(guard, DeduplicatedForNewcomer) else []
            return _StoredFrame([*audience.joined, *newcomer], event.seq, text)
    raise errors.Unavailable("room_busy", "Too much is going on in this room, try again")


def _guard_failed(guard: WriteCondition, refused: transactions.ConditionFailed) -> bool:
    """Whether a condition of the guard's own writes did not hold; else another frame got the number."""
    ours = range(guard.ahead, guard.ahead + models.WRITES)
    return any(position not in ours for position in refused.failed)


def _adding(guard: WriteCondition | None, event: Event) -> Callable[[TransactWrite], None] | None:
    return None if guard is None else lambda transaction: guard.add_to(transaction, event)


def _find_stored(room: Room, guard: WriteCondition | None) -> _StoredFrame | None:
    """The frame that an earlier attempt stored and perhaps did not post."""
    seq = guard.find_number() if guard is not None else None
    event = models.find_event(room, seq) if seq is not None else None
    return None if event is None else _StoredFrame(models.audience_of(room).joined, event.seq, event.text)


def _event(room: Room, seq: int, frame: RoomFrame) -> tuple[Event, str]:
    """What is kept of a frame, and what goes out."""
    now = clock.now()
    text = frames.to_text(frame.type, frame.payload, seq=seq, at=rfc3339(now))
    kept = text if frame.kept is None else frames.to_text(frame.type, frame.kept, seq=seq, at=rfc3339(now))
    expires_at = None if room.keeps_record else now + KEPT_FOR
    return Event(*models.event_key(room, seq), seq=seq, text=kept, expires_at=expires_at), text


def _forget(room: Room, gone: Collection[Slot]) -> None:
    """Give the places free of connections that nothing arrives at any more."""
    for slot in gone:
        models.leave(room, slot.number, connection_id=slot.connection_id, user_id=slot.user_id)
        observe.logger.info("connection gone", account_id=slot.user_id, room=room.kind)
