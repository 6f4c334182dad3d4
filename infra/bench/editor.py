"""`make bench-editor`: measures how long a keystroke takes to reach the rest of the team, on the running local cloud.

A new team of three starts the demo contest. One of them edits 200 times; an edit has arrived when both others have it.
Before each edit the same client sends a PING: its echo is what the emulator needs for a frame and its answer. The
figures are the median and the 95th percentile of both; the program fails when the median edit takes more than 3 times
the median echo.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from infra.bench.push import WITHIN, running, sign_up
from infra.local import demo_training
from infra.local import options as settings
from infra.local.cloud import Cloud

MEMBERS = 3
EDITS = 200
WARM_UP = 10
"""Edits before those that count: a function's first call starts it."""
PAUSE = 0.1
"""Seconds before each frame. MiniStack keeps a function that logged nothing for 50 ms more: the next would wait."""
ALLOWED = 3.0
"""Times the echo."""
LINES = 60
"""Of the program that is edited, in its first version."""


@dataclass(frozen=True, slots=True)
class Times:
    """In seconds, sorted."""

    each: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.each)

    @property
    def late(self) -> float:
        """The 95th percentile."""
        return statistics.quantiles(self.each, n=20, method="inclusive")[-1]

    def __str__(self) -> str:
        return f"median {self.median * 1000:6.1f} ms, 95th percentile {self.late * 1000:6.1f} ms"


class Client:
    """A member's socket in the room of the training."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, type_: str, payload: object) -> None:
        await self.socket.send(json.dumps({"type": type_, "payload": payload}))

    async def until(self, type_: str) -> Any:
        """The payload of the next frame of a type; an ERROR ends the run."""
        while (frame := json.loads(await self.socket.recv()))["type"] != type_:
            if frame["type"] == "ERROR":
                raise RuntimeError(frame["payload"]["reason"])
        return frame["payload"]


async def measure(cloud: Cloud) -> tuple[Times, Times]:
    """Of echoes and of edits."""
    async with _training(cloud) as clients:
        editor, *others = clients
        echoes, edits = [], []
        for version in range(WARM_UP + EDITS):
            echoes.append(await _timed(_echo(editor)))
            edits.append(await _timed(_edit(editor, others, version)))
            await editor.until("CODE_EDITOR_UPDATE")
    return Times(sorted(echoes[WARM_UP:])), Times(sorted(edits[WARM_UP:]))


async def _echo(editor: Client) -> None:
    await editor.send("PING", None)
    await editor.until("PONG")


async def _edit(editor: Client, others: list[Client], base: int) -> None:
    text = "print('a line of a program')\n" * LINES + "#" * base
    await editor.send("CODE_EDITOR_UPDATE", {"code": text, "problemAlias": "A", "baseVersion": base})
    versions = [
        told["version"] for told in await asyncio.gather(*(each.until("CODE_EDITOR_UPDATE") for each in others))
    ]
    assert versions == [base + 1] * len(others), versions  # noqa: S101 - else it was another edit that arrived


async def _timed(act: Awaitable[None]) -> float:
    await asyncio.sleep(PAUSE)
    began = time.perf_counter()
    await asyncio.wait_for(act, WITHIN)
    return time.perf_counter() - began


@asynccontextmanager
async def _training(cloud: Cloud) -> AsyncIterator[list[Client]]:
    """The sockets of a new team in a training; neither team nor training outlive it."""
    tokens = [token for _, token in await asyncio.gather(*(asyncio.to_thread(sign_up, cloud) for _ in range(MEMBERS)))]
    async with AsyncExitStack() as stack:
        captain, *others = [await stack.enter_async_context(_http(cloud, token)) for token in tokens]
        team_id = (await _post(captain, "/teams", {"name": "Bench"}))["id"]
        code = (await _post(captain, f"/teams/{team_id}/invites"))["code"]
        for other in others:
            await _post(other, "/teams/join", {"code": code})
        start = {"team_id": team_id, "contest_id": demo_training.CONTEST_ID}
        session_id = (await _post(captain, "/training-sessions", start))["id"]
        room = f"{cloud.websocket_url}?training_session_id={session_id}"
        clients = [Client(await stack.enter_async_context(connect(f"{room}&token={token}"))) for token in tokens]
        for client in clients:
            await client.until("SNAPSHOT")
        yield clients
        await _post(captain, f"/training-sessions/{session_id}/complete")
        (await captain.delete(f"/teams/{team_id}")).raise_for_status()


def _http(cloud: Cloud, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=cloud.front_door_url, headers={"Authorization": f"Bearer {token}"}, timeout=WITHIN
    )


async def _post(http: httpx.AsyncClient, path: str, body: object = None) -> Any:
    return (await http.post(path, json=body)).raise_for_status().json()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-editor", description="Edit a text that two others see.")
    settings.add_arguments(parser)
    cloud = running(settings.read(parser.parse_args()))
    if cloud is None:
        print("make bench-editor: no local cloud is running: start it with `make run`", file=sys.stderr)
        return 1
    echo, edit = asyncio.run(measure(cloud))
    median, late = edit.median / echo.median, edit.late / echo.late
    print(f"echo of a PING             {echo}")
    print(f"an edit, to both others    {edit}")
    print(f"{EDITS} edits: {median:.2f} times the echo, {late:.2f} at the 95th percentile (at most {ALLOWED:.0f})")
    return 0 if median <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
