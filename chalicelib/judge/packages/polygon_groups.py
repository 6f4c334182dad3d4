"""Reads the points of a Polygon package's tests and their groups, which make the problem's scoring. Pure.

A group's tests may stand anywhere in a package, and a group may depend on one that comes later; in a scoring they
follow one another. So tests may get another order than the package's.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element

from chalicelib.common.texts import Text
from chalicelib.judge.grading.scoring import UNBOUNDED, Rule
from chalicelib.judge.packages.inspection import Inspection

DESCRIPTION = "problem.xml"
_CHECKER_GIVES_POINTS = Text(
    "checker_gives_points",
    "No test has points, and the checker gives some: programs earn what it says, without a bound, and are partially "
    "correct wherever it does. Give the tests points, so that programs can earn all of them",
)
RULES = {"each-test": Rule.SUM, "complete-group": Rule.ALL}


def order(inspection: Inspection, testset: Element, tests: Sequence[Element]) -> list[int]:
    """The tests' positions as the scoring has them: a group behind those that it depends on, its samples first."""
    as_they_are = list(range(len(tests)))
    if not (_have_points(tests) and any(test.get("group") for test in tests)):
        return as_they_are
    names = _in_turn(inspection, list(dict.fromkeys(map(_group_of, tests))), _described(testset))
    ranks = {name: rank for rank, name in enumerate(names)}
    ordered = sorted(as_they_are, key=lambda at: (ranks[_group_of(tests[at])], tests[at].get("sample") != "true"))
    if ordered != as_they_are:
        english = "Its tests are put in another order, in which those of a group follow one another"
        inspection.warn(DESCRIPTION, Text("tests_reordered", english))
    return ordered


def leading_samples(inspection: Inspection, tests: Sequence[Element]) -> int:
    """How many of the first tests are samples; samples among the others are hidden, like those."""
    count = next((index for index, test in enumerate(tests) if test.get("sample") != "true"), len(tests))
    if any(test.get("sample") == "true" for test in tests[count:]):
        inspection.warn(DESCRIPTION, Text("later_samples", "Samples that do not come first are not shown"))
    return count


def scoring(
    inspection: Inspection, testset: Element, tests: Sequence[Element], *, checker_scores: bool
) -> dict[str, Any] | None:
    """What a problem stores; None for one without points. The tests are in `order`.

    Where no test has points and the checker gives them, a program earns what that says, without a bound: in Polygon,
    too, points of a checker take the place of a test's, and are another result than OK.
    """
    points = [_points(inspection, test) for test in tests]
    if not any(points):
        if not (checker_scores and tests):
            return None
        inspection.warn(DESCRIPTION, _CHECKER_GIVES_POINTS)
        return {"groups": [{"tests": len(tests), "points": UNBOUNDED, "rule": Rule.SUM.value}]}
    if not any(test.get("group") for test in tests):
        return {"points": points}
    described = _described(testset)
    _check_policies(inspection, described.values())
    sizes = [(name, len(list(members))) for name, members in groupby(tests, _group_of)]
    there, groups, start = {name for name, _ in sizes}, [], 0
    for name, count in sizes:
        groups.append(_group(name, described, points[start : start + count], there))
        start += count
    return {"groups": groups}


def is_unbounded(scoring: Mapping[str, Any] | None) -> bool:
    """Whether the checker alone gives points."""
    return scoring is not None and any(group["points"] == UNBOUNDED for group in scoring.get("groups", ()))


def _have_points(tests: Iterable[Element]) -> bool:
    return any((test.get("points") or "0").strip("0.") for test in tests)


def _group_of(test: Element) -> str:
    return test.get("group") or ""


def _described(testset: Element) -> dict[str, Element]:
    return {each.get("name") or "": each for each in testset.findall("groups/group")}


def _dependencies(described: Element | None) -> list[str]:
    found = described.findall("dependencies/dependency") if described is not None else []
    return [each.get("group") or "" for each in found]


def _in_turn(inspection: Inspection, names: Sequence[str], described: Mapping[str, Element]) -> list[str]:
    """Each group behind those that it depends on, else as they come."""
    places = {name: place for place, name in enumerate(names)}
    needs = {name: {*_dependencies(described.get(name))} & places.keys() for name in names}
    behind: dict[str, list[str]] = {}
    for name in names:
        for needed in needs[name]:
            behind.setdefault(needed, []).append(name)
    ready, done = [places[name] for name in names if not needs[name]], dict[str, None]()
    while ready:
        name = names[heapq.heappop(ready)]
        done[name] = None
        for other in behind.get(name, ()):
            needs[other].remove(name)
            if not needs[other]:
                heapq.heappush(ready, places[other])
    waiting = [name for name in names if name not in done]
    if waiting:
        english = "The group '{group}' depends on itself, by way of others"
        inspection.fault(DESCRIPTION, Text("groups_in_a_circle", english, {"group": waiting[0][:40]}))
    return [*done, *waiting]


def _check_policies(inspection: Inspection, described: Iterable[Element]) -> None:
    for group in described:
        policy = group.get("points-policy")
        if policy is not None and policy not in RULES:
            english = "There is no points-policy '{policy}' here"
            inspection.fault(DESCRIPTION, Text("unknown_points_policy", english, {"policy": policy[:40]}))


def _group(name: str, described: Mapping[str, Element], points: Sequence[float], there: set[str]) -> dict[str, Any]:
    """A group that is described and has no tests passes by itself; `scoring.read` knows what else cannot be."""
    own = described.get(name)
    policy = own.get("points-policy") if own is not None else None
    return {
        "name": name or "without a group",
        "tests": len(points),
        "points": sum(points),
        "rule": RULES.get(policy or "", Rule.SUM).value,
        "depends_on": [each for each in _dependencies(own) if each in there or each not in described],
    }


def _points(inspection: Inspection, test: Element) -> float:
    text = test.get("points") or "0"
    try:
        return float(text)
    except ValueError:
        inspection.fault(DESCRIPTION, Text("no_points", "'{value}' are no points", {"value": text[:40]}))
        return 0.0
