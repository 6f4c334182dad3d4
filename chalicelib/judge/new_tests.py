"""Tests as an author writes them, and the scoring that their points and groups make. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chalicelib.judge.scoring import Rule
from chalicelib.judge.testsets import TestCase


class BadTests(ValueError):
    """Tests whose points and groups do not go together; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTest:
    input: str
    output: str
    points: float | None = None
    group: str | None = None

    @property
    def case(self) -> TestCase:
        return TestCase(self.input.encode(), self.output.encode())


def scoring_of(tests: Sequence[NewTest]) -> dict[str, Any] | None:
    """What a problem stores for the points and groups of its tests; None when no test has any.

    A group earns the sum of its tests' points, all of them or nothing.
    """
    if not _all_or_none([test.group is not None for test in tests]):
        raise BadTests("Either every test has a group or none has")
    if not _all_or_none([test.points is not None for test in tests]):
        raise BadTests("Either every test has points or none has")
    if tests[0].points is None:
        if tests[0].group is not None:
            raise BadTests("Groups without points earn nothing: give each test its points")
        return None
    if tests[0].group is None:
        return {"points": [test.points for test in tests]}
    return {"groups": [_group(str(name), list(members)) for name, members in groupby(tests, lambda test: test.group)]}


def _group(name: str, members: Sequence[NewTest]) -> dict[str, Any]:
    points = sum(test.points or 0 for test in members)
    return {"name": name, "tests": len(members), "points": points, "rule": Rule.ALL.value}


def _all_or_none(flags: Sequence[bool]) -> bool:
    return len(set(flags)) <= 1
