"""Telling a room something: a frame with the room's next number, kept so that it can be told again.

One query for who is there and which number is next, one write, and the posts, side by side.
"""

import random
import time
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.common import clock, errors, table
from chalicelib.common.shapes import rfc3339
from chalicelib.realtime import connections, frames, models, push, rooms
from chalicelib.realtime.models import Audience, Event
from chalicelib.realtime.rooms import Room

KEPT = timedelta(hours=6)
"""How long a frame can be told again: longer than any connection of API Gateway lives (2 hours)."""
TRIES = 12
PAUSE = 0.01
"""Seconds before the second try; doubles with each up to `LONGEST_PAUSE`, and half of it is random."""
LONGEST_PAUSE = 0.2


def tell(room: Room, type_: str, payload: Mapping[str, Any] | None, *, cause: str | None = None) -> int:
    """Tell everybody in a room; the number of the frame.

    `cause` names why, where the same reason may come twice: both lead to one frame, told again under its number.
    """
    audience, event = _append(room, type_, payload, cause)
    gone = push.post_to_all([slot.connection_id for slot in audience.slots], event.text)
    connections.drop(room, [slot for slot in audience.slots if slot.connection_id in gone])
    return event.seq


def tell_users(user_ids: Collection[int], type_: str, payload: Mapping[str, Any], *, cause: str | None = None) -> None:
    """Tell accounts on their personal channels; who is not connected gets it when resuming."""
    for user_id in user_ids:
        tell(rooms.personal(user_id), type_, payload, cause=cause)


def _append(room: Room, type_: str, payload: Mapping[str, Any] | None, cause: str | None) -> tuple[Audience, Event]:
    """Store the frame under the room's next number, whoever else does so at the same time."""
    for attempt in range(TRIES):
        audience = models.audience_of(room)
        event = _event(room, audience.seq + 1, type_, payload)
        try:
            models.append(room, event, cause=cause, expires_at=clock.now() + KEPT)
        except table.ConditionFailed as refused:
            told = models.find_event_of(room, cause) if cause is not None and models.ONCE in refused.failed else None
            if told is not None:
                return audience, told
            time.sleep(min(LONGEST_PAUSE, PAUSE * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
        else:
            return audience, event
    raise errors.Unavailable("room_busy", "Too much is going on in this room, try again")


def _event(room: Room, seq: int, type_: str, payload: Mapping[str, Any] | None) -> Event:
    text = frames.write(type_, payload, seq=seq, at=rfc3339(clock.now()))
    return Event(*models.event_key(room, seq), seq=seq, text=text)
