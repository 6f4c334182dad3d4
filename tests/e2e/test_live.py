"""WebSockets as clients use them, with a real client, through everything that is deployed."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Self

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from chalicelib.realtime.rate_limit import BURST
from chalicelib.realtime.rooms import PERSONAL_SLOTS
from infra.local import demo
from infra.local.cloud import Cloud
from infra.local.options import child_environment
from tests.e2e.local_cloud import PATIENCE, wait_until


@dataclass
class Person:
    http: httpx.Client
    id: int
    token: str


class Socket:
    """A WebSocket and what came on it."""

    def __init__(self, url: str) -> None:
        self._opening = ExitStack()
        self._socket = self._opening.enter_context(connect(url, max_size=None, open_timeout=PATIENCE))
        self.got: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opening.close()

    def send(self, text: str) -> None:
        self._socket.send(text)

    def send_in_frames(self, parts: Iterable[str]) -> None:
        """One message."""
        self._socket.send(parts)

    def read(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self._socket.recv(timeout=PATIENCE))
        self.got.append(frame)
        return frame

    def until(self, type_: str) -> dict[str, Any]:
        """The next frame of a type; the others before it are in `got`."""
        while (frame := self.read())["type"] != type_:
            pass
        return frame

    def greeted(self) -> Self:
        """The socket after what a newcomer is told."""
        assert [self.read()["type"], self.read()["type"]] == ["USER_JOIN", "SNAPSHOT"]
        return self

    def close_code(self) -> int | None:
        """The code that it was closed with from the other side; frames before that are in `got`."""
        try:
            while True:
                self.read()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


@pytest.fixture
def person(cloud: Cloud) -> Iterator[Person]:
    """Somebody new, signed in."""
    login = f"pupil-{secrets.token_hex(4)}"
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as http:
        new = {"login": login, "password": "a long enough one", "name": "Pupil", "email": f"{login}@example.com"}
        signed_up = http.post("/reg", json=new)
        assert signed_up.status_code == 201, signed_up.text
        token = signed_up.json()["jwt_access"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield Person(http, http.get("/me").json()["id"], token)


@pytest.fixture
def url(cloud: Cloud, person: Person) -> str:
    """Where the person connects to."""
    return f"{cloud.front_door_url.replace('http', 'ws', 1)}/ws/{person.token}"


@pytest.fixture
def socket(url: str) -> Iterator[Socket]:
    with Socket(url) as socket:
        yield socket.greeted()


def test_a_newcomer_hears_of_themselves_first_and_then_how_things_are(url: str, person: Person) -> None:
    me = {"userId": str(person.id), "user_id": person.id}
    with Socket(url) as first, Socket(url) as second:
        for socket in (first, second):
            join = socket.until("USER_JOIN")
            assert join["payload"] == me
            snapshot = socket.until("SNAPSHOT")
            assert snapshot["payload"]["users"] == [me]
            assert snapshot["payload"]["seq"] >= join["seq"] == socket.got[0]["seq"]


def test_who_closes_is_told_of_to_the_rest(url: str, socket: Socket, person: Person) -> None:
    with Socket(url) as other:
        other.greeted()
    left = socket.until("USER_LEAVE")
    assert left["payload"] == {"userId": str(person.id), "user_id": person.id}
    assert [frame["seq"] for frame in socket.got if "seq" in frame] == [1, 2, 3]


CLIENT = """
import sys
from websockets.sync.client import connect

socket = connect(sys.argv[1], open_timeout=None)
socket.recv()
print("in", flush=True)
for frame in socket:
    pass
"""


def test_a_client_that_is_killed_is_told_of_to_the_rest(url: str, socket: Socket, person: Person) -> None:
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, url], env=child_environment(), stdout=subprocess.PIPE, text=True
    )
    assert client.stdout is not None
    with client:
        assert client.stdout.readline() == "in\n"
        socket.until("USER_JOIN")
        os.kill(client.pid, signal.SIGKILL)
    assert socket.until("USER_LEAVE")["payload"] == {"userId": str(person.id), "user_id": person.id}


def test_who_comes_back_is_told_all_that_they_missed(url: str, socket: Socket) -> None:
    with Socket(url) as away:
        away.greeted()
    socket.until("USER_LEAVE")
    with Socket(url) as third:
        third.greeted()
    socket.until("USER_LEAVE")
    with Socket(f"{url}?last_seq=2") as back:
        assert back.until("RESUMED") == back.got[-1]
        resumed = back.got[-1]["payload"]
        socket.until("USER_JOIN")
        assert [frame["type"] for frame in resumed["frames"]] == ["USER_LEAVE", "USER_JOIN", "USER_LEAVE", "USER_JOIN"]
        assert (resumed["from_seq"], resumed["seq"]) == (2, 6)
        assert resumed["frames"] == [frame for frame in socket.got if frame.get("seq", 0) > 2]


def test_who_claims_to_have_seen_the_future_is_told_how_things_are(url: str) -> None:
    with Socket(f"{url}?last_seq=1000") as socket:
        socket.greeted()


def test_the_eleventh_connection_of_an_account_is_closed_with_1008(url: str) -> None:
    with ExitStack() as open_sockets:
        for _ in range(PERSONAL_SLOTS):
            open_sockets.enter_context(Socket(url)).until("SNAPSHOT")
        with Socket(url) as refused:
            assert refused.close_code() == 1008
            assert refused.got == [
                {
                    "type": "ERROR",
                    "payload": {"code": 1008, "reason": "Too many connections", "reason_code": "room_full"},
                }
            ]
    wait_until(lambda: lets_in(url), PATIENCE)


def lets_in(url: str) -> bool:
    with Socket(url) as socket:
        return bool(socket.read()["type"] == "USER_JOIN")


def test_all_forms_of_the_address_lead_to_the_same(cloud: Cloud, person: Person) -> None:
    front_door = cloud.front_door_url.replace("http", "ws", 1)
    ticket = person.http.post("/ws-tickets").json()["ticket"]
    for address in (
        f"{front_door}/ws/{person.token}",
        f"{front_door}/ws?token={person.token}&user_id={person.id}",
        f"{front_door}/ws?ticket={ticket}",
        f"{cloud.websocket_url}?token={person.token}",
    ):
        with Socket(address) as socket:
            socket.greeted()


def refusal(url: str) -> int:
    """The emulator's gateway answers 403 for whatever the application refused a connection with."""
    with pytest.raises(InvalidStatus) as refused, connect(url, open_timeout=PATIENCE):
        pass
    return refused.value.response.status_code


def test_nobody_gets_in_without_a_right(cloud: Cloud, person: Person) -> None:
    front_door = cloud.front_door_url.replace("http", "ws", 1)
    ticket = person.http.post("/ws-tickets").json()["ticket"]
    with Socket(f"{front_door}/ws?ticket={ticket}") as socket:
        socket.greeted()
    for address in (
        f"{front_door}/ws?ticket={ticket}",
        f"{front_door}/ws",
        f"{front_door}/ws/rubbish",
        f"{front_door}/ws/{person.token}?user_id={person.id + 1}",
        f"{front_door}/ws/lobby?team_id=99&token={person.token}",
        f"{front_door}/ws/training?training_session_id=1&token={person.token}",
        cloud.websocket_url,
    ):
        assert refusal(address) == 403


def test_an_expired_ticket_opens_nothing(cloud: Cloud, person: Person) -> None:
    ticket = person.http.post("/ws-tickets").json()["ticket"]
    dynamodb = cloud.aws.client("dynamodb")
    table = f"lyceum-{cloud.stage}-realtime"
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    (key,) = [
        {"pk": item["pk"], "sk": item["sk"]}
        for page in pages
        for item in page["Items"]
        if item["kind"] == {"S": "ticket"} and item["account_id"] == {"N": str(person.id)}
    ]
    dynamodb.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET expires_at = :now",
        ExpressionAttributeValues={":now": {"N": str(int(time.time()))}},
    )
    assert refusal(f"{cloud.front_door_url.replace('http', 'ws', 1)}/ws?ticket={ticket}") == 403


def test_who_is_blocked_is_cut_off(cloud: Cloud, person: Person, socket: Socket) -> None:
    credentials = {"login": "admin", "password": demo.PASSWORD}
    admin = httpx.post(f"{cloud.front_door_url}/login", json=credentials, timeout=PATIENCE).json()["jwt_access"]
    blocked = httpx.patch(
        f"{cloud.front_door_url}/user/users/{person.id}",
        json={"state": "blocked"},
        headers={"Authorization": f"Bearer {admin}"},
        timeout=PATIENCE,
    )
    assert blocked.status_code == 200, blocked.text
    assert socket.close_code() == 1008
    assert socket.got[-1]["payload"] == {
        "code": 1008,
        "reason": "This account is blocked",
        "reason_code": "account_blocked",
    }


def test_signing_out_closes_the_sockets_of_that_session_alone(cloud: Cloud, person: Person, socket: Socket) -> None:
    again = {"email": person.http.get("/me").json()["email"], "password": "a long enough one"}
    token = person.http.post("/login", json=again).json()["jwt_access"]
    with Socket(f"{cloud.front_door_url.replace('http', 'ws', 1)}/ws/{token}") as other:
        other.until("SNAPSHOT")
        assert person.http.delete("/api/v1/users/logout").status_code == 200
        assert socket.close_code() == 1008
        assert socket.got[-1]["payload"] == {
            "code": 1008,
            "reason": "This session has ended, sign in again",
            "reason_code": "session_ended",
        }
        other.send('{"type": "PING", "payload": {"n": 1}}')
        assert other.until("PONG")["payload"] == {"n": 1}


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_page_of_another_site_opens_no_socket(url: str, origin: str) -> None:
    with pytest.raises(InvalidStatus, match="403"), connect(url, origin=Origin(origin), open_timeout=PATIENCE):
        pass


def test_a_page_of_the_front_door_opens_a_socket(cloud: Cloud, url: str) -> None:
    with connect(url, origin=Origin(cloud.front_door_url), open_timeout=PATIENCE) as opened:
        assert json.loads(opened.recv(timeout=PATIENCE))["type"] == "USER_JOIN"


def test_who_erases_their_account_is_cut_off(person: Person, socket: Socket, url: str) -> None:
    assert person.http.delete("/api/v1/users").status_code == 204
    assert socket.close_code() == 1008
    assert refusal(url) == 403


def test_a_frame_beyond_32_kb_closes_the_connection(socket: Socket) -> None:
    socket.send(json.dumps({"type": "PING", "payload": {"a": "x" * 32_768}}))
    assert socket.close_code() == 1009


def test_a_message_beyond_our_own_limit_is_an_error(socket: Socket) -> None:
    text = json.dumps({"type": "PING", "payload": {"a": "x" * 124_000}})
    socket.send_in_frames(text[start : start + 32_000] for start in range(0, len(text), 32_000))
    assert socket.read()["payload"]["code"] == 1009
    socket.send('{"type": "PING"}')
    assert socket.read()["type"] == "PONG"


@pytest.mark.parametrize(
    ("text", "code"),
    [("not a frame", 1007), ('{"type": "DANCE"}', 1003), ('{"type": "PING", "payload": 5}', 1007), ("[]", 1007)],
)
def test_what_is_no_frame_is_an_error_and_changes_nothing(socket: Socket, text: str, code: int) -> None:
    socket.send(text)
    assert (socket.read()["type"], socket.got[-1]["payload"]["code"]) == ("ERROR", code)
    socket.send('{"type": "PING", "payload": {"n": 1}}')
    assert socket.read() == {"type": "PONG", "payload": {"n": 1}}


def test_every_frame_of_a_flood_is_answered_and_the_connection_survives_it(socket: Socket) -> None:
    """How many are refused depends on how fast the emulator hands them on, which it does one by one."""
    for number in range(3 * BURST):
        socket.send(json.dumps({"type": "PING", "payload": {"n": number}}))
    answers = [socket.read() for _ in range(3 * BURST)]
    done = [answer["payload"]["n"] for answer in answers if answer["type"] == "PONG"]
    refused = [answer["payload"]["code"] for answer in answers if answer["type"] == "ERROR"]
    assert done[:BURST] == list(range(BURST))
    assert refused == [1013] * (3 * BURST - len(done))
    wait_until(lambda: answers_again(socket), PATIENCE)


def answers_again(socket: Socket) -> bool:
    socket.send('{"type": "PING"}')
    return bool(socket.read()["type"] == "PONG")


def test_the_document_of_the_frames_is_served(cloud: Cloud) -> None:
    document = httpx.get(f"{cloud.front_door_url}/asyncapi.json", timeout=PATIENCE).json()
    assert document["asyncapi"] == "3.0.0"
    assert {"PING.client", "PONG.server", "SNAPSHOT.training.server"} <= document["components"]["messages"].keys()
