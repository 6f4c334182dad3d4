"""Sending frames to connections. `use` puts something else in API Gateway's place for tests."""

import functools
from typing import TYPE_CHECKING, Protocol

import boto3

from chalicelib.common import observe, settings

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient


class Sender(Protocol):
    def __call__(self, connection_id: str, text: str, /) -> None: ...


def send(connection_id: str, text: str) -> None:
    """Send a frame; a connection that is gone is no fault."""
    _sender(connection_id, text)


def use(sender: Sender) -> None:
    """Send through `sender` from now on: for tests."""
    global _sender  # noqa: PLW0603 - the one seam of this module
    _sender = sender


def _through_api_gateway(connection_id: str, text: str) -> None:
    client = _client()
    try:
        client.post_to_connection(ConnectionId=connection_id, Data=text.encode())
    except client.exceptions.GoneException:
        observe.logger.info("connection gone", connection_id=connection_id)


@functools.cache
def _client() -> "ApiGatewayManagementApiClient":
    """Not `app.websocket_api`: Chalice's has an endpoint only inside a WebSocket handler, and never a local one."""
    return boto3.client("apigatewaymanagementapi", endpoint_url=settings.load().websocket_endpoint)


_sender: Sender = _through_api_gateway
