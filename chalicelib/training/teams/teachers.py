"""Who teaches a contest: its author, and those whom they let teach it too."""

from chalicelib.accounts.authentication import Caller
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.school import teaching
from chalicelib.school.teaching import GroupTeacher, TaughtGroup
from chalicelib.training import models
from chalicelib.training.models import Contest
from chalicelib.training.teams import contests


def list_all(caller: Caller, contest_id: int) -> list[GroupTeacher]:
    """The teachers of a contest, its author first; 404 for no such contest, 403 for those who do not teach it."""
    return teaching.teachers_of(caller, taught(contest_id))


def add(caller: Caller, contest_id: int, user_id: int) -> GroupTeacher:
    """Let somebody teach a contest; who does already keeps it. See `teaching.add_teacher` for what it raises."""
    try:
        return teaching.add_teacher(caller, taught(contest_id), user_id)
    except transactions.ConditionFailed as gone:
        raise contests.no_such_contest() from gone


def remove(caller: Caller, contest_id: int, user_id: int) -> None:
    """Let somebody teach a contest no longer; 409 for its author, 404 for who does not teach it."""
    teaching.remove_teacher(caller, taught(contest_id), user_id)


def taught(contest_id: int) -> TaughtGroup:
    """As a group that is taught; 404 for no such one."""
    contest = contests.get(contest_id)

    def still_there(transaction: Transaction) -> None:
        key = models.contest_key(contest_id)
        transaction.check(Contest, *key, condition=Contest.pk.exists(), named="contest_exists")

    return TaughtGroup(
        group=models.group_of(contest_id),
        owner_id=contest.author_id,
        refusal=contests.not_yours(),
        still_there=still_there,
    )
