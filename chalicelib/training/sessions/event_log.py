"""The event log of a session: every frame that its room was sent, in order and for good, for resuming and replaying."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from chalicelib.realtime import broadcasts
from chalicelib.realtime.models import Event
from chalicelib.training.models import Session
from chalicelib.training.sessions import sessions

MAX_PAGE_BYTES = 1_000_000
"""Well below what Lambda answers (6 MB). One event is always sent, whatever its size."""


@dataclass(frozen=True, slots=True)
class Page:
    """`next_seq` is where the next page starts; None on the last."""

    events: Sequence[Event]
    next_seq: int | None


def page(session: Session, from_seq: int, *, at_most: int) -> Page:
    """The events from a number on."""
    found = broadcasts.stored_events(sessions.room_of(session.id), from_seq, at_most=at_most + 1)
    fitting = found[: min(at_most, _that_fit(found))]
    return Page(fitting, fitting[-1].seq + 1 if len(fitting) < len(found) else None)


def _that_fit(events: Sequence[Event]) -> int:
    """How many of them make a page of a size that can be answered; at least one."""
    sizes = [len(event.text.encode()) for event in events]
    fit = takewhile(lambda count: sum(sizes[:count]) <= MAX_PAGE_BYTES, range(1, len(sizes) + 1))
    return max(1, sum(1 for _ in fit))
