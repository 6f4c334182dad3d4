"""Runs the tests ring by ring, from the quickest to the slowest, and stops at the first that is broken.

    python -m tests.rings [--for PACKAGE] [RING ...]

After each ring it says what that cost: wall time, and the CPU of all processes that the ring started, those too that
outlived their parents. `--for tracks` runs what lies in folders of that name and in files `test_tracks.py`.
"""

import argparse
import contextlib
import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PR_SET_CHILD_SUBREAPER = 36
NO_TESTS_COLLECTED = 5
"""pytest's exit status."""

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """Commands that all have to succeed; they get the folders, or what of them is one package's."""

    name: str
    commands: tuple[Command, ...]
    folders: tuple[str, ...] = ()
    package: str = ""
    """Of which all is, if of one."""
    is_whole: bool = False
    """Runs wholly or, for another package, not at all."""
    has_cloud: bool = False
    """Its commands share a local cloud, whose start costs more than most of its tests."""

    def paths(self, package: str) -> tuple[str, ...]:
        """What to give to pytest: everything, or what belongs to a package."""
        if package in {"", self.package}:
            return self.folders
        if self.is_whole:
            return ()
        found = (path for folder in self.folders for path in sorted(Path(ROOT, folder).rglob("*")))
        wanted = [path for path in found if path.name in {package, f"test_{package}.py"}]
        return tuple(str(path.relative_to(ROOT)) for path in wanted if not set(path.parents) & set(wanted))


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.0f} s, {self.cpu:.0f} s of CPU"


PYTEST: Command = ("-m", "pytest", "-q")
ON_ALL_CORES: Command = (*PYTEST, "-n", "auto")
BESIDE_EACH_OTHER: Command = (*PYTEST, "-n", "4", "--dist", "loadfile", "--no-loadscope-reorder")
"""Twice as many as a small machine has cores, since they wait; the files that take longest begin first."""

NPM_RUN_CHECK: Command = ("-m", "infra.node", "npm", "run", "--silent", "check", "--prefix")

RINGS = (
    Ring("lint", (("-m", "ruff", "check", "."), ("-m", "ruff", "format", "--check", "."))),
    Ring("types", (("-m", "mypy"),)),
    Ring("unit", (ON_ALL_CORES,), ("tests/architecture", "tests/unit")),
    Ring("web", (NPM_RUN_CHECK,), ("web",), "web", is_whole=True),
    Ring("app", (ON_ALL_CORES,), ("tests/app", "tests/contract")),
    Ring("infra", (ON_ALL_CORES,), ("tests/infra",), "infra"),
    Ring(
        "sandbox",
        ((*ON_ALL_CORES, "-m", "not measures_time"), (*PYTEST, "-m", "measures_time")),
        ("tests/sandbox",),
        "judge",
    ),
    Ring(
        "e2e",
        ((*BESIDE_EACH_OTHER, "-m", "not measures_time"), (*PYTEST, "-m", "measures_time")),
        ("tests/e2e",),
        has_cloud=True,
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.rings", description="Run the tests ring by ring.")
    parser.add_argument("rings", nargs="*", metavar="RING", help=", ".join(ring.name for ring in RINGS))
    parser.add_argument("--for", dest="package", default="", help="a package: its tests of all rings")
    arguments = parser.parse_args()
    wanted = arguments.rings or [ring.name for ring in RINGS]
    if unknown := set(wanted) - {ring.name for ring in RINGS}:
        parser.error(f"there is no ring {', '.join(sorted(unknown))}")
    _adopt_orphans()
    return _run([ring for ring in RINGS if ring.name in wanted], arguments.package)


def _run(rings: Sequence[Ring], package: str) -> int:
    spent: dict[str, Cost] = {}
    broken = ""
    for ring in rings:
        if package and not ring.paths(package):
            continue
        _say(f"ring {ring.name}")
        with _measured(ring.name, spent):
            succeeded = _succeeds(ring, package)
        _say(f"ring {ring.name}: {spent[ring.name]}")
        if not succeeded:
            broken = ring.name
            break
    _say(_summary(spent))
    if broken:
        print(f"make: the ring {broken} is broken", file=sys.stderr)
    elif not spent:
        print(f"make: there are no tests of {package}", file=sys.stderr)
    return 1 if broken or not spent else 0


def _succeeds(ring: Ring, package: str) -> bool:
    good = {0, NO_TESTS_COLLECTED} if package else {0}
    with contextlib.ExitStack() as leaving:
        known = leaving.enter_context(_shared_cloud()) if ring.has_cloud else {}
        return all(_status(command, ring.paths(package), known) in good for command in ring.commands)


@contextlib.contextmanager
def _shared_cloud() -> Iterator[dict[str, str]]:
    from tests.e2e import local_cloud  # noqa: PLC0415 - the other rings need none of what it imports

    with tempfile.TemporaryDirectory(prefix="lyceum-e2e-") as directory, local_cloud.shared_run(Path(directory)):
        yield {local_cloud.SHARED_IN: directory}


def _status(command: Command, paths: Sequence[str], known: Mapping[str, str]) -> int:
    # Where bytecode is not kept, each of pytest's workers compiles everything again.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment.update(known)
    return subprocess.run([sys.executable, *command, *paths], cwd=ROOT, env=environment, check=False).returncode


@contextlib.contextmanager
def _measured(name: str, spent: dict[str, Cost]) -> Iterator[None]:
    began, used = time.monotonic(), _cpu()
    yield
    spent[name] = Cost(time.monotonic() - began, _cpu() - used)


def _cpu() -> float:
    """Seconds of all processes that we, or those before us, have waited for."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _adopt_orphans() -> None:
    """Become the parent of processes whose own has ended: else nobody could say what they cost. Only on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _summary(spent: dict[str, Cost]) -> str:
    whole = Cost(sum(cost.wall for cost in spent.values()), sum(cost.cpu for cost in spent.values()))
    return "\n".join(f"{name:>8}  {cost}" for name, cost in {**spent, "all": whole}.items())


def _say(text: str) -> None:
    print(f"\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
