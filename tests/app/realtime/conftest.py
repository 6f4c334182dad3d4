"""Rooms that any account may enter: which accounts may is decided by later packages."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from chalicelib import wiring
from chalicelib.common.http import errors
from chalicelib.realtime import rooms
from chalicelib.realtime.rooms import RoomKind
from tests.support.school import Person, School

TEAM = "7"
SESSION = "04d3f707-ed68-4b2d-a91a-0ae200c5c7d3"


def admit(room_id: str, user_id: int) -> None:
    if room_id not in {TEAM, SESSION}:
        raise errors.NotFound("team_not_found", "Team not found")


def snapshot(room_id: str, user_id: int) -> Mapping[str, str]:
    return {"code": "print('привет')"}


@pytest.fixture
def team(school: School) -> str:
    """The id of a team whose lobby and training everybody may enter."""
    open_rooms(school, snapshot)
    return TEAM


def open_rooms(school: School, training_snapshot: rooms.Snapshot) -> None:
    """Have everybody admitted, and trainings be like this."""
    wired = wiring.WIRING.rooms()
    school.override(
        rooms={
            RoomKind.LOBBY: replace(wired[RoomKind.LOBBY], admission=admit, snapshot=lambda room_id, user_id: {}),
            RoomKind.TRAINING: replace(wired[RoomKind.TRAINING], admission=admit, snapshot=training_snapshot),
        }
    )


@pytest.fixture
def members(school: School, team: str) -> tuple[Person, Person, Person]:
    return school.person(), school.person(), school.person()
