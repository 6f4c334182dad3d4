"""Reads outputs as lines or as tokens: any bytes, of any size, a block at a time.

Splitting twenty megabytes at once would take half a gigabyte of memory; blocks are as fast and take hardly any.
"""

import re
from collections.abc import Iterator
from itertools import chain

BLOCK = 64 * 1024
"""Bytes that are split at a time, and then up to the next blank or newline."""

MAX_QUOTED = 40
"""Characters of a token or line that a message quotes."""

_BLANK = re.compile(rb"\s")
_WORD = re.compile(rb"\S+")


def tokens(output: bytes) -> Iterator[bytes]:
    return chain.from_iterable(block.split() for block in _blocks(output))


def folded_tokens(output: bytes) -> Iterator[bytes]:
    """The same without the difference between upper and lower case, in any script."""
    return chain.from_iterable(folded(block).split() for block in _blocks(output))


def folded(text: bytes) -> bytes:
    return text.decode("utf-8", "surrogateescape").casefold().encode("utf-8", "surrogateescape")


def lines(output: bytes) -> Iterator[bytes]:
    """Without the blanks that end them, and without the empty lines that end the output; one line at least."""
    ended = output.rstrip()
    start = 0
    while (end := ended.find(b"\n", start + BLOCK)) != -1:
        yield from map(bytes.rstrip, ended[start:end].split(b"\n"))
        start = end + 1
    yield from map(bytes.rstrip, ended[start:].split(b"\n"))


def count_lines(output: bytes) -> int:
    return output.rstrip().count(b"\n") + 1


def spacing(output: bytes) -> bytes:
    """The output with every token replaced by one letter: what is left is how tokens are spread."""
    return _WORD.sub(b"x", output)


def line_of_token(output: bytes, index: int) -> int:
    """The number of the line in which the token of that index stands; both count from the start, lines from 1."""
    number = 1
    for block in _blocks(output):
        size = len(block.split())
        if index < size:
            return number + _line_in_block(block, index)
        index -= size
        number += block.count(b"\n")
    raise IndexError(index)


def quoted(text: bytes) -> str:
    """The start of a token or line as one short printable text."""
    shown = text[: MAX_QUOTED * 4].decode("utf-8", "backslashreplace")
    printable = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in shown)
    return printable if len(printable) <= MAX_QUOTED else printable[:MAX_QUOTED] + "…"


def quoted_where_they_differ(wanted: bytes, got: bytes) -> tuple[str, str]:
    """The same of two, from a little before their first difference where that is too far from the start."""
    shared = next((index for index, pair in enumerate(zip(wanted, got, strict=False)) if pair[0] != pair[1]), None)
    start = min(len(wanted), len(got)) if shared is None else shared
    if start < MAX_QUOTED // 2:
        return quoted(wanted), quoted(got)
    start -= MAX_QUOTED // 4
    while wanted[start] & 0xC0 == 0x80:  # noqa: PLR2004 - such bytes go on with a letter of UTF-8
        start -= 1
    return "…" + quoted(wanted[start:]), "…" + quoted(got[start:])


def _blocks(output: bytes) -> Iterator[bytes]:
    """Cut where a blank stands, so that no token is cut."""
    start = 0
    while blank := _BLANK.search(output, start + BLOCK):
        yield output[start : blank.start()]
        start = blank.start()
    yield output[start:]


def _line_in_block(block: bytes, index: int) -> int:
    for number, line in enumerate(block.split(b"\n")):
        index -= len(line.split())
        if index < 0:
            return number
    raise IndexError(index)
