"""The dashboard of a user, to which each package adds a section."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from chalicelib.accounts.authentication import Caller
from chalicelib.school import models

MAX_COUNTED = 100
"""Unread notifications that are counted: more are shown as so many."""

Section = Callable[[Caller], JsonValue]

_sections: dict[str, Section] = {}


def register_sections(sections: Mapping[str, Section]) -> None:
    """Who fills which section. Called by app.py."""
    _sections.update(sections)


def sections_of(caller: Caller) -> dict[str, JsonValue]:
    return {name: fill(caller) for name, fill in _sections.items()}


def count_unread(caller: Caller) -> int:
    """Counts unread notifications, at most `MAX_COUNTED`."""
    return models.count_unread(caller.id, at_most=MAX_COUNTED)
