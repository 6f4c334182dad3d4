"""The launcher itself, where the handler cannot show it: limits over a whole tree of processes, and its own faults."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from judge_container import processes, settings
from judge_container.identity import Identity
from judge_container.launching import Launcher
from judge_container.sandbox import Ending, LauncherError, Sandbox

pytestmark = pytest.mark.measures_time

IDENTITY = Identity(uid=None, threads=0)
BURN = "import time\nwhile time.process_time() < 0.4: pass"
KEEP = "import time\nkept = bytearray(b'x') * (60 << 20)\ntime.sleep(20)"


def launch(
    box: Path, *command: str, fixed: tuple[str, ...] = (), options: tuple[str, ...] = (), is_stopped_first: bool = False
) -> Ending:
    readable = [word for path in ("/usr", "/bin", "/lib", "/lib64", "/etc") for word in ("--read", path)]
    words = ["--box", str(box), *readable, "--env", "PATH=/usr/bin:/bin", *fixed]
    limits = ("--cpu-ms", "1000", "--wall-ms", "20000", "--memory-kb", "200000", "--fsize-kb", "64")
    launcher = Launcher(Sandbox(launcher=settings.from_environment().launcher, identity=IDENTITY), words)
    if is_stopped_first:
        launcher.stop_program()
    try:
        with Path(os.devnull).open("r+b", buffering=0) as null:
            launcher.start([*limits, *options, "--", *command], [null.fileno()] * 3)
        ending, its_input = launcher.report()
        assert its_input is None
        return ending
    finally:
        launcher.close()


def test_a_launcher_that_is_told_to_stop_before_it_is_up_does_not_end_itself(tmp_path: Path) -> None:
    for _ in range(20):
        ending = launch(tmp_path, "/bin/true", is_stopped_first=True)
        assert (ending.stopped, ending.exit_code) == ("no", 0)


def test_tree_shares_one_cpu_limit(tmp_path: Path) -> None:
    burns = "; ".join([f'python3 -c "{BURN}"'] * 8)
    ending = launch(tmp_path, "/bin/sh", "-c", burns, fixed=("--allow-fork",))
    assert ending.stopped == "cpu"
    assert ending.cpu_ms < 2000


def test_parallel_processes_share_one_cpu_limit(tmp_path: Path) -> None:
    burns = " & ".join([f'python3 -c "{BURN}"'] * 8)
    ending = launch(tmp_path, "/bin/sh", "-c", f"{burns} & wait", fixed=("--allow-fork",))
    assert ending.stopped == "cpu"


def test_tree_shares_one_memory_limit(tmp_path: Path) -> None:
    keeps = " & ".join([f'python3 -c "{KEEP}"'] * 4)
    options = ("--cpu-ms", "10000")
    ending = launch(tmp_path, "/bin/sh", "-c", f"{keeps} & wait", fixed=("--allow-fork",), options=options)
    assert ending.stopped == "memory"


def test_small_tree_is_left_alone(tmp_path: Path) -> None:
    ending = launch(tmp_path, "/bin/sh", "-c", f'python3 -c "{BURN}"; exit 3', fixed=("--allow-fork",))
    assert (ending.stopped, ending.exit_code) == ("no", 3)


@pytest.mark.parametrize("fixed", [(), ("--allow-fork",)], ids=["alone", "tree"])
def test_waiting_for_a_processor_is_not_the_programs_fault(tmp_path: Path, fixed: tuple[str, ...]) -> None:
    with _crowded_processor():
        ending = launch(tmp_path, "/usr/bin/python3", "-c", BURN, fixed=fixed, options=("--wall-ms", "1000"))
    assert (ending.stopped, ending.exit_code) == ("no", 0)
    assert ending.wall_ms > 1000


@pytest.mark.parametrize("fixed", [(), ("--allow-fork",)], ids=["alone", "tree"])
def test_sleeping_is_the_programs_fault_on_a_busy_machine(tmp_path: Path, fixed: tuple[str, ...]) -> None:
    with _crowded_processor():
        ending = launch(tmp_path, "/bin/sleep", "30", fixed=fixed, options=("--wall-ms", "500"))
    assert ending.stopped == "wall"


@pytest.mark.parametrize("fixed", [(), ("--allow-fork",)], ids=["alone", "tree"])
def test_a_standstill_of_the_machine_is_not_the_programs_fault(tmp_path: Path, fixed: tuple[str, ...]) -> None:
    with ThreadPoolExecutor() as threads:
        running = threads.submit(launch, tmp_path, "/bin/sleep", "2", fixed=fixed, options=("--wall-ms", "4000"))
        _stand_still(running, 5.0)
    ending = running.result()
    assert (ending.stopped, ending.exit_code) == ("no", 0)
    assert ending.wall_ms > 4000


def _stand_still(running: Future[Ending], seconds: float) -> None:
    """Of what the machine runs, the launcher and its program alone matter, once that is what the launcher's child is:
    its clock does not run before.
    """
    while "sleep" not in map(_name, everyone := processes.descendants()):
        assert not running.done(), running.result()
        time.sleep(0.01)
    for pid in everyone:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    for pid in everyone:
        os.kill(pid, signal.SIGCONT)


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@contextmanager
def _crowded_processor() -> Iterator[None]:
    """We, and what we start, on a single processor, together with three that never rest.

    Each is its own session, as a program is: among sessions the kernel shares a processor evenly.
    """
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    spin = [sys.executable, "-c", "while True: pass"]
    crowd = [subprocess.Popen(spin, start_new_session=True) for _ in range(3)]
    try:
        yield
    finally:
        for one in crowd:
            one.kill()
            one.wait()
        os.sched_setaffinity(0, allowed)


@pytest.mark.parametrize(
    ("options", "step"),
    [
        (("--memory-kb", "much"), "option"),
        (("--cpu-ms", "0"), "option"),
        (("--no-such-option",), "option"),
        (("--require", "magic"), "option"),
        (("--box", "/nowhere"), "chdir"),
        (("--",) * 300, "request"),
    ],
)
def test_own_fault_names_its_step(tmp_path: Path, options: tuple[str, ...], step: str) -> None:
    with pytest.raises(LauncherError, match=step):
        launch(tmp_path, "/bin/true", options=options)


def test_launcher_that_has_failed_takes_no_run(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="option"):
        launch(tmp_path, "/bin/true", fixed=("--no-such-option",))


def test_absent_program_is_a_fault_and_no_ending(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="exec"):
        launch(tmp_path, "/no/such/program")
