"""Slots of rooms: how many there are, when one is taken over, and how long it is kept."""

from datetime import timedelta

import pytest

from chalicelib.realtime import leases, models, rooms
from chalicelib.realtime.rooms import Room, RoomKind
from tests.support.live import Socket, of_user
from tests.support.school import Person, School, counted_requests, in_parallel, stored_items

SECOND = timedelta(seconds=1)
Three = tuple[Person, Person, Person]


def places(room: Room) -> dict[int, str]:
    """Number -> connection."""
    return {slot.number: slot.connection_id for slot in models.audience_of(room).slots}


@pytest.fixture
def lobby(team: str) -> Room:
    return Room(RoomKind.LOBBY, team)


def test_a_room_takes_three_and_tells_the_fourth_why_not(school: School, team: str, members: Three) -> None:
    inside = [school.live.join(member, team_id=team) for member in members]
    seen = [list(socket.got) for socket in inside]
    fourth = school.live.join(school.person(), team_id=team)
    assert fourth.got == [
        {"type": "ERROR", "payload": {"code": 1008, "reason": "Too many connections", "reason_code": "room_full"}}
    ]
    assert not fourth.is_open
    assert [socket.got for socket in inside] == seen
    assert len([item for item in stored_items("realtime") if item["kind"] == "connection"]) == 3


def test_a_frame_from_the_fourth_is_answered_by_why_not(school: School, team: str, members: Three) -> None:
    for member in members:
        school.live.join(member, team_id=team)
    fourth = school.live.connect(school.person(), team_id=team)
    fourth.send("PING")
    school.live.catch_up()
    assert (fourth.types, fourth.last("ERROR")["code"], fourth.is_open) == (["ERROR"], 1008, False)


def test_a_place_that_was_left_is_free_at_once(school: School, team: str, members: Three) -> None:
    sockets = [school.live.join(member, team_id=team) for member in members]
    sockets[1].leave()
    newcomer = school.live.join(school.person(), team_id=team)
    assert newcomer.types == ["USER_JOIN", "SNAPSHOT"]


def test_of_simultaneous_connects_exactly_as_many_succeed_as_there_are_slots(
    school: School, team: str, lobby: Room
) -> None:
    number = 50
    people = [school.person() for _ in range(number)]
    sockets = in_parallel(number, lambda index: school.live.connect(people[index], team_id=team))
    got_in = [socket for socket in sockets if isinstance(socket, Socket)]
    assert len(got_in) == number
    assert len(places(lobby)) == lobby.capacity == 3
    school.live.catch_up()
    assert sorted(socket.is_open for socket in got_in) == [False] * 47 + [True] * 3
    assert {socket.id for socket in got_in if socket.is_open} == set(places(lobby).values())


def test_simultaneous_tabs_of_one_account_get_one_slot(school: School, team: str, lobby: Room, pupil: Person) -> None:
    sockets = in_parallel(8, lambda _: school.live.connect(pupil, team_id=team))
    assert [type(socket) for socket in sockets] == [Socket] * 8
    school.live.catch_up()
    (kept,) = places(lobby).values()
    assert [socket.id for socket in sockets if isinstance(socket, Socket) and socket.is_open] == [kept]
    assert len([item for item in stored_items("realtime") if item["kind"] == "connection"]) == 1


def test_a_second_connection_takes_over_the_accounts_slot_at_once(school: School, team: str, members: Three) -> None:
    me, other, third = members
    old, bystander, _ = (school.live.join(member, team_id=team) for member in (me, other, third))
    new = school.live.join(me, team_id=team)
    assert (old.last("ERROR")["reason"], old.is_open) == ("You have connected from elsewhere", False)
    assert (new.types, new.is_open) == (["USER_JOIN", "SNAPSHOT"], True)
    old.leave()
    school.live.catch_up()
    assert "USER_LEAVE" not in bystander.types
    assert bystander.types.count("USER_JOIN") == 3
    assert new.is_open
    assert bystander.last("USER_JOIN") == of_user(me.id)


def test_who_comes_does_not_wait_until_another_connection_is_closed(school: School, team: str, pupil: Person) -> None:
    """A connection opens once its connect has been answered, which whoever announces it waits for no longer than so."""
    old = school.live.join(pupil, team_id=team)
    new = school.live.connect(pupil, team_id=team)
    assert (old.types, old.is_open) == (["USER_JOIN", "SNAPSHOT"], True)
    school.live.catch_up()
    assert (old.types[-1], old.is_open, new.is_open) == ("ERROR", False, True)


def test_an_account_that_reconnects_ten_times_fast_has_one_slot(
    school: School, team: str, lobby: Room, pupil: Person
) -> None:
    sockets = [school.live.connect(pupil, team_id=team) for _ in range(10)]
    for socket in sockets[:-1]:
        socket.leave()
    school.live.catch_up()
    assert places(lobby) == {0: sockets[-1].id}
    assert (sockets[-1].types, sockets[-1].is_open) == (["USER_JOIN", "SNAPSHOT"], True)


def test_a_slot_is_kept_until_its_lease_runs_out(school: School, team: str, members: Three) -> None:
    for member in members:
        school.live.join(member, team_id=team)
    school.clock.forward(leases.LEASE)
    assert school.live.join(school.person(), team_id=team).types == ["ERROR"]


def test_a_lease_that_ran_out_is_anybodys(school: School, team: str, lobby: Room, members: Three) -> None:
    silent, *others = [school.live.join(member, team_id=team) for member in members]
    school.clock.forward(leases.LEASE / 2 + SECOND)
    for socket in others:
        socket.send("PING")
    school.clock.forward(leases.LEASE / 2 + SECOND)
    newcomer_person = school.person()
    newcomer = school.live.join(newcomer_person, team_id=team)
    assert newcomer.types == ["USER_JOIN", "SNAPSHOT"]
    assert (silent.last("ERROR")["code"], silent.is_open) == (1013, False)
    assert others[0].types[-2:] == ["USER_LEAVE", "USER_JOIN"]
    assert others[0].last("USER_LEAVE") == of_user(members[0].id)
    silent.leave()
    assert places(lobby)[0] == newcomer.id


def test_an_account_gets_its_slot_back_after_its_lease_ran_out(school: School, team: str, pupil: Person) -> None:
    school.live.join(pupil, team_id=team).vanish()
    school.clock.forward(leases.LEASE * 2)
    assert school.live.join(pupil, team_id=team).types == ["USER_JOIN", "SNAPSHOT"]


def test_a_late_frame_of_one_whose_place_was_taken_gets_it_closed(
    school: School, team: str, lobby: Room, members: Three
) -> None:
    silent, *_ = [school.live.join(member, team_id=team) for member in members]
    slot = next(slot for slot in models.audience_of(lobby).slots if slot.number == 0)
    slot.connection_id = "somebody else's"
    slot.save()
    school.clock.forward(leases.LEASE)
    silent.send("PING")
    assert (silent.last("ERROR")["code"], silent.is_open) == (1013, False)
    assert places(lobby)[0] == "somebody else's"


def test_a_lease_is_written_at_most_once_per_half(school: School, team: str, pupil: Person) -> None:
    socket = school.live.join(pupil, team_id=team)
    with counted_requests() as counted:
        for _ in range(45):
            socket.send("PING")
            school.clock.forward(SECOND)
        assert counted["TransactWriteItems"] == 0
        for _ in range(45):
            school.clock.forward(SECOND)
            socket.send("PING")
    assert counted["TransactWriteItems"] == 1
    assert socket.types.count("PONG") == 90


def test_a_renewed_lease_holds_for_as_long_as_a_new_one(school: School, team: str, lobby: Room, members: Three) -> None:
    socket = school.live.join(members[0], team_id=team)
    school.clock.forward(leases.LEASE)
    socket.send("PING")
    expected = school.clock.now + leases.LEASE
    kinds = [item for item in stored_items("realtime") if item["kind"] in {"slot", "member", "connection"}]
    assert len(kinds) == 3
    for kind in (models.Slot, models.RoomMember, models.Connection):
        (item,) = [each for each in models.RealtimeItem.scan() if type(each) is kind]
        assert isinstance(item, models.Slot | models.RoomMember | models.Connection)
        assert item.lease_until == expected
        assert item.expires_at == expected + leases.KEPT_AFTER_LEASE


def test_a_connection_that_was_never_announced_is_closed(school: School, team: str, lobby: Room, pupil: Person) -> None:
    """Whoever comes out of a failure of the stream connects again, and is told of then."""
    socket = school.live.connect(pupil, team_id=team)
    school.clock.forward(leases.LEASE)
    socket.send("PING")
    assert (socket.types, socket.last("ERROR")["code"], socket.is_open) == (["ERROR"], 1013, False)
    assert places(lobby) == {}


def test_an_account_has_ten_personal_connections(school: School, pupil: Person) -> None:
    sockets = [school.live.connect(pupil) for _ in range(rooms.PERSONAL_SLOTS + 1)]
    school.live.catch_up()
    assert [socket.is_open for socket in sockets] == [True] * 10 + [False]
    assert sockets[-1].got == [
        {"type": "ERROR", "payload": {"code": 1008, "reason": "Too many connections", "reason_code": "room_full"}}
    ]


def test_a_crash_between_leaving_and_freeing_the_slot_blocks_nobody(
    school: School, team: str, lobby: Room, pupil: Person
) -> None:
    school.live.join(pupil, team_id=team)
    models.RoomMember(*models.member_key(lobby, pupil.id)).delete()
    assert school.live.join(pupil, team_id=team).types == ["USER_JOIN", "SNAPSHOT"]


def test_rooms_of_one_number_but_of_different_kinds_are_different() -> None:
    assert Room.parse("lobby#7") == Room(RoomKind.LOBBY, "7") != Room(RoomKind.PERSONAL, "7")
    assert str(Room.parse("personal#7")) == "personal#7"
