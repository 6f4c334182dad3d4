"""Scoring: the points of tests, of groups of tests and of groups of groups, with dependencies and short circuit. Pure.

Groups are in the order of the tests.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.grading.group_graders import GraderScore, GraderVerdict, GroupGrader, Inner
from chalicelib.judge_protocol.contract import MAX_ARGUMENT_BYTES, MAX_ARGUMENTS

MAX_TESTS = 10_000
MAX_POINTS = 1_000_000
UNBOUNDED = "unbounded"
"""As a group's points: what its tests earn has no bound."""
BY_GROUPS = "groups"
"""As the points of the last grader: it makes the verdict alone, and groups and totals make the points."""
_OF_GROUP = {
    "name",
    "tests",
    "points",
    "rule",
    "depends_on",
    "short_circuit",
    "test_points",
    "failed_points",
    "passed_points",
}
PRECISION = 6
"""Decimal places of points: thirds of a group add up to the whole."""


class BadScoring(ValueError):
    """A scoring that cannot be; the text says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class Rule(StrEnum):
    """How a group's tests make its points: each a part, all as much as the worst or the best or as they do on the
    average, or all or nothing."""

    SUM = "sum"
    MIN = "min"
    MAX = "max"
    AVG = "avg"
    ALL = "all"

    @property
    def stops(self) -> bool:
        """Whether a group's first failure decides what it earns."""
        return self in (Rule.MIN, Rule.ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The tests `first` to `last`. `depends_on` has the positions of earlier groups, all of which must have passed.

    With `short_circuit` nothing of the group is run after its first failure. `test_most` is what one test of a sum may
    earn, where that is more than its part: a checker's points add up, to all of the group's at most. Where `points` are
    infinite there is no bound, and what a test earned is its share of one point. `failed_points` is what a test earns
    that was run and failed; None is what it earned by itself, which is mostly nothing. `passed_points` is what a right
    one earns of which the author's program names no points; None is all that it may earn.
    """

    first: int
    last: int
    points: float
    rule: Rule = Rule.SUM
    depends_on: tuple[int, ...] = ()
    short_circuit: bool = False
    test_most: float | None = None
    failed_points: float | None = None
    passed_points: float | None = None

    @property
    def numbers(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def test_points(self) -> float:
        """What one test is worth at most."""
        if math.isinf(self.points):
            return self.points
        part = self.points / len(self.numbers) if self.test_most is None else self.test_most
        return part if self.rule is Rule.SUM else self.points

    def earned(self, shares: Mapping[int, float], failed: Collection[int] = ()) -> float:
        """The points for what each of its tests earned, 0 to 1; without a bound, what they earned themselves. Tests
        that are missing earned nothing.
        """
        own = [self._share(number, shares, failed) for number in self.numbers]
        if self.rule is Rule.ALL:
            return self.points * float(min(own) >= 1)
        most = 1.0 if math.isinf(self.points) else self.test_points
        return min(most * _made(self.rule, own), self.points)

    def _share(self, number: int, shares: Mapping[int, float], failed: Collection[int]) -> float:
        if self.failed_points is None or number not in failed:
            return shares.get(number, 0.0)
        whole = 1.0 if math.isinf(self.points) else self.test_points
        return self.failed_points / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Total:
    """Groups together. `of` are positions: those of groups, and after them those of earlier totals."""

    rule: Rule
    of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scoring:
    """`graded` when there are points to tell; else a submission is right or wrong, for one point.

    `total` is how groups make the points of the whole: their sum, or the least of those that are worth something. With
    `totals` it is the last of them. With `fewest` the fewer points a program that passes has, the better. With
    `graders` the last of them makes verdict and points, of which there are `most`; where points are `by_groups`, the
    verdict alone.
    """

    groups: tuple[Group, ...]
    graded: bool
    total: Rule = Rule.SUM
    totals: tuple[Total, ...] = ()
    fewest: bool = False
    graders: tuple[GroupGrader, ...] = ()
    most: float = 0.0
    by_groups: bool = False

    @property
    def graders_make_points(self) -> bool:
        return bool(self.graders) and not self.by_groups

    @property
    def has_own_grader(self) -> bool:
        """Whether the author's program grades."""
        return any(each.arguments is not None for each in self.graders)

    @property
    def is_unbounded(self) -> bool:
        """Whether there are points, and no most that can be earned of them."""
        if self.graders_make_points and not self.fewest:
            return math.isinf(self.most)
        return self.fewest or any(math.isinf(group.points) for group in self.groups)

    @property
    def max_points(self) -> float:
        """0 where there is no bound."""
        if self.is_unbounded:
            return 0.0
        return self.most if self.graders_make_points else self._totalled([group.points for group in self.groups])

    @property
    def tests_total(self) -> int:
        return self.groups[-1].last if self.groups else 0

    @property
    def may_skip(self) -> bool:
        return any(group.short_circuit or group.depends_on for group in self.groups)

    def stops_within(self, first: int, last: int) -> bool:
        """Whether the first failure among these tests decides all that come after it among them."""
        return any(group.short_circuit and group.first <= first and last <= group.last for group in self.groups)

    def points(self, shares: Mapping[int, float], failed: Collection[int] = ()) -> float:
        """The points for what each test earned; tests that are missing earned nothing. Where fewer points are better,
        tests that `failed` and have no points of their own leave none to tell.
        """
        if self.fewest and any(self._group_of(number).failed_points is None for number in failed):
            return 0.0
        return self._totalled([group.earned(shares, failed) for group in self.groups])

    def score_of(self, number: int, share: float, *, failed: bool) -> float:
        """What a test that ran earned by itself, for `graders`."""
        group = self._group_of(number)
        whole = 1.0 if math.isinf(group.points) else group.test_points
        return group.failed_points if failed and group.failed_points is not None else share * whole

    def _group_of(self, number: int) -> Group:
        return next(group for group in self.groups if number in group.numbers)

    def _totalled(self, of_groups: Sequence[float]) -> float:
        if self.totals:
            values = list(of_groups)
            for total in self.totals:
                values.append(_made(total.rule, [values[position] for position in total.of]))
            return round(values[-1], PRECISION)
        if self.total is Rule.SUM:
            return round(math.fsum(of_groups), PRECISION)
        counted = [points for group, points in zip(self.groups, of_groups, strict=True) if group.points]
        return round(min(counted, default=0.0), PRECISION)

    def test_points(self) -> Iterator[float]:
        """What each test is worth at most, in order."""
        for group in self.groups:
            for _ in group.numbers:
                yield group.test_points

    def usual_points(self) -> Iterator[float | None]:
        """What each test earns, in order, when it is right and nothing else is said; None is what it is worth."""
        for group in self.groups:
            for _ in group.numbers:
                yield group.passed_points

    def skipped(self, passed: Mapping[int, bool]) -> frozenset[int]:
        """The tests that are not to be run, given what passed and failed; their own results do not matter."""
        found: set[int] = set()
        failed: set[int] = set()
        for position, group in enumerate(self.groups):
            decided = not failed.isdisjoint(group.depends_on)
            fails = decided
            for number in group.numbers:
                if decided:
                    found.add(number)
                elif passed.get(number) is False:
                    fails, decided = True, group.short_circuit
            if fails:
                failed.add(position)
        return frozenset(found)


def _made(rule: Rule, values: Sequence[float]) -> float:
    match rule:
        case Rule.MIN | Rule.ALL:
            return min(values)
        case Rule.MAX:
            return max(values)
        case Rule.AVG:
            return math.fsum(values) / len(values)
        case Rule.SUM:
            return math.fsum(values)


def all_or_nothing(tests_count: int, *, stops: bool) -> Scoring:
    if not tests_count:
        return Scoring((), graded=False)
    whole = Group(first=1, last=tests_count, points=1.0, rule=Rule.ALL, short_circuit=stops)
    return Scoring((whole,), graded=False)


def parse(stored: object, tests_count: int) -> Scoring:
    """Read what a problem stores; BadScoring when it is nonsense or not about so many tests."""
    scoring = read(stored)
    if scoring.tests_total != tests_count:
        english = "The scoring is about {scored} test, and there are {tests}"
        plural = "The scoring is about {scored} tests, and there are {tests}"
        params = {"scored": scoring.tests_total, "tests": tests_count}
        raise BadScoring(Text("other_number_of_tests", english, params, plural))
    return scoring


def read(stored: object) -> Scoring:
    """What a stored scoring says, whatever number of tests it is about; BadScoring when it is nonsense.

    `{"points": [10, 20, 30]}` gives each test its points. `{"groups": [{"tests": 5, "points": 30}, …]}` makes groups of
    so many consecutive tests; a group may have a `name` (else its number is its name), a `rule`, `depends_on` (names of
    earlier groups), `short_circuit` (by default for the rules `min` and `all`), `failed_points` and `passed_points` (of
    a test that fails, or passes without a word on points) and, with the rule `sum`, `test_points`: what one test may
    earn of the group's points, by default its part of them. Points may be "unbounded" unless the rule is `all`. With
    `"total": "min"` the groups' least points are those of the whole. `totals` make groups of groups, each with a
    `name`, a `rule` and what it is `of`: names of groups and of earlier totals, each in one of them at most; the last
    is the whole. With `"objective": "min"` fewer points are better. With `graders` (`group_graders.py`) verdict and
    points are those of the last: each has a `name` and is `of` names of groups, whose tests it gets, and of earlier
    graders; `verdict`, `score`, `accepts_any`, `breaks`, `samples` say how it grades, `arguments` are those of the
    author's program. The last one's `points` are the most that there are; without them there is the verdict alone,
    and where they are "groups" it makes no points: groups, `total` or `totals` do.
    """
    match stored:
        case {"points": list() as points, **rest} if not rest:
            return Scoring(_groups([{"tests": 1, "points": each} for each in points])[0], graded=True)
        case {"groups": list() as described, **rest} if set(rest) <= {"total", "totals", "objective", "graders"}:
            return _by_group(described, rest)
        case _:
            raise BadScoring(Text("points_or_groups", "A scoring has either 'points' of each test or 'groups'"))


def _by_group(described: Sequence[object], beside: Mapping[Any, object]) -> Scoring:
    groups, names = _groups(described)
    fewest = _choice(beside, "objective", ("max", "min")) == "min"
    total = Rule(_choice(beside, "total", ("sum", "min")))
    graders, points = _graders(beside.get("graders", []), groups, names)
    totals = _totals(beside.get("totals", []), names)
    by_groups = points == BY_GROUPS
    if sum(map(bool, ("total" in beside, totals, graders and not by_groups))) > 1:
        raise BadScoring(Text("total_or_totals", "A scoring has 'total', 'totals' or 'graders', one of them"))
    graded = not graders or points is not None
    most = 1.0 if points is None or by_groups else _points_of_group(points, Rule.SUM)
    return Scoring(groups, graded, total, totals, fewest, graders, most, by_groups)


def _choice(fields: Mapping[Any, object], name: str, known: Sequence[str]) -> str:
    """One of the words that are known, the first where nothing is said."""
    value = fields.get(name, known[0])
    if value not in known:
        params = {"name": name, "known": ", ".join(known)}
        raise BadScoring(Text("scoring_choice", "'{name}' is one of {known}", params))
    return str(value)


def _totals(described: object, names: dict[str, int]) -> tuple[Total, ...]:
    """Groups of groups; `names` have the positions of what they may be of, and get theirs."""
    wrong = BadScoring(Text("totals_no_list", "'totals' is a list of objects with 'name', 'rule' and 'of'"))
    if not isinstance(described, list):
        raise wrong
    totals: list[Total] = []
    counted: set[int] = set()
    for each in described:
        match each:
            case {"name": str() as name, "rule": "sum" | "min" | "max" | "avg" as rule, "of": [_, *_] as of, **rest}:
                if rest:
                    raise wrong
                totals.append(Total(Rule(str(rule)), _positions(of, names)))
                _count_once(totals[-1].of, counted)
                _name(name, names, position=len(names))
            case _:
                raise wrong
    return tuple(totals)


_OF_GRADER = {"name", "of", "verdict", "score", "accepts_any", "breaks", "samples", "arguments", "points"}


def _graders(
    described: object, groups: Sequence[Group], names: Mapping[str, int]
) -> tuple[tuple[GroupGrader, ...], object]:
    """The graders, and what the last one says of points; None where there is but the verdict."""
    wrong = BadScoring(Text("graders_no_list", "'graders' is a list of objects with 'name' and 'of'"))
    if not isinstance(described, list):
        raise wrong
    found: list[GroupGrader] = []
    known: dict[str, int] = {}
    counted: set[object] = set()
    for each in described:
        match each:
            case {"name": str() as name, "of": [_, *_] as of} if set(each) <= _OF_GRADER and name not in names:
                _count_once([known.get(str(part), str(part)) for part in of], counted)
                found.append(_grader(each, [_part(str(part), groups, names, known) for part in of]))
                _name(name, known, position=len(found) - 1)
            case _:
                raise wrong
    return tuple(found), described[-1].get("points") if found else None


def _part(
    name: str, groups: Sequence[Group], names: Mapping[str, int], known: Mapping[str, int]
) -> Sequence[int | Inner]:
    if name in known:
        return [Inner(known[name])]
    (position,) = _positions([name], names)
    return groups[position].numbers


def _grader(fields: Mapping[str, Any], parts: Sequence[Sequence[int | Inner]]) -> GroupGrader:
    flags = {name: fields.get(name, name == "breaks") for name in ("accepts_any", "breaks", "samples")}
    given = fields.get("arguments")
    if not all(isinstance(flag, bool) for flag in flags.values()):
        raise BadScoring(Text("grader_flags", "'accepts_any', 'breaks' and 'samples' of a grader are true or false"))
    if given is not None and not _are_arguments(given):
        params = {"limit": MAX_ARGUMENTS, "bytes": MAX_ARGUMENT_BYTES}
        english = "'arguments' of a grader are a list of up to {limit} texts of up to {bytes} bytes"
        raise BadScoring(Text("grader_arguments", english, params))
    return GroupGrader(
        of=tuple(number for part in parts for number in part),
        verdict=GraderVerdict(_choice(fields, "verdict", tuple(GraderVerdict))),
        score=GraderScore(_choice(fields, "score", tuple(GraderScore))),
        accepts_any=bool(flags["accepts_any"]),
        breaks=bool(flags["breaks"]),
        is_of_samples=bool(flags["samples"]),
        arguments=None if given is None else tuple(map(str, given)),
    )


def _are_arguments(given: object) -> bool:
    if not isinstance(given, list) or len(given) > MAX_ARGUMENTS:
        return False
    return all(isinstance(each, str) and len(each.encode()) <= MAX_ARGUMENT_BYTES for each in given)


def _count_once(of: Sequence[object], counted: set[Any]) -> None:
    """Groups that counted again and again would be worth more than any number holds."""
    if len(counted) + len(of) != len(counted.union(of)):
        raise BadScoring(Text("group_in_two_totals", "In 'totals' no group is named twice"))
    counted.update(of)


def _name(name: str, names: dict[str, int], *, position: int) -> None:
    if name in names:
        raise BadScoring(Text("same_group_name", "Two groups are called '{name}'", {"name": name}))
    names[name] = position


def _groups(described: Sequence[object]) -> tuple[tuple[Group, ...], dict[str, int]]:
    """The groups, and their positions by their names."""
    groups: list[Group] = []
    names: dict[str, int] = {}
    for position, each in enumerate(described):
        fields = _fields(each)
        groups.append(_group(fields, first=groups[-1].last + 1 if groups else 1, known=names))
        _name(str(fields.get("name", position + 1)), names, position=position)
    return tuple(groups), names


def _fields(described: object) -> Mapping[str, object]:
    if not isinstance(described, Mapping):
        raise BadScoring(Text("group_no_object", "A group is an object"))
    if unknown := set(described) - _OF_GROUP:
        names = ", ".join(sorted(map(str, unknown)))
        raise BadScoring(Text("unknown_group_members", "A group has no {names}", {"names": names}))
    return described


def _group(fields: Mapping[str, object], *, first: int, known: Mapping[str, int]) -> Group:
    rule = _rule(fields.get("rule", Rule.SUM))
    short_circuit = fields.get("short_circuit", rule.stops)
    if not isinstance(short_circuit, bool):
        raise BadScoring(Text("short_circuit_no_flag", "'short_circuit' is true or false"))
    return Group(
        first=first,
        last=first + _size(fields.get("tests"), at_most=MAX_TESTS - first + 1) - 1,
        points=_points_of_group(fields.get("points"), rule),
        rule=rule,
        depends_on=_positions(fields.get("depends_on", []), known),
        short_circuit=short_circuit,
        test_most=_points(fields["test_points"]) if "test_points" in fields else None,
        failed_points=_points(fields["failed_points"]) if "failed_points" in fields else None,
        passed_points=_points(fields["passed_points"]) if "passed_points" in fields else None,
    )


def _size(value: object, *, at_most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadScoring(Text("group_size", "'tests' is how many tests a group has, at least 1"))
    if value > at_most:
        raise BadScoring(Text("more_tests", "More than {limit} tests", {"limit": MAX_TESTS}))
    return value


def _points_of_group(value: object, rule: Rule) -> float:
    if value != UNBOUNDED:
        return _points(value)
    if rule is Rule.ALL:
        raise BadScoring(Text("unbounded_of_rule", "Points without a bound do not go with the rule 'all'"))
    return math.inf


def _points(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_POINTS:
        raise BadScoring(Text("points_range", "Points are a number from 0 to {limit}", {"limit": MAX_POINTS}))
    return float(value)


def _rule(value: object) -> Rule:
    try:
        return Rule(str(value))
    except ValueError as error:
        rules = {"rules": ", ".join(Rule)}
        raise BadScoring(Text("unknown_scoring_rule", "'rule' is one of {rules}", rules)) from error


def _positions(names: object, known: Mapping[str, int]) -> tuple[int, ...]:
    if not isinstance(names, list):
        raise BadScoring(Text("depends_on_no_list", "'depends_on' is a list of names"))
    if unknown := [name for name in names if str(name) not in known]:
        english = "No earlier group is called '{name}'"
        raise BadScoring(Text("no_earlier_group", english, {"name": str(unknown[0])}))
    return tuple(known[str(name)] for name in names)
