"""Launchers that wait for their next run: one for each box, with what all of its runs have in common."""

import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from . import processes
from .sandbox import Ending, Program, Sandbox, read_report

_CONTROL_FD = 3
_MAX_REPORT_BYTES = 4096
_MAX_KEPT = 4

_Common = tuple[Sandbox, Path, tuple[str, ...], tuple[tuple[str, str], ...], bool]
"""What the words of a launcher are made of."""


class Launcher:
    """One launcher process. It does one run at a time, and ends when we do."""

    def __init__(self, sandbox: Sandbox, words: Sequence[str]) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, 0, 2),
            (os.POSIX_SPAWN_DUP2, theirs.fileno(), _CONTROL_FD),
        ]
        with theirs:
            # Blocked from its birth on: whoever is told to stop a program before it is up would else end itself.
            self._pid = os.posix_spawn(
                sandbox.launcher, ["launcher", *words], {}, file_actions=actions, setsigmask=[signal.SIGTERM]
            )

    @property
    def pid(self) -> int:
        return self._pid

    def fileno(self) -> int:
        return self._socket.fileno()

    def start(self, words: Sequence[str], descriptors: Sequence[int]) -> None:
        try:
            socket.send_fds(self._socket, ["".join(f"{word}\0" for word in words).encode()], descriptors)
        except OSError:
            self.report()  # its last word, which says why it has ended
            raise

    def report(self) -> tuple[Ending, int | None]:
        """Once there is something to read, which may also be its end. A descriptor is the input of one of a pair."""
        try:
            report, descriptors, _, _ = socket.recv_fds(self._socket, _MAX_REPORT_BYTES, 1)
        except ConnectionResetError:  # it ended with a request unread; the kernel says so once, before its last word
            report, descriptors, _, _ = socket.recv_fds(self._socket, _MAX_REPORT_BYTES, 1)
        return read_report(report), next(iter(descriptors), None)

    def stop_program(self) -> None:
        """To be said again until it has reported: a launcher that begins a run forgets what it was told before."""
        os.kill(self._pid, signal.SIGTERM)  # not reaped yet, so the number is still the launcher's

    def close(self) -> None:
        """With the launcher dies what it runs (PDEATHSIG)."""
        self._socket.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


class Launchers:
    """The launchers of one job."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._kept: dict[_Common, Launcher] = {}

    def of(self, sandbox: Sandbox, program: Program) -> Launcher:
        """The one that has run such a program before, or a new one."""
        common = _common(sandbox, program)
        launcher = self._kept.pop(common, None) or Launcher(sandbox, _common_words(sandbox, program))
        self._kept[common] = launcher  # last in order: the first is the one that has waited longest
        if len(self._kept) > _MAX_KEPT:
            self._kept.pop(next(iter(self._kept))).close()
        return launcher

    def sweep(self) -> bool:
        """End them all, and whatever else is left; True when provably nothing is."""
        for launcher in self._kept.values():
            launcher.close()
        self._kept.clear()
        return processes.sweep()


def run_words(program: Program, *, joined: bool) -> list[str]:
    """What a single run adds."""
    limits = program.limits
    options: list[tuple[str, int]] = [
        ("--cpu-ms", limits.cpu_ms),
        ("--wall-ms", limits.wall_ms),
        ("--memory-kb", limits.memory_kb),
        ("--address-space-kb", limits.address_space_kb),
        ("--fsize-kb", limits.file_kb),
    ]
    words = [word for name, value in options for word in (name, str(value))]
    return [*words, *(["--joined"] if joined else []), "--", *program.command]


def _common(sandbox: Sandbox, program: Program) -> _Common:
    return sandbox, program.box, program.readable, tuple(program.environment.items()), program.trusted


def _common_words(sandbox: Sandbox, program: Program) -> tuple[str, ...]:
    options: list[tuple[str, object]] = [
        ("--box", program.box),
        ("--nproc", sandbox.identity.threads),
        *(("--uid", uid) for uid in (sandbox.identity.uid,) if uid is not None),
        *(("--read", path) for path in program.readable),
        *(("--env", f"{name}={value}") for name, value in program.environment.items()),
        *(("--require", layer) for layer in sorted(sandbox.required)),
    ]
    words = tuple(word for name, value in options for word in (name, str(value)))
    return (*words, "--allow-fork") if program.trusted else words
