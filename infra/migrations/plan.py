"""Decides which migrations are to be run, from the existing ones and the recorded ones. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

from infra.migrations.catalogue import Migration


class State(StrEnum):
    """What is not recorded is pending."""

    PENDING = "pending"
    RUNNING = "running"
    """Interrupted, unless somebody is at it now."""
    APPLIED = "applied"
    ROLLING_BACK = "rolling back"


States = Mapping[str, State]
"""By the id of a migration."""


class PlanError(Exception):
    """The message is one line for the person at the keyboard."""


def to_apply(known: Sequence[Migration], states: States) -> list[Migration]:
    """In their order. What was rolled back halfway is applied again as a whole."""
    _check_known(known, states)
    waiting = [each for each in known if states.get(each.id, State.PENDING) is not State.APPLIED]
    for earlier, later in pairwise(known):
        if earlier in waiting and later not in waiting:
            raise PlanError(f"{earlier.id} is {states.get(earlier.id, State.PENDING)}, but {later.id} is applied")
    return waiting


def to_roll_back(known: Sequence[Migration], states: States) -> Migration:
    """The last one that was begun."""
    _check_known(known, states)
    begun = [each for each in known if states.get(each.id, State.PENDING) is not State.PENDING]
    if not begun:
        raise PlanError("no migration is applied")
    last = begun[-1]
    if last.back is None:
        raise PlanError(
            f"{last.id} has no way back: undo it by a new migration, or restore the tables to a time before"
        )
    return last


def _check_known(known: Sequence[Migration], states: States) -> None:
    if strangers := sorted(states.keys() - {each.id for each in known}):
        raise PlanError(f"{', '.join(strangers)} ran here and is unknown to this version: use a newer one")
