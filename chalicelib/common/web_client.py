"""Addresses of the web client's screens, for mails and answers."""

from urllib.parse import quote

from chalicelib.common import settings

ROOT = "/app"


def home() -> str:
    return f"{ROOT}/"


def joining(invitation: str) -> str:
    """Returns the screen that says what an invitation is for, and accepts it."""
    return f"{ROOT}/join/{quote(invitation, safe='')}"


def choosing_password(email: str, code: str) -> str:
    """Returns the screen on which an invited account's owner chooses the password. The code stands behind a #, which
    no browser sends: so it is in no log.
    """
    return f"{ROOT}/invited#email={quote(email, safe='')}&code={quote(code, safe='')}"


def whole(path: str) -> str:
    """Returns the address of a screen, empty where nobody knows the stage's own."""
    return (public := settings.load().public_address) and public + path
