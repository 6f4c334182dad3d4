"""The demo school's team of three, and a contest of five problems of its course. Adding them again changes nothing.

Ids are fixed, so that the README can name them.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.judge.models import Problem
from chalicelib.training import models
from chalicelib.training.models import Contest, Membership, Team

TEAM_ID, CONTEST_ID = 1, 1
FRIENDS = (
    {"login": "boris", "email": "boris@lyceum.example", "name": "Boris Byte", "role": "user"},
    {"login": "vera", "email": "vera@lyceum.example", "name": "Vera Vector", "role": "user"},
)
"""Who trains with the pupil."""
ALIASES = "ABCDE"
LASTS = timedelta(hours=5)


def ensure(member_ids: Sequence[int], problems: Sequence[Problem], *, author_id: int) -> None:
    """The first member is captain; the contest is of as many problems as it has aliases."""
    _ensure_contest(problems[: len(ALIASES)], author_id)
    if models.find_team(TEAM_ID) is None:
        _add_team(member_ids)


def _ensure_contest(problems: Sequence[Problem], author_id: int) -> None:
    if models.find_contest(CONTEST_ID) is not None:
        return
    transactions.create(
        Contest(
            *models.contest_key(CONTEST_ID),
            id=CONTEST_ID,
            name="Training round. Тренировочный контест",
            duration=int(LASTS.total_seconds()),
            freeze=True,
            problems=[_placed(alias, problem) for alias, problem in zip(ALIASES, problems, strict=True)],
            author_id=author_id,
            created_at=clock.now(),
        )
    )


def _placed(alias: str, problem: Problem) -> dict[str, Any]:
    return {"alias": alias, "problem_id": problem.id, "title": problem.title}


def _add_team(member_ids: Sequence[int]) -> None:
    team = Team(
        *models.team_key(TEAM_ID),
        id=TEAM_ID,
        name="Three bears. Три медведя",
        captain_id=member_ids[0],
        member_ids=list(member_ids),
        created_at=clock.now(),
    )

    def fill(transaction: Transaction) -> None:
        transaction.save(team)
        for member in member_ids:
            transaction.save(Membership(*models.membership_key(member, TEAM_ID), team_id=TEAM_ID))

    transactions.transact(fill)
