"""When one of a pair has ended, the other reads all that it said before it learns that there is no more."""

import fcntl
import os
import struct
import termios
import time

from . import processes

_LOOKS = 3
"""In a row that have to find the listener waiting: between two messages it may sleep for a moment."""
_PAUSE_SECONDS = 0.001
LOOK_MS = 1
_MOST_SECONDS = 10.0
"""For a listener that never waits, but goes on about something else."""


class HeldEnd:
    """The writing end of what a program says, kept open until the program has ended and its listener waits for more.

    Without it, what a listener says of the last words, and what it says of their end, would be a matter of who is
    faster. `listener` is the process that starts the listener. `told_us` is when the listener could learn of the end,
    on the machine's monotonic clock; None if it never could.
    """

    def __init__(self, fd: int, listener: int) -> None:
        self.told_us: int | None = None
        self._fd = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 0)
        self._listener = listener
        self._heard_by: list[int] = []
        self._looks = 0
        self._until = 0.0
        self._next_look = 0.0

    def begin(self) -> None:
        """The program has ended."""
        self._until = time.monotonic() + _MOST_SECONDS

    @property
    def is_pending(self) -> bool:
        return bool(self._until) and self._fd >= 0

    def look(self) -> None:
        """Let go of it, once the listener waits."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _PAUSE_SECONDS
        self._looks = self._looks + 1 if self._is_awaited() else 0
        if self._looks == _LOOKS or now > self._until:
            self.told_us = time.monotonic_ns() // 1000
            self.close()

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def _is_awaited(self) -> bool:
        (unread,) = struct.unpack("i", fcntl.ioctl(self._fd, termios.FIONREAD, bytes(struct.calcsize("i"))))
        if unread:
            return False
        self._heard_by = self._heard_by or processes.descendants(self._listener)
        return processes.all_wait(self._heard_by)
