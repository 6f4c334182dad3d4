"""The processes of the local cloud are ended whole, and nobody else's are."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.children import Child
from infra.local.options import child_environment
from tests.e2e.local_cloud import PATIENCE, is_alive, wait_until

HELPER = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True); "

Start = Callable[[str], Child]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a process that runs some Python after it has started a helper."""
    started: list[Child] = []

    def start(code: str) -> Child:
        child = Child(
            name="child",
            command=[sys.executable, "-c", HELPER + code],
            environment=child_environment(),
            directory=tmp_path,
            log=tmp_path / "log",
            is_ready=lambda: (tmp_path / "log").read_text().endswith("\n"),
        )
        started.append(child)
        child.start()
        child.wait_ready()
        return child

    yield start
    for child in started:
        child.stop()


def helper(directory: Path) -> int:
    return int((directory / "log").read_text().split()[-1])


def test_stopping_ends_also_what_outlives_its_leader(start: Start, tmp_path: Path) -> None:
    child = start("import time; time.sleep(600)")

    child.stop()

    wait_until(lambda: not is_alive(helper(tmp_path)), PATIENCE)
    assert child.ended() is None


@pytest.mark.parametrize(
    ("code", "how"), [("raise SystemExit(3)", "exit status 3"), ("import os; os.kill(os.getpid(), 9)", "signal 9")]
)
def test_number_of_an_ended_leader_is_kept_until_its_group_is_ended(
    start: Start, tmp_path: Path, code: str, how: str
) -> None:
    child = start("import time; time.sleep(0.5); " + code)
    wait_until(lambda: child.ended() is not None, PATIENCE)

    assert child.ended() == how
    assert child._process is not None
    os.killpg(child._process.pid, 0)
    assert os.waitid(os.P_PID, child._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    first = helper(tmp_path)
    child.restart()

    wait_until(lambda: not is_alive(first), PATIENCE)
