"""The descriptors between the judge and what it starts: an input and two outputs."""

import contextlib
import fcntl
import os
from dataclasses import dataclass, field

_CHUNK = 64 * 1024

# The kernel's numbers, since `fcntl` names them only from Python 3.12.
_SEAL_EVERYTHING = 0x1 | 0x2 | 0x4 | 0x8


class Sink:
    """The reading end of a pipe, and what came through it, up to a limit."""

    def __init__(self, fd: int, limit: int) -> None:
        self.fd = fd
        self.data = bytearray()
        self.truncated = False
        self._limit = limit

    def take(self) -> bool:
        """Read once; False when nothing can come any more, or nothing is there now."""
        try:
            chunk = os.read(self.fd, _CHUNK)
        except BlockingIOError:
            return False
        room = self._limit - len(self.data)
        self.data += chunk[:room]
        self.truncated = self.truncated or len(chunk) > room
        return bool(chunk)

    def drain(self) -> None:
        """Take what is still in the pipe."""
        while not self.truncated and self.take():
            pass


class Spill:
    """The input of a program that has ended: what its counterpart still writes is thrown away.

    After `limit` bytes (None: never) it is closed, which breaks the counterpart's pipe; then it is `broken`.
    """

    def __init__(self, fd: int, limit: int | None) -> None:
        self.fd = fd
        self.broken = False
        self._left = limit
        self._nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
        self._open = {fd, self._nowhere}

    def take(self) -> bool:
        """Throw away what is there; False when nothing can come any more, or it was too much."""
        try:
            thrown_away = os.splice(self.fd, self._nowhere, _CHUNK, flags=os.SPLICE_F_NONBLOCK)
        except BlockingIOError:
            return True
        if self._left is not None:
            self._left -= thrown_away
        self.broken = self._left is not None and self._left < 0
        if thrown_away == 0 or self.broken:
            self.close()
            return False
        return True

    def close(self) -> None:
        while self._open:
            os.close(self._open.pop())


@dataclass(slots=True, kw_only=True)
class Streams:
    """One process's descriptors. `remote` are its 0, 1 and 2, ours only until it has been started.

    `stdout` is None when somebody else reads it, `stderr` when it is the same stream as `stdout`.
    """

    stdout: Sink | None
    stderr: Sink | None
    remote: tuple[int, ...]
    _open: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self._open = set(self.remote)

    @property
    def joined(self) -> bool:
        return self.stdout is None

    @property
    def sinks(self) -> list[Sink]:
        return [sink for sink in (self.stdout, self.stderr) if sink is not None]

    def close_remote_ends(self) -> None:
        while self._open:
            os.close(self._open.pop())


class Opener:
    """Opens streams for programs of one user, and closes all that is left in the end."""

    def __init__(self, stack: contextlib.ExitStack, uid: int | None) -> None:
        self._stack = stack
        self._uid = uid

    def merged(self, stdin: bytes, limit: int) -> Streams:
        """Both outputs in one stream."""
        stdout, out = self._reading(limit)
        return self._keep(Streams(stdout=stdout, stderr=None, remote=(memory_file(stdin), out, out)))

    def separate(self, stdin: bytes, limit: int, stderr_limit: int) -> Streams:
        stdout, out = self._reading(limit)
        return self._with_stderr(memory_file(stdin), out, stdout, stderr_limit)

    def joined(self, stdin: int, stdout: int, stderr_limit: int) -> Streams:
        """Input and output are ends of pipes that lead to another program."""
        for fd in (stdin, stdout):
            self._give(fd)
        return self._with_stderr(stdin, stdout, None, stderr_limit)

    def _with_stderr(self, stdin: int, out: int, stdout: Sink | None, limit: int) -> Streams:
        stderr, err = self._reading(limit)
        return self._keep(Streams(stdout=stdout, stderr=stderr, remote=(stdin, out, err)))

    def _keep(self, streams: Streams) -> Streams:
        self._stack.callback(streams.close_remote_ends)
        return streams

    def _reading(self, limit: int) -> tuple[Sink, int]:
        local, remote = os.pipe2(os.O_CLOEXEC)
        self._stack.callback(os.close, local)
        os.set_blocking(local, False)
        self._give(remote)
        return Sink(local, limit), remote

    def _give(self, fd: int) -> None:
        if self._uid is not None:
            os.fchown(fd, self._uid, self._uid)  # so that /dev/stdout can be opened by name


def memory_file(data: bytes) -> int:
    """Input as a sealed file in memory: never on disk, needs no feeding, and cannot be changed by who reads it."""
    fd = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEAL_EVERYTHING)
    return fd
