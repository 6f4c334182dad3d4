"""What awaits somebody: each package adds a section of its own."""

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
    """Unread notifications, at most `MAX_COUNTED`."""
    return models.count_unread(caller.id, at_most=MAX_COUNTED)
