"""Listens on a socket for as long as it is open, and keeps its place meanwhile."""

import json
import time
from collections.abc import Iterator
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

PING_EVERY = 30.0
"""Seconds: a connection from which nothing has come for 90 is closed."""


def frames_of(socket: ClientConnection) -> Iterator[dict[str, Any]]:
    """All frames that come, until the connection is closed."""
    next_ping = time.monotonic() + PING_EVERY
    try:
        while True:
            try:
                text = socket.recv(timeout=max(0.0, next_ping - time.monotonic()))
            except TimeoutError:
                socket.send(json.dumps({"type": "PING", "payload": {}}))
                next_ping = time.monotonic() + PING_EVERY
            else:
                yield json.loads(text)
    except ConnectionClosed:
        return
