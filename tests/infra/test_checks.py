"""Checks stop `make run` before anything is started."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from infra.local import __main__ as commands
from infra.local import checks
from infra.local.cloud import LocalCloudError
from infra.local.options import Options
from infra.packaging.package import ROOT

VENV_SCRIPT = ROOT / "infra" / "venv.sh"


def test_old_python_is_refused() -> None:
    with pytest.raises(LocalCloudError, match=r"Python 3\.10 is too old"):
        checks.check_python((3, 10))


def test_missing_compiler_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalCloudError, match="gcc is missing"):
        checks.check_compiler(path=str(tmp_path))


def test_port_in_use_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(LocalCloudError, match=rf"port {port} .* --port"):
            checks.check_port(port, "--port")


def test_state_directory_belongs_to_one_run(tmp_path: Path) -> None:
    refusal = pytest.raises(LocalCloudError, match=rf"another local cloud \(process {os.getpid()}\)")
    with checks.run_lock(tmp_path / "state"), refusal, checks.run_lock(tmp_path / "state"):
        pass

    with checks.run_lock(tmp_path / "state"):
        pass


@pytest.mark.parametrize("names", [("thesis.txt",), ("logs/mine.log", "tmp/mine", "state/mine"), ("lock", "tmp/mine")])
def test_directory_of_somebody_else_is_neither_used_nor_reset(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    options = Options(front_door_port=0, emulator_port=0, judge_port=0, state_dir=tmp_path, external_endpoint="")

    with pytest.raises(LocalCloudError, match="choose another --state-dir"), checks.run_lock(tmp_path):
        pass
    with pytest.raises(LocalCloudError, match="choose another --state-dir"):
        commands.reset(options)

    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("lock", ["", "4711"])
def test_state_of_an_earlier_version_opens_and_is_marked(tmp_path: Path, lock: str) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "lock").write_text(lock)

    with checks.run_lock(tmp_path):
        pass
    (tmp_path / "lock").write_text("no number")
    with checks.run_lock(tmp_path):
        pass


def test_reset_forgets_a_state(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with checks.run_lock(state):
        (state / "logs").mkdir()

    options = Options(front_door_port=0, emulator_port=0, judge_port=0, state_dir=state, external_endpoint="")
    assert commands.reset(options) == 0

    assert not state.exists()


def test_directory_that_is_no_virtual_environment_is_not_replaced_by_one(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()

    outcome = subprocess.run(["sh", VENV_SCRIPT, tmp_path], capture_output=True, text=True, check=False)

    assert outcome.returncode == 1
    assert outcome.stderr == f"make: {tmp_path} is no virtual environment: move it away\n"
    assert (tmp_path / "thesis.txt").exists()
