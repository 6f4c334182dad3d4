"""Runs programs in the sandbox, alone or in pairs: has them launched, feeds and reads them, and waits for their end."""

import contextlib
import os
import select
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from chalicelib.judge_protocol.contract import ACCEPTING_EXIT_CODES

from . import box
from .held_ends import LOOK_MS, HeldEnd
from .launching import Launcher, Launchers, run_words
from .sandbox import Ending, Execution, LauncherError, Program, Sandbox
from .streams import Opener, Sink, Spill, Streams

# What the launcher adds to the wall limit at most, for a busy machine (its MAX_PARDON_US).
_PARDON_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_BOX_CHECK_SECONDS = 0.1
_STOP_SECONDS = 0.1
"""After which a launcher is told again to stop a program that has not ended."""
# Whoever is woken up often starts on the processor of who woke it, once that is free: so it has to be, for a moment.
_START_MS = 1
_PIPE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A program with its streams open, which only has to be started, once. Close it, run or not."""

    program: Program
    streams: Streams
    close: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """`solution_first`: the interactor had not ended when it learned that the solution had, or was cut off later."""

    solution: Execution
    interactor: Execution
    solution_first: bool


def make_ready(sandbox: Sandbox, program: Program) -> Ready:
    limits = program.limits
    with contextlib.ExitStack() as stack:
        opener = Opener(stack, sandbox.identity.uid)
        if program.trusted:
            streams = opener.merged(program.stdin, limits.output_bytes)
        else:
            streams = opener.separate(program.stdin, limits.output_bytes, limits.stderr_bytes)
        return Ready(program=program, streams=streams, close=stack.pop_all().close)


def run(launchers: Launchers, ready: Ready, meanwhile: Callable[[], None] | None = None) -> Execution:
    """Run to the end, whatever the end is. Raises LauncherError when the sandbox, not the program, failed.

    `meanwhile` is called once the program runs, unless it has written something or ended by then.
    """
    launcher = launchers.of(launchers.sandbox, ready.program)
    [execution] = _run_together(launchers, [_Member(launcher, ready.program, ready.streams)], meanwhile)
    return execution


def run_pair(launchers: Launchers, solution: Program, interactor: Program) -> Pair:
    """Run two programs, each reading what the other writes, until both have ended; the second as the other user.

    What they tell each other does not pass through here. The solution sees at once when the interactor says no more;
    the interactor, once the solution has ended and everything is read. What one writes when the other has ended is
    thrown away: else whether its last words break a pipe would be a race. Of an interactor it is as much as a pipe
    holds, since it may go on asking whom it has lost. A flood fills a pipe of 64 KiB, and costs its writer CPU time;
    the two clocks bound it. An interactor that has ended and did not accept has the last word: the solution is stopped.
    """
    sandbox = launchers.sandbox
    partner = replace(sandbox, identity=sandbox.identity.partner())
    with contextlib.ExitStack() as stack:
        question, asking = os.pipe2(os.O_CLOEXEC)
        reply, replying = os.pipe2(os.O_CLOEXEC)
        first = Opener(stack, sandbox.identity.uid).joined(question, replying, solution.limits.stderr_bytes)
        second = Opener(stack, partner.identity.uid).joined(reply, asking, interactor.limits.stderr_bytes)
        ours, theirs = launchers.of(sandbox, solution), launchers.of(partner, interactor)
        held = stack.enter_context(contextlib.closing(HeldEnd(replying, theirs.pid)))
        pair = [
            _Member(ours, solution, first, spill_bytes=_PIPE_BYTES, says=held),
            _Member(theirs, interactor, second, spill_bytes=None, has_last_word=True),
        ]
        one, other = _run_together(launchers, pair)
        is_told = held.told_us is not None and held.told_us <= other.ending.ended_us
    # Who is cut off by a limit answers nothing: then the clock tells, since it might have listened no more.
    is_cut_later = other.ending.stopped not in {"no", "request"} and one.ending.ended_us <= other.ending.ended_us
    return Pair(solution=one, interactor=other, solution_first=is_told or is_cut_later or pair[0].has_broken_off)


def _run_together(
    launchers: Launchers, members: "list[_Member]", meanwhile: Callable[[], None] | None = None
) -> list[Execution]:
    stays = False
    try:
        for member in members:
            member.start()
        _follow(members, meanwhile)
        # Who may fork, runs once and is not believed.
        stays = not any(member.ending.left or member.program.trusted for member in members)
    finally:
        for member in members:
            member.close_spill()
        clean = stays or launchers.sweep()
    return [member.execution(clean=clean) for member in members]


class _Member:
    """A program that runs, and what its launcher cannot see: how much is written, to the pipe and to the box.

    Of what its counterpart writes after its end `spill_bytes` are thrown away; None is all. `says` is held for it. With
    `has_last_word` its counterpart is stopped unless it accepts.
    """

    def __init__(
        self,
        launcher: Launcher,
        program: Program,
        streams: Streams,
        *,
        spill_bytes: int | None = None,
        says: HeldEnd | None = None,
        has_last_word: bool = False,
    ) -> None:
        self.launcher = launcher
        self.streams = streams
        self.program = program
        self.says = says
        self._spill_bytes = spill_bytes
        self._spill: Spill | None = None
        self._ending: Ending | None = None
        self._overfull = False
        self._has_last_word = has_last_word
        self._dismissed = False
        self._next_stop = 0.0
        self._deadline = 0.0
        self._next_box_check = 0.0

    def start(self) -> None:
        now = time.monotonic()
        self._deadline = now + self.program.limits.wall_ms / 1000 + _PARDON_SECONDS + _GRACE_SECONDS
        self._next_box_check = now + _BOX_CHECK_SECONDS
        self.launcher.start(run_words(self.program, joined=self.streams.joined), self.streams.remote)
        self.streams.close_remote_ends()

    @property
    def ending(self) -> Ending:
        if self._ending is None:
            raise LauncherError("the launcher has not reported")
        return self._ending

    def has_ended(self) -> Spill | None:
        self._ending, its_input = self.launcher.report()
        if its_input is not None:
            self._spill = Spill(its_input, self._spill_bytes)
        if self.says is not None:
            self.says.begin()
        return self._spill

    @property
    def dismisses(self) -> bool:
        """Whether it has ended by itself, and so that the end of its counterpart decides nothing any more."""
        ended = self._ending if self._has_last_word else None
        return (
            ended is not None
            and ended.stopped == "no"
            and not ended.signal
            and ended.exit_code not in ACCEPTING_EXIT_CODES
        )

    def dismiss(self) -> None:
        self._dismissed = True

    @property
    def has_broken_off(self) -> bool:
        """Whether its counterpart could no longer write to it."""
        return self._spill is not None and self._spill.broken

    def close_spill(self) -> None:
        if self._spill is not None:
            self._spill.close()

    def look(self) -> None:
        now = time.monotonic()
        if now > self._deadline:
            raise LauncherError("the launcher did not end in time")
        if now > self._next_box_check:
            self._next_box_check = now + _BOX_CHECK_SECONDS
            self._overfull = box.size_exceeds(self.program.box, self.program.limits.box_bytes)
        is_too_much = self._overfull or (self._truncated and not self.program.trusted)
        if (is_too_much or self._dismissed) and now >= self._next_stop:
            self._next_stop = now + _STOP_SECONDS
            self.launcher.stop_program()

    def execution(self, *, clean: bool) -> Execution:
        """Once nobody writes any more, or the sweep has failed and we wait for nobody.

        The box is looked at once more: whether we looked while it was too full is a matter of who was faster.
        """
        place, most = self.program.box, self.program.limits.box_bytes
        self._overfull = self._overfull or (clean and box.size_exceeds(place, most, at_rest=True))
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
            dismissed=self._dismissed and self.ending.stopped == "request",
        )

    @property
    def _truncated(self) -> bool:
        return self.streams.stdout is not None and self.streams.stdout.truncated


class _Readers:
    """What is read while programs run: their outputs, and what is written to those that have ended."""

    def __init__(self, sinks: Iterable[Sink]) -> None:
        self.poll = select.poll()
        self._by_fd: dict[int, Sink | Spill] = {}
        for sink in sinks:
            self.add(sink)

    def add(self, reader: Sink | Spill) -> None:
        self._by_fd[reader.fd] = reader
        self.poll.register(reader.fd, select.POLLIN)

    def take(self, fd: int) -> None:
        if not self._by_fd[fd].take():
            self.poll.unregister(fd)


def _held(members: list[_Member]) -> list[HeldEnd]:
    """Of those that have ended."""
    return [member.says for member in members if member.says is not None and member.says.is_pending]


def _end(member: _Member, readers: _Readers, *, others: Iterable[_Member]) -> None:
    if spill := member.has_ended():
        readers.add(spill)
    if member.dismisses:
        for other in others:
            other.dismiss()


def _follow(members: list[_Member], meanwhile: Callable[[], None] | None) -> None:
    """Read until every launcher has reported."""
    readers = _Readers(sink for member in members for sink in member.streams.sinks)
    running = {member.launcher.fileno(): member for member in members}
    for fd in running:
        readers.poll.register(fd, select.POLLIN)
    if meanwhile is not None and not readers.poll.poll(_START_MS):
        meanwhile()
    while running:
        held = _held(members)
        for fd, _ in readers.poll.poll(LOOK_MS if held else _BOX_CHECK_SECONDS * 1000):
            if fd in running:
                readers.poll.unregister(fd)
                _end(running.pop(fd), readers, others=running.values())
            else:
                readers.take(fd)
        watched: list[_Member | HeldEnd] = [*running.values(), *held]
        for each in watched:
            each.look()
