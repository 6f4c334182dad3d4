"""Programs in the sandbox, alone or in pairs: have them launched, feed and read them, and see them end."""

import contextlib
import os
import select
import time
from dataclasses import replace

from . import box
from .launching import Launcher, Launchers, run_words
from .sandbox import Ending, Execution, LauncherError, Program
from .streams import Opener, Streams

_GRACE_SECONDS = 5.0
_BOX_CHECK_SECONDS = 0.1


def run(launchers: Launchers, program: Program) -> Execution:
    """Run to the end, whatever the end is. Raises LauncherError when the sandbox, not the program, failed."""
    sandbox = launchers.sandbox
    with contextlib.ExitStack() as stack:
        opener = Opener(stack, sandbox.identity.uid)
        if program.trusted:
            streams = opener.merged(program.stdin, program.limits.output_bytes)
        else:
            streams = opener.separate(program.stdin, program.limits.output_bytes, program.limits.stderr_bytes)
        [execution] = _run_together(launchers, [_Member(launchers.of(sandbox, program), program, streams)])
    return execution


def run_pair(launchers: Launchers, solution: Program, interactor: Program) -> tuple[Execution, Execution]:
    """Run two programs, each reading what the other writes, until both have ended; the second as the other user.

    What they tell each other does not pass through here, and each sees at once when the other has gone. A flood fills
    a pipe of 64 KiB, and costs its writer CPU time; the two clocks bound it.
    """
    sandbox = launchers.sandbox
    partner = replace(sandbox, identity=sandbox.identity.partner())
    with contextlib.ExitStack() as stack:
        question, asking = os.pipe2(os.O_CLOEXEC)
        reply, replying = os.pipe2(os.O_CLOEXEC)
        first = Opener(stack, sandbox.identity.uid).joined(question, replying, solution.limits.stderr_bytes)
        second = Opener(stack, partner.identity.uid).joined(reply, asking, interactor.limits.stderr_bytes)
        one, other = _run_together(
            launchers,
            [
                _Member(launchers.of(sandbox, solution), solution, first),
                _Member(launchers.of(partner, interactor), interactor, second),
            ],
        )
    return one, other


def _run_together(launchers: Launchers, members: "list[_Member]") -> list[Execution]:
    stays = False
    try:
        for member in members:
            member.start()
        _follow(members)
        # Who may fork, runs once and is not believed.
        stays = not any(member.ending.left or member.program.trusted for member in members)
    finally:
        clean = stays or launchers.sweep()
    return [member.execution(clean=clean) for member in members]


class _Member:
    """A program that runs, and what its launcher cannot see: how much is written, to the pipe and to the box."""

    def __init__(self, launcher: Launcher, program: Program, streams: Streams) -> None:
        self.launcher = launcher
        self.streams = streams
        self.program = program
        self._ending: Ending | None = None
        self._overfull = False
        self._stopping = False
        self._deadline = 0.0
        self._next_box_check = 0.0

    def start(self) -> None:
        now = time.monotonic()
        self._deadline = now + self.program.limits.wall_ms / 1000 + _GRACE_SECONDS
        self._next_box_check = now + _BOX_CHECK_SECONDS
        self.launcher.start(run_words(self.program, joined=self.streams.joined), self.streams.remote)
        self.streams.close_remote_ends()

    @property
    def ending(self) -> Ending:
        if self._ending is None:
            raise LauncherError("the launcher has not reported")
        return self._ending

    def has_ended(self) -> None:
        self._ending = self.launcher.report()

    def look(self) -> None:
        now = time.monotonic()
        if now > self._deadline:
            raise LauncherError("the launcher did not end in time")
        if now > self._next_box_check:
            self._next_box_check = now + _BOX_CHECK_SECONDS
            self._overfull = box.size_exceeds(self.program.box, self.program.limits.box_bytes)
        if not self._stopping and (self._overfull or (self._truncated and not self.program.trusted)):
            self._stopping = True
            self.launcher.stop_program()

    def execution(self, *, clean: bool) -> Execution:
        """Once nobody writes any more, or the sweep has failed and we wait for nobody."""
        streams = self.streams
        for sink in streams.sinks:
            sink.drain()
        return Execution(
            ending=self.ending,
            stdout=bytes(streams.stdout.data) if streams.stdout else b"",
            stderr=bytes(streams.stderr.data) if streams.stderr else b"",
            truncated=self._truncated,
            overfull=self._overfull,
            clean=clean,
        )

    @property
    def _truncated(self) -> bool:
        return self.streams.stdout is not None and self.streams.stdout.truncated


def _follow(members: list[_Member]) -> None:
    """Read until every launcher has reported."""
    poll = select.poll()
    sinks = {sink.fd: sink for member in members for sink in member.streams.sinks}
    running = {member.launcher.fileno(): member for member in members}
    for fd in (*sinks, *running):
        poll.register(fd, select.POLLIN)
    while running:
        for fd, _ in poll.poll(_BOX_CHECK_SECONDS * 1000):
            if fd in running:
                running.pop(fd).has_ended()
                poll.unregister(fd)
            elif not sinks[fd].take():
                poll.unregister(fd)
        for member in running.values():
            member.look()
