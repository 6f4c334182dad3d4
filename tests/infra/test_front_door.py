"""The front door: where requests go, and what it makes up for."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import ClientSession, WSMessage, WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient, TestServer
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from chalicelib.common import texts
from infra.gateway_answers import NOT_FOUND, UPGRADE
from infra.local import front_door
from infra.local.preflight import Preflights
from infra.local.web_client import WebClient
from infra.routing import Target, Upstream, route
from tests.support.paths import ROOT

Client = TestClient[web.Request, web.Application]
Scenario = Callable[[Client], Awaitable[None]]
THERE = web.AppKey("there", list[web.Request])


ROUTED = [
    ("/", "", Target(Upstream.REST, "/", "")),
    ("/courses/1", "limit=2", Target(Upstream.REST, "/courses/1", "limit=2")),
    ("/ws/lobby", "team_id=1", Target(Upstream.WEBSOCKET, "", "team_id=1")),
    ("/ws/training", "training_session_id=x", Target(Upstream.WEBSOCKET, "", "training_session_id=x")),
    ("/ws/abc.def", "", Target(Upstream.WEBSOCKET, "", "token=abc.def")),
    ("/ws/abc", "last_seq=3", Target(Upstream.WEBSOCKET, "", "token=abc&last_seq=3")),
    ("/ws/a%20b", "", Target(Upstream.WEBSOCKET, "", "token=a%20b")),
    ("/ws/a&user_id=2", "", Target(Upstream.WEBSOCKET, "", "token=a%26user_id%3D2")),
    ("/ws/", "", Target(Upstream.REST, "/ws/", "")),
    ("/ws/abc", "token=other&last_seq=3&token=", Target(Upstream.WEBSOCKET, "", "token=abc&last_seq=3")),
    ("/ws", "ticket=t&last_seq=3", Target(Upstream.WEBSOCKET, "", "ticket=t&last_seq=3")),
    ("/ws", "", Target(Upstream.WEBSOCKET, "", "")),
    ("/ws/lobby/", "", Target(Upstream.REST, "/ws/lobby/", "")),
    ("/ws-tickets", "", Target(Upstream.REST, "/ws-tickets", "")),
    ("/app", "", Target(Upstream.WEB, "/app", "")),
    ("/app/", "a=1", Target(Upstream.WEB, "/app/", "a=1")),
    ("/app/courses/1", "", Target(Upstream.WEB, "/app/courses/1", "")),
    ("/apple", "", Target(Upstream.REST, "/apple", "")),
]


@pytest.mark.parametrize(("path", "query", "target"), ROUTED)
def test_route(path: str, query: str, target: Target) -> None:
    assert route(path, query) == target


ORIGIN = "http://localhost:3000"
ANY = {"Access-Control-Allow-Origin": ORIGIN, "X": "any"}
LISTED = (ORIGIN, "http://localhost:*")
PREFLIGHTS = Preflights({"/courses/{id}": ANY, "/courses/new": {"X": "new"}, "/a.b": {"X": "dot"}}, LISTED)
NO_WEB = WebClient(None, uploads="http://127.0.0.1:4566")
WITH_UNKNOWN = Preflights({"/{proxy+}": {"X": "unknown"}, **PREFLIGHTS.headers}, LISTED)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/courses/7", ANY),
        ("/courses/new", {"X": "new"}),
        ("/courses/7/8", None),
        ("/courses/", None),
        ("/aXb", None),
    ],
)
def test_preflight_is_that_of_the_most_literal_route(path: str, headers: dict[str, str] | None) -> None:
    assert PREFLIGHTS.find(path) == headers
    assert WITH_UNKNOWN.find(path) == (headers or {"X": "unknown"})


async def _echo(request: web.Request) -> web.Response:
    body = await request.read()
    seen = {"headers": {name.lower(): value for name, value in request.headers.items()}, "size": len(body)}
    return web.json_response({**seen, "url": str(request.rel_url)}, status=201, headers={"Set-Cookie": "a=1"})


async def _unknown(request: web.Request) -> web.Response:
    headers = {"x-amzn-ErrorType": "MissingAuthenticationTokenException", "x-amzn-requestid": "r-1"}
    return web.json_response({"message": "Missing Authentication Token"}, status=403, headers=headers)


async def _throttled(request: web.Request) -> web.Response:
    headers = {"x-amzn-ErrorType": "TooManyRequestsException"}
    return web.json_response({"message": "Too Many Requests"}, status=429, headers=headers)


async def _long(request: web.Request) -> web.Response:
    return web.Response(text="x" * int(request.query_string), headers={"ETag": '"1"'})


async def _forbidden(request: web.Request) -> web.Response:
    return web.json_response({"code": "forbidden"}, status=403)


async def _concurrent_requests(request: web.Request) -> web.Response:
    """How many requests were there when this one came, itself included."""
    request.app[THERE].append(request)
    present = len(request.app[THERE])
    await asyncio.sleep(0.01)
    request.app[THERE].remove(request)
    return web.json_response(present)


async def _socket(request: web.Request) -> web.StreamResponse:
    """What the emulator's WebSocket API does, as far as the first frame asks for it."""
    if request.query.get("token") == "refused":
        return web.Response(status=403)
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.data == "room is full":
            frame = {"type": "ERROR", "payload": {"code": 1008, "reason": "the room is full"}}
            await socket.send_str(json.dumps(frame))
            await socket.close(code=1000)
        elif message.data == "close":
            await socket.close(code=4001)
        elif message.data.startswith("say "):
            await socket.send_str("x" * int(message.data.removeprefix("say ")))
        elif len(message.data) > 10_000:
            await socket.send_str(f"{len(message.data)} bytes")
        else:
            await socket.send_str(f"{request.query_string} {message.data}")
    return socket


def visit(scenario: Scenario) -> None:
    """Run `scenario` as a client of a front door before a small upstream."""

    async def main() -> None:
        upstream = web.Application(client_max_size=2 * front_door.BODY_LIMIT)
        upstream[THERE] = []
        upstream.router.add_get("/ws", _socket)
        upstream.router.add_get("/rest/crowded", _concurrent_requests)
        upstream.router.add_route("*", "/rest/unknown", _unknown)
        upstream.router.add_get("/rest/throttled", _throttled)
        upstream.router.add_get("/rest/long", _long)
        upstream.router.add_route("*", "/rest/forbidden", _forbidden)
        upstream.router.add_route("*", "/rest/{path:(?s:.*)}", _echo)
        async with TestServer(upstream) as server:
            urls = {"rest_url": str(server.make_url("/rest")), "websocket_url": str(server.make_url("/ws"))}
            app = front_door.application(**urls, preflights=PREFLIGHTS, client=NO_WEB)
            async with TestClient(TestServer(app)) as client:
                await scenario(client)

    asyncio.run(main())


def test_more_requests_than_the_emulator_gets_at_once_wait_their_turn() -> None:
    async def ask(client: Client) -> int:
        return int(await (await client.get("/crowded")).json())

    async def scenario(client: Client) -> None:
        present = await asyncio.gather(*(ask(client) for _ in range(5 * front_door.MAX_REQUESTS_AT_ONCE)))
        assert max(present) == front_door.MAX_REQUESTS_AT_ONCE

    visit(scenario)


def test_request_and_answer_pass_unchanged() -> None:
    async def scenario(client: Client) -> None:
        answer = await client.post("/courses/1%2F2?a=1&a=%D0%B9", data=b"12345", headers={"X-Own": "x"})

        body = await answer.json()
        assert (answer.status, answer.headers["Set-Cookie"]) == (201, "a=1")
        assert (body["url"], body["size"], body["headers"]["x-own"]) == ("/rest/courses/1%2F2?a=1&a=%D0%B9", 5, "x")

    visit(scenario)


def test_path_may_have_a_line_break() -> None:
    async def scenario(client: Client) -> None:
        answer = await client.get("/teams/1/invites/a%0Ab")

        assert (await answer.json())["url"] == "/rest/teams/1/invites/a%0Ab"

    visit(scenario)


def test_client_cannot_write_its_own_address() -> None:
    async def scenario(client: Client) -> None:
        answer = await client.get("/", headers={"X-Forwarded-For": "203.0.113.9"})

        assert (await answer.json())["headers"]["x-forwarded-for"] == "127.0.0.1"

    visit(scenario)


def test_unknown_route_is_not_found_in_the_one_error_body() -> None:
    async def scenario(client: Client) -> None:
        answer = await client.get("/unknown")

        body = await answer.json()
        assert (answer.status, body["code"], body["request_id"]) == (404, "route_not_found", "r-1")

    visit(scenario)


@pytest.mark.parametrize(
    ("path", "english"), [("/unknown", "Not found"), ("/ws/lobby", "This address is for WebSockets")]
)
def test_own_answers_are_in_the_language_that_is_asked_for(path: str, english: str) -> None:
    async def scenario(client: Client) -> None:
        (text,) = [each.text for each in (NOT_FOUND, UPGRADE) if str(each.text) == english]
        for language in texts.languages():
            answer = await client.get(path, headers={"Accept-Language": f"tlh, {language};q=0.5"})
            body = await answer.json()
            worded = text.in_language(language)
            assert [body["status"], *body["errors"], body["detail"]] == [worded] * 3
            assert body["violations"] == []

    visit(scenario)


LARGE = front_door.FRAME_LIMIT
TAKEN = {
    "one": ["x" * LARGE],
    "as many as a message may have": ["x" * LARGE] * 4,
    "odd ones": ["x" * 20_000, "", "x", "x" * LARGE],
}


def on_a_socket(act: Callable[[ClientConnection], Awaitable[None]]) -> None:
    """`act` with a WebSocket to the front door, whose library sends frames as it is told."""

    async def scenario(client: Client) -> None:
        async with connect(str(client.make_url("/ws/abc")).replace("http", "ws", 1)) as socket:
            await act(socket)

    visit(scenario)


@pytest.mark.parametrize("parts", TAKEN.values(), ids=TAKEN)
def test_frames_that_api_gateway_takes_arrive_as_one_message(parts: list[str]) -> None:
    async def act(socket: ClientConnection) -> None:
        await socket.send(parts)
        assert await socket.recv() == f"{sum(map(len, parts))} bytes"

    on_a_socket(act)


NOT_TAKEN = {
    "a frame": ["x" * (LARGE + 1)],
    "the second of three": ["x", "x" * (LARGE + 1), "x"],
    "a large one": ["x" * 10 * LARGE],
    "a message of frames": [*["x" * LARGE] * 4, "x"],
}


@pytest.mark.parametrize("parts", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_api_gateway_does_not_take_closes_with_1009(parts: list[str]) -> None:
    async def act(socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):  # the door may have closed before all was sent
            await socket.send(parts)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009

    on_a_socket(act)


def test_a_frame_counts_as_it_is_without_compression() -> None:
    async def act(socket: ClientConnection) -> None:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers

    on_a_socket(act)


@pytest.mark.parametrize(("size", "code"), [(LARGE, None), (LARGE + 1, 1009)])
def test_what_the_api_sends_has_the_same_limit(size: int, code: int | None) -> None:
    async def act(socket: ClientConnection) -> None:
        await socket.send(f"say {size}")
        if code is None:
            assert await socket.recv() == "x" * size
            return
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code

    on_a_socket(act)


def test_a_reason_in_russian_fits_a_close_frame() -> None:
    frame = json.dumps({"type": "ERROR", "payload": {"code": 1008, "reason": "х" + "ы" * 200}}, ensure_ascii=False)
    reason = front_door._policy_violation(WSMessage(WSMsgType.TEXT, frame, None))
    assert reason == "х" + "ы" * 60


def test_a_throttled_client_gets_retry_after() -> None:
    async def scenario(client: Client) -> None:
        answer = await client.get("/throttled")

        assert (answer.status, (await answer.json())["code"]) == (429, "too_many_requests")
        assert answer.headers["Retry-After"] == "1"

    visit(scenario)


@pytest.mark.parametrize(("method", "path"), [("GET", "/unknown"), ("GET", "/courses"), ("OPTIONS", "/courses/7")])
def test_every_answer_has_an_id_and_is_for_the_frontend_alone(method: str, path: str) -> None:
    async def scenario(client: Client) -> None:
        for asking, named in {"https://evil.example": ORIGIN, "http://localhost:5173": "http://localhost:5173"}.items():
            answer = await client.request(method, path, headers={"Origin": asking})

            assert answer.headers["X-Request-Id"]
            assert answer.headers["Access-Control-Allow-Origin"] == named
            assert answer.headers["Vary"] == "Origin"

    visit(scenario)


@pytest.mark.parametrize(
    ("size", "accepted", "encoding"),
    [(900, "gzip", None), (2000, "gzip", "gzip"), (2000, "br, gzip;q=0.8", "gzip"), (2000, "identity", None)],
)
def test_a_long_answer_is_compressed_for_those_who_take_it(size: int, accepted: str, encoding: str | None) -> None:
    async def scenario(client: Client) -> None:
        answer = await client.get(f"/long?{size}", headers={"Accept-Encoding": accepted})

        assert (answer.headers.get("Content-Encoding"), answer.headers["ETag"]) == (encoding, '"1"')
        assert await answer.text() == "x" * size

    visit(scenario)


def test_answers_are_compressed_from_the_size_that_api_gateway_is_told() -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
    assert config["minimum_compression_size"] == front_door.COMPRESSED_FROM


def test_nobody_keeps_what_the_front_door_answers_by_itself() -> None:
    async def scenario(client: Client) -> None:
        for path in ("/unknown", "/throttled", "/ws/abc"):
            assert (await client.get(path)).headers["Cache-Control"] == "no-store"

    visit(scenario)


def test_refusal_of_the_application_passes() -> None:
    async def scenario(client: Client) -> None:
        answer = await client.get("/forbidden")

        assert (answer.status, await answer.json()) == (403, {"code": "forbidden"})

    visit(scenario)


TOO_LARGE = b"x" * (front_door.BODY_LIMIT + 1)


async def _chunks() -> AsyncIterator[bytes]:
    for start in range(0, len(TOO_LARGE), 1 << 20):
        yield TOO_LARGE[start : start + (1 << 20)]


@pytest.mark.parametrize("body", [lambda: TOO_LARGE, _chunks], ids=["with a length", "chunked"])
def test_too_large_body_is_refused(body: Callable[[], object]) -> None:
    async def scenario(client: Client) -> None:
        answer = await client.post("/", data=body())

        assert (answer.status, (await answer.json())["code"]) == (413, "body_too_large")

    visit(scenario)


def test_frames_pass_both_ways_with_the_token_of_the_path() -> None:
    async def scenario(client: Client) -> None:
        async with client.ws_connect("/ws/abc?last_seq=3") as socket:
            await socket.send_str("hello")
            assert await socket.receive_str() == "token=abc&last_seq=3 hello"

    visit(scenario)


@pytest.mark.parametrize(("frame", "code"), [("close", 4001), ("room is full", 1008)])
def test_close_code_passes_and_a_full_room_closes_with_1008(frame: str, code: int) -> None:
    async def scenario(client: Client) -> None:
        async with client.ws_connect("/ws/lobby?team_id=1") as socket:
            await socket.send_str(frame)
            async for message in socket:
                assert message.type is WSMsgType.TEXT
            assert socket.close_code == code

    visit(scenario)


def test_refused_handshake_is_refused_to_the_client() -> None:
    async def scenario(client: Client) -> None:
        with pytest.raises(WSServerHandshakeError) as refusal:
            await client.ws_connect("/ws/refused")
        assert refusal.value.status == 403

    visit(scenario)


UPGRADING = (
    b"GET /ws/abc HTTP/1.1\r\nHost: door\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)


def test_a_client_that_leaves_before_the_handshake_ends_is_no_defect(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        asked, gone, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def late(request: web.Request) -> web.StreamResponse:
            asked.set()
            try:
                await gone.wait()
                socket = web.WebSocketResponse()
                await socket.prepare(request)
                async for _ in socket:
                    pass
            finally:
                ended.set()
            return socket

        upstream = web.Application()
        upstream.router.add_get("/ws", late)
        async with TestServer(upstream) as server:
            urls = {"rest_url": str(server.make_url("/rest")), "websocket_url": str(server.make_url("/ws"))}
            app = front_door.application(**urls, preflights=PREFLIGHTS, client=NO_WEB)
            door = web.AppRunner(app)  # as it is served: a TestServer ends the handlers of those that leave
            await door.setup()
            await web.TCPSite(door, "127.0.0.1", 0).start()
            assert door.server is not None
            _, writer = await asyncio.open_connection(*door.addresses[0])
            writer.write(UPGRADING)
            await asked.wait()
            writer.close()
            while any(each.transport for each in door.server.connections):
                await asyncio.sleep(0.001)
            gone.set()
            await ended.wait()
            await door.cleanup()

    asyncio.run(main())

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_plain_get_of_a_socket_is_told_to_upgrade() -> None:
    async def scenario(client: Client) -> None:
        answer = await client.get("/ws/lobby")

        assert (answer.status, (await answer.json())["code"]) == (426, "upgrade_required")

    visit(scenario)


def test_emulator_that_is_away_is_a_bad_gateway() -> None:
    async def main() -> None:
        urls = {"rest_url": "http://127.0.0.1:1", "websocket_url": "http://127.0.0.1:1"}
        app = front_door.application(**urls, preflights=PREFLIGHTS, client=NO_WEB)
        async with TestServer(app) as server, ClientSession() as session:
            answer = await session.get(server.make_url("/health"))
            assert (answer.status, (await answer.json())["code"]) == (502, "bad_gateway")

    asyncio.run(main())
