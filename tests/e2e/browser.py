"""A browser without a window, as far as one page goes: Chromium, told what to do over its DevTools protocol."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.e2e.local_cloud import PATIENCE

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
PAUSE = 0.1
"""Seconds between looks."""


class Page:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._commands = 0

    def open(self, url: str) -> None:
        self._command("Page.navigate", url=url)

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        answer = self._command("Runtime.evaluate", expression=expression, returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in answer, (expression, answer["exceptionDetails"])
        return answer["result"].get("value")

    def wait_for(self, expression: str, seconds: float) -> Any:
        """The value, once it is true in JavaScript's sense."""
        deadline = time.monotonic() + seconds
        while not (value := self.run(expression)):
            assert time.monotonic() < deadline, f"not within {seconds} s: {expression}"
            time.sleep(PAUSE)
        return value

    def _command(self, method: str, **params: Any) -> dict[str, Any]:
        self._commands += 1
        self._socket.send(json.dumps({"id": self._commands, "method": method, "params": params}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv())
            if message.get("id") == self._commands:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result


@contextmanager
def browsing(executable: str, profile: Path) -> Iterator[Page]:
    """A page of a new browser, which keeps what it knows in `profile`."""
    # Its own sandbox needs privileges that containers and root do not have; the page is ours.
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
    ]
    process = subprocess.Popen([executable, *options, "about:blank"], stderr=subprocess.PIPE, text=True)
    try:
        port = _port(process)
        (target,) = [
            each
            for each in httpx.get(f"http://127.0.0.1:{port}/json", timeout=PATIENCE).json()
            if each["type"] == "page"
        ]
        with connect(target["webSocketDebuggerUrl"], max_size=MAX_MESSAGE_BYTES, open_timeout=PATIENCE) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.communicate()


def _port(process: "subprocess.Popen[str]") -> int:
    assert process.stderr is not None
    for line in process.stderr:
        if listening := re.search(r"DevTools listening on ws://[^:]+:(\d+)/", line):
            return int(listening[1])
    raise AssertionError(f"the browser ended with {process.wait()}")
