"""Sending frames to connections, in parallel. `use` puts something else in API Gateway's place for tests."""

import functools
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.common import observe, settings

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

AT_ONCE = 64
"""Posts under way at the same time; each waits for API Gateway, not for the processor."""


class Gone(Exception):
    """The connection is closed, or not open yet."""


class Gateway(Protocol):
    def post(self, connection_id: str, text: str) -> None:
        """Raises Gone for a connection that is not there."""

    def close(self, connection_id: str) -> None:
        """Closing one that is closed does nothing."""


def post(connection_id: str, text: str) -> None:
    """Send a frame; raises Gone when nobody can get it."""
    _gateway.post(connection_id, text)


def post_to_all(connection_ids: Collection[str], text: str) -> list[str]:
    """Send a frame to many at once; the ids of those that are gone. None of them keeps it from the rest."""
    ids = list(connection_ids)
    if len(ids) <= 1:
        return [connection_id for connection_id in ids if not _arrived(connection_id, text)]
    arrived = _pool().map(lambda connection_id: _arrived(connection_id, text), ids)
    return [connection_id for connection_id, good in zip(ids, arrived, strict=True) if not good]


def close(connection_ids: Sequence[str]) -> None:
    """Close connections from our side; clients always see code 1000."""
    for connection_id in connection_ids:
        _gateway.close(connection_id)


def use(gateway: Gateway) -> None:
    """Send through `gateway` from now on: for tests."""
    global _gateway  # noqa: PLW0603 - the one seam of this module
    _gateway = gateway


def _arrived(connection_id: str, text: str) -> bool:
    try:
        _gateway.post(connection_id, text)
    except Gone:
        return False
    except (ClientError, BotoCoreError) as error:
        # Not gone: throttled, say. What it missed it gets when it resumes.
        observe.logger.warning("frame not delivered", connection_id=connection_id, cause=type(error).__name__)
        observe.count("FrameNotDelivered")
    return True


class _ApiGateway:
    def post(self, connection_id: str, text: str) -> None:
        client = _client()
        try:
            client.post_to_connection(ConnectionId=connection_id, Data=text.encode())
        except client.exceptions.GoneException as gone:
            raise Gone from gone

    def close(self, connection_id: str) -> None:
        client = _client()
        try:
            client.delete_connection(ConnectionId=connection_id)
        except client.exceptions.GoneException:
            return


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push")


@functools.cache
def _client() -> "ApiGatewayManagementApiClient":
    """Not `app.websocket_api`: Chalice's has an endpoint only inside a WebSocket handler, and never a local one."""
    config = Config(max_pool_connections=AT_ONCE, connect_timeout=2, read_timeout=5)
    return boto3.client("apigatewaymanagementapi", endpoint_url=settings.load().websocket_endpoint, config=config)


_gateway: Gateway = _ApiGateway()
