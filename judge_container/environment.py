"""What lives as long as the process: the sandbox of this machine, and whether anything has escaped from it."""

import os
from pathlib import Path

from . import box, events, processes, runner
from .identity import Identity
from .runner import Execution, Program, Sandbox
from .settings import Settings


class Environment:
    """Once `dirty`, user code may have left something running: end this process."""

    def __init__(self, settings: Settings, sandbox: Sandbox) -> None:
        self.dirty = False
        self.settings = settings
        self._sandbox = sandbox

    @property
    def identity(self) -> Identity:
        return self._sandbox.identity

    def isolation(self) -> dict[str, bool]:
        return {layer: layer in self._sandbox.required for layer in runner.LAYERS}

    def run(self, program: Program) -> Execution:
        """Raises LauncherError."""
        execution = runner.run(self._sandbox, program)
        self._tidy(execution, program)
        return execution

    def run_pair(self, solution: Program, interactor: Program) -> tuple[Execution, Execution]:
        """Raises LauncherError."""
        executions = runner.run_pair(self._sandbox, solution, interactor)
        for execution, program in zip(executions, (solution, interactor), strict=True):
            self._tidy(execution, program)
        return executions

    def _tidy(self, execution: Execution, program: Program) -> None:
        if not execution.clean:
            self.dirty = True
            events.emit("processes left", survivors=len(processes.descendants()))
        if "landlock" not in self._sandbox.required:
            self._wipe_elsewhere(program.box.parent)

    def _wipe_elsewhere(self, keep: Path) -> None:
        """Without Landlock a program can write to /tmp and the like: delete what is certainly a program's."""
        own = {self.identity.uid, self.identity.partner().uid} - {None}
        shared = {os.geteuid()} if self.settings.owns_machine else set()
        for uid in filter(None, own or shared):
            box.wipe_shared_places(uid, keep)
