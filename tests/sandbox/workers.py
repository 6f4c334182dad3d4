"""The real handler, as a process of its own: what tests send jobs to."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Job, Report, TestInput
from judge_container import processes, settings

ROOT = Path(__file__).resolve().parents[2]
CANARY = "canary-5a1f"

HELLO = Job(
    job_id="hello",
    language="python3",
    source="print(int(input()) + 1)",
    tests=(TestInput(id="1", input=b"4\n", time_limit_ms=5000),),
)


class Worker:
    """One handler process with a scratch directory of its own, and a secret that no program may see.

    A test that ends while it waits for an answer (pytest ends one that takes too long) takes the process along: what
    that said next would be read as the answer to the next test.
    """

    def __init__(self, start: "Callable[[], subprocess.Popen[bytes]]", scratch: Path, secret: Path) -> None:
        self._start = start
        self.process = start()
        self.scratch = scratch
        self.secret = secret
        description = self.answer(wire.describe_event())
        self.isolation = description["isolation"]
        self.languages = {one.id for one in wire.languages_from_json(description) if one.available}

    def answer(self, event: Any) -> dict[str, Any]:
        return self.answer_line(json.dumps(event).encode())

    def answer_line(self, line: bytes) -> dict[str, Any]:
        try:
            said = self._exchange(line)
        except BaseException:
            self.close()
            self.process = self._start()
            raise
        answer: dict[str, Any] = json.loads(said)
        return answer

    def judge(self, job: Job) -> Report:
        return wire.report_from_json(self.answer(wire.job_to_json(job)))

    def close(self) -> None:
        with contextlib.suppress(BrokenPipeError), self.process:  # which closes its pipes, and waits
            self.process.terminate()

    def _exchange(self, line: bytes) -> bytes:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def survivors(self) -> list[int]:
        return processes.descendants(self.process.pid)

    def leftovers(self) -> list[str]:
        """What is left of jobs, but for the builds that are kept on purpose."""
        kept = self.kept()
        return sorted(
            str(path) for path in self.scratch.rglob("*") if not set(path.parents) & kept and path not in kept
        )

    def kept(self) -> set[Path]:
        return set(self.scratch.glob("lyceum-judge-kept-*"))


@contextmanager
def worker(*, without: str = "", environment: MappingProxyType[str, str] = MappingProxyType({})) -> Iterator[Worker]:
    """A running worker; `without` names layers that its kernel shall lack."""
    command = [sys.executable, "-m", "judge_container.serve"]
    if without:
        command = [sys.executable, str(Path(__file__).with_name("reduced_kernel.py")), without, *command]
    with tempfile.TemporaryDirectory(prefix="lyceum-test-") as directory:
        base = Path(directory)
        base.chmod(0o755)  # programs run as another user and have to reach their boxes
        scratch, secret = base / "scratch", base / "secret"
        scratch.mkdir(mode=0o711)
        secret.write_text(CANARY)
        secret.chmod(0o600)
        surroundings = {
            "PATH": os.defpath,
            "JUDGE_SCRATCH": str(scratch),
            "JUDGE_LAUNCHER": str(settings.from_environment().launcher),
            "AWS_SECRET_ACCESS_KEY": CANARY,
            **environment,
        }
        pipe = subprocess.PIPE
        running = Worker(
            lambda: subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT, env=surroundings), scratch, secret
        )
        try:
            yield running
        finally:
            running.close()
