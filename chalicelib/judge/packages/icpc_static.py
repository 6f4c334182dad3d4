"""Tests of source files in packages since 2025-09: a group, or all samples or secret tests, may have one. Pure.

`static_validation_score` in a `test_group.yaml` makes it. It is one more test of that directory, without files: the
last.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.grading.checkers import ROLES, Role
from chalicelib.judge.grading.scoring import UNBOUNDED, Rule
from chalicelib.judge.packages import icpc_validators
from chalicelib.judge.packages import programs as package_programs
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import Source

DIRECTORY = "static_validator/"
SCORE, ARGUMENTS = "static_validation_score", "static_validator_args"
_AS_A_WHOLE = "pass-fail"
NAME = "static_validation"
"""What people know the test by, in its directory."""


def is_static(test: str) -> bool:
    return test.rpartition("/")[2] == NAME


def read_program(inspection: Inspection, *, is_wanted: bool, may_be: bool) -> Mapping[Role, Source]:
    """The validator. A fault where it is wanted and not there, or cannot be; a warning where it is not wanted."""
    there = inspection.below(DIRECTORY)
    if there and not may_be:
        english = "A static validator reads programs, in packages since 2025-09"
        inspection.fault(DIRECTORY, Text("static_validator_misplaced", english))
    if not is_wanted:
        if there and may_be:
            english = "No group of tests has a static_validation_score"
            inspection.warn(DIRECTORY, Text("static_validator_not_used", english))
        return {}
    directory = package_programs.innermost(inspection, DIRECTORY)
    if script := icpc_validators.script_in(directory, inspection.names):
        inspection.fault(directory, script)
    program = package_programs.read(inspection, there, directory=directory, what=ROLES[Role.STATIC_VALIDATOR])
    return {Role.STATIC_VALIDATOR: program} if program is not None else {}


def check(inspection: Inspection, file: str, settings: Mapping[str, Any], rule: Rule | None) -> None:
    """A fault for what a directory says and cannot. `rule` is that of its points; None where there are none."""
    score = settings.get(SCORE)
    if score is None:
        if settings.get(ARGUMENTS):
            inspection.fault(file, Text("static_args_alone", "static_validator_args are of no static validation test"))
        return
    passes = score == _AS_A_WHOLE
    is_number = isinstance(score, int) and not isinstance(score, bool) and score >= 0
    if not (passes or is_number) or passes is not (rule in (None, Rule.ALL)):
        english = "static_validation_score is 'pass-fail' where a group passes or fails, else a whole number from 0"
        inspection.fault(file, Text("static_score_range", english))


def split(group: Mapping[str, Any], settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A group whose last test is static, as a scoring has it: that test is a group of its own if it has points."""
    score = settings.get(SCORE)
    if not isinstance(score, int) or group["rule"] == Rule.ALL:
        return [dict(group)]
    points, others = group["points"], group["tests"] - 1
    own = {**group, "name": f"{group['name']}/{NAME}", "tests": 1, "points": score}
    if not others:
        return [{**own, "name": group["name"]}]
    if group["rule"] == Rule.SUM and points != UNBOUNDED:
        points = max(points - score, 0)
    return [{**group, "tests": others, "points": points}, own]


def totals(groups: Sequence[Sequence[Mapping[str, Any]]], whole: Rule) -> list[dict[str, Any]]:
    """Each split group together again, and all of them; nothing where none was split."""
    if all(len(parts) == 1 for parts in groups):
        return []
    names = [parts[0]["name"] if len(parts) == 1 else f"{parts[0]['name']}/" for parts in groups]
    made = [
        {"name": name, "rule": parts[0]["rule"], "of": [each["name"] for each in parts]}
        for name, parts in zip(names, groups, strict=True)
        if len(parts) > 1
    ]
    return [*made, {"name": "data/", "rule": whole.value, "of": names}]
