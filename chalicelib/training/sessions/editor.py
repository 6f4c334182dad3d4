"""The shared editor of a problem: decides who may edit the text now, and computes what an edit changed. Pure.

A text has a version: the number of its edits. Positions are counted in characters (Unicode code points).
"""

from dataclasses import dataclass
from enum import StrEnum

MAX_TEXT_BYTES = 64 * 1024
"""In UTF-8."""


class Refusal(StrEnum):
    OVER = "over"
    TOO_LARGE = "too large"
    CONTROLLED = "controlled"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it stands."""

    version: int
    text: str


EMPTY = Text(0, "")


@dataclass(frozen=True, slots=True)
class Delta:
    """At `at`, so many characters were taken out and others put in."""

    at: int
    removed: int
    inserted: str


def edited(
    current: Text, text: str, *, base: int | None, editor: int, controller: int | None, over: bool
) -> Text | Refusal:
    """The text after an edit, or why it is refused.

    `base` is the version that the editor has seen; whoever names none overwrites. `controller` is somebody who is there
    and has the editor to themselves.
    """
    if over:
        return Refusal.OVER
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        return Refusal.TOO_LARGE
    if controller not in {None, editor}:
        return Refusal.CONTROLLED
    if base not in {None, current.version}:
        return Refusal.STALE
    return Text(current.version + 1, text)


def delta(before: str, after: str) -> Delta:
    """The one place at which two texts differ, as small as it can be."""
    start = _common(before, after, min(len(before), len(after)))
    rest = min(len(before), len(after)) - start
    end = _common(before[start:][::-1], after[start:][::-1], rest)
    return Delta(start, len(before) - start - end, after[start : len(after) - end])


def applied(before: str, change: Delta) -> str:
    return before[: change.at] + change.inserted + before[change.at + change.removed :]


def _common(one: str, other: str, most: int) -> int:
    """How many characters at the start of two texts are the same: found by halves, as texts are compared fast."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
