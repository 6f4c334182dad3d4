"""Guards the handler's own process: hides it from user code, adopts its orphans, and proves that none is left."""

import ctypes
import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36

SWEEP_SECONDS = 3.0
_SWEEP_PAUSE_SECONDS = 0.002

_PROC = Path("/proc")


def guard() -> None:
    """Hide memory, environment and descriptors from processes of the same user, and adopt every orphaned descendant."""
    _prctl(_PR_SET_DUMPABLE, 0)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent() -> None:
    """Ask for SIGTERM when the process that started this one dies."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def sweep(seconds: float = SWEEP_SECONDS) -> bool:
    """Kill and reap every descendant; True when provably none is left.

    The proof is ECHILD: a subreaper without children has no descendants, since every orphan becomes its child.
    """
    deadline = time.monotonic() + seconds
    while _has_children():
        if time.monotonic() > deadline:
            return False
        _kill(descendants())
        time.sleep(_SWEEP_PAUSE_SECONDS)
    return True


def descendants(pid: int | None = None) -> list[int]:
    """Every process below one, by default this one."""
    parents = dict(_parents())
    known = {os.getpid() if pid is None else pid}
    found: list[int] = []
    grown = True
    while grown:
        new = [child for child, parent in parents.items() if parent in known and child not in known]
        known.update(new)
        found += new
        grown = bool(new)
    return found


def all_wait(pids: Iterable[int]) -> bool:
    """Whether every thread of these processes waits for something. False where one has ended, and for none."""
    states = [_states(pid) for pid in pids]
    return bool(states) and all(each and each <= {b"S"} for each in states)


def threads_of(uid: int) -> int:
    """How many threads a user has now: RLIMIT_NPROC counts them all, not only ours."""
    return sum(_thread_count(entry) for entry in _PROC.iterdir() if entry.name.isdigit() and _owner(entry) == uid)


def _has_children() -> bool:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _kill(pids: list[int]) -> None:
    # Stopped first, all of them, so that none can fork while the others die.
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            _signal(pid, number)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _parents() -> Iterator[tuple[int, int]]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            status = _read(entry / "stat")
            # The name in parentheses is the program's choice; what follows the last parenthesis is the kernel's.
            fields = status.rpartition(b")")[2].split()
            if fields:
                yield int(entry.name), int(fields[1])


def _states(pid: int) -> set[bytes]:
    """The kernel's letters for what threads do; empty when there is no such process any more."""
    try:
        threads = list((_PROC / str(pid) / "task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return set()
    fields = [_read(thread / "stat").rpartition(b")")[2].split() for thread in threads]
    return {each[0] if each else b"X" for each in fields}


def _thread_count(entry: Path) -> int:
    fields = _read(entry / "stat").rpartition(b")")[2].split()
    return int(fields[17]) if fields else 0


def _owner(entry: Path) -> int | None:
    try:
        return entry.stat().st_uid
    except FileNotFoundError:
        return None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""  # it ended while we looked


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl({option}): {os.strerror(error)}")
