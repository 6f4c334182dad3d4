"""Devices that people sign in from."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.accounts.known_devices import DeviceToken
from chalicelib.common import clock
from chalicelib.common.http import client_address


class HistoryAction(StrEnum):
    """What somebody did, in Auth Service's words."""

    SIGN_IN = "login"
    SIGN_OUT = "logout"


class DeviceType(StrEnum):
    """What somebody did it on, in Auth Service's words."""

    TABLET = "tablet"
    MOBILE = "mobile"
    WEB = "web"
    UNKNOWN = "unknown"


MAX_USER_AGENT_CHARS = 256

_TABLET = re.compile(r"iPad|Tablet|Android(?!.*Mobile)", re.IGNORECASE)
_MOBILE = re.compile(r"Mobi|iPhone|Android", re.IGNORECASE)
_BROWSER = re.compile(r"Mozilla|Opera", re.IGNORECASE)


def _forget(token: DeviceToken) -> None:
    """Keeps nothing: for programs of ours, which are no device of anybody's."""


@dataclass(frozen=True, slots=True)
class Device:
    """An address, what the program there calls itself, and which accounts it knows. `keep` has it keep its token."""

    source_ip: str
    user_agent: str
    token: DeviceToken = field(default_factory=DeviceToken.new, compare=False)
    keep: Callable[[DeviceToken], None] = field(default=_forget, compare=False)

    @property
    def network(self) -> str:
        """Returns what limits count instead of the address, which an IPv6 host may change at will."""
        return client_address.network(self.source_ip)

    @property
    def sources(self) -> list[str]:
        """Returns under what this device is counted when it is trusted: by its token, or by its network."""
        return [f"device:{self.token.id}", f"network:{self.network}"]

    def knows(self, account_id: int, *, since: datetime | None = None) -> bool:
        """Whether an account was there in the last year, and not last before `since`."""
        return self.token.knows(account_id, clock.now(), since=since)

    def identify(self) -> None:
        """Gives the device a token, under which it is known again when it comes with the code that it asked for."""
        self.keep(self.token)

    def remember(self, account_id: int) -> None:
        """Has the device know an account whose owner has just shown to be there."""
        self.keep(self.token.seen(account_id, clock.now()))


def device_type(user_agent: str) -> DeviceType:
    """Returns the type of a device, by what the program there calls itself."""
    kinds = ((DeviceType.TABLET, _TABLET), (DeviceType.MOBILE, _MOBILE), (DeviceType.WEB, _BROWSER))
    return next((kind for kind, pattern in kinds if pattern.search(user_agent)), DeviceType.UNKNOWN)
