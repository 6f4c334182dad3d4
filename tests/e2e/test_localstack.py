"""The same system on LocalStack, where that can be had: in Docker, with the token of an account."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local import demo, localstack
from infra.local.options import child_environment
from infra.packaging.package import ROOT
from tests.e2e.local_cloud import PATIENCE, free_ports, wait_until
from tests.e2e.test_live import Socket

READY_WITHIN = 900.0
"""Seconds: LocalStack's image is downloaded, and the judge's built."""
MISSING = localstack.missing(os.environ)  # noqa: TID251 the developer's own token

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"nothing is tried on LocalStack: {MISSING}"),
    pytest.mark.timeout(READY_WITHIN + 300),
]


@pytest.fixture(scope="module")
def front_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("localstack")
    port, judge_port = free_ports(2)
    options = [f"--port={port}", f"--judge-port={judge_port}", f"--state-dir={directory}/state", "--without-web"]
    token = {localstack.TOKEN: os.environ[localstack.TOKEN]}  # noqa: TID251 the developer's own token
    said = Path(directory, "said")
    with said.open("wb") as output:
        command = [sys.executable, "-m", "infra.local.localstack", *options]
        environment = {**child_environment(), **token}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: "ready in" in said.read_text() or process.poll() is not None, READY_WITHIN, said.read_text)
        assert process.poll() is None, said.read_text()
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE * 3)


def test_a_program_is_judged_and_its_author_told(front_door: str) -> None:
    with httpx.Client(base_url=front_door, timeout=PATIENCE) as http:
        credentials = {"login": "pupil", "password": demo.PASSWORD}
        token = http.post("/login", json=credentials).raise_for_status().json()["jwt_access"]
        http.headers["Authorization"] = f"Bearer {token}"
        http.post("/courses/attend/1")
        with Socket(f"{front_door.replace('http', 'ws', 1)}/ws/{token}") as socket:
            socket.greeted()
            answer = http.post("/courses/1/1/2", json={"code": "print(sum(map(int, input().split())))"})

    assert answer.json()["verdict"] == "OK"
