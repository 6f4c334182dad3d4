"""Start, stop and kill whole local clouds, as a person with `make run` would."""

import fcntl
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO

import httpx

from infra.local.cloud import Cloud
from infra.local.options import child_environment
from infra.packaging.package import ROOT

SHARED_IN = "LYCEUM_TESTS_CLOUD"
"""Names the directory of the shared run to those who do not start it."""
PATIENCE = 60.0
"""Seconds that anything may take: for a stuck system, not a promise of speed."""
SILENT_FOR = 170.0
"""Seconds without a word from a run that starts: then it is stuck. The first run's longest step downloads and builds
the functions' libraries.
"""
STOPPED_WITHIN = 120.0
"""Seconds: more than its processes are given one after the other."""
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_000
_PORTS = Path(tempfile.gettempdir(), f"lyceum-test-ports-{os.getuid()}")
"""A lock for each port that a process of tests has asked for."""
_reserved: list[IO[str]] = []


class Run:
    """One `make run` with ports and a state directory of its own. It can be started again after its end."""

    def __init__(self, state_dir: Path, *, cold: bool = False) -> None:
        self.state_dir = state_dir
        self.cold = cold
        self.port, self.emulator_port, self.judge_port = free_ports(3)
        self.warm: set[str] = set()
        """The functions that had a process when it was ready."""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        ports = [f"--port={self.port}", f"--emulator-port={self.emulator_port}", f"--judge-port={self.judge_port}"]
        options = ["--end-with-parent", *(["--cold"] if self.cold else [])]
        return [sys.executable, "-m", "infra.local", "run", *ports, f"--state-dir={self.state_dir}", *options]

    @property
    def output_file(self) -> Path:
        return self.state_dir.with_suffix(".out")

    @property
    def output(self) -> str:
        return self.output_file.read_text()

    @property
    def cloud(self) -> Cloud:
        return Cloud(**json.loads((self.state_dir / "cloud.json").read_text()))

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> Cloud:
        with self.output_file.open("wb") as output:
            self._process = subprocess.Popen(
                self.command, cwd=ROOT, env=child_environment(), stdout=output, stderr=subprocess.STDOUT
            )
        while not ("ready in" in (said := self.output) or self._ended):
            self._wait_for_more(said)
        assert not self._ended, self.output
        self.warm = {function_of(process) for process in self.descendants()} - {""}
        return self.cloud

    def _wait_for_more(self, than: str) -> None:
        wait_until(lambda: self.output != than or self._ended, SILENT_FOR, lambda: self.output)

    def up(self) -> Cloud:
        """Started unless it runs."""
        return self.cloud if self._process is not None and not self._ended else self.start()

    def stop(self) -> int:
        """Ask it to stop; its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(STOPPED_WITHIN)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        if self._process is not None and not self._ended:
            self.stop()

    @property
    def _ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def descendants(self, of: str = "") -> set[int]:
        """The processes that it started, directly or not, whose command line contains `of`."""
        parents = _parents()
        found = {self.pid}
        while more := {child for child, parent in parents.items() if parent in found} - found:
            found |= more
        return {process for process in found - {self.pid} if of in _command_line(process)}


@contextmanager
def shared_run(directory: Path) -> Iterator[Run]:
    """The run of all processes that name this directory. Who comes first starts it, and stops it when all have left.

    Everybody holds the shared lock of its users meanwhile, which the kernel takes from those who are killed. Only the
    one who started it knows its processes.
    """
    run, ready = Run(directory / "shared"), directory / "shared.ready"
    with (directory / "users.lock").open("w") as users, (directory / "door.lock").open("w") as door:
        with _locked(door):
            starts = not ready.exists()
            if starts:
                run.start()
                ready.write_text(json.dumps(sorted(run.warm)))
            fcntl.flock(users, fcntl.LOCK_SH)
        run.warm = set(json.loads(ready.read_text()))
        try:
            yield run
        finally:
            if starts:
                with _locked(door):
                    fcntl.flock(users, fcntl.LOCK_EX)
                    ready.unlink()
                    run.end()


@contextmanager
def _locked(file: IO[str]) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def free_ports(count: int) -> list[int]:
    """Ports that are this process's until it ends, among all who ask here, also while nobody listens on them.

    They lie below those that the kernel gives to connections: such a one might be taken before the server binds it, or
    while a cloud is stopped, and who asks again and again whether it listens might be answered by themselves.
    """
    _PORTS.mkdir(exist_ok=True)
    candidates = random.sample(range(LOWEST_PORT, HIGHEST_PORT), HIGHEST_PORT - LOWEST_PORT)
    return list(islice(filter(_reserve, candidates), count))


def _reserve(port: int) -> bool:
    lock = (_PORTS / str(port)).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except OSError:
        lock.close()
        return False
    _reserved.append(lock)
    return True


def wait_until(holds: Callable[[], object], seconds: float, explain: Callable[[], str] = lambda: "") -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s. {explain()}"
        time.sleep(0.1)


def is_alive(process: int) -> bool:
    return bool(_command_line(process))


def health(cloud: Cloud) -> int:
    return httpx.get(f"{cloud.front_door_url}/health", timeout=PATIENCE).status_code


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=PATIENCE).is_success
    except httpx.TransportError:
        return False


def _parents() -> dict[int, int]:
    """Process -> its parent. The name in the second field may itself contain spaces and parentheses."""
    found: dict[int, int] = {}
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            fields = re.sub(r"^.*\) ", "", (directory / "stat").read_text(), flags=re.DOTALL).split()
        except OSError:  # it has ended meanwhile
            continue
        found[int(directory.name)] = int(fields[1])
    return found


def _command_line(process: int) -> str:
    """Empty for a process that has ended, reaped or not."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def function_of(process: int) -> str:
    """The function whose process this is; empty for another process, or one that has ended."""
    try:
        variables = Path(f"/proc/{process}/environ").read_text().split("\0")
    except OSError:
        return ""
    names = [each.partition("=")[2] for each in variables if each.startswith("AWS_LAMBDA_FUNCTION_NAME=")]
    return names[0] if names else ""
