"""`make bench-push`: measures how long a frame takes to 300 connections, on the running local cloud.

Opens 300 WebSockets, of 30 new accounts with 10 each, and posts a frame to all of them through the application's own
`push`, several times. The figure of a round is its time divided by that of its slowest post: this is what remains when
posts run in parallel. The result is the median; above 3 the program fails.
"""

import argparse
import asyncio
import json
import os
import secrets
import statistics
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from infra.local import emulator, run
from infra.local import options as settings
from infra.local.cloud import REGION, Cloud
from infra.local.options import Options

ACCOUNTS = 30
SOCKETS_EACH = 10
ROUNDS = 7
ALLOWED = 3.0
"""Times the slowest post."""
WITHIN = 60.0
"""Seconds, for what has to arrive; it is no part of what is measured."""
FRAME = '{"type": "BENCHMARK", "payload": null}'


@dataclass
class TimedGateway:
    """API Gateway, with a watch on each post."""

    gateway: Any
    seconds: list[float] = field(default_factory=list)

    def post(self, connection_id: str, text: str) -> None:
        began = time.perf_counter()
        self.gateway.post(connection_id, text)
        self.seconds.append(time.perf_counter() - began)

    def close(self, connection_id: str) -> None:
        self.gateway.close(connection_id)

    def find(self, connection_id: str) -> None:
        self.gateway.find(connection_id)


@dataclass(frozen=True, slots=True)
class Round:
    """Times in seconds."""

    whole: float
    slowest: float
    median: float

    @property
    def ratio(self) -> float:
        return self.whole / self.slowest

    def __str__(self) -> str:
        return (
            f"{self.whole * 1000:7.1f} ms in all, {self.slowest * 1000:7.1f} ms the slowest post, "
            f"{self.median * 1000:7.1f} ms the median one, ratio {self.ratio:.2f}"
        )


async def measure(cloud: Cloud) -> list[Round]:
    people = await asyncio.gather(*(asyncio.to_thread(sign_up, cloud) for _ in range(ACCOUNTS)))
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(connect(f"{cloud.websocket_url}?token={token}"))
            for _, token in people
            for _ in range(SOCKETS_EACH)
        ]
        ids = await connection_ids(cloud, {account_id for account_id, _ in people}, len(sockets))
        return [await one_round(ids, sockets) for _ in range(ROUNDS)]


async def one_round(ids: list[str], sockets: list[ClientConnection]) -> Round:
    from chalicelib import wiring  # noqa: PLC0415 - reads the environment, which `main` sets
    from chalicelib.common import hooks  # noqa: PLC0415
    from chalicelib.realtime import push  # noqa: PLC0415

    wiring.install()

    timed = TimedGateway(push.ApiGateway())
    began = time.perf_counter()
    with hooks.override(gateway=timed):
        gone = push.post_to_all(ids, FRAME)  # the clients wait meanwhile: a function has none beside it
    whole = time.perf_counter() - began
    assert (gone, len(timed.seconds)) == ([], len(ids)), "not all connections were reached"  # noqa: S101
    await asyncio.wait_for(asyncio.gather(*map(wait_for_frame, sockets)), WITHIN)
    return Round(whole, max(timed.seconds), statistics.median(timed.seconds))


async def wait_for_frame(socket: ClientConnection) -> None:
    """Waits for the frame; the frames before it are what a newcomer gets."""
    while await socket.recv() != FRAME:
        pass


async def connection_ids(cloud: Cloud, account_ids: set[int], number: int) -> list[str]:
    """Those of all sockets, once everybody in their rooms was told of them."""
    deadline = time.monotonic() + WITHIN
    while len(found := await asyncio.to_thread(_joined, cloud, account_ids)) < number:
        if time.monotonic() > deadline:
            raise TimeoutError(f"only {len(found)} of {number} connections have joined")
        await asyncio.sleep(1)
    return found


def _joined(cloud: Cloud, account_ids: set[int]) -> list[str]:
    dynamodb = cloud.aws.client("dynamodb")
    found = []
    for account_id in account_ids:
        slots = dynamodb.query(
            TableName=f"lyceum-{cloud.stage}-realtime",
            KeyConditionExpression="pk = :room AND begins_with(sk, :slot)",
            ExpressionAttributeValues={":room": {"S": f"ROOM#personal#{account_id}"}, ":slot": {"S": "SLOT#"}},
        )["Items"]
        found += [slot["connection_id"]["S"] for slot in slots if "joined_as" in slot]
    return found


def sign_up(cloud: Cloud) -> tuple[int, str]:
    """The id and access token of somebody new."""
    login = f"bench-{secrets.token_hex(5)}"
    new = {"login": login, "password": "a long enough one", "name": "Bench", "email": f"{login}@example.com"}
    with httpx.Client(base_url=cloud.front_door_url, timeout=WITHIN) as http:
        token = http.post("/reg", json=new).raise_for_status().json()["jwt_access"]
        me = http.get("/me", headers={"Authorization": f"Bearer {token}"}).raise_for_status().json()
    return me["id"], token


def running(options: Options) -> Cloud | None:
    """The local cloud of these options, if it answers."""
    described = run.cloud_file(options)
    if not described.exists():
        return None
    cloud = Cloud(**json.loads(described.read_text(encoding="ascii")))
    return cloud if emulator.is_answering(f"{cloud.front_door_url}/health") else None


def environment(cloud: Cloud) -> dict[str, str]:
    """What a function of the local cloud finds."""
    return {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": cloud.endpoint_url,
        "STAGE": cloud.stage,
        "WEBSOCKET_ENDPOINT": cloud.websocket_url.replace("ws", "http", 1),
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-push", description="Post to 300 connections at once.")
    settings.add_arguments(parser)
    cloud = running(settings.read(parser.parse_args()))
    if cloud is None:
        print("make bench-push: no local cloud is running: start it with `make run`", file=sys.stderr)
        return 1
    os.environ.update(environment(cloud))
    rounds = asyncio.run(measure(cloud))
    for each in rounds:
        print(each)
    ratio = statistics.median(each.ratio for each in rounds)
    print(f"{ACCOUNTS * SOCKETS_EACH} connections: {ratio:.2f} times the slowest post (at most {ALLOWED:.0f})")
    return 0 if ratio <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
