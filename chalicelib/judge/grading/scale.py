"""What a verdict is worth on the scale of the task that the program was sent to. Pure.

A problem's points are its author's; who places it in a task says how many points the task has.
"""

from typing import Protocol

from chalicelib.judge_protocol.contract import Verdict

SHARE_DIGITS = 4
POINTS_DIGITS = 2


class Judged(Protocol):
    """What has points."""

    @property
    def verdict(self) -> str: ...

    @property
    def points(self) -> float: ...

    @property
    def max_points(self) -> float: ...


def share(*, solved: bool, points: float, max_points: float) -> float:
    """Returns how much of all points was earned, 0 to 1."""
    earned = 1.0 if solved else points / max_points if max_points else 0.0
    return round(min(max(earned, 0.0), 1.0), SHARE_DIGITS)


def of_task(judged: Judged, worth: int | None) -> float | None:
    """Returns what a verdict earned of a task's points; None where there is no task."""
    if worth is None:
        return None
    solved = judged.verdict == Verdict.OK
    return scaled(share(solved=solved, points=judged.points, max_points=judged.max_points), worth)


def scaled(earned: float, worth: int) -> float:
    """Returns the points of a share of a task that is worth so many."""
    return round(earned * worth, POINTS_DIGITS)
