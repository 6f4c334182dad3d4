"""What has come of somebody's work, in all that they attend. Packages that judge work tell the results of their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.common.hooks import Hook
from chalicelib.school.readings import Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkResult:
    """`title` is of the task or assignment, `within` the name of its course or track. `points` is None where nobody has
    scored the work.
    """

    title: str
    within: str
    at: datetime
    points: float | None
    max_points: float


ReadResults = Callable[[Readings, datetime, datetime], Sequence[WorkResult]]
"""(about whom, since, until): what came out after `since`, and not after `until`."""

_results = Hook[Sequence[ReadResults]]("results")


def among(readings: Readings, since: datetime, until: datetime) -> list[WorkResult]:
    """Returns what came of somebody's work in a time, in its order."""
    found = [each for read in _results.get() for each in read(readings, since, until)]
    return sorted(found, key=lambda each: each.at)
