"""Reads `submissions/submissions.yaml`: what a package says of the jury's programs beside their directories. Pure.

Its keys are patterns of programs, and within them patterns of tests. It changes no pupil's verdict: what is not
understood of it is a warning.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.packages import yaml_files
from chalicelib.judge.packages.format import CRASHED, TOO_SLOW, WRONG
from chalicelib.judge.packages.icpc_known import leave_keys
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge.problems.promises import Requirement
from chalicelib.judge_protocol.contract import Verdict

FILE = "submissions/submissions.yaml"

_VERDICTS: Mapping[str, frozenset[Verdict]] = {
    "AC": frozenset({Verdict.OK}),
    "WA": WRONG,
    "TLE": TOO_SLOW,
    "RTE": CRASHED,
}
_EVERY = tuple(_VERDICTS)
_DEFAULTS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "accepted": (("AC",), _EVERY),
    "rejected": (_EVERY, ("RTE", "TLE", "WA")),
    "wrong_answer": (("AC", "WA"), ("WA",)),
    "time_limit_exceeded": (("AC", "TLE"), ("TLE",)),
    "run_time_error": (("AC", "RTE"), ("RTE",)),
    "brute_force": (("AC", "RTE", "TLE"), ("RTE", "TLE")),
}
"""What directories permit and require, where the file does not say otherwise."""
_FOR_PEOPLE = {"authors", "author", "model_solution"}
_OF_PROGRAMS = {"language", "entrypoint"}
_OF_TESTS = {"permitted", "required", "score", "message", "use_for_time_limit"}
_MOST_BRACES = 9
"""Pieces of a pattern that are looked at: four pairs of braces."""
_MOST_MEANT = 2000
"""Patterns that all of them stand for, those of programs and of tests: each is compared with every one of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one pattern says of programs; `tests` are the pattern of tests, empty for all."""

    tests: str = ""
    permitted: tuple[str, ...] | None = None
    required: tuple[str, ...] | None = None
    score: tuple[float, float] | None = None
    message: str = ""
    is_timed: bool | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramSettings:
    """All that the file says of one program."""

    language: str = ""
    entrypoint: str = ""
    rules: Sequence[Rule] = ()
    of_directory: Rule | None = None

    @property
    def is_special(self) -> bool:
        """Whether more is said than the directory says by itself."""
        return any(each.permitted or each.required or each.score or each.message for each in self.rules)

    def promised(self) -> frozenset[Verdict]:
        """The verdicts that the whole may get: that of the first test that is not accepted."""
        rules = [*self.rules, *([self.of_directory] if self.of_directory else ())]
        whole = [each for each in rules if not each.tests]
        permitted = set(_EVERY).intersection(*(each.permitted for each in whole if each.permitted))
        is_right = all("AC" in each.required for each in rules if each.required)
        words = permitted - (set() if is_right else {"AC"})
        return frozenset().union(*(_VERDICTS[each] for each in words))

    def requirements(self, tests: Sequence[str]) -> Iterator[Requirement]:
        """`tests` are the files of the inputs, in order. A directory's own rule is kept by the verdict alone."""
        names = [name.removeprefix("data/").removesuffix(".in") for name in tests]
        for each in self.rules:
            made = Requirement(
                where=each.tests,
                permitted=_all_of(each.permitted),
                required=_all_of(each.required),
                score=each.score,
                message=" ".join(each.message.split()),
            )
            if made == Requirement(where=each.tests):
                continue
            if each.tests:
                numbers = tuple(number for number, name in enumerate(names, 1) if matches(each.tests, name))
                made = replace(made, tests=numbers)
            yield made

    @property
    def bounds_time(self) -> bool:
        """Whether the program may be too slow on no test: then the time limit follows from how long it takes."""
        rules = [*self.rules, *([self.of_directory] if self.of_directory else ())]
        if any(each.is_timed == "lower" for each in rules):
            return True
        timed = [each for each in rules if each.is_timed is not False and not each.tests and each.permitted]
        return any("TLE" not in (each.permitted or ()) for each in timed)


@dataclass(frozen=True, slots=True)
class Submissions:
    """What the file says, by its patterns; `rules` are those of each."""

    by_pattern: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rules: Mapping[str, Sequence[Rule]] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> ProgramSettings:
        """`name` is a program's path below `submissions/`, `kind` the first part of it."""
        matching = [pattern for pattern in self.by_pattern if pattern == kind or matches(pattern, name)]
        rules = [rule for pattern in matching if pattern != kind for rule in self.rules[pattern]]
        directory, *own = self.rules.get(kind) or (Rule(),)
        if kind in _DEFAULTS:
            permitted, required = _DEFAULTS[kind]
            is_said = directory.permitted is not None or directory.required is not None
            directory = replace(
                directory,
                permitted=directory.permitted or tuple(permitted),
                required=directory.required or tuple(required),
            )
        else:
            is_said = True
        rules = [*([directory] if is_said else ()), *own, *rules]
        return ProgramSettings(
            language=self._last(matching, "language"),
            entrypoint=self._last(matching, "entrypoint"),
            rules=rules,
            of_directory=None if is_said else directory,
        )

    def _last(self, patterns: Sequence[str], key: str) -> str:
        said = [str(self.by_pattern[pattern][key]) for pattern in patterns if key in self.by_pattern[pattern]]
        return said[-1] if said else ""


def read(inspection: Inspection) -> Submissions:
    """Nothing, and no warning, where there is no such file."""
    if FILE not in inspection:
        return Submissions()
    with inspection.only_warning():
        found = yaml_files.read(inspection, FILE)
        by_pattern = {pattern: said for pattern, said in found.items() if isinstance(said, dict)}
        leave_keys(inspection, FILE, found.keys() - by_pattern.keys())
        rules = {pattern: list(_rules(inspection, pattern, said)) for pattern, said in by_pattern.items()}
        if sum(map(_meant, [*rules, *(rule.tests for own in rules.values() for rule in own)])) > _MOST_MEANT:
            english = "Its patterns stand for more than {limit}: it is not looked at"
            inspection.warn(FILE, Text("too_many_patterns", english, {"limit": _MOST_MEANT}))
            return Submissions()
    return Submissions(by_pattern, rules)


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern means a path or a directory around it. `*` stands for a part of one name, braces for one of the
    words between them.
    """
    parts = path.split("/")
    return any(_means(each.split("/"), parts) for each in _expanded(pattern.strip("/")))


def _means(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    if len(pattern) > len(parts):
        return False
    return all(_is_like(one, part) for one, part in zip(pattern, parts, strict=False))


def _is_like(pattern: str, name: str) -> bool:
    """Piece by piece, each where it comes first: as a regular expression, many stars could take for ever."""
    first, *others = pattern.split("*")
    if not others:
        return name == pattern
    *middle, last = others
    at, end = len(first), len(name) - len(last)
    if at > end or not (name.startswith(first) and name.endswith(last)):
        return False
    for piece in middle:
        found = name.find(piece, at, end)
        if found == -1:
            return False
        at = found + len(piece)
    return True


def _expanded(pattern: str) -> Iterable[str]:
    """The patterns that one with braces stands for; braces within braces stay."""
    return ("".join(map(str.strip, chosen)) for chosen in islice(product(*_choices(pattern)), _MOST_MEANT))


def _meant(pattern: str) -> int:
    """How many these are."""
    return math.prod(map(len, _choices(pattern)))


def _choices(pattern: str) -> list[list[str]]:
    pieces = re.split(r"\{([^{}]*)\}", pattern)[:_MOST_BRACES]
    return [piece.split(",") if position % 2 else [piece] for position, piece in enumerate(pieces)]


def _rules(inspection: Inspection, pattern: str, said: Mapping[str, Any]) -> Iterator[Rule]:
    """First what is said of all tests, then of some."""
    yield _rule(inspection, "", {key: value for key, value in said.items() if key in _OF_TESTS})
    for key, value in said.items():
        if isinstance(value, dict):
            leave_keys(inspection, FILE, (f"{pattern}.{key}.{each}" for each in value.keys() - _OF_TESTS))
            yield _rule(inspection, str(key).removeprefix("data/"), value)
        elif key not in _OF_TESTS | _OF_PROGRAMS | _FOR_PEOPLE:
            leave_keys(inspection, FILE, [f"{pattern}.{key}"])


def _rule(inspection: Inspection, tests: str, said: Mapping[str, Any]) -> Rule:
    timed = said.get("use_for_time_limit")
    return Rule(
        tests=tests,
        permitted=_words(inspection, said.get("permitted")),
        required=_words(inspection, said.get("required")),
        score=_score(inspection, said.get("score")),
        message=str(said.get("message") or ""),
        is_timed=timed if isinstance(timed, bool | str) else None,
    )


def _words(inspection: Inspection, named: object) -> tuple[str, ...] | None:
    """None where nothing is named that is understood."""
    if named is None:
        return None
    words = tuple(str(each) for each in (named if isinstance(named, list) else [named]))
    if not set(words) <= set(_EVERY):
        english = "'{verdicts}' are not verdicts of the format ({known})"
        params = {"verdicts": ", ".join(words)[:60], "known": ", ".join(_EVERY)}
        inspection.warn(FILE, Text("unknown_verdicts", english, params))
        return None
    return words


def _score(inspection: Inspection, named: object) -> tuple[float, float] | None:
    if named is None:
        return None
    match named if isinstance(named, list) else [named, named]:
        case [int() | float() as least, int() | float() as most]:
            return float(least), float(most)
        case _:
            params = {"score": str(named)[:40]}
            inspection.warn(FILE, Text("score_no_range", "'{score}' is no score and no range", params))
            return None


def _all_of(words: Sequence[str] | None) -> frozenset[Verdict] | None:
    return None if words is None else frozenset().union(*(_VERDICTS[word] for word in words))
