"""Decides how long a session lasts and how many an account may have. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar


class Used(Protocol):
    """A session, as far as its use goes. `refreshed_at` is when it was last used: an access token lives for minutes."""

    @property
    def id(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def refreshed_at(self) -> datetime: ...


AnySession = TypeVar("AnySession", bound=Used)


def ends_at(*, refreshed_at: datetime, expires_at: datetime, idle: timedelta) -> datetime:
    """Returns when a session ends if it is not refreshed again: at the latest at `expires_at`."""
    return min(expires_at, refreshed_at + idle)


def surplus(sessions: Sequence[AnySession], *, at_most: int) -> list[AnySession]:
    """Returns the sessions that are too many: those not used for the longest time.

    The order is the same for everybody who asks, so that two sign-ins at once end the same ones.
    """
    by_use = sorted(sessions, key=lambda session: (session.refreshed_at, session.created_at, session.id))
    return by_use[: max(0, len(by_use) - at_most)]
