"""Frames from clients, and the answers that go to their sender alone."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.realtime import connections, frames, rate_limit
from chalicelib.realtime.frames import MAX_FRAME_BYTES, MAX_MESSAGE_BYTES
from tests.support.live import Socket
from tests.support.school import Person, School, counted_requests


@pytest.fixture
def socket(school: School, pupil: Person) -> Socket:
    """A socket that has been greeted."""
    socket = school.live.join(pupil)
    socket.got.clear()
    return socket


def answer(socket: Socket, text: str) -> Any:
    socket.send_text(text)
    (frame,) = socket.got
    return frame


def test_a_ping_is_answered_with_its_payload_to_its_sender_alone(school: School, socket: Socket) -> None:
    other = school.live.join(school.person())
    other.got.clear()
    frame = answer(socket, '{"type": "PING", "payload": {"n": 1, "text": "привет", "deep": {"a": [null]}}}')
    assert frame == {"type": "PONG", "payload": {"n": 1, "text": "привет", "deep": {"a": [None]}}}
    assert other.got == []


@pytest.mark.parametrize("text", ['{"type": "PING"}', '{"type": "PING", "payload": null}'])
def test_a_ping_without_payload_is_answered_without(socket: Socket, text: str) -> None:
    assert answer(socket, text) == {"type": "PONG", "payload": None}


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "PONG", "payload": 1, "": 2},
        {"model_dump": 1, "model_extra": 2, "__class__": 3, "self": 4},
        {"n": 2**70, "x": -0.5, "null": None, "no": False},
        {"nul": "\x00", "line": "\u2028", "half": "🙂"},
        {"a": [[[[[[[[]]]]]]]]},
    ],
)
def test_an_odd_payload_comes_back_as_it_was(socket: Socket, payload: dict[str, object]) -> None:
    assert answer(socket, json.dumps({"type": "PING", "payload": payload}))["payload"] == payload


@pytest.mark.parametrize("type_", ["", "ping", "PONG", "ERROR", "USER_JOIN", "x" * 10_000])
def test_an_unknown_type_is_an_error(socket: Socket, type_: str) -> None:
    frame = answer(socket, json.dumps({"type": type_}))
    assert (frame["type"], frame["payload"]["code"]) == ("ERROR", 1003)
    assert len(frame["payload"]["reason"]) <= frames.MAX_REASON


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
        '{"type": "PING", "%s": 1}' % ("x" * 50_000),
        '{"type": "PING"',
        '{"type": "PING"}{"type": "PING"}',
        '{"type": "\\ud800"}',
        '{"type": "PING", "payload": {"a": "\\ud800"}}',
        '{"type": "PING", "payload": {"a": "\ud800"}}',
        '{"type": "PING", "payload": {"a": NaN}}',
        '{"type": "PING", "payload": {"a": 1e999}}',
        '{"type": "PING", "payload": {"a": %s}}' % ("9" * 5000),
        "[" * 50_000,
        '{"type": "PING", "payload": {"a": %s}}' % ("[" * 5000 + "]" * 5000),
    ],
)
def test_what_is_no_frame_is_an_error(socket: Socket, text: str) -> None:
    frame = answer(socket, text)
    assert (frame["type"], frame["payload"]["code"]) == ("ERROR", 1007)
    assert 0 < len(frame["payload"]["reason"]) <= frames.MAX_REASON


@pytest.mark.parametrize(("length", "code"), [(MAX_MESSAGE_BYTES, 1003), (MAX_MESSAGE_BYTES + 1, 1009)])
def test_a_message_has_a_largest_size_in_bytes(socket: Socket, length: int, code: int) -> None:
    empty = '{"type":"UNKNOWN","payload":{"a":""}}'
    text = empty.replace('""', f'"{"й" * ((length - len(empty)) // 2)}"')
    refused = answer(socket, text + " " * (length - len(text.encode())))
    assert (refused["type"], refused["payload"]["code"]) == ("ERROR", code)


@pytest.mark.parametrize(("more", "type_"), [(0, "PONG"), (1, "ERROR")])
def test_a_ping_whose_pong_no_frame_holds_is_an_error(socket: Socket, more: int, type_: str) -> None:
    fill = MAX_FRAME_BYTES - len(frames.to_text("PONG", {"a": ""})) + more
    frame = answer(socket, frames.to_text("PING", {"a": "x" * fill}))
    assert frame["type"] == type_
    if type_ == "ERROR":
        assert frame["payload"]["code"] == 1009


def test_a_flood_is_refused_before_anything_is_read(school: School, socket: Socket) -> None:
    for _ in range(rate_limit.BURST):
        socket.send("PING")
    assert socket.types == ["PONG"] * rate_limit.BURST
    with counted_requests() as counted:
        socket.send("PING")
    assert (socket.last("ERROR")["code"], counted) == (1013, {})
    school.clock.forward(timedelta(seconds=1))
    for _ in range(rate_limit.PER_SECOND):
        socket.send("PING")
    assert socket.types.count("PONG") == rate_limit.BURST + rate_limit.PER_SECOND
    socket.send("PING")
    assert socket.types.count("ERROR") == 2


def test_a_flooding_connection_slows_no_other_down(school: School, socket: Socket) -> None:
    other = school.live.join(school.person())
    for _ in range(rate_limit.BURST + 1):
        socket.send("PING")
    other.send("PING")
    assert (socket.types[-1], other.types[-1]) == ("ERROR", "PONG")


def test_a_frame_costs_the_read_of_its_connection_and_that_of_its_session(school: School, socket: Socket) -> None:
    with counted_requests() as counted:
        socket.send("PING")
    assert counted == {"GetItem": 1, "BatchGetItem": 1}


def test_a_frame_from_a_connection_that_we_do_not_know_closes_it(school: School) -> None:
    stray = Socket("stray")
    school.live.sockets[stray.id] = stray
    stray.send("PING")
    assert (stray.got, stray.is_open) == ([], False)


def test_an_answer_to_a_gone_connection_is_no_failure(school: School, pupil: Person) -> None:
    socket = school.live.join(pupil)
    socket.vanish()
    socket.send("PING")
    socket.send("NO SUCH TYPE")
    assert socket.types == ["USER_JOIN", "SNAPSHOT"]


def test_a_goodbye_from_a_connection_that_we_do_not_know_is_nothing(school: School) -> None:
    assert connections.disconnect("never seen") == {"statusCode": 200}
    assert school.live.records() == []
