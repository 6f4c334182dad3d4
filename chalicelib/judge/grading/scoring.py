"""Scoring: the points of tests and of groups of tests, with dependencies and short circuit. Pure.

Groups are in the order of the tests.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.common.texts import Text

MAX_TESTS = 10_000
MAX_POINTS = 1_000_000
UNBOUNDED = "unbounded"
"""As a group's points: what its tests earn has no bound."""
PRECISION = 6
"""Decimal places of points: thirds of a group add up to the whole."""


class BadScoring(ValueError):
    """A scoring that cannot be; the text says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class Rule(StrEnum):
    """How a group's tests make its points: each a part, all as much as the worst or as they do on the average, or all
    or nothing."""

    SUM = "sum"
    MIN = "min"
    AVG = "avg"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The tests `first` to `last`. `depends_on` has the positions of earlier groups, all of which must have passed.

    With `short_circuit` nothing of the group is run after its first failure. `test_most` is what one test of a sum may
    earn, where that is more than its part: a checker's points add up, to all of the group's at most. Where `points` are
    infinite there is no bound, and what a test earned is its share of one point.
    """

    first: int
    last: int
    points: float
    rule: Rule = Rule.SUM
    depends_on: tuple[int, ...] = ()
    short_circuit: bool = False
    test_most: float | None = None

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

    def earned(self, shares: Sequence[float]) -> float:
        """The points for what each of its tests earned, 0 to 1; without a bound, what they earned themselves."""
        if math.isinf(self.points):
            return math.fsum(shares) if self.rule is Rule.SUM else min(shares)
        if self.rule is Rule.SUM:
            return min(self.test_points * math.fsum(shares), self.points)
        if self.rule is Rule.AVG:
            return self.points * math.fsum(shares) / len(self.numbers)
        worst = min(shares)
        return self.points * (worst if self.rule is Rule.MIN else float(worst >= 1))


@dataclass(frozen=True, slots=True)
class Scoring:
    """`graded` when there are points to tell; else a submission is right or wrong, for one point.

    `total` is how groups make the points of the whole: their sum, or the least of those that are worth something.
    """

    groups: tuple[Group, ...]
    graded: bool
    total: Rule = Rule.SUM

    @property
    def is_unbounded(self) -> bool:
        """Whether there are points, and no most that can be earned of them."""
        return any(math.isinf(group.points) for group in self.groups)

    @property
    def max_points(self) -> float:
        """0 where there is no bound."""
        return 0.0 if self.is_unbounded else self._totalled([group.points for group in self.groups])

    @property
    def tests_total(self) -> int:
        return self.groups[-1].last if self.groups else 0

    @property
    def may_skip(self) -> bool:
        return any(group.short_circuit or group.depends_on for group in self.groups)

    def stops_within(self, first: int, last: int) -> bool:
        """Whether the first failure among these tests decides all that come after it among them."""
        return any(group.short_circuit and group.first <= first and last <= group.last for group in self.groups)

    def points(self, shares: Mapping[int, float]) -> float:
        """The points for what each test earned; tests that are missing earned nothing."""
        return self._totalled(
            [group.earned([shares.get(number, 0.0) for number in group.numbers]) for group in self.groups]
        )

    def _totalled(self, of_groups: Sequence[float]) -> float:
        if self.total is Rule.SUM:
            return round(math.fsum(of_groups), PRECISION)
        counted = [points for group, points in zip(self.groups, of_groups, strict=True) if group.points]
        return round(min(counted, default=0.0), PRECISION)

    def test_points(self) -> Iterator[float]:
        """What each test is worth at most, in order."""
        for group in self.groups:
            for _ in group.numbers:
                yield group.test_points

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
    earlier groups), `short_circuit` (by default for every rule but the sum and the average) and, with the rule `sum`,
    `test_points`: what one test may earn of the group's points, by default its part of them. Points may be "unbounded"
    where the rule is the sum or the minimum. With `"total": "min"` the groups' least points are those of the whole.
    """
    total = Rule.SUM
    match stored:
        case {"points": list() as points, **rest} if not rest:
            described = [{"tests": 1, "points": each} for each in points]
        case {"groups": list() as described, "total": "sum" | "min" as named, **rest} if not rest:
            total = Rule(str(named))
        case {"groups": list() as described, **rest} if not rest:
            pass
        case _:
            raise BadScoring(Text("points_or_groups", "A scoring has either 'points' of each test or 'groups'"))
    return Scoring(_groups(described), graded=True, total=total)


def _groups(described: Sequence[object]) -> tuple[Group, ...]:
    groups: list[Group] = []
    names: dict[str, int] = {}
    for position, each in enumerate(described):
        fields = _fields(each)
        groups.append(_group(fields, first=groups[-1].last + 1 if groups else 1, known=names))
        name = str(fields.get("name", position + 1))
        if name in names:
            raise BadScoring(Text("same_group_name", "Two groups are called '{name}'", {"name": name}))
        names[name] = position
    return tuple(groups)


def _fields(described: object) -> Mapping[str, object]:
    if not isinstance(described, Mapping):
        raise BadScoring(Text("group_no_object", "A group is an object"))
    if unknown := set(described) - {"name", "tests", "points", "rule", "depends_on", "short_circuit", "test_points"}:
        names = ", ".join(sorted(map(str, unknown)))
        raise BadScoring(Text("unknown_group_members", "A group has no {names}", {"names": names}))
    return described


def _group(fields: Mapping[str, object], *, first: int, known: Mapping[str, int]) -> Group:
    rule = _rule(fields.get("rule", Rule.SUM))
    short_circuit = fields.get("short_circuit", rule not in (Rule.SUM, Rule.AVG))
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
    if rule not in (Rule.SUM, Rule.MIN):
        raise BadScoring(Text("unbounded_of_rule", "Points without a bound are a sum or a minimum"))
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
