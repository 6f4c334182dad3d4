"""Telling a room something: a frame with the room's next number, kept so that it can be told again.

One query for who is there and which number is next, one write, and the posts, side by side.
"""

import random
import time
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.common import clock, errors, observe, table
from chalicelib.common.shapes import rfc3339
from chalicelib.realtime import frames, models, push, rooms
from chalicelib.realtime.frames import Type
from chalicelib.realtime.guards import Guard, OncePerCause, OncePerNewcomer
from chalicelib.realtime.models import Event, Slot
from chalicelib.realtime.rooms import Room

KEPT = timedelta(hours=6)
"""How long a frame can be told again: longer than any connection of API Gateway lives (2 hours)."""
TRIES = 30
PAUSE = 0.01
"""Seconds before the second try; doubles with each up to `LONGEST_PAUSE`, and half of it is random."""
LONGEST_PAUSE = 0.2


def tell(room: Room, type_: str, payload: Mapping[str, Any] | None, *, cause: str | None = None) -> None:
    """Tell everybody in a room.

    `cause` names why, where the same reason may come twice: both lead to one frame, told again under its number.
    """
    _tell(room, type_, payload, None if cause is None else OncePerCause(room, cause))


def tell_users(user_ids: Collection[int], type_: str, payload: Mapping[str, Any], *, cause: str | None = None) -> None:
    """Tell accounts on their personal channels; who is not connected gets it when resuming."""
    for user_id in user_ids:
        tell(rooms.personal(user_id), type_, payload, cause=cause)


def tell_joined(newcomer: Slot) -> int | None:
    """Tell everybody that somebody came in, who from then on gets what the room is told; the number of that frame.

    Again when it was told before, and not at all (None) when they have left.
    """
    return _tell(models.room_of(newcomer), Type.USER_JOIN, user(newcomer), OncePerNewcomer(newcomer))


def user(slot: Slot) -> dict[str, str]:
    return {"userId": str(slot.user_id)}


def _tell(room: Room, type_: str, payload: Mapping[str, Any] | None, guard: Guard | None) -> int | None:
    told = _append(room, type_, payload, guard) or _told_before(room, guard)
    if told is None:
        return None
    audience, event = told
    gone = push.post_to_all([slot.connection_id for slot in audience], event.text)
    _forget(room, [slot for slot in audience if slot.connection_id in gone])
    return event.seq


def _append(
    room: Room, type_: str, payload: Mapping[str, Any] | None, guard: Guard | None
) -> tuple[list[Slot], Event] | None:
    """Store the frame under the room's next number, whoever else does so; None when the guard does not let it."""
    for attempt in range(TRIES):
        audience = models.audience_of(room)
        event = _event(room, audience.seq + 1, type_, payload)
        try:
            models.append(room, event, also=_adding(guard, event))
        except table.ConditionFailed as refused:
            if models.GUARD in refused.failed:
                return None
            time.sleep(min(LONGEST_PAUSE, PAUSE * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
        else:
            newcomer = [guard.newcomer] if isinstance(guard, OncePerNewcomer) else []
            return [*audience.joined, *newcomer], event
    raise errors.Unavailable("room_busy", "Too much is going on in this room, try again")


def _adding(guard: Guard | None, event: Event) -> Callable[[TransactWrite], None] | None:
    return None if guard is None else lambda transaction: guard.add_to(transaction, event)


def _told_before(room: Room, guard: Guard | None) -> tuple[list[Slot], Event] | None:
    """The frame that an earlier attempt stored and perhaps did not post."""
    seq = guard.find_number() if guard is not None else None
    event = models.find_event(room, seq) if seq is not None else None
    return None if event is None else (models.audience_of(room).joined, event)


def _event(room: Room, seq: int, type_: str, payload: Mapping[str, Any] | None) -> Event:
    now = clock.now()
    text = frames.write(type_, payload, seq=seq, at=rfc3339(now))
    return Event(*models.event_key(room, seq), seq=seq, text=text, expires_at=now + KEPT)


def _forget(room: Room, gone: Collection[Slot]) -> None:
    """Give the places free of connections that nothing arrives at any more."""
    for slot in gone:
        models.leave(room, slot.number, connection_id=slot.connection_id, user_id=slot.user_id)
        observe.logger.info("connection gone", account_id=slot.user_id, room=room.kind)
