"""Who may join a team, and who leads it. Pure."""

from collections.abc import Sequence
from enum import StrEnum


class Joining(StrEnum):
    """What becomes of somebody who wants to join."""

    JOINS = "joins"
    IS_IN = "is in"
    FULL = "full"


def joining(members: Sequence[int], user_id: int, *, capacity: int) -> Joining:
    if user_id in members:
        return Joining.IS_IN
    return Joining.JOINS if len(members) < capacity else Joining.FULL


def captain_without(members: Sequence[int], captain_id: int, leaver_id: int) -> int | None:
    """Who leads when somebody has left: whoever has been there longest takes over; None when nobody is left."""
    rest = [member for member in members if member != leaver_id]
    if captain_id in rest:
        return captain_id
    return next(iter(rest), None)
