"""The judge as a local process: its protocol, its workers' lives, and its end."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Job, TestInput
from infra.local import judge_process
from judge_container import processes
from tests.sandbox.workers import HELLO, ROOT

_ENDLESS = replace(HELLO, source="while True: pass", tests=(TestInput(id="1", input=b"", time_limit_ms=60_000),))
_SLEEPY = replace(HELLO, source="import time\ntime.sleep(1)\nprint(5)")
_PATIENCE_SECONDS = 120.0


class Server:
    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self._address = f"http://127.0.0.1:{port}"

    def ask(self, body: bytes, *, deadline: float | None = None) -> tuple[int, Any]:
        headers = {} if deadline is None else {"X-Amzn-Lambda-Deadline-Ms": str(int(deadline * 1000))}
        request = urllib.request.Request(f"{self._address}/invoke", data=body, headers=headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def judge(self, job: Job, *, deadline: float | None = None) -> tuple[int, Any]:
        return self.ask(json.dumps(wire.job_to_json(job), indent=1).encode(), deadline=deadline)

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._address}/health", timeout=1) as response:  # noqa: S310
                return bool(response.status == 200)
        except OSError:
            return False

    def workers(self) -> list[int]:
        return [pid for pid in processes.descendants(self.process.pid) if b"judge_container.serve" in _command(pid)]


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Not below pytest's own directory, which other users cannot enter."""
    with tempfile.TemporaryDirectory(prefix="lyceum-test-") as directory:
        Path(directory).chmod(0o711)
        yield Path(directory)


@pytest.fixture
def server(scratch: Path) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "infra.local.judge_process", "--port", str(port), "--workers", "2"]
    environment = {**os.environ, "JUDGE_SCRATCH": str(scratch)}  # noqa: TID251
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True) as process:
        server = Server(process, port)
        try:
            _wait_until(server.is_healthy)
            yield server
        finally:
            process.terminate()


def test_answers_are_the_handlers(server: Server) -> None:
    status, answer = server.judge(HELLO)
    assert (status, [run["outcome"] for run in answer["runs"]]) == (200, ["ok"])
    status, answer = server.ask(b"not json\n at all")
    assert (status, answer["refused"]) == (200, "bad_kind")


def test_more_jobs_than_workers_wait_for_their_turn(server: Server) -> None:
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(server.judge, [replace(HELLO, job_id=str(number)) for number in range(24)]))
    assert [status for status, _ in answers] == [200] * 24
    assert [answer["job_id"] for _, answer in answers] == [str(number) for number in range(24)]


def test_event_that_is_too_large_is_an_error_and_nothing_else(server: Server) -> None:
    status, answer = server.ask(b" " * (judge_process.MAX_EVENT_BYTES + 1))
    assert (status, answer["errorType"]) == (413, "RequestTooLargeException")
    assert server.judge(HELLO)[0] == 200


def test_worker_that_dies_is_an_error_and_is_replaced(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(server.judge, _ENDLESS)
        _wait_until(lambda: len(processes.descendants(server.process.pid)) == 4)
        pids = server.workers()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        _wait_until(lambda: not set(pids) & set(server.workers()))
        status, answer = asking.result()
    assert (status, answer["errorType"]) == (500, "Runtime.ExitError")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(server.judge, [_SLEEPY] * 2))
    assert [status for status, _ in answers] == [200] * 2
    assert len(server.workers()) == 2


def test_deadline_ends_the_job_and_its_program(server: Server) -> None:
    status, answer = server.judge(_ENDLESS, deadline=time.time() + 1)
    assert (status, answer["errorType"]) == (500, "Sandbox.Timedout")
    assert server.judge(HELLO)[0] == 200
    _wait_until(lambda: processes.descendants(server.process.pid) == server.workers())


def test_end_takes_workers_and_programs_along(server: Server) -> None:
    asking = threading.Thread(target=_ask_in_vain, args=(server,))
    asking.start()
    _wait_until(lambda: len(processes.descendants(server.process.pid)) == 4)
    descendants = processes.descendants(server.process.pid)
    server.process.send_signal(signal.SIGKILL)  # the hardest way: nothing can be tidied up
    server.process.wait()
    asking.join()
    _wait_until(lambda: not any(_command(pid) for pid in descendants))


def test_without_launcher_it_refuses_to_start() -> None:
    command = [sys.executable, "-m", "infra.local.judge_process", "--port", "0"]
    environment = {**os.environ, "JUDGE_LAUNCHER": "/nowhere"}  # noqa: TID251
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "judge: /nowhere: run make launcher; needs gcc\n"


def _ask_in_vain(server: Server) -> None:
    try:
        server.judge(_ENDLESS)
    except OSError:
        return


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _wait_until(condition: Any) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)
