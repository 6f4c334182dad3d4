"""The judge behind a queue: who has the credentials runs no programs, and programs reach neither it nor what it has."""

import contextlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from chalicelib.judge.grading import judge_client
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Job, Outcome, TestInput
from judge_container.consumer import (
    EXIT_NO_WORKER,
    EXIT_REPLACE,
    LATE,
    MAX_ANSWER_BYTES,
    TAKEN,
    Consumer,
    Worker,
    check_users,
    from_environment,
)
from tests.sandbox.workers import ROOT

CONSUMER, WORKER = 61_801, 61_802
SYSTEM_PYTHON = "/usr/bin/python3"
KEY_ID, SECRET = "AKIATESTOFTHECONSUMER", "a-secret-of-the-consumers-role"
PATIENCE = 90.0
"""Seconds."""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts processes of two other users")

# What a program that has broken nothing can do to reach the credentials, and what came of it.
SPY = """
import glob, os, socket, urllib.request
port = int(input())
for path in ["/proc/self/environ", *glob.glob("/proc/[0-9]*/environ"), *glob.glob("/proc/[0-9]*/mem")]:
    try:
        with open(path, "rb") as file:
            found = file.read(100_000)
    except OSError:
        continue
    if b"CONTAINER_CREDENTIALS" in found or b"consumers-role" in found:
        print("read", path)
for host, number in (("127.0.0.1", port), ("169.254.170.2", 80), ("169.254.169.254", 80)):
    try:
        socket.create_connection((host, number), timeout=1)
    except OSError as error:
        print("refused", type(error).__name__)
    else:
        print("connected", host)
print(os.getuid())
"""


ADDING = Job(
    job_id="adding",
    language="python3",
    source="print(sum(map(int, input().split())))",
    tests=(TestInput(id="1", input=b"2 3"),),
)


class Cloud(ThreadingHTTPServer):
    """As much of SQS, S3 and the address of a task's credentials as a consumer asks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.messages: list[str] = []
        self.objects: dict[str, bytes] = {}
        self.deleted: list[str] = []
        self.signed_by: set[str] = set()
        self.fetched, self.answered = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def send(self, name: str, job: Job) -> None:
        self.objects[f"/jobs/{name}"] = json.dumps(wire.job_to_json(job), indent=1).encode()
        self.messages.append(json.dumps({"job": f"{self.url}/jobs/{name}", "answer": f"{self.url}/answers/{name}"}))

    def get(self, path: str) -> bytes:
        return self.objects[path]

    def put(self, path: str, data: bytes) -> None:
        self.objects[path] = data

    def receive(self) -> list[dict[str, str]]:
        messages = [
            {"MessageId": str(number), "ReceiptHandle": str(number), "Body": text}
            for number, text in enumerate(self.messages[:1])
        ]
        del self.messages[:1]
        return messages

    def delete(self, receipt_handle: str) -> None:
        self.deleted.append(receipt_handle)
        self.answered.set()


class _Handler(BaseHTTPRequestHandler):
    server: Cloud

    def do_GET(self) -> None:
        if self.path == "/credentials":
            expires = "2099-01-01T00:00:00Z"
            given = {"AccessKeyId": KEY_ID, "SecretAccessKey": SECRET, "Token": "token", "Expiration": expires}
            self._answer(json.dumps(given).encode())
        else:
            self._answer(self.server.get(self.path))
            self.server.fetched.set()

    def do_PUT(self) -> None:
        self.server.put(self.path, self._body())
        self._answer(b"")

    def do_POST(self) -> None:
        body = json.loads(self._body())
        self.server.signed_by.add(self.headers["Authorization"].partition("Credential=")[2].partition("/")[0])
        if self.headers["X-Amz-Target"].endswith("ReceiveMessage"):
            self._answer(json.dumps({"Messages": self.server.receive()}).encode())
        else:
            self._answer(b"{}")
            self.server.delete(body["ReceiptHandle"])

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class' name
        """Says nothing."""


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def copy_as_in_the_image(place: Path) -> None:
    """A checkout may be somewhere that other users cannot read."""
    for package in ("judge_container", "chalicelib/judge_protocol"):
        shutil.copytree(ROOT / package, place / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "chalicelib" / "__init__.py", place / "chalicelib" / "__init__.py")
    shutil.copy(ROOT / "build" / "launcher", place / "launcher")
    for name in ("boto3", "botocore", "jmespath", "s3transfer", "dateutil", "urllib3"):
        source = Path(str(importlib.import_module(name).__file__)).parent
        shutil.copytree(source, place / "libraries" / name, ignore=only_sqs)
    shutil.copy(str(importlib.import_module("six").__file__), place / "libraries")


def only_sqs(directory: str, names: list[str]) -> list[str]:
    """Which of the names to leave out: botocore describes all services."""
    services = (
        [name for name in names if "." not in name and name != "sqs"] if directory.endswith("botocore/data") else []
    )
    return ["__pycache__", *services]


@pytest.fixture
def consumer(cloud: Cloud) -> Iterator["subprocess.Popen[bytes]"]:
    with started(cloud) as process:
        yield process


@contextlib.contextmanager
def started(cloud: Cloud, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A consumer of its own, with `more` in its environment."""
    place = Path(tempfile.mkdtemp(prefix="lyceum-consumer-"))
    place.chmod(0o755)
    copy_as_in_the_image(place)
    scratch = place / "scratch"
    scratch.mkdir()
    os.chown(scratch, WORKER, WORKER)
    environment = {
        "PATH": "/usr/bin:/bin",
        "JUDGE_QUEUE_URL": f"{cloud.url}/123456789012/jobs",
        "JUDGE_CONSUMER_USER": str(CONSUMER),
        "JUDGE_WORKER_USER": str(WORKER),
        "JUDGE_LAUNCHER": str(place / "launcher"),
        "PYTHONPATH": str(place / "libraries"),
        "JUDGE_SCRATCH": str(scratch),
        "JUDGE_LOCAL_INPUTS": "1",
        "AWS_ENDPOINT_URL": cloud.url,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{cloud.url}/credentials",
        **more,
    }
    process = subprocess.Popen([SYSTEM_PYTHON, "-m", "judge_container.consumer"], cwd=place, env=environment)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        shutil.rmtree(place)


def report(cloud: Cloud, name: str) -> Any:
    assert cloud.answered.wait(PATIENCE)
    return wire.report_from_json(json.loads(cloud.objects[f"/answers/{name}"]))


def test_programs_reach_neither_credentials_nor_the_address_that_gives_them(
    cloud: Cloud, consumer: "subprocess.Popen[bytes]"
) -> None:
    tests = (TestInput(id="1", input=str(cloud.server_port).encode()),)
    cloud.send("spying", Job(job_id="spying", language="python3", source=SPY, tests=tests))

    (run,) = report(cloud, "spying").runs

    *tried, uid = run.stdout.decode().splitlines()
    assert (run.outcome, cloud.deleted, cloud.signed_by) == (Outcome.OK, ["0"], {KEY_ID})
    assert [line.partition(" ")[0] for line in tried] == ["refused"] * 3
    assert int(uid) not in {0, CONSUMER}
    assert users(consumer.pid) == {CONSUMER}
    assert names_in_environment(consumer.pid) >= {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "JUDGE_QUEUE_URL"}
    passed_on = {"PATH", "JUDGE_LAUNCHER", "JUDGE_SCRATCH", "JUDGE_LOCAL_INPUTS", "PYTHONDONTWRITEBYTECODE"}
    assert names_in_environment(worker_of(consumer.pid)) <= passed_on | {"LC_CTYPE"}  # Python's own
    assert consumer.poll() is None


def test_who_breaks_out_of_the_sandbox_still_reads_nothing_of_the_consumer(
    cloud: Cloud, consumer: "subprocess.Popen[bytes]"
) -> None:
    """The same program as the worker's user, without a sandbox: the address is there, but not what the consumer has."""
    cloud.send("first", ADDING)
    report(cloud, "first")

    said = subprocess.run(
        [SYSTEM_PYTHON, "-c", SPY],
        input=str(cloud.server_port),
        user=WORKER,
        group=WORKER,
        extra_groups=[],
        capture_output=True,
        text=True,
        env={},
        cwd="/",
        check=True,
    ).stdout.splitlines()

    assert "connected 127.0.0.1" in said
    assert said[-1] == str(WORKER)
    assert [line for line in said if line.startswith("read")] == []


def test_worker_that_dies_is_answered_for_and_the_container_replaced(
    cloud: Cloud, consumer: "subprocess.Popen[bytes]"
) -> None:
    test = TestInput(id="1", input=b"", time_limit_ms=60_000)
    cloud.send("endless", replace(ADDING, source="while True: pass", tests=(test,)))
    assert cloud.fetched.wait(PATIENCE)
    worker = worker_of(consumer.pid)
    assert users(worker) == {WORKER}

    os.kill(worker, signal.SIGKILL)

    assert cloud.answered.wait(PATIENCE)
    assert judge_client.of_answer(json.loads(cloud.objects["/answers/endless"])) is judge_client.Failure.CRASHED
    assert consumer.wait(PATIENCE) == EXIT_REPLACE


class LateWorker(Worker):
    """It still works when its time is up."""

    def __init__(self) -> None:
        """Starts nothing."""

    def ask(self, event: bytes) -> dict[str, Any]:
        return LATE


class UncleanWorker(LateWorker):
    """It says that a program may have left something."""

    def ask(self, event: bytes) -> dict[str, Any]:
        return {"clean": False}


class OneMessage:
    """A queue from which nothing more may be asked."""

    def __init__(self, body: object) -> None:
        self._messages = [{"MessageId": "1", "ReceiptHandle": "1", "Body": json.dumps(body)}]

    def receive_message(self, **_: object) -> dict[str, Any]:
        return {"Messages": [self._messages.pop()]}


class Forgetful(Cloud):
    """It takes no answer."""

    def put(self, path: str, data: bytes) -> None:
        if json.loads(data) == TAKEN:
            super().put(path, data)
        else:
            self.answered.set()
            raise ConnectionError

    def handle_error(self, request: object, client_address: object) -> None:
        """It means to."""


@pytest.mark.parametrize("worker", [LateWorker(), UncleanWorker()])
def test_worker_that_is_late_or_not_clean_is_replaced_although_nobody_could_be_told(worker: Worker) -> None:
    """Else its answer to this job would be taken for that to the next; or the next job would meet what is left."""
    settings = from_environment({"JUDGE_QUEUE_URL": "https://sqs.example/jobs", "JUDGE_LOCAL_INPUTS": "1"})
    with Forgetful() as cloud:
        threading.Thread(target=cloud.serve_forever, daemon=True).start()
        cloud.objects["/jobs/late"] = b"{}"
        queue = OneMessage({"job": f"{cloud.url}/jobs/late", "answer": f"{cloud.url}/answers/late"})

        assert Consumer(settings, cast(Any, queue), worker).run() == EXIT_REPLACE
        assert cloud.answered.is_set()
        cloud.shutdown()


def test_message_that_names_nothing_comes_again_and_the_worker_goes_on(
    cloud: Cloud, consumer: "subprocess.Popen[bytes]"
) -> None:
    cloud.messages += ["no JSON", json.dumps({"job": "http://169.254.169.254/", "answer": "http://169.254.169.254/"})]
    cloud.send("good", ADDING)

    assert report(cloud, "good").runs[0].outcome is Outcome.OK
    assert len(cloud.deleted) == 1


def test_nothing_is_taken_where_a_layer_is_missing_that_is_needed(cloud: Cloud) -> None:
    """Behind a queue pupils share a container, and a file that one's program can read may be another's."""
    cloud.send("job", ADDING)

    with started(cloud, JUDGE_NEEDS="seccomp a_layer_that_no_kernel_has") as consumer:
        assert consumer.wait(PATIENCE) == EXIT_NO_WORKER

    assert (cloud.deleted, len(cloud.messages)) == ([], 1)


class Asked:
    """A worker that answers what it is told to."""

    def __init__(self, answer: dict[str, Any], meanwhile: Callable[[], object] = lambda: None) -> None:
        self.answer, self.meanwhile, self.jobs = answer, meanwhile, 0

    def ask(self, event: bytes) -> dict[str, Any]:
        self.jobs += 1
        self.meanwhile()
        return self.answer


def consumer_of(worker: Asked, queue: Any) -> Consumer:
    settings = from_environment({"JUDGE_QUEUE_URL": "https://sqs.example/jobs", "JUDGE_LOCAL_INPUTS": "1"})
    return Consumer(settings, queue, cast(Any, worker))


class Deleting(OneMessage):
    """Ends the consumer when it asks for a second message."""

    def __init__(self, body: object) -> None:
        super().__init__(body)
        self.deleted: list[str] = []

    def receive_message(self, **_: object) -> dict[str, Any]:
        if not self._messages:
            raise SystemExit
        return super().receive_message()

    def delete_message(self, **named: str) -> None:
        self.deleted.append(named["ReceiptHandle"])


def job_at(cloud: Cloud, until: datetime) -> dict[str, str]:
    cloud.objects["/jobs/1"] = b"{}"
    return {"job": f"{cloud.url}/jobs/1", "answer": f"{cloud.url}/answers/1", "until": until.isoformat()}


def test_what_nobody_waits_for_any_more_is_thrown_away(cloud: Cloud) -> None:
    worker, queue = Asked({}), Deleting(job_at(cloud, datetime.now(UTC) - timedelta(seconds=1)))

    with pytest.raises(SystemExit):
        consumer_of(worker, queue).run()

    assert (worker.jobs, queue.deleted, list(cloud.objects)) == (0, ["1"], ["/jobs/1"])


def test_the_sender_learns_that_its_job_was_taken_before_it_is_done(cloud: Cloud) -> None:
    seen: list[bytes] = []
    worker = Asked({"said": "1"}, lambda: seen.append(cloud.objects["/answers/1"]))

    with pytest.raises(SystemExit):
        consumer_of(worker, Deleting(job_at(cloud, datetime.now(UTC) + timedelta(hours=1)))).run()

    assert [json.loads(each) for each in (*seen, cloud.objects["/answers/1"])] == [{"taken": True}, {"said": "1"}]


def test_an_answer_that_is_too_large_is_said_to_be(cloud: Cloud) -> None:
    queue = Deleting(job_at(cloud, datetime.now(UTC) + timedelta(hours=1)))

    with pytest.raises(SystemExit):
        consumer_of(Asked({"said": "x" * MAX_ANSWER_BYTES}), queue).run()

    assert judge_client.of_answer(json.loads(cloud.objects["/answers/1"])) is judge_client.Failure.TOO_LARGE


def test_a_consumer_that_is_to_stop_answers_first_and_takes_nothing_more(cloud: Cloud) -> None:
    queue = Deleting(job_at(cloud, datetime.now(UTC) + timedelta(hours=1)))
    worker = Asked({"said": "1"}, lambda: judging.stop(signal.SIGTERM, None))
    judging = consumer_of(worker, queue)

    assert judging.run() == 0
    assert (json.loads(cloud.objects["/answers/1"]), queue.deleted) == ({"said": "1"}, ["1"])
    with pytest.raises(SystemExit):
        consumer_of(worker, queue).stop(signal.SIGTERM, None)


@pytest.mark.parametrize("users", [(str(WORKER), str(WORKER)), ("0", str(WORKER)), (str(CONSUMER), "root")])
def test_consumer_and_worker_are_two_users_and_neither_is_root(users: tuple[str, str]) -> None:
    given = dict(zip(("JUDGE_CONSUMER_USER", "JUDGE_WORKER_USER"), users, strict=True))
    settings = from_environment({"JUDGE_QUEUE_URL": "https://sqs.example/jobs", **given})

    with pytest.raises(ValueError, match=r"neither .* may be root|a user each"):
        check_users(settings)


def worker_of(pid: int) -> int:
    (worker,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(worker)


def names_in_environment(pid: int) -> set[str]:
    variables = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return {each.partition("=")[0] for each in variables if each}


def users(pid: int) -> set[int]:
    """Real, effective, saved and that of the file system: what a process may become."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Uid:")]
    return {int(word) for word in line.split()[1:]}
