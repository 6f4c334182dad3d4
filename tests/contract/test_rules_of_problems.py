"""`scoring` and `checker_options` in the document: each key is explained, and what the document allows is taken."""

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.judge.grading import checkers, scoring
from tests.support.documented import DOCUMENT

SCHEMAS = DOCUMENT["components"]["schemas"]
EXAMPLES: Mapping[str, object] = {
    "name": "second",
    "tests": 3,
    "points": 30.5,
    "rule": "sum",
    "depends_on": ["1"],
    "short_circuit": True,
    "test_points": 20,
    "failed_points": 2,
    "passed_points": 3,
}


@pytest.mark.parametrize("name", ["CheckerOptions", "PointsByTest", "PointsByGroup", "PointsOfGroup", "GroupOfGroups"])
def test_every_key_is_explained_and_none_is_null(name: str) -> None:
    members: Mapping[str, Any] = SCHEMAS[name]["properties"]
    assert [key for key, schema in members.items() if not schema.get("description")] == []
    assert [key for key, schema in members.items() if {"type": "null"} in schema.get("anyOf", [])] == []


def test_each_key_of_a_group_is_taken() -> None:
    assert EXAMPLES.keys() == SCHEMAS["PointsOfGroup"]["properties"].keys()
    needed = {key: EXAMPLES[key] for key in SCHEMAS["PointsOfGroup"]["required"]}
    for key, value in EXAMPLES.items():
        taken = scoring.read({"groups": [{"tests": 1, "points": 1}, {**needed, key: value}]})
        assert taken.max_points == 31.5


def test_each_key_beside_groups_is_taken() -> None:
    given: Mapping[str, object] = {
        "total": "min",
        "totals": [{"name": "whole", "rule": "max", "of": ["1"]}],
        "graders": [{"name": "whole", "of": ["1"], "points": 7}],
        "objective": "min",
    }
    assert given.keys() | {"groups"} == SCHEMAS["PointsByGroup"]["properties"].keys()
    for key, value in given.items():
        assert scoring.read({"groups": [{"tests": 1, "points": 1}], key: value}).graded
    assert given["totals"][0].keys() == SCHEMAS["GroupOfGroups"]["properties"].keys()  # type: ignore[index]
    for rule in SCHEMAS["GroupOfGroups"]["properties"]["rule"]["enum"]:
        scoring.read({"groups": [{"tests": 1, "points": 1}], "totals": [{"name": "x", "rule": rule, "of": ["1"]}]})


def test_each_key_of_a_grader_is_taken() -> None:
    given: Mapping[str, object] = {
        "name": "whole",
        "of": ["1"],
        "verdict": "first_error",
        "score": "avg",
        "accepts_any": True,
        "breaks": False,
        "samples": True,
        "arguments": ["x"],
        "points": 7,
    }
    assert given.keys() == SCHEMAS["GraderOfGroups"]["properties"].keys()
    taken = scoring.read({"groups": [{"tests": 1, "points": 1}], "graders": [given]})
    assert (taken.max_points, taken.graders[0].arguments) == (7, ("x",))
    assert SCHEMAS["GraderVerdict"]["enum"] == ["worst_error", "first_error", "always_accept"]


@pytest.mark.parametrize(("rule", "stops"), [("sum", ""), ("avg", ""), ("max", ""), ("min", "stops"), ("all", "stops")])
def test_a_group_stops_by_itself_where_the_document_says_so(rule: str, stops: str) -> None:
    [group] = scoring.read({"groups": [{"tests": 2, "points": 1, "rule": rule}]}).groups
    assert group.short_circuit is bool(stops)
    told = SCHEMAS["PointsOfGroup"]["properties"]["short_circuit"]["description"]
    assert (f"`{rule}`" in told) is bool(stops)
    assert "false if it is left out" not in told


OPTIONS: Mapping[str, object] = {
    "ignore_case": True,
    "exact_spaces": True,
    "absolute": 0.5,
    "relative": 0.5,
    "by": "tokens",
    "within": "line",
    "convention": "icpc",
    "then_checker": True,
    "second_run": "interactive",
    "percent": True,
    "passes": 2,
}


def test_each_option_is_taken_by_the_checkers_that_it_names_and_by_no_other() -> None:
    described = SCHEMAS["CheckerOptions"]["properties"]
    assert OPTIONS.keys() == described.keys()
    for key, value in OPTIONS.items():
        beside = {"convention": "icpc"} if key == "passes" else {}
        named, _, _ = described[key]["description"].partition(":")
        for checker in SCHEMAS["CheckerName"]["enum"]:
            if f"`{checker}`" in named:
                checkers.parse(checker, {**beside, key: value})
            else:
                with pytest.raises(checkers.BadChecker):
                    checkers.parse(checker, {key: value})
