"""The handler as a local process: one event per line on stdin, one answer per line on stdout.

The process ends when stdin does, when its parent does, and, after answering, when it could not prove itself clean.
"""

import json
import os
import signal
import sys
from types import FrameType
from typing import Any, BinaryIO, NoReturn

from . import handler, processes
from .probe import NoLauncherError

EXIT_NO_LAUNCHER = 1
EXIT_NOT_CLEAN = 3


def main() -> int:
    signal.signal(signal.SIGTERM, _leave)
    processes.end_with_parent()
    answers = _take_stdout()
    try:
        handler.judge()
    except NoLauncherError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return EXIT_NO_LAUNCHER
    try:
        return _serve(answers)
    finally:
        processes.sweep()
        handler.judge().close()


def _serve(answers: BinaryIO) -> int:
    for line in sys.stdin.buffer:
        answers.write(json.dumps(_answer(line)).encode() + b"\n")
        answers.flush()
        if handler.must_end():
            return EXIT_NOT_CLEAN
    return 0


def _answer(line: bytes) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        event = None  # the handler refuses it
    return handler.handler(event, None)


def _take_stdout() -> BinaryIO:
    """Keep the answers' channel to ourselves: whatever prints by accident goes to stderr."""
    private = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(private, "wb")


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
