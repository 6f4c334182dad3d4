"""A running local cloud, as the programs that talk to it see it."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import boto3
import localstack_client.session  # type: ignore[import-untyped]

REGION = "us-east-1"
STAGE = "local"
STACK = f"lyceum-{STAGE}"


class LocalCloudError(Exception):
    """A step cannot go on. The message is one line for the person at the keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """No URL ends with a slash."""

    stage: str
    region: str
    endpoint_url: str  # the emulator, as AWS_ENDPOINT_URL
    rest_url: str  # the REST API itself, without the front door
    websocket_url: str  # the WebSocket API itself, ws://
    front_door_url: str  # what a frontend uses

    @property
    def aws(self) -> boto3.Session:
        return session(self.endpoint_url)


def session(endpoint_url: str) -> boto3.Session:
    """Sessions for an emulator, from localstack-client, which has the methods of boto3's but declares no types."""
    emulator = localstack_client.session.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 emulators accept any key; this one means their default account
        region_name=REGION,
        localstack_host=urlsplit(endpoint_url).netloc,
    )
    return cast("boto3.Session", emulator)
