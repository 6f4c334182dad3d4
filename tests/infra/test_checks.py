"""What stops `make run` before anything is started."""

import os
import socket
from pathlib import Path

import pytest

from infra.local import checks
from infra.local.cloud import LocalCloudError


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
    with checks.only_run(tmp_path / "state"), refusal, checks.only_run(tmp_path / "state"):
        pass

    with checks.only_run(tmp_path / "state"):
        pass
