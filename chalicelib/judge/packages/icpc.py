"""Reads ICPC and Kattis problem packages (problem.yaml): https://www.kattis.com/problem-package-format. Pure.

Groups of tests are described by testdata.yaml; they make the problem's scoring. The YAML comes from strangers: only
plain values are read, and an alias is refused, so that no value grows beyond what is written.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.grading.scoring import Rule
from chalicelib.judge.grading.validators import Convention
from chalicelib.judge.packages import programs as package_programs
from chalicelib.judge.packages.format import CRASHED, FAILURES, TOO_SLOW, JuryProgram, Package
from chalicelib.judge.packages.inspection import Inspection, naturally
from chalicelib.judge_protocol.contract import Source, Verdict

DESCRIPTION = "problem.yaml"
SAMPLE, SECRET = "data/sample/", "data/secret/"
STATEMENTS = ("problem_statement/", "statement/")
VALIDATORS = ("output_validators/", "output_validator/")
INPUT_VALIDATORS = ("input_validators/", "input_format_validators/")
SUBMISSIONS = "submissions/"
LIMIT_FILE, DOMJUDGE_FILE = ".timelimit", "domjudge-problem.ini"

EXPECTED_VERDICTS: Mapping[str, frozenset[Verdict]] = {
    "accepted": frozenset({Verdict.OK}),
    "wrong_answer": frozenset({Verdict.WRONG_ANSWER}),
    "time_limit_exceeded": TOO_SLOW,
    "run_time_error": CRASHED,
    "memory_limit_exceeded": frozenset({Verdict.MEMORY_LIMIT}),
    "output_limit_exceeded": frozenset({Verdict.OUTPUT_LIMIT}),
    "compiler_error": frozenset({Verdict.COMPILE_ERROR}),
    "partially_accepted": FAILURES,
    "rejected": FAILURES,
}
"""By the directory that a program lies in."""

_UNSUPPORTED_TYPES = {"multi-pass", "multipass", "submit-answer"}

_OUTPUT_VALIDATOR = Text("output_validator", "output validator")


def fits(inspection: Inspection) -> bool:
    return DESCRIPTION in inspection


def read(inspection: Inspection) -> Package:
    described = read_yaml(inspection, DESCRIPTION)
    kinds = _kinds(inspection, described)
    samples, secret = _pairs(inspection, SAMPLE), _pairs(inspection, SECRET)
    if not secret:
        inspection.fault(SECRET, Text("no_secret_tests", "There are no secret tests"))
    checker, options, programs = _checker(inspection, described, kinds)
    for directory in INPUT_VALIDATORS:
        if inspection.below(directory):
            inspection.warn(directory, Text("input_validators_not_run", "Input validators are not run"))
    return Package(
        tests=inspection.tests_of([*samples, *secret]),
        samples=len(samples),
        title=_title(described),
        statement=_statement(inspection),
        time_limit_ms=_time_limit(inspection, described),
        memory_limit_kb=_memory_limit(inspection, described),
        checker=checker,
        checker_options=options,
        programs=programs,
        scoring=groups_scoring(inspection, len(samples), secret) if "scoring" in kinds else None,
        jury=_jury(inspection),
    )


def _kinds(inspection: Inspection, described: Mapping[str, Any]) -> set[str]:
    """The words that say what kind of problem it is, those of its validation among them."""
    named = described.get("type", "pass-fail")
    words = {str(each) for each in (named if isinstance(named, list) else str(named).split())}
    words |= set(str(described.get("validation", "default")).split())
    for word in sorted(words & _UNSUPPORTED_TYPES):
        english = "Problems of type {type} cannot be judged here"
        inspection.fault(DESCRIPTION, Text("problem_type_unsupported", english, {"type": word}))
    return words


def _title(described: Mapping[str, Any]) -> str | None:
    name = described.get("name")
    if isinstance(name, dict):
        name = name.get("en") or next(iter(name.values()), None)
    return str(name)[:200] if name else None


def _statement(inspection: Inspection) -> str | None:
    """The English one before others, Markdown before TeX."""
    found = [name for directory in STATEMENTS for name in inspection.below(directory) if _is_statement(name)]
    found.sort(key=lambda name: (not re.search(r"problem(\.en)?\.\w+$", name), not name.endswith(".md"), name))
    return inspection.text_of(found[0]) if found else None


def _is_statement(name: str) -> bool:
    return re.fullmatch(r"problem(\.[A-Za-z-]+)?\.(md|tex)", PurePosixPath(name).name) is not None


def _limits(described: Mapping[str, Any]) -> Mapping[str, Any]:
    limits = described.get("limits")
    return limits if isinstance(limits, dict) else {}


def _time_limit(inspection: Inspection, described: Mapping[str, Any]) -> int | None:
    """In milliseconds; formats before 2023 have it in files beside the description."""
    if "time_limit" in _limits(described):
        return _number(inspection, DESCRIPTION, _limits(described)["time_limit"], 1000)
    if LIMIT_FILE in inspection:
        return _number(inspection, LIMIT_FILE, (inspection.text_of(LIMIT_FILE) or "").strip(), 1000)
    if DOMJUDGE_FILE in inspection:
        named = re.search(r"^timelimit\s*=\s*['\"]?([^'\"\s]+)", inspection.text_of(DOMJUDGE_FILE) or "", re.MULTILINE)
        return _number(inspection, DOMJUDGE_FILE, named[1], 1000) if named else None
    return None


def _memory_limit(inspection: Inspection, described: Mapping[str, Any]) -> int | None:
    """In KiB; the format has MiB."""
    memory = _limits(described).get("memory")
    return None if memory is None else _number(inspection, DESCRIPTION, memory, 1024)


def _number(inspection: Inspection, file: str, value: object, factor: int) -> int | None:
    try:
        return round(float(str(value)) * factor)
    except (ValueError, OverflowError):
        inspection.fault(file, Text("no_limit", "'{value}' is no limit", {"value": str(value)[:40]}))
        return None


def _pairs(inspection: Inspection, directory: str) -> list[tuple[str, str]]:
    inputs = [name for name in inspection.below(directory) if name.endswith(".in")]
    answers = {name for name in inspection.below(directory) if name.endswith(".ans")}
    pairs = [(name, f"{name.removesuffix('.in')}.ans") for name in sorted(inputs, key=naturally)]
    for name, answer in pairs:
        if answer not in answers:
            english = "It has no answer beside it: {answer}"
            inspection.fault(name, Text("without_answer", english, {"answer": answer}))
    for name in sorted(answers - {answer for _, answer in pairs}):
        inspection.fault(name, Text("without_input", "It has no input beside it"))
    return [(name, answer) for name, answer in pairs if answer in answers]


def _checker(
    inspection: Inspection, described: Mapping[str, Any], kinds: set[str]
) -> tuple[str, Mapping[str, object], Mapping[Role, Source]]:
    flags = f"{described.get('validator_flags') or ''} {validator_flags(inspection)}".split()
    directory = next((each for each in VALIDATORS if inspection.below(each)), VALIDATORS[0])
    if "interactive" not in kinds and "custom" not in kinds and not inspection.below(VALIDATORS[1]):
        return *_default_checker(inspection, flags), {}
    if flags:
        english = "A validator of one's own gets no flags here: {flags}"
        inspection.fault(DESCRIPTION, Text("validator_with_flags", english, {"flags": " ".join(flags)}))
    program = package_programs.read(
        inspection,
        inspection.below(directory),
        directory=_innermost(inspection, directory),
        what=_OUTPUT_VALIDATOR,
    )
    role = Role.INTERACTOR if "interactive" in kinds else Role.CHECKER
    name = "interactive" if role is Role.INTERACTOR else "custom"
    return name, {"convention": Convention.ICPC.value}, {role: program} if program else {}


def _innermost(inspection: Inspection, directory: str) -> str:
    """The directory in which the validator lies: one of its own, if there is one."""
    below = [name.removeprefix(directory) for name in inspection.below(directory)]
    own = {name.partition("/")[0] for name in below}
    return f"{directory}{own.pop()}/" if len(own) == 1 and all("/" in name for name in below) else directory


def _default_checker(inspection: Inspection, flags: Sequence[str]) -> tuple[str, dict[str, object]]:
    """The format's default validator: tokens without regard to case, unless its flags say otherwise."""
    options: dict[str, object] = {}
    tolerances: dict[str, object] = {}
    words = iter(flags)
    for word in words:
        if word == "space_change_sensitive":
            options["exact_spaces"] = True
        elif word in {"float_tolerance", "float_relative_tolerance", "float_absolute_tolerance"}:
            tolerances |= _tolerances(inspection, word, next(words, ""))
        elif word != "case_sensitive":
            english = "The default validator has no flag '{flag}'"
            inspection.fault(DESCRIPTION, Text("unknown_validator_flag", english, {"flag": word}))
    if "case_sensitive" not in flags:
        options["ignore_case"] = True
    return ("floats" if tolerances else "tokens"), options | tolerances


def _tolerances(inspection: Inspection, word: str, value: str) -> dict[str, object]:
    kinds = [kind for kind in ("absolute", "relative") if kind in word] or ["absolute", "relative"]
    try:
        return dict.fromkeys(kinds, float(value))
    except ValueError:
        params = {"value": value, "flag": word}
        inspection.fault(DESCRIPTION, Text("no_tolerance", "'{value}' is no {flag}", params))
        return {}


def _jury(inspection: Inspection) -> list[JuryProgram]:
    programs = []
    for name in inspection.below(SUBMISSIONS):
        directory, _, rest = name.removeprefix(SUBMISSIONS).partition("/")
        language = package_programs.language_of(name)
        if "/" in rest:
            inspection.warn(name, Text("several_files", "A program of several files is not judged"))
        elif directory not in EXPECTED_VERDICTS:
            english = "Its directory promises no verdict that is known here"
            inspection.warn(name, Text("directory_without_verdict", english))
        elif language is None:
            inspection.warn(name, package_programs.NO_LANGUAGE)
        elif source := inspection.source_of(name):
            programs.append(
                JuryProgram(file=name, language=language, source=source, promised=EXPECTED_VERDICTS[directory])
            )
    return programs


SETTINGS = "testdata.yaml"
ROOTS = ("data/", "data/secret/")
DIRECTORY = "data/secret/"

_IGNORED_FLAGS = {"first_error", "worst_error", "ignore_sample"}


def groups_scoring(inspection: Inspection, samples: int, secret: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What a problem stores: the samples earn nothing, and every directory of secret tests is a group."""
    groups = [{"name": "sample", "tests": samples, "points": 0, "rule": Rule.ALL.value}] if samples else []
    inherited: dict[str, Any] = {}
    for root in ROOTS:
        inherited |= _group_settings(inspection, root)
    for directory, pairs in groupby(secret, lambda pair: _directory(inspection, pair[0])):
        own = inherited | (_group_settings(inspection, f"{DIRECTORY}{directory}/") if directory else {})
        groups.append(_group(inspection, directory, len(list(pairs)), own))
    return {"groups": groups}


def validator_flags(inspection: Inspection) -> str:
    """The flags of the whole problem; flags of a group alone are a fault."""
    for name in inspection.below("data/"):
        own = name.removesuffix(SETTINGS)
        if (
            name.endswith(f"/{SETTINGS}")
            and own not in ROOTS
            and "output_validator_flags" in _group_settings(inspection, own)
        ):
            english = "A group cannot have validator flags of its own here"
            inspection.fault(name, Text("group_with_validator_flags", english))
    for root in reversed(ROOTS):
        if flags := _group_settings(inspection, root).get("output_validator_flags"):
            return str(flags)
    return ""


def _group_settings(inspection: Inspection, directory: str) -> dict[str, Any]:
    name = f"{directory}{SETTINGS}"
    return read_yaml(inspection, name) if name in inspection else {}


def _directory(inspection: Inspection, name: str) -> str:
    """The group that a test lies in; the directory itself is one."""
    directory, _, deeper = name.removeprefix(DIRECTORY).rpartition("/")[0].partition("/")
    if deeper:
        inspection.fault(name, Text("nested_groups", "Groups within groups cannot be scored here"))
    return directory


def _group(inspection: Inspection, directory: str, tests: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    file = f"{DIRECTORY}{directory}/{SETTINGS}" if directory else f"{DIRECTORY}{SETTINGS}"
    flags = set(str(settings.get("grader_flags") or "").split()) - _IGNORED_FLAGS
    if unknown := sorted(flags - {"sum", "min"}):
        english = "The grader has no flag '{flag}' here"
        inspection.fault(file, Text("unknown_grader_flag", english, {"flag": unknown[0]}))
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
        inspection.fault(file, Text("points_no_number", "Its points are no number"))
        return 0.0


MAX_YAML_BYTES = 64 * 1024


def read_yaml(inspection: Inspection, name: str) -> dict[str, Any]:
    """A file of names and values; nothing, and a fault, when it is none."""
    text = inspection.text_of(name, at_most=MAX_YAML_BYTES)
    if text is None:
        return {}
    try:
        values = _parsed_yaml(text)
    except _NoYaml as refused:
        inspection.fault(name, refused.text)
        return {}
    if values is not None and not isinstance(values, dict):
        inspection.fault(name, Text("yaml_no_mapping", "It is not a list of names and values"))
        return {}
    return {str(key): value for key, value in (values or {}).items()}


class _NoYaml(Exception):
    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def _parsed_yaml(text: str) -> Any:
    """_NoYaml for what is not YAML, and for aliases: a few lines of them stand for more than any memory holds."""
    import yaml  # noqa: PLC0415 - only packages need it, and every function would pay for it as it starts

    class Plain(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise _NoYaml(Text("yaml_alias", "It is not YAML that can be read: aliases are not taken"))
            return super().compose_node(parent, index)

    try:
        return yaml.load(text, Loader=Plain)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _NoYaml(_yaml_fault(getattr(error, "problem_mark", None))) from error


def _yaml_fault(mark: Any) -> Text:
    """`mark` is PyYAML's, whose lines and columns count from 0; None where it does not know."""
    if mark is None:
        return Text("no_yaml", "It is not YAML that can be read")
    english = "It is not YAML that can be read: line {line}, column {column}"
    return Text("no_yaml_at", english, {"line": mark.line + 1, "column": mark.column + 1})
