"""How a problem's outputs are checked: a name with parameters, as the problem stores them. Pure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from chalicelib.judge import comparisons
from chalicelib.judge.conventions import Convention
from chalicelib.judge.findings import Finding

Options = Mapping[str, object]
Comparison = Callable[[bytes, bytes], Finding]
"""(expected, actual)"""

DEFAULT_TOLERANCE = 1e-6


class BadChecker(ValueError):
    """A checker that does not exist, or parameters that it does not take; the text says which."""


class Role(StrEnum):
    """What a program of the problem's author does for it."""

    CHECKER = "checker"
    INTERACTOR = "interactor"


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """Compares an output with the answer."""

    compare: Comparison


@dataclass(frozen=True, slots=True)
class ByProgram:
    """Leaves it to the author's program, which lies beside the tests."""

    role: Role
    convention: Convention


Checker = BuiltIn | ByProgram


def parse(name: str, options: object) -> Checker:
    """What a stored checker is; BadChecker when it is none."""
    make = _CHECKERS.get(name)
    if make is None:
        raise BadChecker(f"There is no checker {name!r}; there are {', '.join(_CHECKERS)}")
    if not isinstance(options, Mapping):
        raise BadChecker("The parameters of a checker are an object")
    taken = _Taken(name, options)
    checker = make(taken)
    taken.refuse_the_rest()
    return checker


class _Taken:
    """A checker's parameters, taken one by one; what nobody takes is a mistake."""

    def __init__(self, checker: str, options: Options) -> None:
        self._checker, self._rest = checker, dict(options)

    def __contains__(self, name: str) -> bool:
        return name in self._rest

    def flag(self, name: str) -> bool:
        value = self._rest.pop(name, False)
        if not isinstance(value, bool):
            raise BadChecker(f"{name!r} is true or false")
        return value

    def tolerance(self, name: str, default: float) -> float:
        value = self._rest.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise BadChecker(f"{name!r} is a number from 0 on")
        return float(value)

    def choice(self, name: str, choices: Mapping[str, Any], default: str) -> Any:
        value = self._rest.pop(name, default)
        if not isinstance(value, str) or value not in choices:
            raise BadChecker(f"{name!r} is one of {', '.join(choices)}")
        return choices[value]

    def refuse_the_rest(self) -> None:
        if self._rest:
            raise BadChecker(f"The checker {self._checker!r} takes no {', '.join(map(str, self._rest))}")


def _tokens(taken: _Taken) -> Checker:
    ignore_case, exact_spaces = taken.flag("ignore_case"), taken.flag("exact_spaces")
    return BuiltIn(partial(comparisons.tokens, ignore_case=ignore_case, exact_spaces=exact_spaces))


def _tokens_ignore_case(_taken: _Taken) -> Checker:
    return BuiltIn(partial(comparisons.tokens, ignore_case=True))


def _floats(taken: _Taken) -> Checker:
    """One tolerance named is the only one; none named is both."""
    default = 0.0 if "absolute" in taken or "relative" in taken else DEFAULT_TOLERANCE
    return BuiltIn(
        partial(
            comparisons.floats,
            absolute=taken.tolerance("absolute", default),
            relative=taken.tolerance("relative", default),
            ignore_case=taken.flag("ignore_case"),
            exact_spaces=taken.flag("exact_spaces"),
        )
    )


def _sorted(taken: _Taken) -> Checker:
    ways = {"lines": comparisons.sorted_lines, "tokens": comparisons.sorted_tokens}
    return BuiltIn(taken.choice("by", ways, "lines"))


def _unordered(taken: _Taken) -> Checker:
    ways = {"output": comparisons.unordered_output, "line": comparisons.unordered_line}
    return BuiltIn(taken.choice("within", ways, "output"))


def _by_program(role: Role, taken: _Taken) -> Checker:
    return ByProgram(role, taken.choice("convention", {each.value: each for each in Convention}, Convention.TESTLIB))


_CHECKERS: Mapping[str, Callable[[_Taken], Checker]] = {
    "exact": lambda _: BuiltIn(comparisons.exact),
    "lines": lambda _: BuiltIn(comparisons.lines),
    "tokens": _tokens,
    "tokens_ignore_case": _tokens_ignore_case,
    "floats": _floats,
    "sorted": _sorted,
    "unordered": _unordered,
    "linecount": lambda _: BuiltIn(comparisons.linecount),
    "custom": partial(_by_program, Role.CHECKER),
    "interactive": partial(_by_program, Role.INTERACTOR),
}

BUILT_IN = tuple(name for name in _CHECKERS if name not in {"custom", "interactive"})
