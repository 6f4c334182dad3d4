"""Joins and leaves are announced from the table's stream, though records come twice, late or not at all."""

import pytest

from chalicelib.realtime import leases, models
from chalicelib.realtime.rooms import Room, RoomKind
from tests.app.realtime.conftest import SESSION
from tests.support import live
from tests.support.live import Record, Socket, of_user
from tests.support.log import Log
from tests.support.school import Person, School, counted_requests, stored_items

Three = tuple[Person, Person, Person]


def joined(person: Person) -> tuple[str, dict[str, str]]:
    return "USER_JOIN", of_user(person.id)


def left(person: Person) -> tuple[str, dict[str, str]]:
    return "USER_LEAVE", of_user(person.id)


def heard(socket: Socket) -> list[tuple[str, object]]:
    """Who came and went, as a socket was told; each frame once."""
    told = {frame["seq"]: (frame["type"], frame["payload"]) for frame in socket.got if "seq" in frame}
    return [told[seq] for seq in sorted(told)]


def test_everybody_gets_the_user_join_which_is_the_newcomers_first_frame(
    school: School, team: str, members: Three
) -> None:
    ann, ben, _ = members
    first = school.live.join(ann, team_id=team)
    second = school.live.join(ben, team_id=team)
    assert heard(first) == [joined(ann), joined(ben)]
    assert second.types == ["USER_JOIN", "SNAPSHOT"]
    assert [frame["seq"] for frame in first.got if frame["type"] == "USER_JOIN"] == [1, 2]
    assert second.got[0] == first.got[-1]


def test_the_snapshot_has_the_users_and_what_the_room_adds(school: School, team: str, members: Three) -> None:
    ann, ben, _ = members
    school.live.join(ann, training_session_id=SESSION)
    newcomer = school.live.join(ben, training_session_id=SESSION)
    assert newcomer.last("SNAPSHOT") == {
        "seq": 2,
        "users": [of_user(ann.id), of_user(ben.id)],
        "complete": True,
        "code": "print('привет')",
    }


def test_the_rest_get_a_user_leave(school: School, team: str, members: Three) -> None:
    ann, ben, _ = members
    first, second = school.live.join(ann, team_id=team), school.live.join(ben, team_id=team)
    second.leave()
    school.live.catch_up()
    assert heard(first)[-1] == left(ben)
    assert second.types == ["USER_JOIN", "SNAPSHOT"]


def test_rooms_hear_nothing_of_each_other(school: School, team: str, members: Three) -> None:
    ann, ben, third = members
    lobby = school.live.join(ann, team_id=team)
    training = school.live.join(ben, training_session_id=SESSION)
    personal = school.live.join(third)
    training.leave()
    school.live.catch_up()
    assert heard(lobby) == [joined(ann)]
    assert heard(personal) == [joined(third)]


def test_a_place_that_dynamodb_expired_is_a_leave(school: School, team: str, members: Three) -> None:
    """TTL removes the item like anybody else; the stream says so."""
    ann, ben, _ = members
    first = school.live.join(ann, team_id=team)
    school.live.join(ben, team_id=team).vanish()
    models.Slot(*models.slot_key(Room(RoomKind.LOBBY, team), 1)).delete()
    school.live.catch_up()
    assert heard(first)[-1] == left(ben)


def test_records_delivered_again_send_nothing_new(school: School, team: str, members: Three) -> None:
    ann, ben, _ = members
    first = school.live.join(ann, team_id=team)
    school.live.connect(ben, team_id=team)
    records = school.live.catch_up()
    assert live.deliver(records) == []
    assert heard(first) == [joined(ann), joined(ben)]
    school.live.connect(ben, team_id=team).leave()
    records += school.live.catch_up()
    assert live.deliver(records) == live.deliver(list(reversed(records))) == []
    assert heard(first) == [joined(ann), joined(ben), left(ben)]
    assert models.audience_of(Room(RoomKind.LOBBY, team)).seq == 3


def test_a_late_leave_of_a_returned_account_sends_nothing(school: School, team: str, members: Three) -> None:
    ann, ben, _ = members
    first = school.live.join(ann, team_id=team)
    school.live.join(ben, team_id=team).leave()
    late = school.live.records()
    school.live.join(ben, team_id=team)
    assert live.deliver(late) == []
    assert heard(first) == [joined(ann), joined(ben), joined(ben)]


def test_a_connection_that_left_before_its_user_join_is_not_announced(
    school: School, team: str, members: Three
) -> None:
    ann, ben, _ = members
    first = school.live.join(ann, team_id=team)
    hasty = school.live.connect(ben, team_id=team)
    hasty.leave()
    school.live.catch_up()
    assert (heard(first), hasty.got) == ([joined(ann)], [])


class OpensLate:
    """API Gateway, which opens a connection while it is being asked for it."""

    def __init__(self, school: School, socket: Socket, after: int) -> None:
        self.live, self.socket, self.left = school.live, socket, after

    def find(self, connection_id: str) -> None:
        self.left -= 1
        if self.left == 0:
            self.socket.is_open = True
        self.live.find(connection_id)

    def post(self, connection_id: str, text: str) -> None:
        self.live.post(connection_id, text)

    def close(self, connection_id: str) -> None:
        self.live.close(connection_id)


def test_a_connection_that_is_not_open_yet_is_waited_for(school: School, team: str, members: Three) -> None:
    ann, ben, _ = members
    first = school.live.join(ann, team_id=team)
    late = school.live.connect(ben, opens=False, team_id=team)
    school.override(gateway=OpensLate(school, late, after=3))
    school.live.catch_up()
    assert late.types == ["USER_JOIN", "SNAPSHOT"]
    assert heard(first) == [joined(ann), joined(ben)]


def test_a_full_room_waits_for_the_connection_to_open_before_it_says_so(
    school: School, team: str, members: Three
) -> None:
    for member in members:
        school.live.join(member, team_id=team)
    fourth = school.live.connect(school.person(), opens=False, team_id=team)
    school.override(gateway=OpensLate(school, fourth, after=2))
    school.live.catch_up()
    assert (fourth.types, fourth.is_open) == (["ERROR"], False)


def test_a_connection_that_never_opens_frees_its_slot_unannounced(
    school: School, team: str, members: Three, log: Log
) -> None:
    ann, ben, _ = members
    first = school.live.join(ann, team_id=team)
    school.live.connect(ben, opens=False, team_id=team)
    school.live.catch_up()
    assert heard(first) == [joined(ann)]
    assert [item["user_id"] for item in stored_items("realtime") if item["kind"] == "slot"] == [ann.id]
    assert len(log.events("connection never opened")) == 1


def test_no_frame_comes_before_the_own_user_join(school: School, team: str, members: Three) -> None:
    ann, ben, third = members
    first = school.live.join(ann, team_id=team)
    newcomer = school.live.connect(ben, team_id=team)
    other = school.live.connect(third, team_id=team)
    of_newcomer, of_other = split(school.live.records(), newcomer, other)
    assert live.deliver(of_other) == []
    assert newcomer.got == []
    assert live.deliver(of_newcomer) == []
    assert newcomer.types == ["USER_JOIN", "SNAPSHOT"]
    assert newcomer.last("USER_JOIN") == of_user(ben.id)
    assert heard(first) == [joined(ann), joined(third), joined(ben)]


def split(records: list[Record], *sockets: Socket) -> list[list[Record]]:
    """The records of each socket's place."""
    return [[record for record in records if socket.id in str(record)] for socket in sockets]


def test_a_replacement_that_never_opens_leads_to_a_user_leave(school: School, team: str, members: Three) -> None:
    ann, ben, _ = members
    first = school.live.join(ann, team_id=team)
    school.live.join(ben, team_id=team)
    school.live.connect(ben, opens=False, team_id=team)
    school.live.catch_up()
    assert heard(first) == [joined(ann), joined(ben), left(ben)]


def test_a_failed_record_is_delivered_again_alone_and_succeeds(
    school: School, team: str, members: Three, log: Log
) -> None:
    ann, ben, _ = members
    bad, good = school.live.connect(ann), school.live.connect(ben)
    school.override(gateway=FailsOnce(school, bad))
    records = [record for record in school.live.records() if record["dynamodb"]["Keys"]["sk"]["S"].startswith("SLOT#")]
    failed = live.deliver(records)
    assert failed == [records[0]["dynamodb"]["SequenceNumber"]]
    [told] = log.events("message failed, and comes again")
    assert (told["source"], told["record_id"]) == ("DynamoDBStreams", records[0]["eventID"])
    assert told["exception_name"] == "RuntimeError"
    assert (bad.got, good.types) == ([], ["USER_JOIN", "SNAPSHOT"])
    assert live.deliver(records) == []
    assert bad.types == ["USER_JOIN", "SNAPSHOT"]


class FailsOnce(OpensLate):
    def __init__(self, school: School, socket: Socket) -> None:
        super().__init__(school, socket, after=0)
        self.failures = [RuntimeError("the network is down")]

    def find(self, connection_id: str) -> None:
        if connection_id == self.socket.id and self.failures:
            raise self.failures.pop()
        self.live.find(connection_id)


@pytest.mark.parametrize("image", [{}, {"kind": {"S": "event"}}, {"kind": {"S": "member"}}])
def test_other_items_are_nothing_to_it(school: School, image: dict[str, object]) -> None:
    keys = {"pk": {"S": "LOG#lobby#7"}, "sk": {"S": "EVENT#1"}}
    record = {"eventSource": "aws:dynamodb", "dynamodb": {"Keys": keys, "NewImage": image, "SequenceNumber": "1"}}
    with counted_requests() as counted:
        assert live.deliver([record]) == []
    assert counted == {}


def test_a_renewed_lease_is_no_news(school: School, pupil: Person) -> None:
    socket = school.live.join(pupil)
    school.clock.forward(leases.LEASE)
    socket.send("PING")
    assert [record["eventName"] for record in school.live.catch_up()] == ["MODIFY", "MODIFY"]
    assert socket.types == ["USER_JOIN", "SNAPSHOT", "PONG"]
