"""Tells the time, from one place, so that a test can set it."""

from collections.abc import Callable
from datetime import UTC, datetime


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """Returns this moment, in UTC, to the microsecond."""
    return _source()


def use(source: Callable[[], datetime]) -> None:
    """Take the time from `source` from now on: for tests."""
    global _source  # noqa: PLW0603 - the one seam of this module
    _source = source


def use_system() -> None:
    """Back to the machine's clock."""
    use(_system)
