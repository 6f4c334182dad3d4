"""Programs in the sandbox, alone or in pairs: start the launcher, feed and read it, and read what it reports."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from chalicelib.judge.contract import MAX_STDERR_BYTES

from . import box, identity, processes
from .streams import Opener, Streams

_GRACE_SECONDS = 5.0
_BOX_CHECK_SECONDS = 0.1

LAYERS = ("landlock", "seccomp", "close_range", "own_uid")


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
    """What the launcher measured. `stopped` names the limit that it enforced: cpu, wall, memory, request or no.

    `ended_us` is a time on the machine's monotonic clock: it orders the endings of a pair.
    """

    exit_code: int
    signal: int
    cpu_ms: float
    wall_ms: float
    peak_kb: int
    stopped: str
    ended_us: int
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
        opener = Opener(stack, sandbox.identity.uid)
        if program.trusted:
            streams = opener.merged(program.stdin, program.limits.output_bytes)
        else:
            streams = opener.separate(program.stdin, program.limits.output_bytes, program.limits.stderr_bytes)
        [execution] = _run_together([_Member(sandbox, program, streams)])
    return execution


def run_pair(sandbox: Sandbox, solution: Program, interactor: Program) -> tuple[Execution, Execution]:
    """Run two programs, each reading what the other writes, until both have ended; the second as the other user.

    What they tell each other does not pass through here, and each sees at once when the other has gone. A flood fills
    a pipe of 64 KiB, and costs its writer CPU time; the two clocks bound it.
    """
    partner = replace(sandbox, identity=sandbox.identity.partner())
    with contextlib.ExitStack() as stack:
        question, asking = os.pipe2(os.O_CLOEXEC)
        reply, replying = os.pipe2(os.O_CLOEXEC)
        first = Opener(stack, sandbox.identity.uid).joined(question, replying, solution.limits.stderr_bytes)
        second = Opener(stack, partner.identity.uid).joined(reply, asking, interactor.limits.stderr_bytes)
        members = [_Member(sandbox, solution, first), _Member(partner, interactor, second)]
        one, other = _run_together(members)
    return one, other


def _run_together(members: "list[_Member]") -> list[Execution]:
    try:
        for member in members:
            member.start()
        _follow(members)
    finally:
        for member in members:
            member.end()
        clean = processes.sweep()
    return [member.execution(clean=clean) for member in members]


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
        ended_us=int(fields["ended_us"]),
        layers=frozenset(filter(None, fields["layers"].split(","))),
    )


class _Member:
    """One launcher and what it cannot see of its program: how much is written, to the pipe and to the box."""

    def __init__(self, sandbox: Sandbox, program: Program, streams: Streams) -> None:
        self.streams = streams
        self._sandbox = sandbox
        self._program = program
        self._pid: int | None = None
        self._overfull = False
        self._stopping = False
        self._deadline = 0.0
        self._next_box_check = 0.0

    def start(self) -> None:
        now = time.monotonic()
        self._deadline = now + self._program.limits.wall_ms / 1000 + _GRACE_SECONDS
        self._next_box_check = now + _BOX_CHECK_SECONDS
        words = _arguments(self._sandbox, self._program, joined=self.streams.joined)
        self._pid = os.posix_spawn(self._sandbox.launcher, words, {}, file_actions=self.streams.file_actions())
        self.streams.close_remote_ends()

    def look(self) -> None:
        now = time.monotonic()
        if now > self._deadline:
            raise LauncherError("the launcher did not end in time")
        if now > self._next_box_check:
            self._next_box_check = now + _BOX_CHECK_SECONDS
            self._overfull = box.size_exceeds(self._program.box, self._program.limits.box_bytes)
        if self._overfull or (self._truncated and not self._program.trusted):
            self._stop()

    def end(self) -> None:
        """Reap the launcher. When we leave early, its death takes the program with it (PDEATHSIG)."""
        if self._pid is not None and os.waitpid(self._pid, os.WNOHANG)[0] == 0:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        self._pid = None

    def execution(self, *, clean: bool) -> Execution:
        """Once nobody writes any more, or the sweep has failed and we wait for nobody."""
        streams = self.streams
        for sink in streams.sinks:
            sink.drain()
        return Execution(
            ending=read_report(bytes(streams.report.data)),
            stdout=bytes(streams.stdout.data) if streams.stdout else b"",
            stderr=bytes(streams.stderr.data) if streams.stderr else b"",
            truncated=self._truncated,
            overfull=self._overfull,
            clean=clean,
        )

    @property
    def _truncated(self) -> bool:
        return self.streams.stdout is not None and self.streams.stdout.truncated

    def _stop(self) -> None:
        if not self._stopping and self._pid is not None:
            self._stopping = True
            os.kill(self._pid, signal.SIGTERM)  # not reaped yet, so the number is still the launcher's


def _follow(members: list[_Member]) -> None:
    """Read until every launcher has reported and gone."""
    poll = select.poll()
    sinks = {sink.fd: sink for member in members for sink in member.streams.sinks}
    for fd in sinks:
        poll.register(fd, select.POLLIN)
    waiting = {member.streams.report.fd: member for member in members}
    while waiting:
        for fd, _ in poll.poll(_BOX_CHECK_SECONDS * 1000):
            if not sinks[fd].take():
                poll.unregister(fd)
                waiting.pop(fd, None)
        for member in waiting.values():
            member.look()


def _arguments(sandbox: Sandbox, program: Program, *, joined: bool) -> list[str]:
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
    flags = [flag for flag, given in (("--allow-fork", program.trusted), ("--joined", joined)) if given]
    return ["launcher", *words, *flags, "--", *program.command]
