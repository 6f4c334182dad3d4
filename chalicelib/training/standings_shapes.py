"""Standings on the wire."""

from typing import Self

from chalicelib.common.http.responses import Moment, View
from chalicelib.training.frame_shapes import ProblemStatus
from chalicelib.training.results import Table
from chalicelib.training.standings import Cell, Row


class CellView(View):
    """`minute` is when it was solved; `hidden` are attempts after the standings stood still."""

    problemAlias: str  # noqa: N815 - seed 002's name
    status: ProblemStatus
    attempts: int
    minute: int | None
    penalty: int
    hidden: int

    @classmethod
    def of(cls, cell: Cell) -> Self:
        return cls(
            problemAlias=cell.alias,
            status=cell.status,
            attempts=cell.attempts,
            minute=cell.minute,
            penalty=cell.penalty,
            hidden=cell.hidden,
        )


class RowView(View):
    """`penalty` is in minutes."""

    rank: int
    team_id: int
    team: str
    training_session_id: str
    dtCreated: Moment  # noqa: N815 - seed 002's name
    solved: int
    penalty: int
    problems: list[CellView]

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            rank=row.rank,
            team_id=row.run.team_id,
            team=row.run.team_name,
            training_session_id=row.run.session_id,
            dtCreated=row.run.started_at,
            solved=row.solved,
            penalty=row.penalty,
            problems=[CellView.of(cell) for cell in row.cells],
        )


class StandingsView(View):
    contest_id: int
    problems: list[str]
    rows: list[RowView]

    @classmethod
    def of(cls, table: Table) -> Self:
        rows = [RowView.of(row) for row in table.rows]
        return cls(contest_id=table.contest_id, problems=list(table.aliases), rows=rows)
