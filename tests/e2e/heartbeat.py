"""Measures how slow the machine is while a test runs: the times promised for an idle one are stretched by it."""

import threading
import time
from types import TracebackType
from typing import Self

import httpx

PAUSE = 0.5
"""Seconds between beats."""


class ResponseTimeMonitor:
    """Asks the same small question again and again, from a thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self.slowest = 0.0
        """Seconds that the slowest answer took so far."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def _beat(self) -> None:
        with httpx.Client(timeout=60) as client:
            while not self._stopping.wait(PAUSE):
                started = time.monotonic()
                client.get(self._url).raise_for_status()
                self.slowest = max(self.slowest, time.monotonic() - started)
