"""Validates e-mail addresses and tells when two are the same."""

import re

MAX_EMAIL_CHARS = 64

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")


def valid(email: str) -> str:
    """Returns the address; ValueError unless it has the dot-atom form of RFC 5322, without comments or quotes."""
    if len(email) > MAX_EMAIL_CHARS or not _ADDRESS.fullmatch(email):
        message = "not an e-mail address"
        raise ValueError(message)
    return email


def fold(email: str) -> str:
    """Returns the form under which an address is unique: case makes no difference."""
    return email.casefold()
