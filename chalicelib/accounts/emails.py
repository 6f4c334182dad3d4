"""Validates e-mail addresses and tells when two are the same."""

import re

from chalicelib.common.http import validation
from chalicelib.common.texts import Text

MAX_EMAIL_CHARS = 64

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")


def valid(email: str) -> str:
    """Returns the address; refused unless it has the dot-atom form of RFC 5322, without comments or quotes."""
    if len(email) > MAX_EMAIL_CHARS or not _ADDRESS.fullmatch(email):
        raise validation.refused(Text("not_an_email", "must be an e-mail address, such as ann@example.com"))
    return email


def fold(email: str) -> str:
    """Returns the form under which an address is unique: case makes no difference."""
    return email.casefold()
