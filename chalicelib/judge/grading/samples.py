"""What a submission keeps of its samples: what a program read there, should have written, and wrote. Pure.

Everybody may read a sample's input and answer, and what a program wrote there is its author's. They are kept with the
verdict, since a problem may get other tests later, and cut, since a submission is one item.
"""

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from chalicelib.judge.grading import outputs
from chalicelib.judge.grading.annotations import Annotation
from chalicelib.judge.grading.results import Difference
from chalicelib.judge_protocol.contract import Verdict

MAX_SHOWN_BYTES = 2048
"""Of an input, an answer or an output."""
MAX_SAMPLES_BYTES = 16 * 1024
"""Of all that a submission keeps of its samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRun:
    """A program's run on the sample of that number. `truncated` names the texts of which only the beginning is here.

    `got` is None where the program talked to an interactor. `difference` is the first line that is another than the
    answer's, where lines were compared. `annotations` are the lines of the source where the program failed.
    """

    number: int
    input: str
    expected: str
    got: str | None
    truncated: tuple[str, ...] = ()
    difference: Difference | None = None
    annotations: tuple[Annotation, ...] = ()

    @property
    def size(self) -> int:
        return sum(len(text.encode()) for text in (self.input, self.expected, self.got or ""))

    def to_json(self) -> list[Any]:
        difference = asdict(self.difference) if self.difference else None
        where = [each.to_json() for each in self.annotations]
        return [self.number, self.input, self.expected, self.got, list(self.truncated), difference, where]

    @classmethod
    def of_json(cls, stored: Sequence[Any]) -> "SampleRun":
        number, given, expected, got, truncated, difference, where = stored
        return cls(
            number=number,
            input=given,
            expected=expected,
            got=got,
            truncated=tuple(truncated),
            difference=Difference(**difference) if difference else None,
            annotations=tuple(map(Annotation.of_json, where)),
        )


def of_run(
    number: int, *, given: bytes, expected: bytes, got: bytes | None, difference: Difference | None = None
) -> SampleRun:
    """What is kept of a run."""
    parts = {"input": given, "expected": expected, "got": got or b""}
    return SampleRun(
        number=number,
        input=_beginning(given),
        expected=_beginning(expected),
        got=None if got is None else _beginning(got),
        truncated=tuple(name for name, data in parts.items() if len(data) > MAX_SHOWN_BYTES),
        difference=difference,
    )


def first_difference(expected: bytes, got: bytes) -> Difference | None:
    """The first line that is another, not counting blanks at its end; if there is none, counting them."""
    trimmed = _first_difference(*(outputs.lines(text) if text.strip() else () for text in (expected, got)))
    return trimmed or _first_difference(expected.split(b"\n"), got.split(b"\n"))


def _first_difference(expected: Iterable[bytes], got: Iterable[bytes]) -> Difference | None:
    for number, (line, other) in enumerate(zip_longest(expected, got), 1):
        if line != other:
            wanted, came = outputs.quoted_where_they_differ(line or b"", other or b"")
            return Difference(
                line=number, expected=None if line is None else wanted, got=None if other is None else came
            )
    return None


def kept(runs: Iterable[tuple[SampleRun, Verdict]]) -> tuple[SampleRun, ...]:
    """Those that fit, in order. Failures have precedence; of what was skipped nothing is told."""
    found, room = [], MAX_SAMPLES_BYTES
    told = [(run, verdict) for run, verdict in runs if verdict is not Verdict.SKIPPED]
    for run, _ in sorted(told, key=lambda each: each[1] is Verdict.OK):
        room -= run.size
        if room < 0:
            break
        found.append(run)
    return tuple(sorted(found, key=lambda run: run.number))


def _beginning(data: bytes) -> str:
    """Without the half of a letter at its end."""
    whole = len(data) <= MAX_SHOWN_BYTES
    return codecs.getincrementaldecoder("utf-8")("replace").decode(data[:MAX_SHOWN_BYTES], final=whole)
