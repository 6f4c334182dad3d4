"""The environment of the judge's process, as long as it lives: its sandbox, and whether anything escaped from it."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from . import box, events, processes, runner
from .identity import Identity
from .launching import Launchers
from .runner import Pair, Ready
from .sandbox import LAYERS, Execution, Program, Sandbox
from .settings import Settings


class Environment:
    """Once `dirty`, user code may have left something running: end this process."""

    def __init__(self, settings: Settings, sandbox: Sandbox) -> None:
        self.dirty = False
        self.settings = settings
        self._sandbox = sandbox
        self._launchers = Launchers(sandbox)

    @property
    def identity(self) -> Identity:
        return self._sandbox.identity

    def isolation(self) -> dict[str, bool]:
        return {layer: layer in self._sandbox.required for layer in LAYERS}

    @contextlib.contextmanager
    def job_directory(self) -> Iterator[Path]:
        """A place for one job. When it is left, nothing of the job is: no file, no launcher, no process."""
        with box.job_directory(self.settings.scratch, self.identity.uid) as directory:
            try:
                yield directory
            finally:
                self._note(clean=self._launchers.sweep())

    def run(self, program: Program) -> Execution:
        """Raises LauncherError."""
        with contextlib.closing(self.make_ready(program)) as ready:
            return self.run_ready(ready)

    def make_ready(self, program: Program) -> Ready:
        """What can be done before the program's turn comes."""
        return runner.make_ready(self._sandbox, program)

    def run_ready(self, ready: Ready, meanwhile: Callable[[], None] | None = None) -> Execution:
        """`meanwhile` is called while it runs. Raises LauncherError."""
        execution = runner.run(self._launchers, ready, meanwhile)
        self._tidy(execution, ready.program)
        return execution

    def run_pair(self, solution: Program, interactor: Program) -> Pair:
        """Raises LauncherError."""
        pair = runner.run_pair(self._launchers, solution, interactor)
        self._tidy(pair.solution, solution)
        self._tidy(pair.interactor, interactor)
        return pair

    def _tidy(self, execution: Execution, program: Program) -> None:
        self._note(clean=execution.clean)
        if "landlock" not in self._sandbox.required:
            self._wipe_elsewhere(program.box.parent)

    def _note(self, *, clean: bool) -> None:
        if not clean:
            self.dirty = True
            events.emit("processes left", survivors=len(processes.descendants()))

    def _wipe_elsewhere(self, keep: Path) -> None:
        """Without Landlock a program can write to /tmp and the like: delete what is certainly a program's."""
        own = {self.identity.uid, self.identity.partner().uid} - {None}
        shared = {os.geteuid()} if self.settings.owns_machine else set()
        for uid in filter(None, own or shared):
            box.wipe_shared_places(uid, keep)
