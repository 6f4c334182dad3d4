"""Finds out which layers of the sandbox work on this machine: once, by running the launcher itself inside them."""

import contextlib
import os
from pathlib import Path

from . import box, events, identity, runner
from .launching import Launchers
from .sandbox import Limits, Program, Sandbox
from .settings import Settings

_LIMITS = Limits(
    cpu_ms=5_000,
    wall_ms=10_000,
    memory_kb=256 * 1024,
    address_space_kb=0,
    output_bytes=4096,
    file_kb=64,
    box_bytes=1024 * 1024,
)


class NoLauncherError(Exception):
    """Without the launcher nothing is judged, least of all unsandboxed. Nor without a layer that is needed here."""


def sandbox(settings: Settings) -> Sandbox:
    """How programs are started here. From now on every layer that held must hold in each run."""
    if not os.access(settings.launcher, os.X_OK):
        raise NoLauncherError(f"{settings.launcher}: run make launcher; needs gcc")
    candidate = Sandbox(launcher=settings.launcher.resolve(), identity=identity.choose())
    held = _layers(candidate, settings.scratch)
    events.emit("sandbox probed", kernel=os.uname().release, uid=candidate.identity.uid, layers=sorted(held))
    if missing := settings.needs - held:
        raise NoLauncherError(f"the kernel {os.uname().release} has no {', '.join(sorted(missing))}: JUDGE_NEEDS")
    return Sandbox(launcher=candidate.launcher, identity=candidate.identity, required=held)


def _layers(candidate: Sandbox, scratch: Path) -> frozenset[str]:
    uid = candidate.identity.uid
    with box.job_directory(scratch, uid) as directory, box.fresh(directory, "probe", uid) as place:
        # From the box, since the place where the launcher lies may be closed to the programs' user.
        copy = directory / "launcher"
        copy.write_bytes(candidate.launcher.read_bytes())
        copy.chmod(0o755)
        program = Program(command=(str(copy), "--idle"), box=place, readable=(str(copy),), limits=_LIMITS)
        launchers = Launchers(candidate)
        try:
            with contextlib.closing(runner.make_ready(candidate, program)) as ready:
                return runner.run(launchers, ready).ending.layers
        finally:
            launchers.sweep()
