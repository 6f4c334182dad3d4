"""Groups of tests in ICPC and Kattis packages: their settings, what they are worth, their validators' arguments. Pure.

Until 2023 `testdata.yaml` says it with a grader's flags, and a group inherits what it does not say. Since then
`test_group.yaml` says it with `max_score`, `score_aggregation` and `require_pass`, and only arguments are inherited.
"""

import math
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.grading import group_graders, scoring
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.grading.group_graders import Result
from chalicelib.judge.grading.scoring import UNBOUNDED, Rule
from chalicelib.judge.packages import icpc_graders, icpc_known, icpc_static, icpc_totals, yaml_files
from chalicelib.judge.packages.icpc_directories import chain, group_of, path_of
from chalicelib.judge.packages.icpc_known import BEFORE, DATA, GROUP_FILES, SAMPLE, SECRET, Version
from chalicelib.judge.packages.inspection import Inspection, naturally
from chalicelib.judge_protocol.contract import Source, Verdict

Settings = Mapping[str, Any]

_LEGACY_READ = {
    "on_reject",
    "grader_flags",
    "output_validator_flags",
    "input_validator_flags",
    "accept_score",
    "reject_score",
    "range",
    "grading",
}
_LEGACY_ALONE = {"on_reject", "grader_flags", "accept_score", "reject_score", "range", "grading"}
_MODERN_READ = {
    "max_score",
    "score_aggregation",
    "require_pass",
    "scoring",
    "output_validator_args",
    "output_validator_flags",
    "input_validator_args",
    "input_validator_flags",
    "args",
    icpc_static.SCORE,
    icpc_static.ARGUMENTS,
}
_MODERN_LEFT = {
    "input_visualizer_args",
    "output_visualizer_args",
    "full_feedback",
    "hint",
    "description",
}
_OF_NO_EFFECT: Mapping[str, Sequence[object]] = {
    "grading": ("default",),
    "args": ([], "", None),
    "static_validation": (False, None),
}
"""Keys that are not understood, and the values with which they say nothing."""
_OF_INPUT_VALIDATORS = ("input_validator_args", "input_validator_flags")
_ARGUMENTS = ("output_validator_args", "output_validator_flags")
_RULES = {"pass-fail": Rule.ALL, "sum": Rule.SUM, "min": Rule.MIN}
MAX_SCORE = 100
MAX_DIRECTORIES = 3000
"""Of tests, each counted with those around it: more would not fit a problem's scoring."""

NO_BOUND = Text("score_unbounded", "A group needs a bound for its score here: give it one")
_ACCEPT_SCORE = Text("accept_score_of_fewest", "Where fewer points are better, accept_score is 1 here")
_NO_POINTS = Text("points_no_number", "Its points are no number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """How a package's groups are read. `scores` says that its validator gives points, `flags` are the validator's. With
    `fewest` fewer points are better. `shared` is what `problem.yaml` says of all groups, which counts before their own
    settings.
    """

    inspection: Inspection
    version: Version
    scores: bool
    flags: Sequence[str]
    fewest: bool = False
    shared: Settings = field(default_factory=dict)
    _read: dict[str, dict[str, Any]] = field(default_factory=dict)
    _around: dict[str, dict[str, Any]] = field(default_factory=dict)
    _graders: dict[str, icpc_graders.Settings] = field(default_factory=dict)

    def arguments(self, test: str) -> tuple[str, ...]:
        """What the output validator is given for the test of this input, after the problem's own flags; in a static
        one what the static validator is.
        """
        if icpc_static.is_static(test):
            return _words(self._own(test.removesuffix(icpc_static.NAME)).get(icpc_static.ARGUMENTS))
        return (*self.flags, *_words(self._of_test(test, _ARGUMENTS)))

    def static(self, directory: str) -> list[tuple[str, str]]:
        """The static tests in a directory and those right below, as tests that have no files."""
        if self.version is Version.LEGACY:
            return []
        named = [each for each in self._directories(directory) if self._own(each).get(icpc_static.SCORE) is not None]
        return [(f"{each}{icpc_static.NAME}", "") for each in named]

    def _directories(self, directory: str) -> list[str]:
        """A directory, and those right in it."""
        below = [name.removeprefix(directory) for name in self.inspection.below(directory)]
        inner = sorted({name.partition("/")[0] for name in below if "/" in name and ".files/" not in name})
        return [directory, *(f"{directory}{each}/" for each in inner)]

    def _check_static(self, *, has_points: bool) -> None:
        for each in (SAMPLE, *self._directories(SECRET)):
            settings = self._own(each)
            usual = Rule.SUM if each == SECRET else Rule.ALL
            rule = self._rule(each, settings, usual) if has_points and each != SAMPLE else None
            icpc_static.check(self.inspection, self._file(each), settings, rule)

    def refuse_named(self, tests: Iterable[str]) -> None:
        """A fault where arguments are meant for one of several output validators: all of them get the same."""
        for test in tests:
            if isinstance(self._of_test(test, _ARGUMENTS), dict):
                english = "Arguments for one of several output validators are not understood here"
                self.inspection.fault(test, Text("validator_named", english))
                return

    def of_input_validator(self, test: str, validator: str) -> tuple[str, ...]:
        """What a validator of inputs, named by its path, is given for a test. Flags may be meant for one of them."""
        found = self._of_test(test, _OF_INPUT_VALIDATORS)
        if not isinstance(found, dict):
            return _words(found)
        path = PurePosixPath(validator)
        if {"name", "flags"} >= found.keys() and "flags" in found:
            return _words(found) if found.get("name", path.name) in {path.name, path.stem} else ()
        return _words(found.get(path.name, found.get(path.stem)))

    def args(self, test: str) -> tuple[str, ...]:
        """What the program that is judged is given for a test; drafts had it in a file of its own."""
        own = f"{test.removesuffix('.in')}.args"
        if own in self.inspection:
            return _words(self.inspection.text_of(own))
        return _words(self._of_test(test, ("args",))) if self.version is Version.MODERN else ()

    def _of_test(self, test: str, keys: Sequence[str]) -> object:
        """A setting of a test: its own, else that of the nearest directory around it."""
        own = f"{test.removesuffix('.in')}.yaml"
        settings = self._settings(own) if own in self.inspection else {}
        found = next((settings[key] for key in keys if key in settings), None)
        if found is not None:
            return found
        inherited = self._inherited(test.rpartition("/")[0] + "/")
        return next((inherited[key] for key in keys if key in inherited), None)

    def check(self) -> None:
        """Every key of every group and test that is not understood."""
        for name in self.inspection.below(DATA):
            used = name.startswith((SAMPLE, SECRET)) or name.removeprefix(DATA) in GROUP_FILES
            if used and name.endswith(".yaml"):
                self._check_keys(name, self._settings(name))

    def grader(self, secret: Sequence[tuple[str, str]]) -> Mapping[Role, Source]:
        """The author's own grader, where it is wanted."""
        legacy = self.version is Version.LEGACY
        wanted = legacy and any(
            self._graded(each).is_own for each in (*icpc_graders.directories(self._tests(secret)), SAMPLE)
        )
        return icpc_graders.read_program(self.inspection, is_wanted=wanted)

    def scoring(self, samples: int, secret: Sequence[tuple[str, str]], *, has_points: bool) -> dict[str, Any] | None:
        """What a problem stores: the samples earn nothing. None where all tests alone decide."""
        tests = self._tests(secret)
        if self.version is Version.LEGACY:
            self._check_flags(tests)
            return self._legacy_scoring(samples, tests, has_points=has_points)
        self._check_static(has_points=has_points)
        return self._scoring(samples, tests, has_points=has_points) if has_points else None

    def _legacy_scoring(self, samples: int, tests: Mapping[str, int], *, has_points: bool) -> dict[str, Any] | None:
        make_points = has_points and icpc_graders.make_points(tests, self._graded)
        make_verdicts = icpc_graders.make_verdicts(tests, self._graded)
        if not (has_points or make_verdicts):
            return None
        made = self._scoring(samples, tests, has_points=has_points)
        if not (make_points or make_verdicts):
            return made
        graders = icpc_graders.listed(list(tests), self._graded, has_samples=bool(samples))
        if has_points and not make_points:
            graders[-1]["points"] = scoring.BY_GROUPS
            return {**made, "graders": graders}
        if has_points:
            graders[-1]["points"] = self._most(made["groups"], graders)
        return {name: value for name, value in made.items() if name not in {"total", "totals"}} | {"graders": graders}

    def _tests(self, secret: Sequence[tuple[str, str]]) -> dict[str, int]:
        """How many tests each group has."""
        return {name: len(list(members)) for name, members in groupby(self.group_of(test) for test, _ in secret)}

    def _scoring(self, samples: int, tests: Mapping[str, int], *, has_points: bool) -> dict[str, Any]:
        groups = [{"name": "sample", "tests": samples, "points": 0, "rule": Rule.ALL.value}] if samples else []
        if sum(name.count("/") + 1 for name in tests) > MAX_DIRECTORIES:
            english = "There are more than {limit} directories of tests, one within another"
            self.inspection.fault(SECRET, Text("too_many_groups", english, {"limit": MAX_DIRECTORIES}))
            return {"groups": groups}
        if self.version is Version.LEGACY:
            before = self._before(list(tests))
            groups += [
                self._legacy(name, number, needed, has_points=has_points)
                for (name, number), needed in zip(tests.items(), before, strict=True)
            ]
            made = {"groups": groups, **icpc_totals.read(tests, self._flags)}
            return {**made, "objective": "min"} if self.fewest else made
        parts, rule = self._modern(tests), self._secret_rule()
        made = {"groups": [*groups, *(each for part in parts for each in part)]}
        if totals := icpc_static.totals(parts, rule):
            return {**made, "totals": totals}
        return made | ({"total": Rule.MIN.value} if tests.keys() != {""} and rule is Rule.MIN else {})

    def group_of(self, test: str) -> str:
        """The directory that a secret test lies in, below `data/secret/`; since 2023 groups have no groups in them."""
        directory = test.removeprefix(SECRET).rpartition("/")[0]
        return directory if self.version is Version.LEGACY else directory.partition("/")[0]

    def order(self, test: str) -> tuple[object, ...]:
        """A key that keeps groups together. By the letter, as the format says, where groups may need earlier ones."""
        if self.version is Version.LEGACY:
            return naturally(self.group_of(test)), naturally(test)
        return self.group_of(test), icpc_static.is_static(test), naturally(test)

    def _settings(self, name: str) -> dict[str, Any]:
        """Read once: each test around which it lies asks for it."""
        if name not in self._read:
            self._read[name] = self._settings_in(name)
        return self._read[name]

    def _settings_in(self, name: str) -> dict[str, Any]:
        found = yaml_files.read(self.inspection, name)
        draft = found.get("scoring")
        if isinstance(draft, dict):
            names = {"score": "max_score", "aggregation": "score_aggregation"}
            found |= {names.get(str(key), str(key)): value for key, value in draft.items()}
        return found

    def _own(self, directory: str) -> dict[str, Any]:
        """What is shared takes the place of what any group says, as in problemtools, the only word on it: the format
        has not had it in `problem.yaml` since directories have settings.
        """
        name = self._file(directory)
        found = self._settings(name) if name in self.inspection else {}
        own = {key: value for key, value in found.items() if key not in self.shared}
        return {**own, **self.shared} if directory == DATA else own

    def _inherited(self, directory: str) -> dict[str, Any]:
        """A directory's settings with those of the directories around it: made once, though each test asks."""
        if directory not in self._around:
            around = directory.rstrip("/").rpartition("/")[0]
            outer = self._inherited(f"{around}/") if around else {}
            self._around[directory] = {**outer, **self._own(directory)}
        return self._around[directory]

    def _file(self, directory: str) -> str:
        """Where a directory's settings lie; itself, where there are none."""
        names = [f"{directory}{each}" for each in GROUP_FILES]
        return next((name for name in names if name in self.inspection), directory)

    def _check_keys(self, name: str, settings: Settings) -> None:
        legacy = self.version is Version.LEGACY
        read, left = (_LEGACY_READ, set[str]()) if legacy else (_MODERN_READ, _MODERN_LEFT)
        without_effect = {key for key in settings if key in _OF_NO_EFFECT and settings[key] in _OF_NO_EFFECT[key]}
        wrong = {"grading"} if legacy and settings.get("grading", "default") not in ("default", "custom") else set()
        icpc_known.refuse_keys(self.inspection, name, (settings.keys() - read - left - without_effect) | wrong)
        icpc_known.leave_keys(self.inspection, name, settings.keys() & left - {"full_feedback", "hint", "description"})

    def _flags(self, directory: str) -> list[str]:
        return list(_words(self._inherited(directory).get("grader_flags")))

    def _check_flags(self, tests: Mapping[str, int]) -> None:
        for directory in sorted({each for name in tests for each in chain(path_of(name))} - {DATA}):
            flags = () if self._graded(directory).is_own else self._flags(directory)
            if unknown := icpc_totals.unknown(flags):
                english = "The grader has no flag '{flag}' here"
                self.inspection.fault(self._file(directory), Text("unknown_grader_flag", english, {"flag": unknown[0]}))

    def _legacy(self, name: str, tests: int, needed: Sequence[str], *, has_points: bool) -> dict[str, Any]:
        made = self._with_points(name, tests) if has_points else self._without_points(name, tests)
        return {**made, "depends_on": list(needed)} if needed else made

    def _without_points(self, name: str, tests: int) -> dict[str, Any]:
        made = {"name": name or "secret", "tests": tests, "points": 0, "rule": Rule.ALL.value}
        return {**made, "short_circuit": self._graded(path_of(name)).breaks}

    def _with_points(self, name: str, tests: int) -> dict[str, Any]:
        directory = path_of(name)
        settings = self._inherited(directory)
        rule = Rule.SUM if self._graded(directory).is_own else icpc_totals.rule_of(self._flags(directory))
        points = self._legacy_points(directory, settings, tests if rule is Rule.SUM else 1)
        made = {"name": name or "secret", "tests": tests, "points": points, "rule": rule.value}
        made["short_circuit"] = self._graded(directory).breaks
        if self.scores and rule is Rule.SUM and points != UNBOUNDED:
            made["test_points"] = points
        if self.scores:
            made["passed_points"] = self._accept_score(directory, settings)
        if (failed := self._failed_points(directory, settings, made)) is not None:
            made["failed_points"] = failed
        return made

    def _graded(self, directory: str) -> icpc_graders.Settings:
        if directory not in self._graders:
            settings = self._inherited(directory)
            self._graders[directory] = icpc_graders.Settings(
                flags=self._flags(directory),
                is_own=settings.get("grading") == icpc_graders.CUSTOM,
                breaks=settings.get("on_reject", "break") == "break",
            )
        return self._graders[directory]

    def _most(self, groups: Sequence[Mapping[str, Any]], graders: Sequence[Mapping[str, Any]]) -> float | str:
        """The most points that the graders of a package can give: what the whole says, else those of right tests."""
        if self.fewest:
            return UNBOUNDED
        named = next((own["range"] for own in map(self._own, (DATA, SECRET)) if "range" in own), None)
        try:
            if named is not None:
                most = float(str(named).split()[-1])
                return most if math.isfinite(most) else UNBOUNDED
            made = scoring.read({"groups": groups, "graders": graders})
        except (ValueError, IndexError):
            self.inspection.fault(SECRET, _NO_POINTS)
            return 0.0
        if made.has_own_grader or any(math.isinf(group.points) for group in made.groups):
            return UNBOUNDED
        numbers = range(1, made.tests_total + 1)
        right = {each: Result(Verdict.OK, made.score_of(each, 1.0, failed=False)) for each in numbers}
        return group_graders.result(made.graders, right, {}).score

    def _accept_score(self, directory: str, settings: Settings) -> float:
        """What a right test earns of which the validator names no points."""
        try:
            points = float(str(settings.get("accept_score", 1)))
        except ValueError:
            points = math.nan
        if not 0 <= points < math.inf:
            self.inspection.fault(self._file(directory), _NO_POINTS)
            return 0.0
        return points

    def _failed_points(self, directory: str, settings: Settings, group: Mapping[str, Any]) -> float | None:
        """What a test earns that fails; None for nothing. More than for a right one only where fewest points win."""
        named = settings.get("reject_score", 0)
        try:
            points = float(str(named))
        except ValueError:
            points = math.nan
        right = math.inf if self.fewest or group["points"] == UNBOUNDED else _test_points(group)
        if not 0 <= points <= right or math.isinf(points):
            english = "reject_score is a number from 0 to what a right test earns"
            self.inspection.fault(self._file(directory), Text("reject_score_range", english))
            return None
        return points or None

    def _before(self, names: Sequence[str]) -> Iterator[list[str]]:
        """For each group the earlier ones after whose failure nothing more of the group around both is judged.

        Those after which one of these is not judged either are left out: there may be thousands of groups, and all
        earlier ones of each would fill any scoring.
        """
        implied: list[int] = []  # bits: the groups that must have passed before one
        for position, name in enumerate(names):
            breaking = [each for each in chain(path_of(name)) if self._graded(each).breaks]
            needed, covered = [], 0
            for earlier in reversed(range(position)) if breaking else ():
                if not covered >> earlier & 1 and self._ends(names[earlier], path_of(name), breaking):
                    needed.append(names[earlier] or "secret")
                    covered |= implied[earlier] | 1 << earlier
            implied.append(covered)
            yield needed[::-1]

    def _ends(self, earlier: str, directory: str, breaking: Sequence[str]) -> bool:
        """Whether nothing more of the directory around both is judged after a group's failure."""
        inner = [each for each in chain(path_of(earlier)) if not directory.startswith(each)]
        shared = path_of(earlier) if not inner else inner[0].rstrip("/").rpartition("/")[0] + "/"
        return shared in breaking and not any(self._graded(each).forgives for each in inner)

    def _legacy_points(self, directory: str, settings: Settings, counted: int) -> float | str:
        """The most that a group earns: so many accepted tests, or the upper end of its range.

        A range that is inherited bounds what groups earn together, and is not what each is worth.
        """
        own = "range" in self._own(directory) and "accept_score" not in settings
        try:
            if self.fewest:
                if not self.scores and float(settings.get("accept_score", 1)) != 1:
                    self.inspection.fault(self._file(directory), _ACCEPT_SCORE)
                return UNBOUNDED
            if own or (self.scores and "range" in settings):
                points = float(str(settings["range"]).split()[-1])
            else:
                points = math.inf if self.scores else float(settings.get("accept_score", 1)) * counted
        except (ValueError, TypeError, IndexError):
            self.inspection.fault(self._file(directory), _NO_POINTS)
            return 0.0
        return points if math.isfinite(points) else UNBOUNDED

    def _modern(self, tests: Mapping[str, int]) -> list[list[dict[str, Any]]]:
        """Groups, each of which may be one with its static test as another."""
        whole, rule = self._own(SECRET), self._secret_rule()
        if not tests:
            return []
        if tests.keys() == {""} or rule is Rule.ALL:
            points = self._max_score(SECRET, whole, rule, MAX_SCORE)
            needed = self._required(SECRET, whole)
            return [icpc_static.split(_group("secret", sum(tests.values()), points, rule, needed), whole)]
        if "" in tests:
            english = "Beside groups there are tests in none"
            self.inspection.fault(SECRET, Text("tests_beside_groups", english))
        needed = self._required(SECRET, whole)
        return [
            icpc_static.split(self._modern_group(name, number, needed), self._own(path_of(name)))
            for name, number in tests.items()
        ]

    def _secret_rule(self) -> Rule:
        return self._rule(SECRET, self._own(SECRET), Rule.SUM)

    def _modern_group(self, name: str, tests: int, needed: Sequence[str]) -> dict[str, Any]:
        directory = path_of(name)
        settings = self._own(directory)
        rule = self._rule(directory, settings, Rule.ALL)
        points = self._max_score(directory, settings, rule, None)
        required = [*needed, *self._required(directory, settings)]
        return _group(name, tests, points, rule, required)

    def _rule(self, directory: str, settings: Settings, default: Rule) -> Rule:
        named = settings.get("score_aggregation")
        rule = _RULES.get(str(named))
        if named is not None and rule is None:
            english = "The aggregation '{name}' is not known here"
            self.inspection.fault(
                self._file(directory), Text("unknown_aggregation", english, {"name": str(named)[:40]})
            )
        return rule or default

    def _max_score(self, directory: str, settings: Settings, rule: Rule, default: float | None) -> float | str:
        """Groups have no bound only where the whole has none, and where they do not pass or fail."""
        named = settings.get("max_score", default)
        if named is None or named == UNBOUNDED:
            whole = self._own(SECRET).get("max_score")
            if rule is not Rule.ALL and whole == UNBOUNDED:
                return UNBOUNDED
            self.inspection.fault(self._file(directory), NO_BOUND)
        elif isinstance(named, bool) or not isinstance(named, int | float) or not math.isfinite(named):
            self.inspection.fault(self._file(directory), _NO_POINTS)
        else:
            return named
        return 0.0

    def _required(self, directory: str, settings: Settings) -> list[str]:
        """Names of groups as the scoring has them: a sample that is not there is passed."""
        named = settings.get("require_pass") or []
        listed = [str(each) for each in (named if isinstance(named, list) else [named])]
        kept = [each for each in listed if each != "sample" or self.inspection.below(SAMPLE)]
        known = {group_of(each) for each in kept}
        return sorted(known)


def read(inspection: Inspection, described: Settings, version: Version, *, scores: bool) -> Groups:
    """The groups of a package, whose keys have been checked."""
    flags = _words(described.get("validator_flags", described.get("validator_args")))
    grading = described.get("grading")
    groups = Groups(
        inspection=inspection,
        version=_version(inspection, described, version),
        scores=scores,
        flags=flags,
        fewest=isinstance(grading, dict) and grading.get("objective") == "min",
        shared=icpc_known.of_all_groups(described, version),
    )
    groups.check()
    return groups


def _version(inspection: Inspection, described: Settings, named: Version) -> Version:
    """As which the settings of groups are read: many packages of 2023's drafts have them as they were before."""
    if not str(described.get("problem_format_version")).startswith(("2023-07", "draft")):
        return named
    files = [name for name in inspection.below(DATA) if PurePosixPath(name).name == BEFORE]
    older = any(yaml_files.read(inspection, name).keys() & _LEGACY_ALONE for name in files)
    return Version.LEGACY if older else named


def _group(name: str, tests: int, points: float | str, rule: Rule, needed: Sequence[str]) -> dict[str, Any]:
    made = {"name": name, "tests": tests, "points": points, "rule": rule.value}
    return {**made, "depends_on": list(dict.fromkeys(needed))} if needed else made


def _test_points(group: Mapping[str, Any]) -> float:
    """What one test of a group that has a bound may earn."""
    parts = group["tests"] if group["rule"] == Rule.SUM else 1
    return float(group.get("test_points", group["points"] / parts))


def _words(value: object) -> tuple[str, ...]:
    """Arguments, written as a text, a list, or a validator's name with its flags."""
    if isinstance(value, dict):
        value = value.get("flags", value.get("args"))
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    try:
        return tuple(shlex.split(str(value)))
    except ValueError:
        return tuple(str(value).split())
