"""Checkers: parses the name and parameters that a problem stores, and compares outputs with answers. Pure."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from itertools import islice, zip_longest
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.grading import multisets, outputs
from chalicelib.judge.grading.outputs import quoted
from chalicelib.judge.grading.validators import RIGHT, CheckResult, Convention, wrong

MAX_NUMBER_LENGTH = 1000
"""Characters of a number: `%f` of the greatest double has 309 digits before its point."""
MOST_PASSES = 100
"""Of one test."""
MAX_MARKS = 40
"""Lines of which a message tells whether they are right."""

_NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITY = re.compile(rb"([+-]?)inf(?:inity)?", re.IGNORECASE)
_NAN = re.compile(rb"(?<!\S)[+-]?nan(?!\S)", re.IGNORECASE)

_WRONG_BLANKS = Text("wrong_blanks", "the tokens are right, but not the blanks between them")
_END = Text("end_of_output", "the end of the output")

Same = Callable[[bytes, bytes], bool]
"""(wanted, got): whether one token may stand for the other, though their bytes differ."""


def exact(expected: bytes, actual: bytes) -> CheckResult:
    """Byte for byte."""
    return RIGHT if expected == actual else wrong(Text("output_differs", "the output differs"))


def lines(expected: bytes, actual: bytes) -> CheckResult:
    """Line by line; blanks at the end of a line and empty lines at the end of the output do not matter."""
    pairs = zip(outputs.lines(expected), outputs.lines(actual), strict=False)
    for number, (line, other) in enumerate(pairs, 1):
        if line != other:
            return _differing(*outputs.quoted_where_they_differ(line, other), line=number)
    wanted, got = outputs.count_lines(expected), outputs.count_lines(actual)
    return RIGHT if wanted == got else _other_length(wanted, got)


def tokens(expected: bytes, actual: bytes, *, ignore_case: bool = False, exact_spaces: bool = False) -> CheckResult:
    """Token by token; how they are spread over lines and blanks does not matter, unless it is asked for."""
    check_result = _by_token(expected, actual, _never, ignore_case=ignore_case)
    return _spaced(expected, actual) if exact_spaces and check_result is RIGHT else check_result


def floats(
    expected: bytes,
    actual: bytes,
    *,
    absolute: float,
    relative: float,
    ignore_case: bool,
    exact_spaces: bool,
) -> CheckResult:
    """Token by token, numbers within either tolerance; what is no number in the answer is compared as text.

    NaN is no number, so only text where the answer has it; an infinity is right only where the answer has the same.
    """
    if (nan := _NAN.search(actual)) and not _NAN.search(expected):
        return wrong(Text("not_a_number", "{got} is not a number", {"got": quoted(nan[0])}))

    def close(wanted: bytes, got: bytes) -> bool:
        return _close(_number(wanted), _number(got), absolute=absolute, relative=relative)

    check_result = _by_token(expected, actual, close, ignore_case=ignore_case)
    return _spaced(expected, actual) if exact_spaces and check_result is RIGHT else check_result


def sorted_lines(expected: bytes, actual: bytes) -> CheckResult:
    """The same lines in any order; blanks between tokens, and lines without any, do not matter."""
    return _same_multiset(expected, actual, _token_lines, _line_counted)


def sorted_tokens(expected: bytes, actual: bytes) -> CheckResult:
    """The same tokens in any order."""
    return _same_multiset(expected, actual, outputs.tokens, _token_counted)


def unordered_output(expected: bytes, actual: bytes) -> CheckResult:
    """The same lines in any order, each with the same tokens in any order."""
    return _same_multiset(expected, actual, multisets.sorted_lines, _line_counted)


def unordered_line(expected: bytes, actual: bytes) -> CheckResult:
    """Line by line, the tokens of each in any order."""
    wanted, got = outputs.count_lines(expected), outputs.count_lines(actual)
    if wanted != got:
        return _other_length(wanted, got)
    pairs = zip(outputs.lines(expected), outputs.lines(actual), strict=True)
    for number, (line, other) in enumerate(pairs, 1):
        if line != other and _differing_pieces(line, other, outputs.tokens) is not None:
            english = "expected {expected} in line {line}, in any order, got {got}"
            params = {"expected": quoted(line), "line": number, "got": quoted(other)}
            return wrong(Text("expected_in_any_order", english, params))
    return RIGHT


def linecount(expected: bytes, actual: bytes) -> CheckResult:
    """As many points as lines are right; none for an output that has more lines than the answer."""
    wanted, got = outputs.count_lines(expected), outputs.count_lines(actual)
    if got > wanted:
        return _other_length(wanted, got)
    marks = [line == other for line, other in zip(outputs.lines(expected), outputs.lines(actual), strict=False)]
    right = sum(marks)
    if right == wanted:
        return RIGHT
    shown = "".join("+" if mark else "-" for mark in marks[:MAX_MARKS])
    params = {"right": right, "lines": wanted, "marks": shown}
    return wrong(Text("lines_right", "{right} of {lines} lines are right: {marks}", params), share=right / wanted)


def _by_token(expected: bytes, actual: bytes, same: Same, *, ignore_case: bool) -> CheckResult:
    if expected == actual:
        return RIGHT
    read = outputs.folded_tokens if ignore_case else outputs.tokens
    for index, (wanted, got) in enumerate(zip_longest(read(expected), read(actual))):
        if wanted != got and (wanted is None or got is None or not same(wanted, got)):
            return _difference(expected, actual, index)
    return RIGHT


def _difference(expected: bytes, actual: bytes, index: int) -> CheckResult:
    wanted, got = (next(islice(outputs.tokens(output), index, None), None) for output in (expected, actual))
    if wanted is None and got is not None:
        english = "unexpected {got} in line {line}, after the end"
        params = {"got": quoted(got), "line": outputs.line_of_token(actual, index)}
        return wrong(Text("unexpected_after_end", english, params))
    line = outputs.line_of_token(expected, index)
    if got is None:
        return _differing(quoted(wanted or b""), _END, line=line)
    return _differing(*outputs.quoted_where_they_differ(wanted or b"", got), line=line)


def _differing(expected: str, got: str | Text, *, line: int) -> CheckResult:
    params = {"expected": expected, "line": line, "got": got}
    return wrong(Text("expected_in_line", "expected {expected} in line {line}, got {got}", params))


def _other_length(expected: int, got: int) -> CheckResult:
    english, plural = "expected {lines} line, got {got}", "expected {lines} lines, got {got}"
    return wrong(Text("expected_lines", english, {"lines": expected, "got": got}, plural=plural))


def _spaced(expected: bytes, actual: bytes) -> CheckResult:
    same = outputs.spacing(expected) == outputs.spacing(actual)
    return RIGHT if same else wrong(_WRONG_BLANKS)


def _never(_wanted: bytes, _got: bytes) -> bool:
    return False


def _number(token: bytes) -> float | None:
    """None for what is no number, and for one so large that it would become an infinity."""
    if len(token) <= MAX_NUMBER_LENGTH and _NUMBER.fullmatch(token):
        value = float(token)
        return None if math.isinf(value) else value
    infinity = _INFINITY.fullmatch(token)
    if infinity is None:
        return None
    return -math.inf if infinity[1] == b"-" else math.inf


def _close(wanted: float | None, got: float | None, *, absolute: float, relative: float) -> bool:
    if wanted is None or got is None:
        return False
    if math.isinf(wanted) or math.isinf(got):
        return wanted == got
    return abs(wanted - got) <= max(absolute, relative * abs(wanted))


def _token_lines(output: bytes) -> Iterator[bytes]:
    return (b" ".join(outputs.tokens(line)) for line in outputs.lines(output) if line.strip())


Counted = Callable[[str, int, int], Text]
"""(what it is that was counted, how often it is expected, how often it came)"""


def _line_counted(line: str, expected: int, got: int) -> Text:
    english = "expected the line {counted} {expected} time, got {got}"
    plural = "expected the line {counted} {expected} times, got {got}"
    return Text("line_counted", english, {"counted": line, "expected": expected, "got": got}, plural=plural)


def _token_counted(token: str, expected: int, got: int) -> Text:
    english = "expected the token {counted} {expected} time, got {got}"
    plural = "expected the token {counted} {expected} times, got {got}"
    return Text("token_counted", english, {"counted": token, "expected": expected, "got": got}, plural=plural)


Pieces = Callable[[bytes], Iterator[bytes]]
"""What an output consists of."""


def _differing_pieces(expected: bytes, actual: bytes, pieces: Pieces) -> multisets.Differing | None:
    return multisets.differing(pieces(expected), pieces(actual), size=len(expected) + len(actual))


def _same_multiset(expected: bytes, actual: bytes, pieces: Pieces, counted: Counted) -> CheckResult:
    found = _differing_pieces(expected, actual, pieces)
    return RIGHT if found is None else wrong(counted(quoted(found.piece), found.expected, found.got))


Options = Mapping[str, object]
Comparison = Callable[[bytes, bytes], CheckResult]
"""(expected, actual)"""

DEFAULT_TOLERANCE = 1e-6


class BadChecker(ValueError):
    """A checker that does not exist, or parameters that it does not take; the text says which.

    `member` is the member of a problem that is wrong.
    """

    def __init__(self, text: Text, *, member: str = "checker_options") -> None:
        super().__init__(str(text))
        self.text, self.member = text, member


class Role(StrEnum):
    """What a program of the problem's author does for it."""

    CHECKER = "checker"
    INTERACTOR = "interactor"
    GRADER = "grader"
    CHECKER_2 = "checker-2"
    CHECKER_3 = "checker-3"
    CHECKER_4 = "checker-4"
    STATIC_VALIDATOR = "static-validator"


FURTHER_CHECKERS = (Role.CHECKER_2, Role.CHECKER_3, Role.CHECKER_4)
"""An output is right if the checker and all of these accept it."""


class SecondRun(StrEnum):
    """How a program is run again on what the interactor wrote."""

    NONE = "none"
    ALONE = "alone"
    INTERACTIVE = "interactive"


ROLES = {
    Role.CHECKER: Text("role_checker", "checker"),
    Role.INTERACTOR: Text("role_interactor", "interactor"),
    Role.GRADER: Text("role_grader", "grader"),
    Role.STATIC_VALIDATOR: Text("role_static_validator", "static validator"),
    **dict.fromkeys(FURTHER_CHECKERS, Text("role_checker", "checker")),
}
"""What people call them."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """Compares an output with the answer. `by_line`: a line that is another than the answer's is what is wrong.

    `by_flags`: a test's own arguments say how, if it has any.
    """

    compare: Comparison
    by_line: bool = False
    by_flags: bool = False

    def comparison(self, arguments: tuple[str, ...]) -> Comparison:
        """How a test with these arguments is compared."""
        return _by_flags(arguments) if self.by_flags and arguments else self.compare


@dataclass(frozen=True, slots=True)
class ByProgram:
    """Leaves it to the author's program, which lies beside the tests.

    `then_checker`: what an interactor that accepted wrote into its second argument is judged by the checker, too.
    `percent`: points are of 100 for each test, whatever that is worth. `passes`: how often a program may be run on one
    test, where the author's asks for it (`passes.py`). `second_run`: see `second_runs.py`.
    """

    role: Role
    convention: Convention
    then_checker: bool = False
    percent: bool = False
    passes: int = 1
    second_run: SecondRun = SecondRun.NONE

    @property
    def roles(self) -> tuple[Role, ...]:
        """All programs that it needs."""
        return (self.role, Role.CHECKER) if self.then_checker else (self.role,)


Checker = BuiltIn | ByProgram


def parse(name: str, options: object) -> Checker:
    """What a stored checker is; BadChecker when it is none."""
    make = _CHECKERS.get(name)
    if make is None:
        english = "There is no checker '{name}'; there are {known}"
        params = {"name": name, "known": ", ".join(_CHECKERS)}
        raise BadChecker(Text("unknown_checker", english, params), member="checker")
    if not isinstance(options, Mapping):
        raise BadChecker(Text("options_no_object", "The parameters of a checker are an object"))
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
            raise BadChecker(Text("option_no_flag", "'{name}' is true or false", {"name": name}))
        return value

    def tolerance(self, name: str, default: float) -> float:
        value = self._rest.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise BadChecker(Text("option_no_tolerance", "'{name}' is a number from 0 on", {"name": name}))
        return float(value)

    def number(self, name: str, *, least: int, most: int) -> int:
        value = self._rest.pop(name, least)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            english = "'{name}' is a whole number from {least} to {most}"
            raise BadChecker(Text("option_no_number", english, {"name": name, "least": least, "most": most}))
        return value

    def choice(self, name: str, choices: Mapping[str, Any], default: str) -> Any:
        value = self._rest.pop(name, default)
        if not isinstance(value, str) or value not in choices:
            params = {"name": name, "choices": ", ".join(choices)}
            raise BadChecker(Text("option_no_choice", "'{name}' is one of {choices}", params))
        return choices[value]

    def refuse_the_rest(self) -> None:
        if self._rest:
            params = {"checker": self._checker, "names": ", ".join(map(str, self._rest))}
            raise BadChecker(Text("options_not_taken", "The checker '{checker}' takes no {names}", params))


def _tokens(taken: _Taken) -> BuiltIn:
    ignore_case, exact_spaces = taken.flag("ignore_case"), taken.flag("exact_spaces")
    compare = partial(tokens, ignore_case=ignore_case, exact_spaces=exact_spaces)
    return BuiltIn(compare, by_line=not ignore_case)


def _tokens_ignore_case(_taken: _Taken) -> Checker:
    return BuiltIn(partial(tokens, ignore_case=True))


def _floats(taken: _Taken) -> BuiltIn:
    """One tolerance named is the only one; none named is both."""
    default = 0.0 if "absolute" in taken or "relative" in taken else DEFAULT_TOLERANCE
    return BuiltIn(
        partial(
            floats,
            absolute=taken.tolerance("absolute", default),
            relative=taken.tolerance("relative", default),
            ignore_case=taken.flag("ignore_case"),
            exact_spaces=taken.flag("exact_spaces"),
        )
    )


def _sorted(taken: _Taken) -> Checker:
    ways = {"lines": sorted_lines, "tokens": sorted_tokens}
    return BuiltIn(taken.choice("by", ways, "lines"))


def _unordered(taken: _Taken) -> Checker:
    ways = {"output": unordered_output, "line": unordered_line}
    return BuiltIn(taken.choice("within", ways, "output"))


class BadFlag(ValueError):
    """A flag that the format's default validator does not have; the text says which."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def of_flags(flags: Sequence[str]) -> tuple[str, dict[str, object]]:
    """A checker and its options, as flags of the problem package format's default validator name them.

    Tokens without regard to case, unless the flags say otherwise. BadFlag for what is none.
    """
    options: dict[str, object] = {} if "case_sensitive" in flags else {"ignore_case": True}
    tolerances: dict[str, object] = {}
    words = iter(flags)
    for word in words:
        if word == "space_change_sensitive":
            options["exact_spaces"] = True
        elif word in {"float_tolerance", "float_relative_tolerance", "float_absolute_tolerance"}:
            tolerances |= _tolerances_of_flag(word, next(words, ""))
        elif word != "case_sensitive":
            english = "The default validator has no flag '{flag}'"
            raise BadFlag(Text("unknown_validator_flag", english, {"flag": word}))
    return ("floats" if tolerances else "tokens"), options | tolerances


def _tolerances_of_flag(word: str, value: str) -> dict[str, object]:
    kinds = [kind for kind in ("absolute", "relative") if kind in word] or ["absolute", "relative"]
    try:
        return dict.fromkeys(kinds, float(value))
    except ValueError as error:
        params = {"value": value, "flag": word}
        raise BadFlag(Text("no_tolerance", "'{value}' is no {flag}", params)) from error


@lru_cache(maxsize=64)
def _by_flags(flags: tuple[str, ...]) -> Comparison:
    name, options = of_flags(flags)
    taken = _Taken(name, options)
    return (_floats(taken) if name == "floats" else _tokens(taken)).compare


def _icpc_default(_taken: _Taken) -> Checker:
    return BuiltIn(partial(tokens, ignore_case=True), by_flags=True)


def _custom(taken: _Taken) -> Checker:
    convention = _convention(taken)
    return ByProgram(Role.CHECKER, convention, percent=taken.flag("percent"), passes=_passes(taken, convention))


def _interactive(taken: _Taken) -> Checker:
    convention, then_checker = _convention(taken), taken.flag("then_checker")
    if then_checker and convention is not Convention.TESTLIB:
        raise BadChecker(Text("then_checker_testlib", "'then_checker' is of testlib's convention alone"))
    percent, several = taken.flag("percent"), _passes(taken, convention)
    second_run = _second_run(taken, convention, then_checker=then_checker)
    return ByProgram(Role.INTERACTOR, convention, then_checker, percent, several, second_run)


def _second_run(taken: _Taken, convention: Convention, *, then_checker: bool) -> SecondRun:
    found: SecondRun = taken.choice("second_run", {each.value: each for each in SecondRun}, SecondRun.NONE)
    if found is not SecondRun.NONE and convention is not Convention.TESTLIB:
        raise BadChecker(Text("second_run_testlib", "'second_run' is of testlib's convention alone"))
    if found is SecondRun.ALONE and not then_checker:
        raise BadChecker(Text("second_run_checker", "What a program prints in a second run a checker has to judge"))
    return found


def _passes(taken: _Taken, convention: Convention) -> int:
    number = taken.number("passes", least=1, most=MOST_PASSES)
    if number > 1 and convention is not Convention.ICPC:
        raise BadChecker(Text("passes_icpc", "'passes' is of the ICPC's convention alone"))
    return number


def _convention(taken: _Taken) -> Convention:
    found: Convention = taken.choice("convention", {each.value: each for each in Convention}, Convention.TESTLIB)
    return found


_CHECKERS: Mapping[str, Callable[[_Taken], Checker]] = {
    "exact": lambda _: BuiltIn(exact, by_line=True),
    "lines": lambda _: BuiltIn(lines, by_line=True),
    "tokens": _tokens,
    "tokens_ignore_case": _tokens_ignore_case,
    "floats": _floats,
    "sorted": _sorted,
    "unordered": _unordered,
    "linecount": lambda _: BuiltIn(linecount, by_line=True),
    "icpc_default": _icpc_default,
    "custom": _custom,
    "interactive": _interactive,
}

BUILT_IN = tuple(name for name in _CHECKERS if name not in {"custom", "interactive"})
