"""Queries and writes of scores, and who has trained in a contest. The item and its keys are in `models`."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from chalicelib.common.dynamo import items
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.school import memberships
from chalicelib.training.models import Score, Session, group_of, score_key, scores_key, session_key


def find(session: Session) -> Score | None:
    return items.find(Score, *score_key(session), consistent=True)


def add_attempt(transaction: Transaction, session: Session, submission_id: int, attempt: str) -> None:
    """Write what a submission is worth now."""
    transaction.update(
        Score(*score_key(session)),
        actions=[Score.attempts.entry(str(submission_id)).set(attempt)],
        condition=Score.pk.exists(),
        named="score_exists",
    )


def list_in(contest_id: int, *, consistent: bool = False) -> Iterable[Score]:
    """The scores of every session in a contest."""
    pk, prefix = scores_key(contest_id)
    return Score.query(pk, Score.sk.startswith(prefix), consistent_read=consistent)


def trained_in(contest_id: int, *, but: str | None = None) -> list[tuple[int, Collection[int]]]:
    """Of every session in a contest, `but` one, its team and who was in it."""
    scores = (each for each in list_in(contest_id, consistent=True) if each.session_id != but)
    return [(each.team_id, {int(member) for member in each.member_ids or ()}) for each in scores]


def let_in(transaction: Transaction, session: Session, user_id: int, now: datetime, *, repeats: bool) -> None:
    """Let somebody into a training that goes on; with `repeats` they have trained in its contest before."""
    memberships.add_pupil(transaction, user_id, group_of(session.contest_id), now)
    transaction.update(Session(*session_key(session.id)), actions=[Session.member_ids.add({user_id})])
    actions: list[Any] = [Score.member_ids.add({user_id})]
    if repeats:
        actions.append(Score.repeats.set(True))
    transaction.update(Score(*score_key(session)), actions=actions, condition=Score.pk.exists(), named="score_exists")
