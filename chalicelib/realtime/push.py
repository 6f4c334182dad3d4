"""Sends frames to connections and closes them, in parallel.

It does so through the hook `gateway`: API Gateway, or what a test puts in its place.
"""

import functools
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.common import observe, settings
from chalicelib.common.hooks import Hook
from chalicelib.common.texts import Language
from chalicelib.realtime import frames
from chalicelib.realtime.frames import FrameRefused

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

PARALLEL_POSTS = 200
"""Posts under way at the same time; each waits for API Gateway, not for the processor.

`make bench-push` sets a fan-out beside its slowest post. A Lambda function may open 1,024 files: sockets stay below.
"""


class Gone(Exception):
    """The connection is closed, or not open yet."""


class Listener(Protocol):
    """A connection, and the language of the person who has it."""

    @property
    def connection_id(self) -> str: ...

    @property
    def language(self) -> str: ...


class Gateway(Protocol):
    def post(self, connection_id: str, text: str) -> None:
        """Raises Gone for a connection that is not there."""

    def close(self, connection_id: str) -> None:
        """Raises Gone for a connection that is not there."""

    def find(self, connection_id: str) -> None:
        """Raises Gone for a connection that is not there."""


_gateway = Hook[Gateway]("gateway")


def post_to_all(connection_ids: Collection[str], text: str) -> list[str]:
    """Sends a frame to many connections. Returns the ids of those that are gone, which do not stop the rest."""
    gateway = _gateway.get()
    return _each(connection_ids, lambda connection_id: gateway.post(connection_id, text))


def close(connection_ids: Collection[str]) -> None:
    """Closes connections from our side; clients always see code 1000."""
    gateway = _gateway.get()
    _each(connection_ids, gateway.close)


def post_in_languages(listeners: Collection[Listener], in_language: Callable[[Language], str]) -> list[str]:
    """Sends a frame to many connections, each in its language. Returns the ids of those that are gone."""
    languages = {each.connection_id: Language(each.language) for each in listeners}
    texts = {language: in_language(language) for language in set(languages.values())}
    gateway = _gateway.get()
    return _each(languages, lambda connection_id: gateway.post(connection_id, texts[languages[connection_id]]))


def refuse(listeners: Collection[Listener], why: FrameRefused) -> None:
    """Sends an ERROR that says why."""
    post_in_languages(listeners, lambda language: frames.error_frame(why, language))


def close_with(listeners: Collection[Listener], why: FrameRefused) -> None:
    """Closes connections after an ERROR that says why: API Gateway's own close cannot."""
    refuse(listeners, why)
    close([each.connection_id for each in listeners])


def is_open(connection_id: str) -> bool:
    """Whether a connection is open: not before its connect was answered, and not after it was closed."""
    gateway = _gateway.get()
    try:
        gateway.find(connection_id)
    except Gone:
        return False
    return True


def _each(connection_ids: Collection[str], act: Callable[[str], None]) -> list[str]:
    """Calls `act` for all connections in parallel. Returns the ids of those that are gone."""
    ids = list(connection_ids)
    reached = [_reach(ids[0], act)] if len(ids) == 1 else _pool().map(lambda each: _reach(each, act), ids)
    return [connection_id for connection_id, there in zip(ids, reached, strict=True) if not there]


def _reach(connection_id: str, act: Callable[[str], None]) -> bool:
    try:
        act(connection_id)
    except Gone:
        return False
    except (ClientError, BotoCoreError) as error:
        # Not gone: throttled, say. What it missed it gets when it resumes.
        observe.logger.warning("connection not reached", connection_id=connection_id, cause=type(error).__name__)
        observe.count("ConnectionNotReached")
    return True


class ApiGateway:
    """The gateway that posts to API Gateway."""

    def post(self, connection_id: str, text: str) -> None:
        self._send(lambda: _client().post_to_connection(ConnectionId=connection_id, Data=text.encode()))

    def close(self, connection_id: str) -> None:
        self._send(lambda: _client().delete_connection(ConnectionId=connection_id))

    def find(self, connection_id: str) -> None:
        self._send(lambda: _client().get_connection(ConnectionId=connection_id))

    def _send(self, request: Callable[[], object]) -> None:
        try:
            request()
        except _client().exceptions.GoneException as gone:
            raise Gone from gone


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(PARALLEL_POSTS, thread_name_prefix="push")


@functools.cache
def _client() -> "ApiGatewayManagementApiClient":
    """Not `app.websocket_api`: Chalice's has an endpoint only inside a WebSocket handler, and never a local one."""
    config = Config(
        max_pool_connections=PARALLEL_POSTS,
        connect_timeout=2,
        read_timeout=5,
        retries={"total_max_attempts": 3, "mode": "standard"},
    )
    endpoint = settings.load().websocket_endpoint
    return boto3.client("apigatewaymanagementapi", endpoint_url=endpoint, config=config)
