"""Who the programs work for."""

from typing import NamedTuple


class Pupil(NamedTuple):
    """A new account, and where it is."""

    url: str
    login: str
    password: str
