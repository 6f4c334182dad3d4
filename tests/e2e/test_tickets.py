"""A ticket from HTTP opens one WebSocket, through everything that is deployed."""

import json
import secrets
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE


@pytest.fixture
def pupil(cloud: Cloud) -> Iterator[httpx.Client]:
    """Somebody new, signed in."""
    login = f"pupil-{secrets.token_hex(4)}"
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as http:
        new = {"login": login, "password": "a long enough one", "name": "Pupil", "email": f"{login}@example.com"}
        signed_up = http.post("/reg", json=new)
        assert signed_up.status_code == 201, signed_up.text
        http.headers["Authorization"] = f"Bearer {signed_up.json()['jwt_access']}"
        yield http


def ticket_of(pupil: httpx.Client) -> str:
    answer = pupil.post("/ws-tickets")
    assert answer.status_code == 201, answer.text
    assert answer.json()["expires_in"] == 60
    ticket: str = answer.json()["ticket"]
    return ticket


def opened(cloud: Cloud, query: str) -> ClientConnection:
    return connect(f"{cloud.front_door_url.replace('http', 'ws', 1)}/ws/lobby?{query}", open_timeout=PATIENCE)


def refusal(cloud: Cloud, query: str) -> int:
    """The emulator's gateway answers 403 for whatever the application refused a connection with."""
    with pytest.raises(InvalidStatus) as refused:
        opened(cloud, query)
    return refused.value.response.status_code


def test_a_ticket_opens_one_socket_of_its_owner(cloud: Cloud, pupil: httpx.Client) -> None:
    ticket, account_id = ticket_of(pupil), pupil.get("/me").json()["id"]
    with opened(cloud, f"ticket={ticket}&user_id={account_id}") as socket:
        socket.send('{"type": "PING", "payload": {"n": 1}}')
        while (frame := json.loads(socket.recv(timeout=PATIENCE)))["type"] != "PONG":
            assert frame["type"] in {"USER_JOIN", "SNAPSHOT"}
        assert frame["payload"] == {"n": 1}
        assert refusal(cloud, f"ticket={ticket}") == 403


def test_a_ticket_opens_nothing_in_another_name(cloud: Cloud, pupil: httpx.Client) -> None:
    assert refusal(cloud, f"ticket={ticket_of(pupil)}&user_id=1") == 403


def test_without_a_good_ticket_there_is_no_socket(cloud: Cloud) -> None:
    assert refusal(cloud, "ticket=rubbish") == 403
    assert refusal(cloud, "ticket=") == 403
    assert httpx.post(f"{cloud.front_door_url}/ws-tickets", timeout=PATIENCE).status_code == 401
