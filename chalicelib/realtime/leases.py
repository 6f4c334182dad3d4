"""Decides which slot of a room a new connection may claim. Pure.

A connection keeps its slot by a lease, which runs out when no frames come any more, whether or not API Gateway reported
that the connection was closed. A lease that has run out is never renewed: its connection is in no audience, counts for
nobody's presence, and is closed when it is next noticed. So if nobody could close the connections of a session that
ended, they have what is sent for a lease at most.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

LEASE = timedelta(seconds=90)
RENEW_BELOW = LEASE / 2
"""A frame renews the lease only when less than this is left: a chat costs no write per word."""
KEPT_AFTER_LEASE = timedelta(hours=1)


class Lease(Protocol):
    number: int
    user_id: int
    lease_until: datetime


def candidates(places: Sequence[Lease], *, user_id: int, capacity: int, shared: bool, now: datetime) -> Iterator[int]:
    """Returns the slots to try, best first: one's own in a shared room; free ones; those whose lease has run out."""
    taken = {place.number: place for place in places}
    own = [number for number, place in taken.items() if shared and place.user_id == user_id]
    yield from own
    yield from (number for number in range(capacity) if number not in taken)
    yield from (
        number
        for number, place in sorted(taken.items(), key=lambda item: item[1].lease_until)
        if number < capacity and number not in own and has_lapsed(place.lease_until, now)
    )


def has_lapsed(lease_until: datetime, now: datetime) -> bool:
    return lease_until < now


def needs_renewal(lease_until: datetime, now: datetime) -> bool:
    return lease_until - now < RENEW_BELOW
