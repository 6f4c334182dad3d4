"""Starts, watches and stops the processes of the local cloud."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.local import tether
from infra.local.cloud import LocalCloudError

READY_WITHIN = 60.0  # seconds; what ends at its start is not waited for
STOPPED_WITHIN = 30.0  # seconds; an emulator that is not let finish loses what it has not saved yet
PROBE_EVERY = 0.05  # seconds
SHORT_LIFE = 10.0  # seconds; what dies sooner than that is started again ever more slowly
LONGEST_PAUSE = 30.0  # seconds


@dataclass(slots=True, kw_only=True)
class Child:
    """One process in a session of its own, so that Ctrl-C reaches it through us alone, in the right order."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    log: Path
    is_ready: Callable[[], bool]
    inherited: Sequence[int] = ()  # file descriptors
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _pause: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start it and come back at once."""
        self._started = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-IS", tether.__file__, str(os.getpid()), *self.command],
                cwd=self.directory,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=tuple(self.inherited),
            )

    def wait_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not self.is_ready():
            if self.ended() is not None:
                raise LocalCloudError(f"the {self.name} ended at its start: {self._last_words()}")
            if time.monotonic() > deadline:
                raise LocalCloudError(f"the {self.name} was not ready within {READY_WITHIN:.0f} s, see {self.log}")
            time.sleep(PROBE_EVERY)

    def ended(self) -> str | None:
        """How it ended, or None while it runs.

        It is not reaped yet: until it is, its number, which is also its group's, can be nobody else's.
        """
        if self._process is None:
            return None
        end = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if end is None:
            return None
        return f"{'exit status' if end.si_code == os.CLD_EXITED else 'signal'} {end.si_status}"

    def restart(self) -> None:
        """After its death. What keeps dying must not keep the machine busy."""
        lived = time.monotonic() - self._started
        self._pause = min(max(2 * self._pause, 0.5), LONGEST_PAUSE) if lived < SHORT_LIFE else 0.0
        self._bury()
        time.sleep(self._pause)
        self.start()

    def stop(self) -> None:
        """SIGTERM, then SIGKILL to it and to all that it started."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + STOPPED_WITHIN
        while self._process is not None and self.ended() is None and time.monotonic() < deadline:
            time.sleep(PROBE_EVERY)
        self._bury()

    def _bury(self) -> None:
        """Kill what is left of its group, which may outlive its leader; only then give up its number."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip() if lines else f"it said nothing, see {self.log}"
