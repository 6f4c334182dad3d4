"""Runs the judge as a local process, for the local cloud and for tests.

    python -m infra.local.judge_process --port 9180 --workers 2

`POST /invoke` takes a Lambda event and answers what the handler answers; anything but a 2xx is a function error, as the
emulator understands it. Each worker is what an execution environment is on Lambda: one process, one job at a time. A
worker that dies, overruns the deadline or cannot prove itself clean is replaced. Needs Linux and the launcher; without
them it says so and ends, since nothing is ever judged unsandboxed.
"""

import argparse
import asyncio
import json
import os
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from chalicelib.judge_protocol import wire
from judge_container import settings

_ROOT = Path(__file__).resolve().parents[2]

MAX_EVENT_BYTES = 16 * 1024 * 1024
_MAX_ANSWER_BYTES = 512 * 1024 * 1024
_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
# What the emulator's longest function could wait, for callers that name no deadline.
_DEFAULT_SECONDS = 900.0


class WorkerError(Exception):
    """The function failed, as opposed to answering. `kind` is Lambda's errorType."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Worker:
    """One handler process. Ask it one thing at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls) -> "Worker":
        """A worker that has already described itself, so that its first job is as fast as the next."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "judge_container.serve"),
            stdin=PIPE,
            stdout=PIPE,
            limit=_MAX_ANSWER_BYTES,
            cwd=_ROOT,
            env=_worker_environment(),
            start_new_session=True,  # Ctrl-C is for us; workers are stopped in order
        )
        worker = cls(process)
        await worker.ask(json.dumps(wire.describe_event()).encode(), seconds=_START_SECONDS)
        return worker

    @property
    def has_ended(self) -> bool:
        """The kernel's word: the event loop may not have heard of it yet."""
        try:
            return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    async def ask(self, event: bytes, *, seconds: float) -> bytes:
        """The answer's line. After a WorkerError the worker is gone."""
        try:
            async with asyncio.timeout(seconds):
                line = await self._exchange(event)
        except TimeoutError as error:
            await self.stop()
            raise WorkerError("Sandbox.Timedout", f"Task timed out after {seconds:.2f} seconds") from error
        if not line.endswith(b"\n"):
            status = await self._process.wait()
            raise WorkerError("Runtime.ExitError", f"The judge's worker ended with exit status {status}")
        return line

    async def stop(self) -> None:
        """SIGTERM, which makes it sweep its own children; SIGKILL if that takes too long."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _exchange(self, event: bytes) -> bytes:
        writer, reader = self._process.stdin, self._process.stdout
        if writer is None or reader is None:
            raise WorkerError("Runtime.ExitError", "The judge's worker has no pipes")
        try:
            # A line break in JSON can only be white space between tokens.
            writer.write(event.replace(b"\n", b" ") + b"\n")
            await writer.drain()
        except ConnectionError:
            return b""
        return await reader.readline()


class Pool:
    """A fixed number of workers; who comes when all are busy waits.

    The one that worked last works next, as on Lambda: it has what it compiled.
    """

    def __init__(self) -> None:
        self._idle: asyncio.LifoQueue[Worker | None] = asyncio.LifoQueue()
        self._workers: set[Worker] = set()

    async def open(self, size: int) -> None:
        for worker in await asyncio.gather(*(Worker.start() for _ in range(size))):
            self._workers.add(worker)
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def invoke(self, event: bytes, deadline: float) -> bytes:
        """Raises WorkerError. Whatever happens, the place in the pool is given back."""
        worker = await self._take(deadline)
        usable: Worker | None = None
        try:
            if worker is None or worker.has_ended:
                worker = await self._replace(worker)
            answer = await worker.ask(event, seconds=max(deadline - time.time(), 0))
            usable = worker if _is_clean(answer) else None
        finally:
            if usable is None and worker is not None:
                await self._discard(worker)
            self._idle.put_nowait(usable)
        return answer

    async def _take(self, deadline: float) -> Worker | None:
        """A worker, or None for a place whose worker is gone."""
        try:
            async with asyncio.timeout(max(deadline - time.time(), 0)):
                return await self._idle.get()
        except TimeoutError as error:
            raise WorkerError("Sandbox.Timedout", "No worker was free before the deadline") from error

    async def _replace(self, gone: Worker | None) -> Worker:
        if gone is not None:
            self._workers.discard(gone)
        worker = await Worker.start()
        self._workers.add(worker)
        return worker

    async def _discard(self, worker: Worker) -> None:
        self._workers.discard(worker)
        await worker.stop()


def application(workers: int) -> web.Application:
    app = web.Application(client_max_size=MAX_EVENT_BYTES)
    app.cleanup_ctx.append(lambda app: _pool(app, workers))
    app.router.add_post("/invoke", _invoke)
    app.router.add_get("/health", _health)
    return app


def main() -> int:
    parser = argparse.ArgumentParser(prog="judge_process", description="The judge as a local process")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1", help="where it listens")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if problem := _missing():
        return _refuse(problem)
    try:
        web.run_app(application(options.workers), sock=_listen(options.host, options.port), print=None)
    except (OSError, WorkerError) as error:
        return _refuse(str(error))
    return 0


_POOL = web.AppKey("pool", Pool)


async def _pool(app: web.Application, workers: int) -> AsyncIterator[None]:
    app[_POOL] = Pool()
    await app[_POOL].open(workers)
    yield
    await app[_POOL].close()


async def _invoke(request: web.Request) -> web.Response:
    try:
        answer = await request.app[_POOL].invoke(await request.read(), _deadline(request))
    except WorkerError as error:
        return _error(error.kind, str(error), status=500)
    except web.HTTPRequestEntityTooLarge:
        return _error("RequestTooLargeException", f"An event has at most {MAX_EVENT_BYTES} bytes", status=413)
    return web.Response(body=answer, content_type="application/json")


def _error(kind: str, message: str, *, status: int) -> web.Response:
    return web.json_response({"errorType": kind, "errorMessage": message}, status=status)


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def _deadline(request: web.Request) -> float:
    """When the caller stops waiting, in seconds since the epoch."""
    milliseconds = request.headers.get("X-Amzn-Lambda-Deadline-Ms", "")
    return int(milliseconds) / 1000 if milliseconds.isdecimal() else time.time() + _DEFAULT_SECONDS


def _is_clean(answer: bytes) -> bool:
    return json.loads(answer).get("clean") is not False


def _worker_environment() -> dict[str, str]:
    """Nothing of ours reaches the half that runs user code, except where things are."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("JUDGE_") or name == "TMPDIR"}
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "JUDGE_LOCAL_INPUTS": "1", **kept}


def _refuse(problem: str) -> int:
    print(f"judge: {problem}", file=sys.stderr)
    return 1


def _missing() -> str | None:
    if sys.platform != "linux":
        return "the sandbox needs Linux"
    launcher = settings.from_environment().launcher
    return None if os.access(launcher, os.X_OK) else f"{launcher}: run make launcher; needs gcc"


def _listen(host: str, port: int) -> socket.socket:
    """Accepted connections inherit TCP_NODELAY: with Nagle's algorithm an answer waits up to 40 ms for nothing."""
    listener = socket.create_server((host, port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


if __name__ == "__main__":
    sys.exit(main())
