import json
from datetime import timedelta
from typing import Any

import pytest

import app as application
from chalicelib.realtime import connections, frames, push
from tests.conftest import Log
from tests.school import PASSWORD, Person, School

CONTEXT = {"connectionId": "C1", "apiId": "a", "domainName": "x", "stage": "api"}


class Connection:
    """A client's end of a WebSocket."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Any]] = []

    def __call__(self, connection_id: str, text: str) -> None:
        self.got.append((connection_id, json.loads(text)))

    def send(self, text: str) -> None:
        assert connections.receive("C1", text) == {"statusCode": 200}


@pytest.fixture
def connection() -> Connection:
    connection = Connection()
    push.use(connection)
    return connection


def connect(query: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> int:
    """What API Gateway is answered, through the app's own entry point."""
    context = {**CONTEXT, "eventType": "CONNECT", "routeKey": "$connect"}
    event = {"requestContext": context, "headers": headers, "queryStringParameters": query}
    answer: dict[str, int] = application.websocket_connect(event, None)
    return answer["statusCode"]


def test_a_token_in_the_query_connects(school: School) -> None:
    assert connect({"token": school.person().token}) == 200


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_bearer_in_the_header_connects(school: School, name: str) -> None:
    assert connect(headers={name: f"Bearer {school.person().token}"}) == 200


def test_ones_own_user_id_may_be_named(school: School) -> None:
    person = school.person()
    assert connect({"token": person.token, "user_id": str(person.id)}) == 200


def test_another_user_id_is_refused(school: School) -> None:
    person, other = school.person(), school.person()
    for named in (str(other.id), "", "0", f"{person.id} "):
        assert connect({"token": person.token, "user_id": named}) == 403


def refresh_token(school: School, person: Person) -> str:
    answer = school.api.post("/login", {"email": person.account.email, "password": PASSWORD})
    token: str = answer.body["jwt_refresh"]
    return token


def test_without_a_token_there_is_no_connection(school: School) -> None:
    assert connect() == 401
    assert connect({}, {}) == 401
    assert connect({"token": ""}, {"Authorization": "Bearer "}) == 401
    assert connect({"user_id": "1"}) == 401


@pytest.mark.parametrize("token", ["rubbish", "a.b.c", "ключ"])
def test_a_bad_token_is_refused(school: School, token: str) -> None:
    assert connect({"token": token}) == 401
    assert connect(headers={"Authorization": f"Bearer {token}"}) == 401


def test_a_refresh_token_is_refused(school: School) -> None:
    assert connect({"token": refresh_token(school, school.person())}) == 401


def test_an_expired_token_is_refused(school: School) -> None:
    person = school.person()
    school.clock.forward(timedelta(hours=1))
    assert connect({"token": person.token}) == 401


def test_a_bad_token_in_the_query_is_not_saved_by_a_good_header(school: School) -> None:
    assert connect({"token": "rubbish"}, {"Authorization": f"Bearer {school.person().token}"}) == 401


def test_no_token_is_logged(school: School, log: Log) -> None:
    person = school.person()
    connect({"token": person.token})
    connect({"token": person.token[:-2]})
    assert log.events("connection accepted")[0]["account_id"] == person.id
    assert log.events("connection refused")[0]["code"] == "invalid_token"
    assert person.token[:-2] not in log.text


def test_a_ping_is_answered_with_its_payload_to_its_sender_alone(connection: Connection) -> None:
    connection.send('{"type": "PING", "payload": {"n": 1, "text": "привет", "deep": {"a": [null]}}}')
    payload = {"n": 1, "text": "привет", "deep": {"a": [None]}}
    assert connection.got == [("C1", {"type": "PONG", "payload": payload})]


@pytest.mark.parametrize("text", ['{"type": "PING"}', '{"type": "PING", "payload": null}'])
def test_a_ping_without_payload_is_answered_without(connection: Connection, text: str) -> None:
    connection.send(text)
    assert connection.got == [("C1", {"type": "PONG", "payload": None})]


def test_a_message_reaches_its_answer_through_the_app(school: School, connection: Connection) -> None:
    context = {**CONTEXT, "eventType": "MESSAGE", "routeKey": "$default"}
    answer = application.websocket_message({"requestContext": context, "body": '{"type": "PING"}'}, None)
    assert answer["statusCode"] == 200
    assert connection.got == [("C1", {"type": "PONG", "payload": None})]


@pytest.mark.parametrize("type_", ["", "ping", "PONG", "ERROR", "USER_JOIN", "x" * 10_000])
def test_an_unknown_type_is_an_error(connection: Connection, type_: str) -> None:
    connection.send(json.dumps({"type": type_}))
    ((_, frame),) = connection.got
    assert (frame["type"], frame["payload"]["code"]) == ("ERROR", 1003)
    assert len(frame["payload"]["reason"]) < 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rubbish",
        "null",
        "[]",
        "5",
        '"PING"',
        "{}",
        '{"type": 5}',
        '{"type": null}',
        '{"payload": {}}',
        '{"type": "PING", "payload": 5}',
        '{"type": "PING", "payload": []}',
        '{"type": "PING", "more": 1}',
        '{"type": "PING"',
        '{"type": "\\ud800"}',
        "[" * 50_000,
    ],
)
def test_what_is_no_frame_is_an_error(connection: Connection, text: str) -> None:
    connection.send(text)
    ((_, frame),) = connection.got
    assert (frame["type"], frame["payload"]["code"]) == ("ERROR", 1007)
    assert frame["payload"]["reason"]


def test_every_type_of_the_table_is_one_we_know() -> None:
    assert set(frames.HANDLERS) <= set(frames.Type)
