"""When a course, a lesson or a task is there for pupils: drafts, opening, closing and due times. Pure.

What is in something is there while that is: of a task, its lesson and its course, all must be published; it opens with
the last of them and closes with the first; it is due when the innermost says that has a due time, and at the latest
when it closes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Self

MOMENTS = ("opens_at", "due_at", "closes_at")
"""In the order in which they must come."""

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""In which something opens, is due or closes: near the ends of the calendar no moment has a form in UTC."""


class Availability(StrEnum):
    """What something is for pupils at a moment. What is `locked` waits for points in another lesson."""

    DRAFT = "draft"
    NOT_OPEN = "not_open"
    LOCKED = "locked"
    OPEN = "open"
    CLOSED = "closed"


READABLE = frozenset({Availability.OPEN, Availability.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """From when until when, and whether at all. What is due is taken even later, until it closes."""

    published: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    due_at: datetime | None = None

    def within(self, outer: "Times") -> "Times":
        """What holds for something with these times that is in something with those."""
        closes_at = _first(self.closes_at, outer.closes_at)
        return Times(
            published=self.published and outer.published,
            opens_at=max(filter(None, (self.opens_at, outer.opens_at)), default=None),
            closes_at=closes_at,
            due_at=_first(self.due_at or outer.due_at, closes_at) if self.due_at or outer.due_at else None,
        )

    def state(self, now: datetime) -> Availability:
        if not self.published:
            return Availability.DRAFT
        if self.opens_at is not None and now < self.opens_at:
            return Availability.NOT_OPEN
        return Availability.CLOSED if self.closes_at is not None and now >= self.closes_at else Availability.OPEN

    def out_of_order(self) -> tuple[str, str] | None:
        """The names of two moments of which the first should be before the second and is not."""
        given = [(name, moment) for name in MOMENTS if (moment := getattr(self, name)) is not None]
        for (first, earlier), (second, later) in pairwise(given):
            if earlier > later or (earlier == later and first == "opens_at"):
                return first, second
        return None

    @property
    def moments(self) -> dict[str, datetime | None]:
        return {name: getattr(self, name) for name in MOMENTS}

    def shifted(self, by: timedelta | None) -> "Times":
        """Moved by so much; without moments for None."""
        moved = {name: moment + by for name, moment in self.moments.items() if moment and by is not None}
        return Times(published=self.published, **moved)

    @property
    def is_far_away(self) -> bool:
        """Whether a moment is in a year that none may be in."""
        return not all(FIRST_YEAR <= each.year <= LAST_YEAR for each in self.moments.values() if each)

    def to_json(self) -> dict[str, Any]:
        """Nothing for what is published and has no times, as most has not."""
        stored: dict[str, Any] = {name: each.astimezone(UTC).isoformat() for name, each in self.moments.items() if each}
        return stored if self.published else {**stored, "published": False}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        moments = {name: datetime.fromisoformat(stored[name]) for name in MOMENTS if name in stored}
        return cls(published=stored.get("published", True), **moments)


ALWAYS = Times()


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)
