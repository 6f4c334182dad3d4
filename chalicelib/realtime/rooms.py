"""Rooms: frames are sent to rooms, and each connection is in one of them, which its connect query names."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib.common import settings
from chalicelib.common.hooks import Hook
from chalicelib.common.http import errors
from chalicelib.common.ids import is_id


class RoomKind(StrEnum):
    PERSONAL = "personal"
    """One account's own: verdicts, deadlines, notifications."""
    LOBBY = "lobby"
    """A team's, before and between its trainings."""
    TRAINING = "training"
    """One training session's."""


PERSONAL_SLOTS = 10
"""Devices and tabs of one account."""


@dataclass(frozen=True, slots=True)
class Room:
    kind: RoomKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}#{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Room":
        """Parses the text that `str` makes."""
        kind, _, room_id = text.partition("#")
        return cls(RoomKind(kind), room_id)

    @property
    def capacity(self) -> int:
        return PERSONAL_SLOTS if self.kind is RoomKind.PERSONAL else settings.load().room_slots

    @property
    def is_shared(self) -> bool:
        """Whether several accounts may be in it. Then each has one slot, and a second connection takes it over."""
        return self.kind is not RoomKind.PERSONAL

    @property
    def keeps_event_log(self) -> bool:
        """Whether its frames are stored for good."""
        return self.kind is RoomKind.TRAINING


Admission = Callable[[str, int], None]
"""(room id, account id): returns when the account belongs there; raises 403 or 404 otherwise."""
Snapshot = Callable[[str, int], Mapping[str, Any]]
"""(room id, account id): what the room is like now, for a newcomer; with `complete` false if that is not all of it."""

Departure = Callable[[str, int], None]
"""(room id, account id): somebody has left, and the room was told. Perhaps not for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindHooks:
    """The functions of a kind of rooms: who may enter, the snapshot of a room, and what happens when somebody
    leaves.
    """

    admission: Admission
    snapshot: Snapshot
    departure: Departure


_kinds = Hook[Mapping[RoomKind, KindHooks]]("rooms")
"""Of every kind of room that is shared."""
_personal_snapshot = Hook[Snapshot]("personal_snapshot")
"""Of somebody's own room, which needs no other hook."""


def room_from_query(query: Mapping[str, str], user_id: int) -> Room:
    """Returns the room of a connect query; 404 for one that does not exist."""
    if "team_id" in query:
        room_id, kind = _team_id(query["team_id"]), RoomKind.LOBBY
    elif "training_session_id" in query:
        room_id, kind = _session_id(query["training_session_id"]), RoomKind.TRAINING
    else:
        return personal(user_id)
    if room_id is None:
        raise errors.NotFound("room_not_found", "There is no such room")
    return Room(kind, room_id)


def admit(room: Room, user_id: int) -> None:
    """Raises 403 for an account that may not enter a room, 404 for a room that does not exist."""
    if room.is_shared:
        _kinds.get()[room.kind].admission(room.id, user_id)


def _team_id(text: str) -> str | None:
    """Normalises a team's id: 07 and 7 are one room, not two."""
    return str(int(text)) if is_id(text) else None


def _session_id(text: str) -> str | None:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def personal(user_id: int) -> Room:
    return Room(RoomKind.PERSONAL, str(user_id))


def snapshot_of(room: Room, user_id: int) -> Mapping[str, Any]:
    snapshot = _kinds.get()[room.kind].snapshot if room.is_shared else _personal_snapshot.get()
    return snapshot(room.id, user_id)


def notify_departure(room: Room, user_id: int) -> None:
    """Reports that an account has left a room."""
    if room.is_shared:
        _kinds.get()[room.kind].departure(room.id, user_id)
