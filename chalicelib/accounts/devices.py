"""Devices that people sign in from."""

import re
from dataclasses import dataclass

SIGN_IN = "login"
SIGN_OUT = "logout"
"""Auth Service's names for the lines of the history."""

MAX_USER_AGENT_CHARS = 256

_TABLET = re.compile(r"iPad|Tablet|Android(?!.*Mobile)", re.IGNORECASE)
_MOBILE = re.compile(r"Mobi|iPhone|Android", re.IGNORECASE)
_BROWSER = re.compile(r"Mozilla|Opera", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Device:
    """An address, and what the program there calls itself."""

    source_ip: str
    user_agent: str


def device_type(user_agent: str) -> str:
    """Returns the type of a device in Auth Service's words: tablet, mobile, web, unknown."""
    kinds = (("tablet", _TABLET), ("mobile", _MOBILE), ("web", _BROWSER))
    return next((kind for kind, pattern in kinds if pattern.search(user_agent)), "unknown")
