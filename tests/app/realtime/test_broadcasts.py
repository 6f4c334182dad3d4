"""Broadcasts: numbers, recipients, cost, and connections that are gone."""

import json
import threading
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from chalicelib.common import hooks
from chalicelib.realtime import broadcasts, models, push, rooms
from chalicelib.realtime.rooms import Room, RoomKind
from tests.support.live import Socket, of_user
from tests.support.log import Log
from tests.support.school import Person, School, counted_requests, in_parallel, stored_items

THROTTLED = ClientError({"Error": {"Code": "LimitExceededException", "Message": "Slow down"}}, "PostToConnection")
Three = tuple[Person, Person, Person]


@pytest.fixture
def lobby(team: str) -> Room:
    return Room(RoomKind.LOBBY, team)


@pytest.fixture
def sockets(school: School, team: str, members: Three) -> list[Socket]:
    """Three in a room, greeted."""
    sockets = [school.live.join(member, team_id=team) for member in members]
    for socket in sockets:
        socket.got.clear()
    return sockets


def numbers(socket: Socket) -> list[int]:
    return [frame["seq"] for frame in socket.got if "seq" in frame]


def test_a_message_to_a_room_of_three_costs_a_query_a_write_and_three_posts(
    school: School, lobby: Room, sockets: list[Socket]
) -> None:
    with counted_requests() as counted:
        broadcasts.send(lobby, "NEWS", {"text": "привет"})
    assert counted == {"Query": 1, "TransactWriteItems": 1}
    for socket in sockets:
        (frame,) = socket.got
        assert frame == {"type": "NEWS", "payload": {"text": "привет"}, "seq": 4, "at": "2026-09-01T09:00:00.000Z"}


def test_a_frame_to_an_empty_room_is_stored_for_resuming(school: School, lobby: Room) -> None:
    broadcasts.send(lobby, "NEWS", None)
    (event,) = [item for item in stored_items("realtime") if item["kind"] == "event"]
    assert json.loads(event["text"]) == {"type": "NEWS", "payload": None, "seq": 1, "at": "2026-09-01T09:00:00.000Z"}
    assert event["expires_at"] == (school.clock.now + broadcasts.KEPT_FOR).timestamp()


def test_frames_that_come_at_once_get_numbers_of_their_own_without_a_gap(
    school: School, lobby: Room, sockets: list[Socket]
) -> None:
    results = in_parallel(20, lambda number: broadcasts.send(lobby, "NEWS", {"n": number}))
    assert results == [None] * 20
    for socket in sockets:
        assert sorted(numbers(socket)) == list(range(4, 24))
        assert sorted(frame["payload"]["n"] for frame in socket.got) == list(range(20))


def test_a_cause_leads_to_one_frame_sent_again_under_its_number(lobby: Room, sockets: list[Socket]) -> None:
    broadcasts.send(lobby, "NEWS", {"n": 1}, cause="deadline#5")
    broadcasts.send(lobby, "OTHER", None)
    broadcasts.send(lobby, "NEWS", {"n": 2}, cause="deadline#5")
    assert [(frame["type"], frame["payload"], frame["seq"]) for frame in sockets[0].got] == [
        ("NEWS", {"n": 1}, 4),
        ("OTHER", None, 5),
        ("NEWS", {"n": 1}, 4),
    ]


def test_a_cause_at_once_from_many_leads_to_one_frame(lobby: Room, sockets: list[Socket]) -> None:
    results = in_parallel(8, lambda _: broadcasts.send(lobby, "NEWS", None, cause="same"))
    assert results == [None] * 8
    assert set(numbers(sockets[0])) == {4}
    assert models.audience_of(lobby).seq == 4


def test_a_cause_whose_frame_has_expired_sends_nothing(lobby: Room, sockets: list[Socket]) -> None:
    broadcasts.send(lobby, "NEWS", None, cause="old")
    models.Event(*models.event_key(lobby, 4)).delete()
    broadcasts.send(lobby, "NEWS", None, cause="old")
    assert numbers(sockets[0]) == [4]


def test_causes_of_different_rooms_are_different(school: School, pupil: Person, lobby: Room) -> None:
    socket = school.live.join(pupil)
    broadcasts.send(lobby, "NEWS", None, cause="same")
    broadcasts.send_to_users([pupil.id], "NEWS", {"n": 1}, cause="same")
    assert socket.last("NEWS") == {"n": 1}


def test_a_gone_connection_is_removed_and_the_rest_get_the_frame(
    school: School, lobby: Room, sockets: list[Socket], members: Three, log: Log
) -> None:
    first, gone, third = sockets
    gone.vanish()
    broadcasts.send(lobby, "NEWS", None)
    school.live.catch_up()
    assert (first.types, third.types) == (["NEWS", "USER_LEAVE"], ["NEWS", "USER_LEAVE"])
    assert first.last("USER_LEAVE") == of_user(members[1].id)
    assert gone.id not in {item.get("connection_id", item.get("id")) for item in stored_items("realtime")}
    assert [event["account_id"] for event in log.events("connection gone")] == [members[1].id]


@pytest.mark.parametrize("failure", [THROTTLED, ConnectTimeoutError(endpoint_url="x")])
def test_a_connection_that_cannot_be_reached_keeps_its_slot(
    school: School, lobby: Room, sockets: list[Socket], log: Log, failure: Exception
) -> None:
    unlucky = sockets[1]
    school.live.failures[unlucky.id] = failure
    broadcasts.send(lobby, "NEWS", None)
    school.live.catch_up()
    assert [socket.types for socket in sockets] == [["NEWS"], [], ["NEWS"]]
    assert len(models.audience_of(lobby).joined) == 3
    assert log.events("connection not reached")[0]["connection_id"] == unlucky.id


def test_all_connections_of_the_named_accounts_get_the_frame(school: School, members: Three) -> None:
    ann, ben, third = members
    ones = [school.live.join(ann), school.live.join(ann), school.live.join(ben)]
    other = school.live.join(third)
    broadcasts.send_to_users([ann.id, ben.id], "NOTIFICATION", {"id": 5})
    assert [socket.last("NOTIFICATION") for socket in ones] == [{"id": 5}] * 3
    assert "NOTIFICATION" not in other.types


def test_an_absent_account_gets_the_frame_when_resuming(school: School, pupil: Person) -> None:
    school.live.join(pupil).leave()
    school.live.catch_up()
    last_seq = models.audience_of(rooms.personal(pupil.id)).seq
    broadcasts.send_to_users([pupil.id], "NOTIFICATION", {"id": 5})
    school.clock.forward(timedelta(minutes=5))
    back = school.live.join(pupil, last_seq=last_seq)
    assert [frame["type"] for frame in back.last("RESUMED")["frames"]] == ["NOTIFICATION", "USER_JOIN"]


class AllAtOnce:
    """API Gateway that answers nobody before everybody has asked."""

    def __init__(self, number: int) -> None:
        self.barrier = threading.Barrier(number, timeout=30)
        self.posted: list[str] = []

    def post(self, connection_id: str, text: str) -> None:
        self.barrier.wait()
        self.posted.append(connection_id)

    def close(self, connection_id: str) -> None:
        self.barrier.wait()

    def find(self, connection_id: str) -> None: ...


def test_posts_are_under_way_at_the_same_time() -> None:
    ids = [f"C{number}" for number in range(push.PARALLEL_POSTS)]
    gateway = AllAtOnce(push.PARALLEL_POSTS)
    with hooks.override(gateway=gateway):
        assert push.post_to_all(ids, "x") == []
        push.close(ids)
    assert sorted(gateway.posted) == sorted(ids)


def test_a_frame_to_no_accounts_costs_nothing() -> None:
    with hooks.override(gateway=AllAtOnce(1)):
        assert push.post_to_all([], "x") == []


def test_a_defect_is_not_taken_for_a_connection_that_is_gone(
    school: School, lobby: Room, sockets: list[Socket]
) -> None:
    school.live.failures[sockets[0].id] = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        broadcasts.send(lobby, "NEWS", None)
    assert len(models.audience_of(lobby).joined) == 3
