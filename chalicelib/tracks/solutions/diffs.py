"""Compares two versions of files line by line. Pure, and bounded: what is sent in is not to be trusted.

The shortest edit script by Myers (1986, "An O(ND) Difference Algorithm"): its time grows with the lines times the
differences, so a budget of steps is shared by all files. A file for which it does not suffice shows what differs as a
whole: removed, then added (`is_rough`). What is more than an answer holds is left out (`is_cut`).
"""

import itertools
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.tracks.solutions.file_rules import SolutionFile, lines_of

CONTEXT = 3
"""Lines that are the same, before and after what differs."""
MOST_STEPS = 400_000
"""About a second of a function's time for all files together."""
MOST_LINES, MOST_CHARS = 20_000, 600_000
"""Of an answer: Lambda's may have 6 MB, and a character may take six bytes there."""


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class State(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Line:
    """With its number in the old and in the new file, from 1; None where it is not in it."""

    kind: Kind
    old: int | None
    new: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that differ, with some around them. A start is the number of the first line; 0 when there is none."""

    lines: tuple[Line, ...]
    old_start: int
    new_start: int

    @property
    def old_lines(self) -> int:
        return sum(line.old is not None for line in self.lines)

    @property
    def new_lines(self) -> int:
        return sum(line.new is not None for line in self.lines)


@dataclass(frozen=True, slots=True)
class FileDiff:
    path: str
    state: State
    hunks: tuple[Hunk, ...]
    is_rough: bool = False
    is_cut: bool = False


@dataclass(slots=True)
class Budget:
    """What is left for the comparison of all files."""

    steps: int = MOST_STEPS
    lines: int = MOST_LINES
    chars: int = MOST_CHARS

    def takes(self, line: Line) -> bool:
        """Whether there is room for one more line, which is taken away with that."""
        self.lines, self.chars = self.lines - 1, self.chars - len(line.text)
        return self.lines >= 0 and self.chars >= 0


def compare(old: Iterable[SolutionFile], new: Iterable[SolutionFile], budget: Budget | None = None) -> list[FileDiff]:
    """Returns the files that differ, in the order of their paths."""
    left = budget or Budget()
    before, after = _texts(old), _texts(new)
    paths = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    return [_file(path, before.get(path), after.get(path), left) for path in paths]


def _texts(files: Iterable[SolutionFile]) -> Mapping[str, str]:
    return {each.path: each.text for each in files}


def _file(path: str, old: str | None, new: str | None, budget: Budget) -> FileDiff:
    state = State.ADDED if old is None else State.REMOVED if new is None else State.CHANGED
    lines, is_rough = _lines(lines_of(old or ""), lines_of(new or ""), budget)
    hunks, is_cut = _cut(_hunks(lines), budget)
    return FileDiff(path, state, hunks, is_rough, is_cut)


def _lines(old: Sequence[str], new: Sequence[str], budget: Budget) -> tuple[list[Line], bool]:
    """Everything of both files in one order, and whether that is rough."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    kinds = _edits(middle_old, middle_new, budget)
    is_rough = kinds is None
    if kinds is None:
        kinds = [Kind.REMOVED] * len(middle_old) + [Kind.ADDED] * len(middle_new)
    return _numbered([Kind.SAME] * head + kinds + [Kind.SAME] * tail, old, new), is_rough


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are the same at the beginning."""
    length = 0
    while length < min(len(old), len(new)) and old[length] == new[length]:
        length += 1
    return length


class _Search:
    """Myers' search: `_reached` is how far in the old lines each diagonal has come, `_trace` what it was before.

    A diagonal is the number of lines taken of the old less that of the new.
    """

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._old, self._new = old, new
        self._zero = len(old) + len(new) + 1
        self._reached = array("i", [0]) * (2 * self._zero + 1)
        self._trace: list[array[int]] = []

    def go(self, budget: Budget) -> int | None:
        """Returns the number of differences; None when the budget is used up."""
        for differences in range(self._zero):
            around = slice(self._zero - differences - 1, self._zero + differences + 2)
            self._trace.append(self._reached[around])
            budget.steps -= 2 * differences + 1
            for diagonal in range(-differences, differences + 1, 2):
                begins = self._begin(diagonal, differences)
                ends = self._follow(begins, diagonal)
                budget.steps -= ends - begins
                self._reached[self._zero + diagonal] = ends
                if ends >= len(self._old) and ends - diagonal >= len(self._new):
                    return differences
            if budget.steps <= 0:
                return None
        raise AssertionError("Two texts differ at most in all their lines")

    def back(self, differences: int) -> Iterator[Kind]:
        """Yields what becomes of the lines, the last first."""
        x, y = len(self._old), len(self._new)
        for depth in range(differences, 0, -1):
            reached, zero = self._trace[depth], depth + 1
            diagonal = x - y
            before = _before(reached, zero, diagonal, depth)
            from_x = reached[zero + before]
            from_y = from_x - before
            while x > from_x and y > from_y:
                yield Kind.SAME
                x, y = x - 1, y - 1
            yield Kind.ADDED if before > diagonal else Kind.REMOVED
            x, y = from_x, from_y
        yield from [Kind.SAME] * x

    def _begin(self, diagonal: int, differences: int) -> int:
        if not differences:
            return 0
        before = _before(self._reached, self._zero, diagonal, differences)
        return self._reached[self._zero + before] + (before < diagonal)

    def _follow(self, x: int, diagonal: int) -> int:
        """As long as the lines are the same."""
        while x < len(self._old) and x - diagonal < len(self._new) and self._old[x] == self._new[x - diagonal]:
            x += 1
        return x


def _before(reached: Sequence[int], zero: int, diagonal: int, differences: int) -> int:
    """The diagonal that a step comes from: from the one above by a line added, from the one below by one removed."""
    below, above = reached[zero + diagonal - 1], reached[zero + diagonal + 1]
    is_added = diagonal == -differences or (diagonal != differences and below < above)
    return diagonal + 1 if is_added else diagonal - 1


def _edits(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[Kind] | None:
    if not old or not new:
        return [Kind.REMOVED] * len(old) + [Kind.ADDED] * len(new)
    search = _Search(old, new)
    differences = search.go(budget) if budget.steps > 0 else None
    return None if differences is None else list(search.back(differences))[::-1]


def _numbered(kinds: Iterable[Kind], old: Sequence[str], new: Sequence[str]) -> list[Line]:
    lines = []
    x = y = 0
    for kind in kinds:
        in_old, in_new = kind is not Kind.ADDED, kind is not Kind.REMOVED
        text = old[x] if in_old else new[y]
        x, y = x + in_old, y + in_new
        lines.append(Line(kind, x if in_old else None, y if in_new else None, text))
    return lines


def _hunks(lines: Sequence[Line]) -> Iterator[Hunk]:
    """Yields what differs with its context; what is nearer than two contexts is one."""
    changed = [position for position, line in enumerate(lines) if line.kind is not Kind.SAME]
    start = 0
    while start < len(changed):
        end = start
        while end + 1 < len(changed) and changed[end + 1] - changed[end] <= 2 * CONTEXT + 1:
            end += 1
        first, last = max(0, changed[start] - CONTEXT), min(len(lines), changed[end] + CONTEXT + 1)
        yield _hunk(tuple(lines[first:last]))
        start = end + 1


def _hunk(shown: tuple[Line, ...]) -> Hunk:
    """Only a hunk of a whole file can lack the lines of a side: else there is context."""
    old_start = next((line.old for line in shown if line.old is not None), 0)
    return Hunk(shown, old_start, next((line.new for line in shown if line.new is not None), 0))


def _cut(hunks: Iterable[Hunk], budget: Budget) -> tuple[tuple[Hunk, ...], bool]:
    """As many lines as the answer has room for, and whether some are left out."""
    taken = []
    for hunk in hunks:
        room = tuple(itertools.takewhile(budget.takes, hunk.lines))
        if room:
            taken.append(_hunk(room))
        if len(room) < len(hunk.lines):
            return tuple(taken), True
    return tuple(taken), False
