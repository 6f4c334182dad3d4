"""Lets pupils join a contest by an invitation, or with their group.

They are its teachers' own pupils then, and train in it with their teams.
"""

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.school import memberships
from chalicelib.school.joining import Joinable
from chalicelib.school.memberships import FillMore
from chalicelib.training import models
from chalicelib.training.teams import contests, teachers

_EXISTS = "contest_exists"


def title(contest_id: int) -> str:
    return contests.get(contest_id).name


def join(user_id: int, contest_id: int, also: FillMore) -> bool:
    """See `Joinable`."""
    group, still_there = models.group_of(contest_id), teachers.taught(contest_id).still_there
    if memberships.attended_among([user_id], [group]):
        return False

    def fill(transaction: Transaction) -> None:
        still_there(transaction)
        memberships.add_new_pupil(transaction, user_id, group, clock.now())
        also(transaction)

    try:
        transactions.transact(fill)
    except transactions.ConditionFailed as refused:
        if _EXISTS in refused.failed:
            raise contests.no_such_contest() from refused
        if memberships.NEW_PUPIL in refused.failed:
            return False
        raise
    observe.logger.info("contest joined", contest_id=contest_id, account_id=user_id)
    return True


CONTESTS = Joinable(taught=teachers.taught, title=title, join=join)
