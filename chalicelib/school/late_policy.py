"""What late work costs: grace, a penalty in percent, and a budget of late days. Pure.

Lateness counts from the end of the grace. A late day is a day begun. Late days of a pupil's budget are taken from the
lateness before anything is charged, of the earlier work first; none is taken that would not help.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, Self

from chalicelib.common.texts import Text

DAY = timedelta(days=1)
ON_TIME = timedelta(0)
ALL = 100.0
"""Percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is taken away of the points once work is later than that."""

    after_hours: float
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePolicy:
    """Percent a day, or steps, which grow in both. Without either, late work costs nothing.

    `accepted_hours` says how long after it was due work is taken; None leaves it to who asks.
    """

    grace_minutes: int = 0
    percent_per_day: float = 0.0
    steps: tuple[Step, ...] = ()
    accepted_hours: float | None = None

    @property
    def taken_for(self) -> timedelta:
        """How long after it was due work is taken, in the grace at least; where nothing is said, no longer."""
        return max(timedelta(minutes=self.grace_minutes), timedelta(hours=self.accepted_hours or 0))

    def days(self, late: timedelta) -> int:
        """The late days that work is late."""
        return math.ceil(self._counted(late) / DAY)

    def percent(self, late: timedelta) -> float:
        """What is taken away of the points of work that is so late."""
        counted = self._counted(late)
        if self.steps:
            return max(
                (each.percent for each in self.steps if counted > timedelta(hours=each.after_hours)), default=0.0
            )
        return min(ALL, self.percent_per_day * math.ceil(counted / DAY))

    def charge(self, late: timedelta, budget: int) -> "Charge":
        """With so many late days left."""
        full = self.percent(late)
        for days in range(min(budget, self.days(late)) if full else 0, 0, -1):
            percent = self.percent(late - days * DAY)
            if percent < self.percent(late - (days - 1) * DAY):
                return Charge(days=days, percent=percent)
        return Charge(days=0, percent=full)

    def _counted(self, late: timedelta) -> timedelta:
        return max(ON_TIME, late - timedelta(minutes=self.grace_minutes))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "steps": tuple(Step(**each) for each in stored["steps"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """The late days that are taken from the budget, and the percent that are taken from the points."""

    days: int = 0
    percent: float = 0.0

    def of(self, points: float) -> float:
        """What is left of these points."""
        return points * (ALL - self.percent) / ALL


def charges(work: Iterable[tuple[timedelta, LatePolicy | None]], budget: int) -> list[Charge]:
    """Of pieces of work, in the order in which they were due, by how late each is; nothing without a policy."""
    found = []
    for late, policy in work:
        charge = policy.charge(late, budget) if policy else Charge()
        budget -= charge.days
        found.append(charge)
    return found


def fault(policy: LatePolicy) -> Text | None:
    """What is wrong with a policy that somebody wrote."""
    if policy.percent_per_day and policy.steps:
        return Text("two_penalties", "Late work costs percent a day or by steps, not both")
    place = out_of_order(policy.steps)
    if place is None:
        return None
    english = "Step {number} must come later and cost more than the one before"
    return Text("steps_out_of_order", english, {"number": place + 1})


def out_of_order(steps: Sequence[Step]) -> int | None:
    """The place of the first step that does not come later, and cost more, than the one before it."""
    for place, (one, next_) in enumerate(pairwise(steps), start=1):
        if next_.after_hours <= one.after_hours or next_.percent <= one.percent:
            return place
    return None
