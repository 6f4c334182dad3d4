"""Checks that the machine has what the local cloud needs, before anything is started. Each finding is one line."""

import contextlib
import fcntl
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from infra.local import state_directory
from infra.local.cloud import LocalCloudError
from infra.local.front_door import loopbacks
from infra.local.options import Options

PYTHON = (3, 11)
FINISHED_WITHIN = 30.0  # seconds that a killed run's emulator may need to save its state
POLL_EVERY = 0.1  # seconds


def check(options: Options) -> None:
    check_python()
    check_compiler()
    ports = [(options.front_door_port, "--port"), (options.judge_port, "--judge-port")]
    if not options.external_endpoint:
        ports.append((options.emulator_port, "--emulator-port"))
    for port, flag in ports:
        check_port(port, flag)


def check_python(version: tuple[int, ...] = sys.version_info[:2]) -> None:
    if version < PYTHON:
        raise LocalCloudError(f"Python {'.'.join(map(str, version))} is too old: 3.11 or newer is needed")


def check_compiler(path: str | None = None) -> None:
    if shutil.which("gcc", path=path) is None:
        raise LocalCloudError("gcc is missing: the judge's launcher is compiled with it (apt install gcc libc6-dev)")


def check_port(port: int, flag: str) -> None:
    for address in loopbacks():
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: TIME_WAIT is no hindrance
            try:
                probe.bind((address, port))
            except OSError as error:
                message = f"port {port} on {address} cannot be used ({error.strerror}): choose another with {flag}"
                raise LocalCloudError(message) from error


@contextlib.contextmanager
def run_lock(state_dir: Path) -> Iterator[int]:
    """Locks a state directory. The emulator inherits the lock: after a kill it keeps it until its state is saved."""
    state_directory.claim(state_dir)
    with (state_dir / "lock").open("a+") as lock:
        _acquire(lock.fileno(), state_dir)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def _acquire(lock: int, state_dir: Path) -> None:
    deadline = time.monotonic() + FINISHED_WITHIN
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        owner = (state_dir / "lock").read_text(encoding="ascii")
        if _is_alive(owner) or time.monotonic() > deadline:
            raise LocalCloudError(f"another local cloud (process {owner}) is using {state_dir}: stop it first")
        time.sleep(POLL_EVERY)


def _is_alive(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
