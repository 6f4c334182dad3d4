"""Reads ICPC and Kattis problem packages (problem.yaml): https://www.kattis.com/problem-package-format. Pure.

`problem_format_version` says how: see `icpc_known`, which tells what is not understood, and `icpc_groups`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.grading import answers, batches, checkers
from chalicelib.judge.grading.checkers import FURTHER_CHECKERS, MOST_PASSES, BadFlag, Role
from chalicelib.judge.grading.validators import Convention
from chalicelib.judge.packages import (
    beside,
    icpc_groups,
    icpc_known,
    icpc_languages,
    icpc_outputs,
    icpc_static,
    icpc_submissions,
    icpc_validators,
    statements,
    yaml_files,
)
from chalicelib.judge.packages.format import NO_LIMIT, Package, Timing
from chalicelib.judge.packages.icpc_answers import SUBMIT_ANSWER
from chalicelib.judge.packages.icpc_groups import Groups
from chalicelib.judge.packages.icpc_known import (
    DATA,
    DESCRIPTION,
    DOMJUDGE_FILE,
    INVALID_INPUT,
    LIMIT_FILE,
    SAMPLE,
    SECRET,
    Version,
)
from chalicelib.judge.packages.inspection import HELD_BYTES, Inspection, naturally
from chalicelib.judge.packages.limits import capped_memory, capped_output
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import MAX_FILES, File, Source, is_file_name

VALIDATORS = ("output_validators/", "output_validator/")
MULTIPLIER, LEGACY_MULTIPLIER = 2.0, 5.0
"""Of what the slowest right program takes, where a package names no other."""

_TYPES = {"pass-fail", "scoring", "interactive", "multi-pass", "submit-answer", "default", "custom", "score"}
"""And words of `validation`; all others are refused."""

_EMPTY = TestCase(None, b"")

ICPC_DEFAULT = "icpc_default"
"""The default validator, where tests have different flags."""


def fits(inspection: Inspection) -> bool:
    return DESCRIPTION in inspection


def read(inspection: Inspection) -> Package:
    described = yaml_files.read(inspection, DESCRIPTION)
    version = icpc_known.check(inspection, described)
    kinds = _kinds(inspection, described)
    directory = _validator_directory(inspection, version, kinds)
    scores = bool(directory) and "scoring" in kinds and (version is Version.MODERN or "score" in kinds)
    groups = icpc_groups.read(inspection, described, version, scores=scores)
    samples, static = _pairs(inspection, SAMPLE), groups.static(SAMPLE)
    secret = sorted([*_pairs(inspection, SECRET), *groups.static(SECRET)], key=lambda pair: groups.order(pair[0]))
    pairs = _some(inspection, [*samples, *static, *secret])
    checker, options, programs = _checker(inspection, directory, kinds, _arguments(groups, pairs))
    given = _empty(inspection, pairs, groups, told=programs or checker == ICPC_DEFAULT)
    package = Package(
        tests=inspection.tests_of(pairs, given),
        samples=len(samples),
        checker=checker,
        checker_options={**options, **_passes(inspection, described, kinds)},
        programs={**programs, **groups.grader(secret)},
        scoring=groups.scoring(len(samples) + len(static), secret, has_points="scoring" in kinds),
        includes=icpc_languages.included(inspection),
        languages=icpc_languages.allowed(inspection, described),
        files=[name for name, _ in pairs],
    )
    package = _with_static(inspection, _described(inspection, described, package), version, kinds)
    package = _with_jury(inspection, package, version, scores=scores, of_answers=SUBMIT_ANSWER in kinds)
    _check_given(inspection, package, given)
    return _with_validators(inspection, _with_time(inspection, package, described, version), groups)


def _arguments(groups: Groups, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Those of the output validator, test by test; it has no part in static ones."""
    return [groups.arguments(name) for name, _ in pairs if not icpc_static.is_static(name)]


def _with_static(inspection: Inspection, package: Package, version: Version, kinds: set[str]) -> Package:
    places = frozenset(place for place, name in enumerate(package.files) if icpc_static.is_static(name))
    may_be = version is Version.MODERN and SUBMIT_ANSWER not in kinds
    programs = icpc_static.read_program(inspection, is_wanted=bool(places), may_be=may_be)
    return replace(package, programs={**package.programs, **programs}, static=places)


def _described(inspection: Inspection, described: Mapping[str, Any], package: Package) -> Package:
    return replace(
        package,
        title=_title(described),
        statements=statements.of_icpc(inspection, described),
        time_limit_ms=_time_limit(inspection, described),
        memory_limit_kb=capped_memory(inspection, DESCRIPTION, _mebibytes(inspection, described, "memory")),
        output_limit_kb=capped_output(_mebibytes(inspection, described, "output")),
    )


def _with_time(inspection: Inspection, package: Package, described: Mapping[str, Any], version: Version) -> Package:
    """Without a time limit it is to be measured; if there is no program to measure, a warning."""
    timing = _timing(inspection, described, version)
    if package.time_limit_ms is not None:
        return package
    if any(each.bounds_time for each in package.jury):
        return replace(package, timing=timing)
    inspection.warn(DESCRIPTION, NO_LIMIT)
    return package


def _check_given(inspection: Inspection, package: Package, given: Sequence[TestCase]) -> None:
    """A program that talks to an interactor has no files and arguments; others have some that can be there at once."""
    beside.check(inspection, package, given)
    if package.checker == "interactive":
        for name, test in zip(package.files, given, strict=True):
            if test.args or test.files:
                english = "A test with files or arguments for the program cannot be judged with an interactor"
                inspection.fault(name, Text("interactive_given", english))


def _with_jury(
    inspection: Inspection, package: Package, version: Version, *, scores: bool, of_answers: bool
) -> Package:
    """With `of_answers` it is a problem to which answers are sent, and no programs."""
    if not of_answers:
        is_modern = version is Version.MODERN
        return replace(
            package, jury=icpc_submissions.read(inspection, package.files, scores=scores, is_modern=is_modern)
        )
    if package.checker == "interactive" or "passes" in package.checker_options:
        inspection.fault(DESCRIPTION, Text("answers_alone", "Answers are not sent in passes, nor to an interactor"))
    jury = icpc_submissions.read_answers(inspection, package.files, scores=scores)
    return replace(package, languages=[answers.LANGUAGE], includes={}, jury=jury)


def _with_validators(inspection: Inspection, package: Package, groups: Groups) -> Package:
    if Role.CHECKER_2 in package.programs:
        groups.refuse_named(package.files)
    invalid = _invalid_inputs(inspection)
    judged = package.checker != "interactive" and "passes" not in package.checker_options
    outputs = icpc_outputs.read(inspection, groups, are_judged=judged)
    tests = dict.fromkeys([*package.files, *invalid, *(each.input_file for each in outputs)])
    found = icpc_validators.read(inspection, list(tests), groups.of_input_validator)
    invalid = invalid if icpc_validators.are_all_run(inspection, found) else {}
    return replace(package, validators=found, invalid_inputs=invalid, outputs=outputs)


def _some(inspection: Inspection, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if not pairs:
        inspection.fault(SECRET, Text("no_secret_tests", "There are no secret tests"))
    return pairs


def _empty(
    inspection: Inspection,
    pairs: Sequence[tuple[str, str]],
    groups: Groups,
    *,
    told: object,
) -> list[TestCase]:
    """What tests have besides input and answer; with `told` the validator's arguments, too. All of it is held."""
    below = [each for name, _ in pairs for each in inspection.below(f"{name.removesuffix('.in')}.files/")]
    if not inspection.fit(below, count=len(below), size=HELD_BYTES):
        english = "The files beside programs are larger than {limit} bytes in all tests together"
        inspection.fault(DATA, Text("test_files_too_large", english, {"limit": HELD_BYTES}))
        return [_EMPTY] * len(pairs)
    return [_given(inspection, name, groups.arguments(name) if told else (), groups) for name, _ in pairs]


def _given(inspection: Inspection, name: str, arguments: tuple[str, ...], groups: Groups) -> TestCase:
    """The files and arguments that programs and the validator get for the test whose input has this name."""
    if icpc_static.is_static(name):
        return TestCase(None, b"", arguments=groups.arguments(name), is_static=True)
    directory = f"{name.removesuffix('.in')}.files/"
    names = inspection.below(directory)
    if not inspection.fit(names, count=MAX_FILES, size=batches.MAX_INPUT_BYTES):
        english = "There are more than {files} files or {bytes} bytes beside programs"
        params = {"files": MAX_FILES, "bytes": batches.MAX_INPUT_BYTES}
        inspection.fault(directory, Text("include_too_large", english, params))
        names = []
    files = [_file_of_test(inspection, each, directory) for each in names]
    found = tuple(file for file in files if file is not None)
    return TestCase(None, b"", arguments=arguments, args=groups.args(name), files=found)


def _file_of_test(inspection: Inspection, name: str, directory: str) -> File | None:
    relative = name.removeprefix(directory)
    if not is_file_name(relative):
        inspection.fault(name, Text("file_name_refused", "No file beside a program can be called so"))
        return None
    data = inspection.bytes_of(name)
    return None if data is None else File(name=relative, data=data)


def _invalid_inputs(inspection: Inspection) -> Mapping[str, bytes]:
    return inspection.files(name for name in inspection.below(INVALID_INPUT) if name.endswith(".in"))


def _kinds(inspection: Inspection, described: Mapping[str, Any]) -> set[str]:
    """The words that say what kind of problem it is, those of its validation among them."""
    named = described.get("type", "pass-fail")
    words = {str(each) for each in (named if isinstance(named, list) else str(named).split())}
    words |= set(str(described.get("validation", "default")).split())
    words = {"multi-pass" if word == "multipass" else word for word in words}
    for word in sorted(words - _TYPES):
        english = "Problems of type {type} cannot be judged here"
        inspection.fault(DESCRIPTION, Text("problem_type_unsupported", english, {"type": word}))
    return words


def _title(described: Mapping[str, Any]) -> str | None:
    name = described.get("name")
    if isinstance(name, dict):
        name = name.get("en") or next(iter(name.values()), None)
    return str(name)[:200] if name else None


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


def _timing(inspection: Inspection, described: Mapping[str, Any], version: Version) -> Timing:
    """By the format's rule: what the slowest right program takes is multiplied, and rounded up."""
    limits = _limits(described)
    several = limits.get("time_multipliers")
    own = several.get("ac_to_time_limit") if isinstance(several, dict) else None
    named = own if own is not None else limits.get("time_multiplier")
    usual = LEGACY_MULTIPLIER if version is Version.LEGACY else MULTIPLIER
    multiplier = _number(inspection, DESCRIPTION, usual if named is None else named, 1000)
    resolution = _number(inspection, DESCRIPTION, limits.get("time_resolution", 1.0), 1000)
    for value in (multiplier, resolution):
        if value is not None and value <= 0:
            english = "Multipliers and resolutions of time must be more than 0"
            inspection.fault(DESCRIPTION, Text("no_timing", english))
    return Timing((multiplier or 1000) / 1000, resolution or 1000)


def _mebibytes(inspection: Inspection, described: Mapping[str, Any], key: str) -> int | None:
    """A limit in KiB; the format has MiB."""
    named = _limits(described).get(key)
    found = None if named is None else _number(inspection, DESCRIPTION, named, 1024)
    if found is not None and found < 1:
        inspection.fault(DESCRIPTION, Text("no_limit", "'{value}' is no limit", {"value": str(named)[:40]}))
    return found


def _passes(inspection: Inspection, described: Mapping[str, Any], kinds: set[str]) -> dict[str, object]:
    """How often a program may be run on one test."""
    if "multi-pass" not in kinds:
        return {}
    named = _limits(described).get("validation_passes", 2)
    if isinstance(named, bool) or not isinstance(named, int) or not 2 <= named <= MOST_PASSES:  # noqa: PLR2004
        english = "validation_passes is a whole number from 2 to {limit}"
        inspection.fault(DESCRIPTION, Text("validation_passes_range", english, {"limit": MOST_PASSES}))
    return {"passes": named}


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


def _validator_directory(inspection: Inspection, version: Version, kinds: set[str]) -> str:
    """Where the author's validator lies; empty where the default one judges."""
    there = next((each for each in VALIDATORS if inspection.below(each)), "")
    if kinds & {"interactive", "custom", "multi-pass"}:
        return there or VALIDATORS[0]
    if there and version is Version.LEGACY and there == VALIDATORS[0]:
        inspection.warn(
            there, Text("validators_not_used", "The description does not say 'custom': the default one judges")
        )
        return ""
    return there


def _checker(
    inspection: Inspection, directory: str, kinds: set[str], arguments: Sequence[tuple[str, ...]]
) -> tuple[str, Mapping[str, object], Mapping[Role, Source]]:
    if not directory:
        return _default_checker(inspection, arguments)
    found = icpc_validators.of_outputs(inspection, directory, may_be_several=directory == VALIDATORS[0])
    options = {"convention": Convention.ICPC.value}
    if "interactive" in kinds:
        programs = {Role.INTERACTOR: found[0]} if found else {}
    else:
        programs = dict(zip((Role.CHECKER, *FURTHER_CHECKERS), found, strict=False))
    if len(found) > 1 and kinds & {"interactive", "multi-pass"}:
        english = "Programs are judged in conversations and in passes by one output validator"
        inspection.fault(directory, Text("one_output_validator", english))
    return "interactive" if "interactive" in kinds else "custom", options, programs


def _default_checker(
    inspection: Inspection, arguments: Sequence[tuple[str, ...]]
) -> tuple[str, Mapping[str, object], Mapping[Role, Source]]:
    """The format's default validator, with the flags of all tests, or with those of each."""
    made = []
    for flags in dict.fromkeys(arguments or [()]):
        try:
            made.append(checkers.of_flags(flags))
        except BadFlag as bad:
            inspection.fault(DESCRIPTION, bad.text)
    return (*made[0], {}) if len(made) == 1 else (ICPC_DEFAULT, {}, {})
