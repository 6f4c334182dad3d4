"""Reads standings: of one session, and of a contest with all its teams."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.training import score_models
from chalicelib.training.models import Score, Session
from chalicelib.training.sessions import scoreboard
from chalicelib.training.sessions.scoreboard import Row, Run
from chalicelib.training.teams import contests


@dataclass(frozen=True, slots=True)
class StandingsTable:
    contest_id: int
    aliases: Sequence[str]
    rows: Sequence[Row]


def of_session(session: Session) -> StandingsTable:
    """What a team sees of its own: nothing is hidden."""
    score = score_models.find(session)
    runs = [] if score is None else [_run(score)]
    rows = scoreboard.standings(runs, session.aliases, now=clock.now(), frozen=False)
    return StandingsTable(session.contest_id, session.aliases, rows)


def of_contest(caller: Caller, contest_id: int) -> StandingsTable:
    """Every session of every team. The last fifth of those that go on is for its teachers, if the contest says so."""
    contest = contests.get(contest_id)
    aliases = [problem["alias"] for problem in contest.problems]
    runs = [_run(score) for score in score_models.list_in(contest_id)]
    frozen = not contests.may_write(caller, contest)
    return StandingsTable(contest.id, aliases, scoreboard.standings(runs, aliases, now=clock.now(), frozen=frozen))


def row_of(score: Score) -> Row:
    """How a team stands in one session, as it sees that itself."""
    (row,) = scoreboard.standings([_run(score)], [], now=clock.now(), frozen=False)
    return row


def _run(score: Score) -> Run:
    return Run(
        session_id=score.session_id,
        team_id=score.team_id,
        team_name=score.team_name,
        started_at=score.started_at,
        ends_at=score.ends_at,
        freezes=score.freezes,
        repeats=score.repeats,
        attempts=list(scoreboard.attempts_of(score.attempts).values()),
    )
