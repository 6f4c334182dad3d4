"""The judge behind a queue: `python -m judge_container.consumer`, as root in a container that goes on running.

Two processes, of two users. The consumer has the task's credentials: it takes messages from SQS, fetches what they
name, and puts the answers where they say. The worker (serve.py) has no credentials, and nothing else ever touches a
program. The consumer gives up root once the worker runs, so neither can become the other (ADR 41).

A message is {"job": URL, "answer": URL, "until": moment}, both presigned by whoever sent it: a job has up to 6 MB, more
than a message carries, and the task's role needs no right but to read this queue. After `until` nobody waits for it,
and it is thrown away. An answer is what the judge function would have answered, or its platform: {"errorType": ...} of
a worker that died, took too long or said too much. Before it {"taken": true} lies there: the sender knows then that
there was room.

After that, and after a program that may have left something running, the consumer ends, and whoever runs the container
starts a new one: as on Lambda, a judge that cannot prove itself clean is replaced.
"""

import json
import os
import pwd
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING, Any, NoReturn, cast

import boto3

from chalicelib.judge_protocol.contract import ContractError

from . import addresses, events
from .addresses import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

EXIT_NO_WORKER = 1
EXIT_REPLACE = 3
LONGEST_JOB = 140.0
"""Seconds, as the function's timeout is. The queue's messages must stay hidden for longer."""
WAIT = 20
"""Seconds of a long poll."""
MAX_JOB_BYTES = 6 * 1024 * 1024
MAX_ANSWER_BYTES = 6 * 1024 * 1024

_ROOT = Path(__file__).resolve().parent.parent
_PASSED_ON = (
    "PATH",
    "LANG",
    "JUDGE_LAUNCHER",
    "JUDGE_SCRATCH",
    "JUDGE_LOCAL_INPUTS",
    "JUDGE_COMPILE_CPU_MS",
    "JUDGE_OWNS_MACHINE",
    "JUDGE_NEEDS",
)
ARE_YOU_THERE = b"{}"
"""Refused by a worker that can judge: before, it has looked for its launcher and for what it needs (JUDGE_NEEDS)."""
TAKEN = {"taken": True}
DIED = {"errorType": "Runtime.ExitError", "errorMessage": "The worker ended"}
LATE = {"errorType": "Sandbox.Timedout", "errorMessage": f"Task timed out after {LONGEST_JOB:.0f} seconds"}
TOO_LARGE = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": f"More than {MAX_ANSWER_BYTES} bytes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`user` is the consumer's, `worker_user` the worker's: names or numbers, neither of them root's."""

    queue_url: str
    user: str
    worker_user: str
    python: str
    local: bool


def from_environment(environment: Mapping[str, str]) -> Settings:
    return Settings(
        queue_url=environment["JUDGE_QUEUE_URL"],
        user=environment.get("JUDGE_CONSUMER_USER") or "consumer",
        worker_user=environment.get("JUDGE_WORKER_USER") or "judge",
        python=environment.get("JUDGE_PYTHON") or sys.executable,
        local=environment.get("JUDGE_LOCAL_INPUTS") == "1",
    )


class Worker:
    """The judge's process. It inherits nothing of the environment but what is named.

    It ends when our side of its input closes, with its present job: the signal that it has asked for at its parent's
    death (PDEATHSIG) needs the right to send it, which we give up with root.
    """

    def __init__(self, settings: Settings) -> None:
        uid = _uid(settings.worker_user)
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        command = [settings.python, "-m", "judge_container.serve"]
        self._process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
            user=uid,
            group=uid,
            extra_groups=[],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        self._answers = cast(IO[bytes], self._process.stdout)

    def ask(self, event: bytes) -> dict[str, Any]:
        """What it answers, or how it failed."""
        try:
            self._requests.write(event.replace(b"\n", b" ") + b"\n")  # in JSON, only between its parts
            self._requests.flush()
        except BrokenPipeError:
            return DIED
        line = _read_line(self._answers.fileno(), time.monotonic() + LONGEST_JOB)
        if line is None:
            return LATE
        try:
            answer: dict[str, Any] = json.loads(line) if line else DIED
        except ValueError:
            return DIED  # whoever says this is not the worker any more
        return answer


def _read_line(descriptor: int, deadline: float) -> bytes | None:
    """Up to a newline; nothing when the other side closes, None when time is up."""
    pieces: list[bytes] = []
    while not (pieces and pieces[-1].endswith(b"\n")):
        readable, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not readable:
            return None
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            return b""
        pieces.append(piece)
    return b"".join(pieces)


class Consumer:
    def __init__(self, settings: Settings, sqs: "SQSClient", worker: Worker) -> None:
        self._settings = settings
        self._sqs = sqs
        self._worker = worker
        self._is_busy = self._is_stopped = False

    def stop(self, number: int, frame: FrameType | None) -> None:
        """When a service wants fewer judges: at once, but a job that has begun gets its answer first."""
        self._is_stopped = True
        if not self._is_busy:
            _leave(number, frame)

    def run(self) -> int:
        """Until the worker has to be replaced, or it is to stop."""
        while not self._is_stopped:
            received = self._sqs.receive_message(
                QueueUrl=self._settings.queue_url, MaxNumberOfMessages=1, WaitTimeSeconds=WAIT
            )
            self._is_busy = True
            for message in received.get("Messages", []):
                if not self._handle(message):
                    return EXIT_REPLACE
            self._is_busy = False
        return 0

    def _handle(self, message: "MessageTypeDef") -> bool:
        """Whether the worker may go on. A message that cannot be served comes again, and in the end goes aside."""
        answer: Mapping[str, Any] = {}
        try:
            named = json.loads(message["Body"])
            if _is_awaited(named):
                event = self._fetch(named["job"])
                self._put(named["answer"], TAKEN)
                answer = self._worker.ask(event)
                self._put(named["answer"], answer)
        except (ValueError, KeyError, TypeError, ContractError, UnavailableError) as error:
            events.emit("message not served", message_id=message["MessageId"], cause=f"{type(error).__name__}: {error}")
        else:
            self._sqs.delete_message(QueueUrl=self._settings.queue_url, ReceiptHandle=message["ReceiptHandle"])
        # A worker that was late still works: what it says next would be taken for the next job's answer.
        # One that is not clean says so in its report, and ends.
        return answer not in (DIED, LATE) and answer.get("clean", True) is True

    def _fetch(self, url: str) -> bytes:
        addresses.check(url, local=self._settings.local)
        body = addresses.fetch(url, at_most=MAX_JOB_BYTES)
        if len(body) > MAX_JOB_BYTES:
            raise ContractError("too_large", f"A job has more than {MAX_JOB_BYTES} bytes")
        return body

    def _put(self, url: str, answer: Mapping[str, Any]) -> None:
        addresses.check(url, local=self._settings.local)
        data = json.dumps(answer).encode()
        addresses.put(url, data if len(data) <= MAX_ANSWER_BYTES else json.dumps(TOO_LARGE).encode())


def _is_awaited(named: Mapping[str, Any]) -> bool:
    until = named.get("until")
    return until is None or datetime.now(UTC) < datetime.fromisoformat(until)


def check_users(settings: Settings) -> None:
    """Raises ValueError unless they are two, and neither is root."""
    if _uid(settings.user) == _uid(settings.worker_user):
        raise ValueError("the consumer and the worker need a user each")


def become(user: str) -> None:
    """Gives up root for good: credentials, memory and environment are then out of reach of any other user."""
    uid = _uid(user)
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def _uid(user: str) -> int:
    """A group of the same number goes with it."""
    uid = int(user) if user.isdecimal() else pwd.getpwnam(user).pw_uid
    if uid == 0:
        raise ValueError("neither the consumer nor the worker may be root")
    return uid


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


def main() -> int:
    signal.signal(signal.SIGTERM, _leave)
    settings = from_environment(os.environ)
    check_users(settings)
    worker = Worker(settings)
    become(settings.user)
    events.emit("consumer started", uid=os.getuid())
    if worker.ask(ARE_YOU_THERE) is DIED:  # it has said why; no job is to blame for it
        return EXIT_NO_WORKER
    consumer = Consumer(settings, boto3.client("sqs"), worker)
    signal.signal(signal.SIGTERM, consumer.stop)
    return consumer.run()


if __name__ == "__main__":
    sys.exit(main())
