"""Serves REST and WebSockets on one host, as CloudFront does on AWS.

It makes up for what MiniStack's API Gateway lacks. That keeps the template's GatewayResponses without using them,
answers CORS preflights without their headers, takes the client's address from the first X-Forwarded-For, whoever wrote
it, has no body limit, compresses nothing, and starts one more process rather than let a request wait. The front door
also closes with code 1008 when a room is full, which API Gateway cannot, neither here nor on AWS. It speaks plain HTTP,
on loopback alone.
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import uuid
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import (
    ClientConnectionError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    TCPConnector,
    WSCloseCode,
    WSMessage,
    WSMsgType,
    WSServerHandshakeError,
    hdrs,
    web,
)
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from chalicelib.common import texts
from infra import gateway_answers, routing
from infra.gateway_answers import OwnAnswer
from infra.local import frame_limit, web_client
from infra.local.preflight import Preflights
from infra.local.web_client import WebClient
from infra.routing import Target, Upstream

BODY_LIMIT: Final = 10 * 1024 * 1024  # bytes, API Gateway's
FRAME_LIMIT: Final = 32 * 1024  # bytes, API Gateway's, also of what it is asked to send
MESSAGE_LIMIT: Final = 128 * 1024  # bytes of a message of several frames, API Gateway's
CLOSED_WITHIN: Final = 2.0  # seconds that a client has to answer a close
COMPRESSED_FROM: Final = 1024  # bytes, the API's minimum_compression_size (.chalice/config.json)
CLOSE_REASON: Final = 123  # bytes that a close frame holds
ANSWER_WITHIN: Final = 29.0  # seconds, API Gateway's
# Requests that the emulator gets at once: it starts a process for each that finds the others at work.
MAX_REQUESTS_AT_ONCE: Final = max(8, 4 * (os.cpu_count() or 1))
HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding"}
    | {"upgrade", "host"}
)
HANDSHAKE: Final = frozenset(
    {"sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions", "sec-websocket-protocol"}
)
# aiohttp's own defaults, which the client did not send.
OURS: Final = frozenset({"Accept", "Accept-Encoding", "User-Agent", "Content-Type"})
# API Gateway's own answers, by their x-amzn-ErrorType: what infra/templates/resources.yaml makes of them on AWS.
GATEWAY_RESPONSES: Final = {
    "MissingAuthenticationTokenException": gateway_answers.NOT_FOUND,
    "RequestTooLargeException": gateway_answers.TOO_LARGE,
    "TooManyRequestsException": gateway_answers.TOO_MANY,
}

EVERY_PATH: Final = "/{path:(?s:.*)}"
"""Also those with an encoded line break."""

ClientSocket = web.WebSocketResponse
REST_URL: Final = web.AppKey("rest_url", str)
WEBSOCKET_URL: Final = web.AppKey("websocket_url", str)
PREFLIGHTS: Final = web.AppKey("preflights", Preflights)
WEB_CLIENT: Final = web.AppKey("web_client", WebClient)
SESSION: Final = web.AppKey("session", ClientSession)
REQUEST_SLOTS: Final = web.AppKey("turns", asyncio.Semaphore)


def application(*, rest_url: str, websocket_url: str, preflights: Preflights, client: WebClient) -> web.Application:
    app = web.Application()
    app[WEB_CLIENT] = client
    app[PREFLIGHTS] = preflights
    app[REST_URL], app[WEBSOCKET_URL] = rest_url, websocket_url
    app[REQUEST_SLOTS] = asyncio.Semaphore(MAX_REQUESTS_AT_ONCE)
    app.cleanup_ctx.append(_session)
    app.on_response_prepare.append(_add_gateway_headers)
    app.router.add_route("*", EVERY_PATH, _handle)
    return app


async def _add_gateway_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Adds the headers that API Gateway adds to its own answers; the application's have them already."""
    own = {"X-Request-Id": str(uuid.uuid4()), "Cache-Control": "no-store"}
    readable = request.app[PREFLIGHTS].readable_by(request.headers.get(hdrs.ORIGIN))
    for name, value in {**own, **readable}.items():
        response.headers.setdefault(name, value)


async def _session(app: web.Application) -> AsyncIterator[None]:
    # Bodies pass through as they are: neither decompressed nor limited to a number of connections.
    connector = TCPConnector(limit=0)
    timeout = ClientTimeout(total=None, sock_read=ANSWER_WITHIN)
    async with ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as session:
        app[SESSION] = session
        yield


async def _handle(request: web.Request) -> web.StreamResponse:
    target = routing.route(request.rel_url.raw_path, request.rel_url.raw_query_string)
    if target.upstream is Upstream.WEB:
        return request.app[WEB_CLIENT].answer(request)
    if routing.leads_to_web_client(request.method, request.path, request.headers.get(hdrs.ACCEPT, "")):
        return web_client.to_the_page()
    if target.upstream is Upstream.REST:
        preflight = request.app[PREFLIGHTS].find(target.path) if request.method == hdrs.METH_OPTIONS else None
        if preflight is None:
            return await _proxy(request, target)
        readable = request.app[PREFLIGHTS].readable_by(request.headers.get(hdrs.ORIGIN))
        return web.json_response({}, headers={**preflight, **readable})
    if request.headers.get("Upgrade", "").lower() != "websocket":
        return _refusal(request, gateway_answers.UPGRADE)
    return await _relay(request, target)


async def _proxy(request: web.Request, target: Target) -> web.StreamResponse:
    if (request.content_length or 0) > BODY_LIMIT:
        return _refusal(request, gateway_answers.TOO_LARGE)
    url = _url(request.app[REST_URL] + target.path, target.query)
    try:
        return await _exchange(request, url)
    except _BodyTooLargeError:
        return _refusal(request, gateway_answers.TOO_LARGE)
    except TimeoutError:
        return _refusal(request, gateway_answers.TIMED_OUT)
    except ClientConnectionError:
        return _refusal(request, gateway_answers.AWAY)


async def _exchange(request: web.Request, url: URL) -> web.StreamResponse:
    body = await _read(request)
    asked = request.app[SESSION].request(
        request.method, url, headers=_forwarded(request), data=body, allow_redirects=False, skip_auto_headers=OURS
    )
    async with request.app[REQUEST_SLOTS], asked as answer:
        gateways = GATEWAY_RESPONSES.get(answer.headers.get("x-amzn-ErrorType", ""))
        if gateways is not None:
            return _refusal(request, gateways, request_id=answer.headers.get("x-amzn-requestid", ""))
        return await _send(request, answer)


async def _send(request: web.Request, answer: ClientResponse) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=_end_to_end(answer.headers))
    if (answer.content_length or 0) >= COMPRESSED_FROM and hdrs.CONTENT_ENCODING not in answer.headers:
        response.enable_compression()  # when the client takes it
    await response.prepare(request)
    async for chunk in answer.content.iter_any():
        await response.write(chunk)
    await response.write_eof()
    return response


class _BodyTooLargeError(Exception):
    """Only a body without a length is found too large by reading it."""


async def _read(request: web.Request) -> bytes | None:
    """The whole body, as API Gateway collects it before it asks anyone."""
    if not request.body_exists:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise _BodyTooLargeError
    return bytes(body)


async def _relay(request: web.Request, target: Target) -> web.StreamResponse:
    protocols = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if name.strip()]
    try:
        upstream = await request.app[SESSION].ws_connect(
            _url(request.app[WEBSOCKET_URL], target.query),
            headers=_forwarded(request),
            protocols=protocols,
            max_msg_size=FRAME_LIMIT + 1,  # aiohttp takes what is smaller
        )
    except WSServerHandshakeError as error:
        return _refusal(request, gateway_answers.refused_handshake(error.status))
    except (ClientConnectionError, TimeoutError):
        return _refusal(request, gateway_answers.AWAY)
    async with upstream:
        # API Gateway compresses nothing: a frame is as large as it is.
        client = ClientSocket(
            protocols=protocols, max_msg_size=MESSAGE_LIMIT + 1, compress=False, timeout=CLOSED_WITHIN
        )
        try:
            meter = frame_limit.measured(request, FRAME_LIMIT)
            await client.prepare(request)
        except ConnectionError:  # the client has left before the handshake ended: nobody reads this
            return _refusal(request, gateway_answers.AWAY)
        await _relay_until_closed(client, upstream, meter.exceeded)
    return client


async def _relay_until_closed(
    client: ClientSocket, upstream: ClientWebSocketResponse, too_large: asyncio.Event
) -> None:
    """Whichever side closes first, the other gets its close code. A frame that is too large closes both."""
    outward = asyncio.create_task(_forward_to_client(upstream, client))
    inward = asyncio.create_task(_forward_to_api(client, upstream))
    exceeded = asyncio.create_task(too_large.wait())
    await asyncio.wait((outward, inward, exceeded), return_when=asyncio.FIRST_COMPLETED)
    for each in (outward, inward, exceeded):
        each.cancel()
    # Tasks that we cancelled end with CancelledError; any other error is a defect and surfaces here.
    for result in await asyncio.gather(outward, inward, exceeded, return_exceptions=True):
        if isinstance(result, Exception) and not isinstance(result, ConnectionError):
            raise result
    if too_large.is_set():
        await client.close(code=WSCloseCode.MESSAGE_TOO_BIG)


async def _forward_to_api(client: ClientSocket, upstream: ClientWebSocketResponse) -> None:
    async for message in client:
        await _copy(message, upstream)
    await upstream.close(code=client.close_code or WSCloseCode.GOING_AWAY)


async def _forward_to_client(upstream: ClientWebSocketResponse, client: ClientSocket) -> None:
    refusal: str | None = None
    async for message in upstream:
        await _copy(message, client)
        refusal = _policy_violation(message)
    if refusal is not None:
        await client.close(code=WSCloseCode.POLICY_VIOLATION, message=refusal.encode())
    else:
        await client.close(code=upstream.close_code or WSCloseCode.GOING_AWAY)


async def _copy(message: WSMessage, to: ClientSocket | ClientWebSocketResponse) -> None:
    if message.type is WSMsgType.TEXT:
        await to.send_str(message.data)
    elif message.type is WSMsgType.BINARY:
        await to.send_bytes(message.data)


def _policy_violation(message: WSMessage) -> str | None:
    """The reason in an ERROR frame with code 1008, which the API sends before it closes with the wrong code, 1000."""
    if message.type is not WSMsgType.TEXT or '"ERROR"' not in message.data:
        return None
    try:
        frame = json.loads(message.data)
    except ValueError:
        return None
    payload = frame.get("payload") if isinstance(frame, dict) and frame.get("type") == "ERROR" else None
    if not isinstance(payload, dict) or payload.get("code") != WSCloseCode.POLICY_VIOLATION:
        return None
    reason = str(payload.get("reason", "")).encode()[:CLOSE_REASON]
    return reason.decode(errors="ignore")  # without the character that was cut in two


def _forwarded(request: web.Request) -> CIMultiDict[str]:
    headers = _end_to_end(request.headers)
    # MiniStack believes the first address of this header, so no client may write it.
    headers["X-Forwarded-For"] = request.remote or ""
    headers["X-Forwarded-Proto"] = request.scheme
    headers["X-Forwarded-Host"] = headers["X-Viewer-Host"] = request.host
    return headers


def _end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    dropped = HOP_BY_HOP | HANDSHAKE | named
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in dropped)


def _url(base: str, query: str) -> URL:
    return URL(f"{base}?{query}" if query else base, encoded=True)


def _refusal(request: web.Request, answer: OwnAnswer, *, request_id: str = "") -> web.Response:
    """The project's error body in the reader's language, for what never reaches the application."""
    named = request_id or str(uuid.uuid4())
    language = texts.preferred(request.headers.get("Accept-Language", ""))
    again = {"Retry-After": "1"} if answer.status == HTTPStatus.TOO_MANY_REQUESTS else {}
    body = answer.body(language, named)
    return web.json_response(body, status=answer.status, headers={"X-Request-Id": named, **again})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.local.front_door", description="Serve the front door.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rest-url", required=True)
    parser.add_argument("--websocket-url", required=True)
    parser.add_argument("--template", type=Path, required=True, help="the packaged template, as JSON")
    parser.add_argument("--web", type=Path, help="the folder of the web client's build; without it there is none")
    parser.add_argument("--uploads-url", required=True, help="the origin that presigned forms go to")
    arguments = parser.parse_args()
    app = application(
        rest_url=arguments.rest_url,
        websocket_url=arguments.websocket_url,
        preflights=Preflights.of(json.loads(arguments.template.read_text(encoding="utf-8"))),
        client=WebClient(arguments.web, uploads=arguments.uploads_url),
    )
    web.run_app(app, host=loopbacks(), port=arguments.port, print=None, shutdown_timeout=1.0)


def loopbacks() -> list[str]:
    """The addresses that "localhost" may mean here; ::1 comes first on many machines and is missing on some."""
    addresses = ["127.0.0.1"]
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        probe.bind(("::1", 0))
        addresses.append("::1")
    return addresses


if __name__ == "__main__":
    main()
