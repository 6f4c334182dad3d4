"""Resuming: a returning client gets all frames that it missed, or a snapshot."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.common import clock
from chalicelib.realtime import broadcasts, leases, models, rooms
from chalicelib.realtime import resume as realtime_resume
from chalicelib.realtime.frames import MAX_FRAME_BYTES
from chalicelib.realtime.models import Event
from chalicelib.realtime.rooms import Room, RoomKind
from tests.app.realtime.conftest import SESSION, open_rooms
from tests.support.live import Socket, of_user
from tests.support.school import Person, School, counted_requests

Three = tuple[Person, Person, Person]


@pytest.fixture
def lobby(team: str) -> Room:
    return Room(RoomKind.LOBBY, team)


def tell(room: Room, number: int, *, size: int = 0) -> None:
    for index in range(number):
        broadcasts.send(room, "NEWS", {"n": index, "text": "й" * (size // 2)})


def keep(room: Room, number: int, text: str = "{}") -> None:
    """As many frames as if the room had been told them, but in less time."""
    seq = models.audience_of(room).seq + number
    for each in range(seq - number + 1, seq + 1):
        expires_at = clock.now() + broadcasts.KEPT_FOR
        models.Event(*models.event_key(room, each), seq=each, text=text, expires_at=expires_at).save()
    models.RoomState(*models.state_key(room), seq=seq).save()


def come_back(school: School, person: Person, team: str, last_seq: object) -> Socket:
    """Leave and come again with the number of the last frame that was seen."""
    return school.live.join(person, team_id=team, last_seq=last_seq)


def test_all_missed_frames_come_in_one_frame(school: School, team: str, lobby: Room, members: Three) -> None:
    ann, ben, _ = members
    away, witness = school.live.join(ann, team_id=team), school.live.join(ben, team_id=team)
    seen = 1  # of ann's own join alone
    away.leave()
    school.live.catch_up()
    tell(lobby, 3)
    back = come_back(school, ann, team, seen)
    assert back.types == ["USER_JOIN", "RESUMED"]
    resumed = back.last("RESUMED")
    assert (resumed["from_seq"], resumed["seq"]) == (1, 7)
    assert [frame["seq"] for frame in resumed["frames"]] == [2, 3, 4, 5, 6, 7]
    assert resumed["frames"] == [frame for frame in witness.got if frame.get("seq", 0) > seen]


def test_without_missed_frames_resuming_has_the_own_user_join(school: School, team: str, members: Three) -> None:
    ann, _, _ = members
    school.live.join(ann, team_id=team)
    back = come_back(school, ann, team, 1)
    assert [frame["type"] for frame in back.last("RESUMED")["frames"]] == ["USER_JOIN"]


@pytest.mark.parametrize("last_seq", [2, 3, 1000, "0", "-1", "x", "", "1.0", "9" * 30, "²"])
def test_a_future_or_invalid_number_gets_a_snapshot(
    school: School, team: str, members: Three, last_seq: object
) -> None:
    school.live.join(members[0], team_id=team)
    assert come_back(school, members[0], team, last_seq).types == ["USER_JOIN", "SNAPSHOT"]


@pytest.mark.parametrize(("missed", "type_"), [(198, "RESUMED"), (199, "SNAPSHOT")])
def test_too_many_missed_frames_get_a_snapshot(
    school: School, team: str, lobby: Room, members: Three, missed: int, type_: str
) -> None:
    school.live.join(members[0], team_id=team).leave()
    school.live.catch_up()
    keep(lobby, missed)  # and their own USER_LEAVE and USER_JOIN
    assert come_back(school, members[0], team, 1).types[-1] == type_


@pytest.mark.parametrize(("number", "size", "times"), [(9, 3_000, 1), (9, 4_000, 2), (4, 30_000, 4), (60, 2_000, 4)])
def test_what_does_not_fit_into_one_frame_is_told_in_several(
    school: School, team: str, lobby: Room, members: Three, number: int, size: int, times: int
) -> None:
    """None is missing, none comes twice; each has everything from one number to another, as one alone would."""
    ann, ben, _ = members
    away, witness = school.live.join(ann, team_id=team), school.live.join(ben, team_id=team)
    away.leave()
    school.live.catch_up()
    tell(lobby, number, size=size - 120)
    back = come_back(school, ann, team, 1)
    assert back.types == ["USER_JOIN", *["RESUMED"] * times]
    resumed = [frame["payload"] for frame in back.got[1:]]
    assert [each["from_seq"] for each in resumed] == [1, *(each["seq"] for each in resumed[:-1])]
    assert [frame["seq"] for each in resumed for frame in each["frames"]] == list(range(2, resumed[-1]["seq"] + 1))
    told = [frame for each in resumed for frame in each["frames"]]
    assert told == [frame for frame in witness.got if frame.get("seq", 0) > 1]


@pytest.mark.parametrize(("number", "size"), [(4, 31_000), (1, MAX_FRAME_BYTES)])
def test_what_fits_into_no_frame_becomes_a_snapshot(
    school: School, team: str, lobby: Room, members: Three, number: int, size: int
) -> None:
    """More than is told again, or a frame that has no room in another."""
    school.live.join(members[0], team_id=team).leave()
    school.live.catch_up()
    tell(lobby, number, size=size - 120)
    assert come_back(school, members[0], team, 2).types == ["USER_JOIN", "SNAPSHOT"]


@given(st.lists(st.integers(0, 60), max_size=20), st.integers(1, 100))
def test_parts_keep_all_frames_in_order_and_have_room(sizes: list[int], size: int) -> None:
    told = [{"text": "x" * each} for each in sizes]
    split = list(realtime_resume.parts(told, size))
    assert [frame for part in split for frame in part] == told
    lengths = [sum(len(json.dumps(frame)) + 2 for frame in part) for part in split]
    assert all(len(part) == 1 or length <= size for part, length in zip(split, lengths, strict=True))


def test_no_more_is_read_than_can_be_sent(school: School, team: str, lobby: Room, members: Three) -> None:
    school.live.join(members[0], team_id=team).leave()
    school.live.catch_up()
    keep(lobby, 30, text="й" * 50_000)  # three pages of a query
    with counted_requests() as counted:
        missed = realtime_resume._missed_events(lobby, 2, 32)
    assert (len(missed), counted["Query"]) == (1, 1)


def test_frames_are_stored_for_six_hours(school: School, team: str, lobby: Room, members: Three) -> None:
    school.live.join(members[0], team_id=team).leave()
    school.live.catch_up()
    tell(lobby, 1)
    school.clock.forward(broadcasts.KEPT_FOR - timedelta(seconds=1))
    models.Connection(*models.connection_key("nobody")).delete()
    assert len(list(models.events_after(lobby, 2, up_to=3))) == 1
    school.clock.forward(timedelta(seconds=1))
    assert list(models.events_after(lobby, 2, up_to=3)) == []


def test_expired_frames_that_are_not_deleted_yet_still_lead_to_a_snapshot(
    school: School, team: str, lobby: Room
) -> None:
    person = school.person()
    school.live.join(person, team_id=team).leave()
    school.live.catch_up()
    school.clock.forward(broadcasts.KEPT_FOR)
    fresh = school.api.post("/login", {"email": person.account.email, "password": "correct horse 7"})
    again = Person(person.account, fresh.body["jwt_access"])
    assert come_back(school, again, team, 1).types == ["USER_JOIN", "SNAPSHOT"]


def test_a_gap_in_the_stored_frames_leads_to_a_snapshot(school: School, team: str, lobby: Room, members: Three) -> None:
    school.live.join(members[0], team_id=team).leave()
    school.live.catch_up()
    tell(lobby, 3)
    models.Event(*models.event_key(lobby, 4)).delete()
    assert come_back(school, members[0], team, 1).types == ["USER_JOIN", "SNAPSHOT"]
    assert come_back(school, members[0], team, 5).types == ["USER_JOIN", "RESUMED"]


def test_a_room_too_large_for_a_frame_says_that_the_rest_is_elsewhere(school: School, team: str, pupil: Person) -> None:
    open_rooms(school, lambda room_id, user_id: {"code": "й" * MAX_FRAME_BYTES})
    socket = school.live.join(pupil, training_session_id=SESSION)
    assert socket.last("SNAPSHOT") == {"seq": 1, "users": [of_user(pupil.id)], "complete": False}


def test_a_room_cannot_overwrite_the_users_of_the_snapshot(school: School, team: str, pupil: Person) -> None:
    open_rooms(school, lambda room_id, user_id: {"seq": 99, "users": []})
    socket = school.live.join(pupil, training_session_id=SESSION)
    assert socket.last("SNAPSHOT") == {"seq": 1, "users": [of_user(pupil.id)], "complete": True}


def test_a_room_can_mark_its_snapshot_incomplete(school: School, team: str, pupil: Person) -> None:
    open_rooms(school, lambda room_id, user_id: {"complete": False})
    socket = school.live.join(pupil, training_session_id=SESSION)
    assert socket.last("SNAPSHOT") == {"seq": 1, "users": [of_user(pupil.id)], "complete": False}


@given(st.lists(st.integers(1, 12), max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_only_all_frames_are_complete(found: list[int], after: int, up_to: int) -> None:
    events = [Event("ROOM", "EVENT", seq=seq) for seq in found]
    wanted = [seq for seq in range(1, 13) if after < seq <= up_to]
    assert realtime_resume.is_complete(events, after, up_to) is (found == wanted)


Step = tuple[str, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.integers(1, 4)),
        st.tuples(st.just("forget"), st.integers(1, 12)),
        st.tuples(st.just("come back"), st.integers(0, 2)),
        st.tuples(st.just("wait"), st.integers(1, 2)),
    ),
    max_size=8,
)


@settings(max_examples=settings().max_examples * 2 // 5)
@given(steps=STEPS)
def test_a_resuming_client_has_seen_every_frame_whatever_happens(steps: list[Step]) -> None:
    from tests.support.school import open_school  # noqa: PLC0415 - a school for each example

    with open_school() as school:
        person = school.person()
        room = rooms.personal(person.id)
        client = Client(school.live.join(person))
        for action, number in steps:
            if action == "tell":
                tell(room, number)
            elif action == "forget":
                models.Event(*models.event_key(room, number)).delete()
            elif action == "wait":
                school.clock.forward(leases.LEASE / 3 * number)
            else:
                client.disconnect(missing=number)
                client.resume(school.live.join(person, last_seq=client.seen))
            client.socket.send("PING")
            client.read()
            if not client.socket.is_open:  # silent for longer than its lease
                client.resume(school.live.join(person, last_seq=client.seen))
        assert client.seen == models.audience_of(room).seq


class Client:
    """Follows a room as docs/live.md tells it to, and finds every gap."""

    def __init__(self, socket: Socket) -> None:
        self.socket, self.seen = socket, 0
        self.read()

    def disconnect(self, *, missing: int) -> None:
        """Close the socket before its last frames were read."""
        del self.socket.got[max(0, len(self.socket.got) - missing) :]
        self.read()
        self.socket.vanish()

    def resume(self, socket: Socket) -> None:
        self.socket = socket
        self.read()

    def read(self) -> None:
        frames, self.socket.got = self.socket.got, []
        snapshots = [frame["payload"] for frame in frames if frame["type"] in {"SNAPSHOT", "RESUMED"}]
        for answer in snapshots:
            self._take_over(answer)
        for frame in frames:
            if frame.get("seq", 0) > self.seen:
                assert frame["seq"] == self.seen + 1
                self.seen = frame["seq"]

    def _take_over(self, answer: Any) -> None:
        if "frames" in answer:
            assert answer["from_seq"] == self.seen
            assert [frame["seq"] for frame in answer["frames"]] == list(range(self.seen + 1, answer["seq"] + 1))
        self.seen = answer["seq"]
