"""AWS's Runtime Interface Emulator around the judge's entry point: the real runtime client and its loop, over HTTP.

The emulator is a program inside the wheel of AWS's SAM command line, of which nothing else is needed: pip downloads the
wheel once into build/, and is told so by a skip when it cannot.
"""

import json
import os
import platform
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from judge_container import processes
from tests.e2e.local_cloud import free_ports
from tests.sandbox.workers import ROOT

_WHEEL = "aws-sam-cli==1.170.0"
_MACHINES = MappingProxyType({"x86_64": "x86_64", "aarch64": "arm64"})
_DIRECTORY = ROOT / "build" / "rie"
_ATTEMPTS = 1200
_INVOCATION_SECONDS = 60.0


class Emulator:
    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self._url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"

    def invoke(self, event: Any) -> Any:
        request = urllib.request.Request(self._url, data=json.dumps(event).encode())  # noqa: S310
        for _ in range(_ATTEMPTS):
            try:
                with urllib.request.urlopen(request, timeout=_INVOCATION_SECONDS) as response:  # noqa: S310
                    return json.loads(response.read())
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise
                time.sleep(0.05)  # it has not opened its port yet
        raise AssertionError("the emulator does not listen")


@contextmanager
def running(handler: str, scratch: Path) -> Iterator[Emulator]:
    port, runtime_port = free_ports(2)
    command = [
        *(str(_program()), "--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
        *(sys.executable, "-m", "judge_container", handler),
    ]
    environment = {"PATH": os.defpath, "JUDGE_SCRATCH": str(scratch)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield Emulator(process, port)
        finally:
            children = processes.descendants(process.pid)
            process.kill()
            for pid in children:
                with suppress(ProcessLookupError):  # it may have ended with its parent
                    os.kill(pid, signal.SIGKILL)


def _program() -> Path:
    machine = _MACHINES[platform.machine()]
    program = _DIRECTORY / f"aws-lambda-rie-{machine}"
    if not program.exists():
        _download()
        [wheel] = _DIRECTORY.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(f"samcli/local/rapid/{program.name}")
        fresh = program.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(data)
        fresh.chmod(0o755)
        fresh.rename(program)
    return program


def _download() -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", _WHEEL]
    ended = subprocess.run([*command, "--dest", str(_DIRECTORY)], capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"pip cannot download {_WHEEL}, which holds AWS's emulator: {ended.stderr.strip()[-200:]}")
