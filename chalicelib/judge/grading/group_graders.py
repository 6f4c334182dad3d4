"""Graders of the problem package format before 2023: what the results of tests and groups make together. Pure.

A grader stands for a directory of tests. It gets the results of the tests in it and of the graders within it, each a
verdict with a score, and makes one of them: by the modes of the format's default grader, or by the author's own
program, which reads a line for each (`AC 30`) and writes one.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.judge_protocol.contract import Verdict

MOST_SCORE = 1e15
"""Of a test, or of a grader, that nothing else bounds: whole numbers up to it are exact, and can be stored."""


class GraderVerdict(StrEnum):
    """Which verdict a default grader gives: that of the worst failure, of the first, or accepted whatever failed."""

    WORST = "worst_error"
    FIRST = "first_error"
    ALWAYS = "always_accept"


class GraderScore(StrEnum):
    """How a default grader makes one score of several."""

    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Result:
    """What a test, or a directory of them, got."""

    verdict: Verdict
    score: float

    @property
    def is_accepted(self) -> bool:
        return self.verdict is Verdict.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupGrader:
    """One directory's. `of` are its parts in order: tests by their numbers, and other graders by their positions.

    With `breaks` what follows the first failure among them does not count. `accepts_any`: one that is accepted is
    enough. Of samples the verdicts count, and no scores. `arguments` are those of the author's program; None is the
    default grader.
    """

    of: tuple["int | Inner", ...]
    verdict: GraderVerdict = GraderVerdict.WORST
    score: GraderScore = GraderScore.SUM
    accepts_any: bool = False
    breaks: bool = True
    is_of_samples: bool = False
    arguments: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Inner:
    """A grader within another, by its position: it comes before that."""

    position: int


@dataclass(frozen=True, slots=True)
class Question:
    """What the author's grader is to be asked for one directory."""

    position: int
    arguments: tuple[str, ...]
    text: bytes


_SCORES: Mapping[GraderScore, Callable[[Sequence[float]], float]] = {
    GraderScore.SUM: math.fsum,
    GraderScore.AVG: lambda values: math.fsum(values) / len(values),
    GraderScore.MIN: min,
    GraderScore.MAX: max,
}
_FROM_WORST = (
    Verdict.SYSTEM_ERROR,
    Verdict.RUNTIME_ERROR,
    Verdict.MEMORY_LIMIT,
    Verdict.TIME_LIMIT,
    Verdict.WALL_TIME_LIMIT,
    Verdict.OUTPUT_LIMIT,
    Verdict.WRONG_ANSWER,
)
CODES: Mapping[Verdict, str] = {
    Verdict.OK: "AC",
    Verdict.WRONG_ANSWER: "WA",
    Verdict.OUTPUT_LIMIT: "WA",
    Verdict.RUNTIME_ERROR: "RTE",
    Verdict.MEMORY_LIMIT: "RTE",
    Verdict.TIME_LIMIT: "TLE",
    Verdict.WALL_TIME_LIMIT: "TLE",
}
"""The format has no others."""
_VERDICTS = {
    "AC": Verdict.OK,
    "WA": Verdict.WRONG_ANSWER,
    "RTE": Verdict.RUNTIME_ERROR,
    "TLE": Verdict.TIME_LIMIT,
}
_LINE = re.compile(r"\s*(AC|WA|RTE|TLE)(?:\s+([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?))?\s*")

Answers = Mapping[int, Result]
"""By the positions of the graders that were asked."""


def questions(graders: Sequence[GroupGrader], tests: Answers, answers: Answers) -> list[Question]:
    """What the author's program can be asked now; nothing when everything is answered.

    `tests` are the results of those that ran, by their numbers.
    """
    made = _Made(graders, tests, answers)
    made.result(len(graders) - 1)
    return made.asked


def result(graders: Sequence[GroupGrader], tests: Answers, answers: Answers) -> Result:
    """That of the whole, which is the last grader's; there are no more `questions`."""
    found = _Made(graders, tests, answers).result(len(graders) - 1)
    return Result(Verdict.OK, 0.0) if found is None else found


def read_answer(output: bytes) -> Result | None:
    """What the author's program wrote; None for anything that the format does not know."""
    found = _LINE.fullmatch(output.decode("utf-8", "replace"))
    if found is None:
        return None
    verdict, score = _VERDICTS[found[1]], float(found[2] or 0)
    return Result(verdict, score) if abs(score) <= MOST_SCORE else None


class _Made:
    def __init__(self, graders: Sequence[GroupGrader], tests: Answers, answers: Answers) -> None:
        self._graders, self._tests, self._answers = graders, tests, answers
        self.asked: list[Question] = []

    def result(self, position: int) -> Result | None:
        """None where nothing ran, or where a question is not answered yet."""
        if position in self._answers:
            return self._answers[position]
        grader, known = self._graders[position], len(self.asked)
        parts = list(self._parts(grader))
        if not parts or len(self.asked) > known:
            return None
        if grader.arguments is None:
            return _graded(grader, parts)
        text = "".join(f"{CODES[each.verdict]} {each.score:.12g}\n" for each, _ in parts)
        self.asked.append(Question(position, grader.arguments, text.encode()))
        return None

    def _parts(self, grader: GroupGrader) -> Iterator[tuple[Result, bool]]:
        """The results that count, and whether their scores do."""
        for each in grader.of:
            inner = each.position if isinstance(each, Inner) else None
            found = self._tests.get(each) if isinstance(each, int) else self.result(each.position)
            if found is not None:
                yield found, inner is None or not self._graders[inner].is_of_samples
                if grader.breaks and not found.is_accepted:
                    return


def _graded(grader: GroupGrader, parts: Sequence[tuple[Result, bool]]) -> Result:
    scores = [each.score for each, counts in parts if counts]
    score = _SCORES[grader.score](scores) if scores else 0.0
    return Result(_verdict(grader, [each.verdict for each, _ in parts]), score)


def _verdict(grader: GroupGrader, verdicts: Iterable[Verdict]) -> Verdict:
    found = list(verdicts)
    failures = [each for each in found if each is not Verdict.OK]
    if not failures or grader.verdict is GraderVerdict.ALWAYS or (grader.accepts_any and Verdict.OK in found):
        return Verdict.OK
    return failures[0] if grader.verdict is GraderVerdict.FIRST else min(failures, key=_FROM_WORST.index)
