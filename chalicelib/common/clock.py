"""Tells the time and waits, from one place, so that a test can have its own."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from chalicelib.common.hooks import Hook

Now = Callable[[], datetime]
Monotonic = Callable[[], float]
Sleep = Callable[[float], None]

_now = Hook[Now]("now")
_monotonic = Hook[Monotonic]("monotonic")
_sleep = Hook[Sleep]("sleep")


def now() -> datetime:
    """Returns this moment, in UTC, to the microsecond."""
    return _now.get()()


def monotonic() -> float:
    """Returns seconds from some moment on; this clock is never set."""
    return _monotonic.get()()


def sleep(seconds: float) -> None:
    """Waits."""
    _sleep.get()(seconds)


def machine_now() -> datetime:
    """Returns the time of the machine's clock."""
    return datetime.now(UTC)


def machine_monotonic() -> float:
    return time.monotonic()


def machine_sleep(seconds: float) -> None:
    time.sleep(seconds)
