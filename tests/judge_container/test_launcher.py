"""The launcher itself, where the handler cannot show it: limits over a whole tree of processes, and its own faults."""

import contextlib
import os
from pathlib import Path

import pytest

from judge_container import runner, settings
from judge_container.runner import Ending, LauncherError

pytestmark = pytest.mark.judge

BURN = "import time\nwhile time.process_time() < 0.4: pass"
KEEP = "import time\nkept = bytearray(b'x') * (60 << 20)\ntime.sleep(20)"


def launch(box: Path, *command: str, options: tuple[str, ...] = ()) -> Ending:
    limits = ("--cpu-ms", "1000", "--wall-ms", "20000", "--memory-kb", "200000", "--fsize-kb", "64")
    readable = [word for path in ("/usr", "/bin", "/lib", "/lib64", "/etc") for word in ("--read", path)]
    words = ["launcher", "--box", str(box), *limits, *readable, *options, "--env", "PATH=/usr/bin:/bin", "--", *command]
    reading, writing = os.pipe()
    with contextlib.closing(os.fdopen(reading, "rb")) as report:
        launcher = settings.from_environment().launcher
        actions = [(os.POSIX_SPAWN_DUP2, writing, 3), (os.POSIX_SPAWN_CLOSE, reading)]
        pid = os.posix_spawn(launcher, words, {}, file_actions=actions)
        os.close(writing)
        said = report.read()
        os.waitpid(pid, 0)
    return runner.read_report(said)


def test_tree_shares_one_cpu_limit(tmp_path: Path) -> None:
    burns = "; ".join([f'python3 -c "{BURN}"'] * 8)
    ending = launch(tmp_path, "/bin/sh", "-c", burns, options=("--allow-fork",))
    assert ending.stopped == "cpu"
    assert ending.wall_ms < 10_000


def test_parallel_processes_share_one_cpu_limit(tmp_path: Path) -> None:
    burns = " & ".join([f'python3 -c "{BURN}"'] * 8)
    ending = launch(tmp_path, "/bin/sh", "-c", f"{burns} & wait", options=("--allow-fork",))
    assert ending.stopped == "cpu"


def test_tree_shares_one_memory_limit(tmp_path: Path) -> None:
    keeps = " & ".join([f'python3 -c "{KEEP}"'] * 4)
    ending = launch(tmp_path, "/bin/sh", "-c", f"{keeps} & wait", options=("--allow-fork",))
    assert ending.stopped == "memory"


def test_small_tree_is_left_alone(tmp_path: Path) -> None:
    ending = launch(tmp_path, "/bin/sh", "-c", f'python3 -c "{BURN}"; exit 3', options=("--allow-fork",))
    assert (ending.stopped, ending.exit_code) == ("no", 3)


@pytest.mark.parametrize(
    ("options", "step"),
    [
        (("--memory-kb", "much"), "option"),
        (("--no-such-option",), "option"),
        (("--require", "magic"), "option"),
        (("--box", "/nowhere"), "chdir"),
    ],
)
def test_own_fault_names_its_step(tmp_path: Path, options: tuple[str, ...], step: str) -> None:
    with pytest.raises(LauncherError, match=step):
        launch(tmp_path, "/bin/true", options=options)


def test_absent_program_is_a_fault_and_no_ending(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="exec"):
        launch(tmp_path, "/no/such/program")
