"""One program in the sandbox: start the launcher, feed and read it, and read what it reports."""

import contextlib
import fcntl
import os
import select
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.judge.contract import MAX_STDERR_BYTES

from . import box, identity, processes

_GRACE_SECONDS = 5.0
_BOX_CHECK_SECONDS = 0.1
_CHUNK = 64 * 1024
_MAX_REPORT_BYTES = 4096

LAYERS = ("landlock", "seccomp", "close_range", "own_uid")

# The kernel's numbers, since `fcntl` names them only from Python 3.12 (seals) or not at all.
_SEAL_EVERYTHING = 0x1 | 0x2 | 0x4 | 0x8


class LauncherError(Exception):
    """The sandbox itself failed. Never the program's fault, and never to be mistaken for its exit code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`memory_kb` bounds resident memory, `address_space_kb` (0: not at all) is only a backstop between two looks."""

    cpu_ms: int
    wall_ms: int
    memory_kb: int
    address_space_kb: int
    output_bytes: int
    file_kb: int
    box_bytes: int
    stderr_bytes: int = MAX_STDERR_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`readable` are the paths that it may read and execute besides its box.

    A compiler is `trusted`: it may fork, its two streams are one, and too long an output is cut, not punished.
    """

    command: tuple[str, ...]
    box: Path
    readable: tuple[str, ...]
    limits: Limits
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    trusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the launcher measured. `stopped` names the limit that it enforced: cpu, wall, memory, request or no."""

    exit_code: int
    signal: int
    cpu_ms: float
    wall_ms: float
    peak_kb: int
    stopped: str
    layers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """`overfull` says that the box outgrew its limit; `clean` that no process was left."""

    ending: Ending
    stdout: bytes
    stderr: bytes
    truncated: bool
    overfull: bool
    clean: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """How programs are started here. A layer in `required` held once on this machine, so it has to hold every time."""

    launcher: Path
    identity: identity.Identity
    required: frozenset[str] = frozenset()


def run(sandbox: Sandbox, program: Program) -> Execution:
    """Run to the end, whatever the end is. Raises LauncherError when the sandbox, not the program, failed."""
    with contextlib.ExitStack() as stack:
        streams = _Streams.open(stack, program, sandbox.identity.uid)
        stack.callback(streams.close_remote_ends)
        pid = os.posix_spawn(sandbox.launcher, _arguments(sandbox, program), {}, file_actions=streams.file_actions())
        try:
            streams.close_remote_ends()
            overfull = _follow(pid, program, streams)
        finally:
            _end(pid)
            clean = processes.sweep()
        streams.drain()
    return Execution(
        ending=read_report(bytes(streams.report.data)),
        stdout=bytes(streams.stdout.data),
        stderr=bytes(streams.stderr.data) if streams.stderr else b"",
        truncated=streams.stdout.truncated,
        overfull=overfull,
        clean=clean,
    )


def read_report(report: bytes) -> Ending:
    """The launcher's line as an Ending; anything else is a LauncherError."""
    line = report.decode("ascii", "replace").partition("\n")[0]
    kind, _, rest = line.partition(" ")
    fields = dict(pair.partition("=")[::2] for pair in rest.split())
    if kind == "failed":
        raise LauncherError(f"{fields.get('step')}: {os.strerror(int(fields.get('errno', '0')))}")
    if kind != "ended":
        raise LauncherError(f"no report from the launcher: {line!r}")
    return Ending(
        exit_code=int(fields["exit"]),
        signal=int(fields["signal"]),
        cpu_ms=int(fields["cpu_us"]) / 1000,
        wall_ms=int(fields["wall_us"]) / 1000,
        peak_kb=int(fields["peak_kb"]),
        stopped=fields["stopped"],
        layers=frozenset(filter(None, fields["layers"].split(","))),
    )


class _Sink:
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


class _Streams:
    """The four descriptors between us and the launcher."""

    def __init__(self, stdin: int, stdout: _Sink, stderr: _Sink | None, report: _Sink, remote: tuple[int, ...]) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.report = report
        self._remote = set(remote)
        self._sources = (stdin, *remote)

    @classmethod
    def open(cls, stack: contextlib.ExitStack, program: Program, uid: int | None) -> "_Streams":
        stdin = stack.enter_context(_descriptor(_memory_file(program.stdin)))
        out, out_remote = _pipe(stack, uid)
        report, report_remote = _pipe(stack, None)
        stdout = _Sink(out, program.limits.output_bytes)
        if program.trusted:
            return cls(stdin, stdout, None, _Sink(report, _MAX_REPORT_BYTES), (out_remote, out_remote, report_remote))
        err, err_remote = _pipe(stack, uid)
        stderr = _Sink(err, program.limits.stderr_bytes)
        return cls(stdin, stdout, stderr, _Sink(report, _MAX_REPORT_BYTES), (out_remote, err_remote, report_remote))

    def file_actions(self) -> list[tuple[int, int, int]]:
        # The report comes last: only its number, 3, could also be one of ours, and by then ours has been used.
        return [(os.POSIX_SPAWN_DUP2, source, target) for target, source in enumerate(self._sources)]

    def close_remote_ends(self) -> None:
        while self._remote:
            os.close(self._remote.pop())

    def local(self) -> dict[int, _Sink]:
        return {sink.fd: sink for sink in (self.stdout, self.stderr, self.report) if sink is not None}

    def drain(self) -> None:
        """Take what is still in the pipes. Nobody writes any more, or the sweep failed and we wait for nobody."""
        for sink in self.local().values():
            while not sink.truncated and sink.take():
                pass


class _Watch:
    """What the launcher cannot see: how much was written, to the pipe and to the box."""

    def __init__(self, pid: int, program: Program) -> None:
        now = time.monotonic()
        self.overfull = False
        self._pid = pid
        self._program = program
        self._stopping = False
        self._deadline = now + program.limits.wall_ms / 1000 + _GRACE_SECONDS
        self._next_box_check = now + _BOX_CHECK_SECONDS

    def look(self, stdout: _Sink) -> None:
        now = time.monotonic()
        if now > self._deadline:
            raise LauncherError("the launcher did not end in time")
        if now > self._next_box_check:
            self._next_box_check = now + _BOX_CHECK_SECONDS
            self.overfull = box.size_exceeds(self._program.box, self._program.limits.box_bytes)
        if self.overfull or (stdout.truncated and not self._program.trusted):
            self._stop()

    def _stop(self) -> None:
        if not self._stopping:
            self._stopping = True
            os.kill(self._pid, signal.SIGTERM)  # not reaped yet, so the number is still the launcher's


def _follow(pid: int, program: Program, streams: _Streams) -> bool:
    """Read until the launcher has reported and gone. True when the box outgrew its limit."""
    watch = _Watch(pid, program)
    sinks = streams.local()
    poll = select.poll()
    for fd in sinks:
        poll.register(fd, select.POLLIN)
    while streams.report.fd in sinks:
        for fd, _ in poll.poll(_BOX_CHECK_SECONDS * 1000):
            if not sinks[fd].take():
                poll.unregister(fd)
                del sinks[fd]
        watch.look(streams.stdout)
    return watch.overfull


def _end(pid: int) -> None:
    """Reap the launcher. When we leave early, its death takes the program with it (PDEATHSIG)."""
    if os.waitpid(pid, os.WNOHANG)[0] == 0:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _arguments(sandbox: Sandbox, program: Program) -> list[str]:
    limits = program.limits
    options: list[tuple[str, object]] = [
        ("--box", program.box),
        ("--cpu-ms", limits.cpu_ms),
        ("--wall-ms", limits.wall_ms),
        ("--memory-kb", limits.memory_kb),
        ("--address-space-kb", limits.address_space_kb),
        ("--fsize-kb", limits.file_kb),
        ("--nproc", sandbox.identity.threads),
        *(("--uid", uid) for uid in (sandbox.identity.uid,) if uid is not None),
        *(("--read", path) for path in program.readable),
        *(("--env", f"{name}={value}") for name, value in program.environment.items()),
        *(("--require", layer) for layer in sorted(sandbox.required)),
    ]
    words = [word for name, value in options for word in (name, str(value))]
    fork = ["--allow-fork"] if program.trusted else []
    return ["launcher", *words, *fork, "--", *program.command]


def _memory_file(data: bytes) -> int:
    """Input as a sealed file in memory: never on disk, needs no feeding, and cannot be changed by who reads it."""
    fd = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEAL_EVERYTHING)
    return fd


def _pipe(stack: contextlib.ExitStack, uid: int | None) -> tuple[int, int]:
    local, remote = os.pipe2(os.O_CLOEXEC)
    stack.enter_context(_descriptor(local))
    os.set_blocking(local, False)
    if uid is not None:
        os.fchown(remote, uid, uid)  # so that /dev/stdout can be opened by name
    return local, remote


@contextlib.contextmanager
def _descriptor(fd: int) -> Iterator[int]:
    try:
        yield fd
    finally:
        os.close(fd)
