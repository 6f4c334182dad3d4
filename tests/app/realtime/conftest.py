"""Rooms that any account may enter: who belongs into which, a later package decides."""

from collections.abc import Iterator, Mapping

import pytest

from chalicelib.common.http import errors
from chalicelib.realtime import rooms
from chalicelib.realtime.rooms import Kind
from tests.support.school import Person, School

SHARED = (Kind.LOBBY, Kind.TRAINING)
TEAM = "7"
SESSION = "04d3f707-ed68-4b2d-a91a-0ae200c5c7d3"


def admit(room_id: str, user_id: int) -> None:
    if room_id not in {TEAM, SESSION}:
        raise errors.NotFound("team_not_found", "Team not found")


def snapshot(room_id: str, user_id: int) -> Mapping[str, str]:
    return {"code": "print('привет')"}


@pytest.fixture
def team(school: School) -> Iterator[str]:
    """The id of a team whose lobby and training everybody may enter."""
    furnished = {kind: (rooms._admissions.get(kind), rooms._snapshots.get(kind)) for kind in SHARED}
    rooms.register_kind(Kind.LOBBY, admission=admit, snapshot=lambda room_id, user_id: {})
    rooms.register_kind(Kind.TRAINING, admission=admit, snapshot=snapshot)
    yield TEAM
    for kind, (admission, snapshot_of) in furnished.items():
        rooms.register_kind(kind, admission=admission, snapshot=snapshot_of)


@pytest.fixture
def members(school: School, team: str) -> tuple[Person, Person, Person]:
    return school.person(), school.person(), school.person()
