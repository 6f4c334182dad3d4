"""Groups of tests in ICPC and Kattis packages (testdata.yaml), and the scoring that they make. Pure."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from chalicelib.judge import package_yaml
from chalicelib.judge.inspections import Inspection
from chalicelib.judge.scoring import Rule

SETTINGS = "testdata.yaml"
ROOTS = ("data/", "data/secret/")
DIRECTORY = "data/secret/"

_IGNORED_FLAGS = {"first_error", "worst_error", "ignore_sample"}


def scoring(inspection: Inspection, samples: int, secret: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What a problem stores: the samples earn nothing, and every directory of secret tests is a group."""
    groups = [{"name": "sample", "tests": samples, "points": 0, "rule": Rule.ALL.value}] if samples else []
    inherited: dict[str, Any] = {}
    for root in ROOTS:
        inherited |= _settings(inspection, root)
    for directory, pairs in groupby(secret, lambda pair: _directory(inspection, pair[0])):
        own = inherited | (_settings(inspection, f"{DIRECTORY}{directory}/") if directory else {})
        groups.append(_group(inspection, directory, len(list(pairs)), own))
    return {"groups": groups}


def validator_flags(inspection: Inspection) -> str:
    """The flags of the whole problem; flags of a group alone are a fault."""
    for name in inspection.below("data/"):
        own = name.removesuffix(SETTINGS)
        if (
            name.endswith(f"/{SETTINGS}")
            and own not in ROOTS
            and "output_validator_flags" in _settings(inspection, own)
        ):
            inspection.fault(name, "A group cannot have validator flags of its own here")
    for root in reversed(ROOTS):
        if flags := _settings(inspection, root).get("output_validator_flags"):
            return str(flags)
    return ""


def _settings(inspection: Inspection, directory: str) -> dict[str, Any]:
    name = f"{directory}{SETTINGS}"
    return package_yaml.read(inspection, name) if name in inspection else {}


def _directory(inspection: Inspection, name: str) -> str:
    """The group that a test lies in; the directory itself is one."""
    directory, _, deeper = name.removeprefix(DIRECTORY).rpartition("/")[0].partition("/")
    if deeper:
        inspection.fault(name, "Groups within groups cannot be scored here")
    return directory


def _group(inspection: Inspection, directory: str, tests: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    file = f"{DIRECTORY}{directory}/{SETTINGS}" if directory else f"{DIRECTORY}{SETTINGS}"
    flags = set(str(settings.get("grader_flags") or "").split()) - _IGNORED_FLAGS
    if unknown := sorted(flags - {"sum", "min"}):
        inspection.fault(file, f"The grader has no flag {unknown[0]!r} here")
    rule = Rule.MIN if "min" in flags else Rule.SUM
    return {
        "name": directory or "secret",
        "tests": tests,
        "points": _points(inspection, file, settings, 1 if rule is Rule.MIN else tests),
        "rule": rule.value,
        "short_circuit": settings.get("on_reject", "break") == "break",
    }


def _points(inspection: Inspection, file: str, settings: Mapping[str, Any], counted: int) -> float:
    """The most that a group earns: the upper end of its range, or so many accepted tests."""
    try:
        if "range" in settings:
            return float(str(settings["range"]).split()[-1])
        return float(settings.get("accept_score", 1)) * counted
    except (ValueError, TypeError, IndexError):
        inspection.fault(file, "Its points are no number")
        return 0.0
