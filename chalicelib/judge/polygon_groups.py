"""Points and groups of tests in Polygon's packages, and the scoring that they make. Pure."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element

from chalicelib.judge.inspections import Inspection
from chalicelib.judge.scoring import Rule

DESCRIPTION = "problem.xml"
RULES = {"each-test": Rule.SUM, "complete-group": Rule.ALL}


def leading_samples(inspection: Inspection, tests: Sequence[Element]) -> int:
    """How many of the first tests are samples; samples among the others are hidden, like those."""
    count = next((index for index, test in enumerate(tests) if test.get("sample") != "true"), len(tests))
    if any(test.get("sample") == "true" for test in tests[count:]):
        inspection.warn(DESCRIPTION, "Samples that do not come first are not shown")
    return count


def scoring(inspection: Inspection, testset: Element, tests: Sequence[Element]) -> dict[str, Any] | None:
    """What a problem stores; None for one without points."""
    if not any(test.get("points") for test in tests):
        return None
    points = [_points(inspection, test) for test in tests]
    if not any(test.get("group") for test in tests):
        return {"points": points}
    described = {each.get("name") or "": each for each in testset.findall("groups/group")}
    groups, start = [], 0
    for name, members in groupby(tests, lambda test: test.get("group") or ""):
        count = len(list(members))
        groups.append(_group(name, described.get(name), points[start : start + count]))
        start += count
    return {"groups": groups}


def _group(name: str, described: Element | None, points: Sequence[float]) -> dict[str, Any]:
    """A group's dependencies are read by `scoring.read`, which knows what can be depended upon."""
    policy = described.get("points-policy") if described is not None else None
    rule = RULES.get(policy or "", Rule.SUM)
    found = described.findall("dependencies/dependency") if described is not None else []
    return {
        "name": name or "without a group",
        "tests": len(points),
        "points": sum(points),
        "rule": rule.value,
        "depends_on": [each.get("group") or "" for each in found],
    }


def _points(inspection: Inspection, test: Element) -> float:
    text = test.get("points") or "0"
    try:
        return float(text)
    except ValueError:
        inspection.fault(DESCRIPTION, f"{text[:40]!r} are no points")
        return 0.0
