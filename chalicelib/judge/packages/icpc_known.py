"""What the problem package format knows, version by version: keys, files and directories. Pure.

One rule: what is not understood and may change a verdict is a fault that names it; anything else a warning. What only
describes a problem to people (its author, its license) is neither.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.packages.inspection import Inspection

DESCRIPTION = "problem.yaml"
DATA, SAMPLE, SECRET = "data/", "data/sample/", "data/secret/"
INVALID_INPUT = "data/invalid_input/"
"""Inputs that some validator must refuse."""
VALID_OUTPUT, INVALID_OUTPUT = "data/valid_output/", "data/invalid_output/"
"""Outputs that the output validator must accept, and such as it must refuse."""
BEFORE = "testdata.yaml"
GROUP_FILES = ("test_group.yaml", BEFORE)
"""The settings of a group: as the format calls them since 2025-09, and before."""


MAX_CONSTANT = 500
"""Characters of a constant's value: a file may name it again and again."""


class Version(StrEnum):
    """`problem_format_version`. The drafts of 2023-07 became 2025-09; they are read as that, with their older names."""

    LEGACY = "legacy"
    MODERN = "2025-09"


_VERSIONS = {
    "legacy": Version.LEGACY,
    "legacy-icpc": Version.LEGACY,
    "draft": Version.MODERN,
    "2023-07-draft": Version.MODERN,
    "2023-07": Version.MODERN,
    "2025-09-draft": Version.MODERN,
    "2025-09": Version.MODERN,
}

_READ = {
    "problem_format_version",
    "type",
    "name",
    "limits",
    "validation",
    "validator_flags",
    "validator_args",
    "languages",
    "constants",
}
"""DOMjudge's packages call flags arguments."""
_FOR_PEOPLE = {
    "author",
    "authors",
    "contributors",
    "credits",
    "uuid",
    "version",
    "source",
    "source_url",
    "license",
    "rights_owner",
    "embargo_until",
    "keywords",
    "event",
    "short-name",
    "externalid",
    "color",
    "points",
    "plainproblemname",
    "difficulty",
    "comment",
    "todo",
    "verified",
    "tags",
    "topics",
}
"""Besides the format's own those that tools of the field write."""

_LIMITS_READ = {
    "time_limit",
    "memory",
    "output",
    "validation_passes",
    "time_multiplier",
    "time_multipliers",
    "time_resolution",
}
_LIMITS_LEFT = {
    "time_safety_margin",
    "code",
    "compilation_time",
    "compilation_memory",
    "validation_time",
    "validation_memory",
    "validation_output",
}
_TO_TLE = "limits.time_multipliers.time_limit_to_tle"
_MULTIPLIERS = {"limits.time_multipliers.ac_to_time_limit", _TO_TLE}
_GRADING_LEFT = {"show_test_data_groups", "on_reject"}
_OF_GROUPS = ("accept_score", "reject_score", "range")
_ON_REJECT = {"first_error": "break", "grade": "continue"}

_DIRECTORIES_READ = (
    "data",
    "submissions",
    "include",
    "problem_statement",
    "statement",
    "output_validators",
    "output_validator",
    "input_validators",
    "input_format_validators",
    "input_validator",
    "answer_validators",
    "answer_validator",
    "graders",
    "static_validator",
)
_DIRECTORIES_FOR_PEOPLE = (
    "attachments",
    "solution",
    "solutions",
    "generators",
    "input_visualizer",
    "input_visualizers",
    "output_visualizer",
    "output_visualizers",
    "test_case_visualizer",
    "illustrations",
)
_DIRECTORIES_REFUSED = ("static_validators",)
LIMIT_FILE, DOMJUDGE_FILE = ".timelimit", "domjudge-problem.ini"
DOMJUDGE_SUBMISSIONS = "submissions.json"
_FILES_READ = (DESCRIPTION, LIMIT_FILE, DOMJUDGE_FILE, DOMJUDGE_SUBMISSIONS)
_OTHER_JUDGING = re.compile(r"^(special_\w+|combined_run_compare)[ \t]*=[ \t]*['\"]?[^'\"\s0]", re.MULTILINE)
"""Lines of DOMjudge's file that name a validator of its own, or arguments of one."""

_TESTS = (".in", ".ans")
_OF_A_TEST_LEFT = (
    ".hint",
    ".desc",
    ".png",
    ".jpg",
    ".jpeg",
    ".svg",
    ".interaction",
    ".statement",
    ".download",
    ".out",
    ".pdf",
    ".md",
    ".txt",
)

NOT_UNDERSTOOD = Text("not_understood", "It is not understood here, and may change verdicts")


def check(inspection: Inspection, described: Mapping[str, Any]) -> Version:
    """The version of the format; and a fault or a warning for everything of the whole package that is not read."""
    inspection.pass_over(_is_passed_over)
    version = _version(inspection, described)
    _check_description(inspection, described, version)
    _check_files(inspection, version)
    inspection.constants = _constants(inspection, described)
    return version


def _version(inspection: Inspection, described: Mapping[str, Any]) -> Version:
    """A fault for a version that is not known: it is not read as if it were another."""
    named = str(described.get("problem_format_version") or Version.LEGACY)
    if named not in _VERSIONS:
        english = "The format's version '{version}' is not known here"
        inspection.fault(DESCRIPTION, Text("unknown_format_version", english, {"version": named[:40]}))
    return _VERSIONS.get(named, Version.MODERN)


def _check_description(inspection: Inspection, described: Mapping[str, Any], version: Version) -> None:
    """Every key of problem.yaml that is not read."""
    rest = {key for key in described if key not in _READ | _FOR_PEOPLE | {"grading", "allow_file_writing"}}
    refuse_keys(inspection, DESCRIPTION, rest)
    limits = described.get("limits")
    if isinstance(limits, dict):
        keys = {str(key) for key in limits} - _LIMITS_READ
        left = _LIMITS_LEFT if limits.get("time_add") else _LIMITS_LEFT | {"time_add"}
        refuse_keys(inspection, DESCRIPTION, (f"limits.{key}" for key in keys - left))
        leave_keys(inspection, DESCRIPTION, (f"limits.{key}" for key in keys & left))
        several = limits.get("time_multipliers")
        named = {f"limits.time_multipliers.{key}" for key in several} if isinstance(several, dict) else set[str]()
        refuse_keys(inspection, DESCRIPTION, named - _MULTIPLIERS)
        leave_keys(inspection, DESCRIPTION, named & {_TO_TLE})
    grading = described.get("grading")
    if isinstance(grading, dict):
        of_groups = of_all_groups(described, version)
        rest = {str(key) for key in grading} - of_groups.keys()
        known = ("max", "min") if version is Version.LEGACY else ("max",)
        rest -= {"objective"} if grading.get("objective", "max") in known else set()
        refuse_keys(inspection, DESCRIPTION, (f"grading.{key}" for key in rest - _GRADING_LEFT))
        leave_keys(inspection, DESCRIPTION, (f"grading.{key}" for key in rest & _GRADING_LEFT))
        if of_groups:
            english = "Its {keys} of 'grading' hold for all groups of tests, whatever they say"
            inspection.warn(DESCRIPTION, Text("grading_of_all", english, {"keys": ", ".join(sorted(of_groups))}))


def of_all_groups(described: Mapping[str, Any], version: Version) -> dict[str, Any]:
    """What `problem.yaml` says of tests, as it did before their directories had files for that: they inherit it."""
    grading = described.get("grading")
    if version is not Version.LEGACY or not isinstance(grading, dict):
        return {}
    found = {key: grading[key] for key in _OF_GROUPS if grading.get(key) is not None}
    breaks = _ON_REJECT.get(str(grading.get("on_reject")))
    return found if breaks is None else {**found, "on_reject": breaks}


def _constants(inspection: Inspection, described: Mapping[str, Any]) -> dict[str, str]:
    """What `{{name}}` stands for in the files of a package, and `{{name.form}}` for a value written otherwise."""
    named = described.get("constants") or {}
    found = dict(_values(named)) if isinstance(named, dict) else {"constants": None}
    for name, value in found.items():
        if not isinstance(value, str | int | float):
            english = "The constants are not names with their values: {name}"
            inspection.fault(DESCRIPTION, Text("constants_no_values", english, {"name": name[:60]}))
        elif len(str(value)) > MAX_CONSTANT:
            params = {"name": name[:60], "limit": MAX_CONSTANT}
            english = "The constant '{name}' is longer than {limit} characters"
            inspection.fault(DESCRIPTION, Text("constant_too_long", english, params))
            return {}
    return {name: str(value) for name, value in found.items()}


def _values(named: Mapping[object, object]) -> Iterator[tuple[str, object]]:
    for name, value in named.items():
        forms = {str(form): written for form, written in value.items()} if isinstance(value, dict) else {}
        yield str(name), forms.get("value") if forms else value
        yield from ((f"{name}.{form}", written) for form, written in forms.items())


def refuse_keys(inspection: Inspection, file: str, keys: Iterable[str]) -> None:
    for key in sorted(map(str, keys)):
        english = "The key '{key}' is not understood here, and may change verdicts"
        inspection.fault(file, Text("key_not_understood", english, {"key": key[:60]}))


def leave_keys(inspection: Inspection, file: str, keys: Iterable[str]) -> None:
    for key in sorted(map(str, keys)):
        inspection.warn(file, Text("key_left_out", "The key '{key}' is left out", {"key": key[:60]}))


def _check_files(inspection: Inspection, version: Version) -> None:
    """Every file and directory that is not read; directories are told once."""
    for top in sorted({name.partition("/")[0] for name in inspection.names}):
        _check_top(inspection, top)
    for name in inspection.below(DATA):
        _check_data(inspection, name, version)
    if DOMJUDGE_FILE in inspection:
        refuse_keys(inspection, DOMJUDGE_FILE, _OTHER_JUDGING.findall(inspection.text_of(DOMJUDGE_FILE) or ""))


def _check_top(inspection: Inspection, top: str) -> None:
    if top in inspection:
        if top not in _FILES_READ and not _for_tools(top):
            inspection.warn(top, Text("file_left_out", "It is left out"))
    elif top in _DIRECTORIES_REFUSED:
        inspection.fault(f"{top}/", NOT_UNDERSTOOD)
    elif top not in _DIRECTORIES_READ and not _for_tools(top):
        told = Text("directory_left_out", "The directory is left out")
        if top not in _DIRECTORIES_FOR_PEOPLE or top == "attachments":
            inspection.warn(f"{top}/", told)


def _is_passed_over(name: str) -> bool:
    """By the format itself: what has a file or directory in its path whose name begins with a point."""
    return name not in _FILES_READ and (name.startswith("-") or any(part[:1] == "." for part in name.split("/")))


def _for_tools(name: str) -> bool:
    """README files and the like are for people."""
    return name.upper().startswith(("README", "LICENSE", "CHANGELOG", "MAKEFILE"))


def _is_tried(name: str, version: Version) -> bool:
    """Whether the output validator is tried on a `.out`, if there is one that judges outputs."""
    return version is Version.MODERN and name.startswith(SAMPLE)


def _check_data(inspection: Inspection, name: str, version: Version) -> None:
    path = PurePosixPath(name)
    if name.startswith((INVALID_INPUT, VALID_OUTPUT, INVALID_OUTPUT)):
        return
    if not name.startswith((SAMPLE, SECRET)):
        if path.name not in GROUP_FILES or path.parent != PurePosixPath(DATA):
            english = "Only the tests in data/sample and data/secret are used"
            inspection.warn(f"{'/'.join(path.parts[:2])}", Text("data_left_out", english))
    elif any(part.endswith(".files") for part in path.parts[:-1]) or path.suffix == ".args":
        return
    elif path.suffix not in _TESTS and path.name not in GROUP_FILES and path.suffix != ".yaml":
        shown = {".interaction", ".statement"} | (set() if _is_tried(name, version) else {".out"})
        if path.suffix in _OF_A_TEST_LEFT and path.suffix not in shown:
            return
        inspection.warn(name, Text("file_left_out", "It is left out"))
