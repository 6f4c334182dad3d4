"""Comparing what a program printed with what was expected. Pure; the parameters are those that `checkers` parses."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, zip_longest

from chalicelib.judge import outputs
from chalicelib.judge.findings import RIGHT, Finding, wrong
from chalicelib.judge.outputs import quoted

MAX_NUMBER_LENGTH = 1000
"""Characters of a number: `%f` of the greatest double has 309 digits before its point."""
MAX_MARKS = 40
"""Lines of which a message tells whether they are right."""

_NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITY = re.compile(rb"([+-]?)inf(?:inity)?", re.IGNORECASE)
_NAN = re.compile(rb"(?<!\S)[+-]?nan(?!\S)", re.IGNORECASE)

Same = Callable[[bytes, bytes], bool]
"""(wanted, got): whether one token may stand for the other, though their bytes differ."""


def exact(expected: bytes, actual: bytes) -> Finding:
    """Byte for byte."""
    return RIGHT if expected == actual else wrong("the output differs")


def lines(expected: bytes, actual: bytes) -> Finding:
    """Line by line; blanks at the end of a line and empty lines at the end of the output do not matter."""
    pairs = zip(outputs.lines(expected), outputs.lines(actual), strict=False)
    for number, (line, other) in enumerate(pairs, 1):
        if line != other:
            return wrong(f"expected {quoted(line)} in line {number}, got {quoted(other)}")
    wanted, got = outputs.count_lines(expected), outputs.count_lines(actual)
    return RIGHT if wanted == got else wrong(f"expected {wanted} lines, got {got}")


def tokens(expected: bytes, actual: bytes, *, ignore_case: bool = False, exact_spaces: bool = False) -> Finding:
    """Token by token; how they are spread over lines and blanks does not matter, unless it is asked for."""
    finding = _by_token(expected, actual, _never, ignore_case=ignore_case)
    return _spaced(expected, actual) if exact_spaces and finding is RIGHT else finding


def floats(
    expected: bytes,
    actual: bytes,
    *,
    absolute: float,
    relative: float,
    ignore_case: bool = False,
    exact_spaces: bool = False,
) -> Finding:
    """Token by token, numbers within either tolerance; what is no number in the answer is compared as text.

    NaN is never right, not even where the answer has it; an infinity only where the answer has the same.
    """
    if nan := _NAN.search(actual):
        return wrong(f"{quoted(nan[0])} is not a number")

    def close(wanted: bytes, got: bytes) -> bool:
        return _close(_number(wanted), _number(got), absolute=absolute, relative=relative)

    finding = _by_token(expected, actual, close, ignore_case=ignore_case)
    return _spaced(expected, actual) if exact_spaces and finding is RIGHT else finding


def sorted_lines(expected: bytes, actual: bytes) -> Finding:
    """The same lines in any order; blanks between tokens, and lines without any, do not matter."""
    return _same_multiset(_token_lines(expected, list), _token_lines(actual, list), "line")


def sorted_tokens(expected: bytes, actual: bytes) -> Finding:
    """The same tokens in any order."""
    return _same_multiset(outputs.tokens(expected), outputs.tokens(actual), "token")


def unordered_output(expected: bytes, actual: bytes) -> Finding:
    """The same lines in any order, each with the same tokens in any order."""
    return _same_multiset(_token_lines(expected, sorted), _token_lines(actual, sorted), "line")


def unordered_line(expected: bytes, actual: bytes) -> Finding:
    """Line by line, the tokens of each in any order."""
    wanted, got = outputs.count_lines(expected), outputs.count_lines(actual)
    if wanted != got:
        return wrong(f"expected {wanted} lines, got {got}")
    pairs = zip(outputs.lines(expected), outputs.lines(actual), strict=True)
    for number, (line, other) in enumerate(pairs, 1):
        if line != other and Counter(line.split()) != Counter(other.split()):
            return wrong(f"expected {quoted(line)} in line {number}, in any order, got {quoted(other)}")
    return RIGHT


def linecount(expected: bytes, actual: bytes) -> Finding:
    """As many points as lines are right; none for an output that has more lines than the answer."""
    wanted, got = outputs.count_lines(expected), outputs.count_lines(actual)
    if got > wanted:
        return wrong(f"expected {wanted} lines, got {got}")
    marks = [line == other for line, other in zip(outputs.lines(expected), outputs.lines(actual), strict=False)]
    right = sum(marks)
    if right == wanted:
        return RIGHT
    shown = "".join("+" if mark else "-" for mark in marks[:MAX_MARKS])
    return wrong(f"{right} of {wanted} lines are right: {shown}", share=right / wanted)


def _by_token(expected: bytes, actual: bytes, same: Same, *, ignore_case: bool) -> Finding:
    if expected == actual:
        return RIGHT
    read = outputs.folded_tokens if ignore_case else outputs.tokens
    for index, (wanted, got) in enumerate(zip_longest(read(expected), read(actual))):
        if wanted != got and (wanted is None or got is None or not same(wanted, got)):
            return _difference(expected, actual, index)
    return RIGHT


def _difference(expected: bytes, actual: bytes, index: int) -> Finding:
    wanted, got = (next(islice(outputs.tokens(output), index, None), None) for output in (expected, actual))
    if wanted is None and got is not None:
        return wrong(f"unexpected {quoted(got)} in line {outputs.line_of_token(actual, index)}, after the end")
    line = outputs.line_of_token(expected, index)
    what = "the end of the output" if got is None else quoted(got)
    return wrong(f"expected {quoted(wanted or b'')} in line {line}, got {what}")


def _spaced(expected: bytes, actual: bytes) -> Finding:
    same = outputs.spacing(expected) == outputs.spacing(actual)
    return RIGHT if same else wrong("the tokens are right, but not the blanks between them")


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


def _token_lines(output: bytes, order: Callable[[list[bytes]], list[bytes]]) -> Iterator[bytes]:
    return (b" ".join(order(found)) for line in outputs.lines(output) if (found := line.split()))


def _same_multiset(expected: Iterable[bytes], actual: Iterable[bytes], what: str) -> Finding:
    wanted, got = Counter(expected), Counter(actual)
    if wanted == got:
        return RIGHT
    missing = next(iter((wanted - got).items()), None)
    if missing is not None:
        return wrong(f"expected the {what} {quoted(missing[0])} {wanted[missing[0]]} times, got {got[missing[0]]}")
    extra = next(iter(got - wanted))
    return wrong(f"expected the {what} {quoted(extra)} {wanted[extra]} times, got {got[extra]}")
