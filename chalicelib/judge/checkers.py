"""Comparing what a program printed with what was expected. Each checker returns None when it accepts."""

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest

MAX_QUOTED = 40
"""Characters of a token or line that a message quotes."""

Checker = Callable[[bytes, bytes], str | None]
"""(expected, actual) -> what is wrong, or None."""


def exact(expected: bytes, actual: bytes) -> str | None:
    """Byte for byte."""
    return None if expected == actual else "the output differs"


def lines(expected: bytes, actual: bytes) -> str | None:
    """Line by line; blanks at the end of a line and empty lines at the end of the output do not matter."""
    wanted, got = _stripped_lines(expected), _stripped_lines(actual)
    for number, (line, other) in enumerate(zip(wanted, got, strict=False), 1):
        if line != other:
            return f"expected {_quoted(line)} in line {number}, got {_quoted(other)}"
    return None if len(wanted) == len(got) else f"expected {len(wanted)} lines, got {len(got)}"


def tokens(expected: bytes, actual: bytes) -> str | None:
    """Token by token; how they are spread over lines and blanks does not matter."""
    for wanted, got in zip_longest(_tokens(expected), _tokens(actual)):
        if wanted is None:
            return f"unexpected {_quoted(got[1])} in line {got[0]}, after the end"
        if got is None:
            return f"expected {_quoted(wanted[1])} in line {wanted[0]}, got the end of the output"
        if wanted[1] != got[1]:
            return f"expected {_quoted(wanted[1])} in line {wanted[0]}, got {_quoted(got[1])}"
    return None


CHECKERS: Mapping[str, Checker] = {"exact": exact, "lines": lines, "tokens": tokens}


def _stripped_lines(output: bytes) -> list[bytes]:
    return [line.rstrip() for line in output.rstrip().split(b"\n")]


def _tokens(output: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(output.split(b"\n"), 1):
        for token in line.split():
            yield number, token


def _quoted(text: bytes) -> str:
    shown = text[: MAX_QUOTED * 4].decode("utf-8", "backslashreplace")
    printable = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in shown)
    return printable if len(printable) <= MAX_QUOTED else printable[:MAX_QUOTED] + "…"
