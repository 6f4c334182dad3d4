"""The dashboard of a user, to which each package adds a section."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from chalicelib.accounts.authentication import Caller
from chalicelib.common.hooks import Hook
from chalicelib.school import models

MAX_COUNTED = 100
"""Unread notifications that are counted: more are shown as so many."""

Section = Callable[[Caller], JsonValue]

_sections = Hook[Mapping[str, Section]]("dashboard_sections")


def sections_of(caller: Caller) -> dict[str, JsonValue]:
    return {name: fill(caller) for name, fill in _sections.get().items()}


def count_unread(caller: Caller) -> int:
    """Counts unread notifications, at most `MAX_COUNTED`."""
    return models.count_unread(caller.id, at_most=MAX_COUNTED)
