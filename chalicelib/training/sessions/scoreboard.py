"""Computes the scoreboard from verdicts: the status of problems, and standings by the rules of the ICPC. Pure.

The most problems solved come first, then the least penalty: for each solved problem the minutes until it was solved,
and 20 for every earlier attempt that failed. A compilation error costs nothing; a system error is no attempt.
Who trains in a contest again knows its problems: repetitions come after the first runs, with ranks of their own.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from chalicelib.judge_protocol.contract import Verdict


class ProblemStatus(StrEnum):
    NOT_SUBMITTED = "NOT_SUBMITTED"
    FAILED = "FAILED"
    PASSED = "PASSED"


PENALTY = 20
"""Minutes."""
OPEN_PART = 4, 5
"""Of a session, before its standings stand still."""
NO_ATTEMPT = frozenset({Verdict.PENDING, Verdict.SYSTEM_ERROR, Verdict.CANCELLED, Verdict.SKIPPED, Verdict.HIDDEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemAttempts:
    """A submission with a final verdict, counted or not; `at` is when it was sent.

    `kept` is what counts while the verdict says nothing: we failed to judge it anew.
    """

    alias: str
    user_id: int
    at: datetime
    verdict: Verdict
    kept: Verdict | None = None

    @property
    def counted(self) -> Verdict:
        """The verdict that the scoreboard goes by."""
        return self.kept or self.verdict

    @property
    def passed(self) -> bool:
        return self.counted is Verdict.OK

    def to_json(self) -> str:
        known = [self.alias, self.user_id, self.at.isoformat(), self.verdict]
        return json.dumps(known if self.kept is None else [*known, self.kept])

    @classmethod
    def of_json(cls, text: str) -> Self:
        alias, user_id, at, verdict, *kept = json.loads(text)
        return cls(
            alias=alias,
            user_id=user_id,
            at=datetime.fromisoformat(at),
            verdict=Verdict(verdict),
            kept=Verdict(kept[0]) if kept else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The attempts of one team in one session. With `repeats` it, or one of it, had trained in the contest before."""

    session_id: str
    team_id: int
    team_name: str
    started_at: datetime
    ends_at: datetime
    freezes: bool
    repeats: bool = False
    attempts: Sequence[ProblemAttempts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A problem of a row. `attempts` are those up to the one that passed; `hidden`, those made after the freeze.

    `minute` is when it was solved.
    """

    alias: str
    status: ProblemStatus
    attempts: int
    minute: int | None
    penalty: int
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`penalty` is in minutes."""

    rank: int
    run: Run
    solved: int
    penalty: int
    cells: Sequence[Cell]


def is_attempt(verdict: Verdict) -> bool:
    return verdict not in NO_ATTEMPT


def after(before: ProblemAttempts | None, now: ProblemAttempts) -> ProblemAttempts:
    """An attempt that was judged anew: the new verdict counts, unless there is none since we failed."""
    failed_again = before is not None and is_attempt(before.counted) and not is_attempt(now.verdict)
    return replace(now, kept=before.counted) if before is not None and failed_again else now


def repeats(team_id: int, members: Collection[int], earlier: Iterable[tuple[int, Collection[int]]]) -> bool:
    """Whether a team, or one of its members in another, is among those who had earlier runs of a contest.

    Of runs from before members were kept the team alone is known.
    """
    return any(team == team_id or not set(members).isdisjoint(others) for team, others in earlier)


def problem_status(attempts: Iterable[ProblemAttempts], alias: str) -> tuple[ProblemStatus, int]:
    """The status of a problem, and how often it was tried."""
    tried = [attempt for attempt in attempts if attempt.alias == alias and is_attempt(attempt.counted)]
    if any(attempt.passed for attempt in tried):
        return ProblemStatus.PASSED, len(tried)
    return ProblemStatus.FAILED if tried else ProblemStatus.NOT_SUBMITTED, len(tried)


def standings(runs: Iterable[Run], aliases: Sequence[str], *, now: datetime, frozen: bool = True) -> list[Row]:
    """The rows, the best first, then repetitions; those that are equal in problems and penalty have one rank."""
    rows = [_row(run, aliases, now, frozen=frozen) for run in runs]
    firsts, repetitions = ([row for row in rows if row.run.repeats is wanted] for wanted in (False, True))
    return [*_in_ranks(firsts), *_in_ranks(repetitions)]


def freeze_at(run: Run) -> datetime:
    part, whole = OPEN_PART
    return run.started_at + (run.ends_at - run.started_at) * part / whole


def _row(run: Run, aliases: Sequence[str], now: datetime, *, frozen: bool) -> Row:
    hidden_from = freeze_at(run) if frozen and run.freezes and now < run.ends_at else None
    by_alias: dict[str, list[ProblemAttempts]] = {alias: [] for alias in aliases}
    counted = (attempt for attempt in run.attempts if is_attempt(attempt.counted))
    for attempt in sorted(counted, key=lambda attempt: attempt.at):
        by_alias.setdefault(attempt.alias, []).append(attempt)
    cells = [_cell(alias, tried, run.started_at, hidden_from) for alias, tried in by_alias.items()]
    solved = sum(cell.status is ProblemStatus.PASSED for cell in cells)
    return Row(rank=0, run=run, solved=solved, penalty=sum(cell.penalty for cell in cells), cells=cells)


def _cell(alias: str, tried: Sequence[ProblemAttempts], started_at: datetime, hidden_from: datetime | None) -> Cell:
    seen = [attempt for attempt in tried if hidden_from is None or attempt.at < hidden_from]
    accepted = next((place for place, attempt in enumerate(seen) if attempt.passed), None)
    if accepted is None:
        status = ProblemStatus.FAILED if seen else ProblemStatus.NOT_SUBMITTED
        hidden = len(tried) - len(seen)
        return Cell(alias=alias, status=status, attempts=len(seen), minute=None, penalty=0, hidden=hidden)
    minute = int((seen[accepted].at - started_at) / timedelta(minutes=1))
    wrong = sum(attempt.counted is not Verdict.COMPILE_ERROR for attempt in seen[:accepted])
    return Cell(
        alias=alias,
        status=ProblemStatus.PASSED,
        attempts=accepted + 1,
        minute=minute,
        penalty=minute + PENALTY * wrong,
        hidden=0,
    )


def _order(row: Row) -> tuple[int, int, int, str]:
    """Among equals, who solved their last problem first."""
    last = max((cell.minute for cell in row.cells if cell.minute is not None), default=0)
    return -row.solved, row.penalty, last, row.run.session_id


def _in_ranks(rows: Iterable[Row]) -> list[Row]:
    in_order = sorted(rows, key=_order)
    places: dict[tuple[int, int], int] = {}
    for place, row in enumerate(in_order, 1):
        places.setdefault((row.solved, row.penalty), place)
    return [replace(row, rank=places[row.solved, row.penalty]) for row in in_order]


def attempts_of(stored: Mapping[str, str]) -> dict[int, ProblemAttempts]:
    """The attempts of a score, by submission id."""
    return {int(submission_id): ProblemAttempts.of_json(text) for submission_id, text in stored.items()}
