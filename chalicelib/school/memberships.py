"""Memberships: who teaches a group and who attends it, as stored. The one place that knows.

What causes a membership (an enrollment, a new course) writes it in its own transaction: `add_owner`, `add_pupil` and
`remove` add to one. `teaching` has the rules that follow from memberships.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.condition import size

from chalicelib.common import ids
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.school import models
from chalicelib.school.models import GroupMembership, SchoolItem, Teachers
from chalicelib.school.relations import MAX_CO_TEACHERS, Group, Part

NEW_TEACHER = "teaches_not_yet"
ROOM = "room_for_a_teacher"
"""The conditions of a new co-teacher."""

NEW_PUPIL = "attends_not_yet"
"""The condition of somebody who joins: of two requests at once, one lets them in and uses an invitation up."""

MAY_JOIN = "may_join"
"""The name of the conditions that are given to whatever lets somebody join a group."""

FillMore = Callable[[Transaction], None]
"""Adds what else a transaction has to write or to check."""


# --- Into the transaction of what causes them ------------------------------------------------------------------------


def add_owner(transaction: Transaction, user_id: int, group: Group, now: datetime) -> None:
    """Adds that somebody teaches a new group, which is theirs."""
    transaction.save(_membership(user_id, Part.TEACHES, group, now))


def add_pupil(transaction: Transaction, user_id: int, group: Group, now: datetime) -> None:
    """Adds that somebody attends a group from `now`."""
    transaction.save(_membership(user_id, Part.ATTENDS, group, now))


def add_new_pupil(transaction: Transaction, user_id: int, group: Group, now: datetime) -> None:
    """Adds that somebody attends a group from `now`, on the condition that they did not before (NEW_PUPIL)."""
    membership = _membership(user_id, Part.ATTENDS, group, now)
    transaction.save(membership, condition=GroupMembership.pk.does_not_exist(), named=NEW_PUPIL)


def remove_pupil(transaction: Transaction, user_id: int, group: Group) -> None:
    """Adds that somebody attends a group no longer; nothing happens when they do not."""
    transaction.delete(GroupMembership(*models.membership_key(user_id, Part.ATTENDS, group)))


def end_attendance(user_id: int, group: Group) -> bool:
    """Deletes that somebody attends a group; False when they do not."""
    membership = GroupMembership(*models.membership_key(user_id, Part.ATTENDS, group))
    try:
        with transactions.conditional():
            membership.delete(condition=GroupMembership.pk.exists())
    except transactions.ConditionFailed:
        return False
    return True


# --- Co-teachers -----------------------------------------------------------------------------------------------------


def add_teacher(user_id: int, group: Group, now: datetime, also: FillMore) -> None:
    """Stores that somebody teaches a group that another owns, or that nobody owns.

    ConditionFailed: NEW_TEACHER when they do already, ROOM when the group has `MAX_CO_TEACHERS`, or what `also` names.
    """

    def fill(transaction: Transaction) -> None:
        also(transaction)
        membership = _membership(user_id, Part.TEACHES, group, now)
        transaction.save(membership, condition=GroupMembership.pk.does_not_exist(), named=NEW_TEACHER)
        count = size(Teachers.co_teachers)  # type: ignore[no-untyped-call]
        room = Teachers.co_teachers.does_not_exist() | (count < MAX_CO_TEACHERS)
        added = [Teachers.kind.set(Teachers), Teachers.co_teachers.add({str(user_id)})]
        transaction.update(Teachers(*models.teachers_key(group)), actions=added, condition=room, named=ROOM)

    transactions.transact(fill)


def remove_teacher(user_id: int, group: Group) -> None:
    """Deletes that somebody teaches a group that is not theirs. ConditionFailed when they do not."""

    def fill(transaction: Transaction) -> None:
        membership = GroupMembership(*models.membership_key(user_id, Part.TEACHES, group))
        transaction.delete(membership)
        listed = Teachers.co_teachers.contains(str(user_id))
        removed = [Teachers.co_teachers.delete({str(user_id)})]
        transaction.update(Teachers(*models.teachers_key(group)), actions=removed, condition=listed, named="teaches")

    transactions.transact(fill)


def co_teachers_of(group: Group) -> list[int]:
    """Returns the ids of those who teach a group beside its owner, in order."""
    found = items.find(Teachers, *models.teachers_key(group), consistent=True)
    return sorted(map(int, found.co_teachers or ())) if found else []


# --- Who belongs where -----------------------------------------------------------------------------------------------


def teaches(user_id: int, group: Group) -> bool:
    return (
        items.find(GroupMembership, *models.membership_key(user_id, Part.TEACHES, group), consistent=True) is not None
    )


def groups_of(user_id: int, part: Part) -> set[Group]:
    """Returns the groups that somebody teaches, or attends, as they are at this moment."""
    of_part = GroupMembership.sk.startswith(f"{part}#")
    found = GroupMembership.query(models.memberships_key(user_id), of_part, consistent_read=True)
    return {Group.of_text(each.group) for each in found}


def attended_among(user_ids: Collection[int], groups: Collection[Group]) -> dict[int, set[Group]]:
    """Returns which of the groups each of the people attends, as it is at this moment. A request a hundred pairs."""
    keys = [models.membership_key(user_id, Part.ATTENDS, group) for user_id in set(user_ids) for group in groups]
    attended: dict[int, set[Group]] = {}
    for found in GroupMembership.batch_get(keys, consistent_read=True) if keys else ():
        attended.setdefault(found.user_id, set()).add(Group.of_text(found.group))
    return attended


def members_after(group: Group, part: Part, user_id: int, *, at_most: int) -> Iterator[int]:
    """Lists the ids of those who play a part in a group, in order, beyond an id (0: from the first).

    Who came or left a moment ago may be missing or still there: it is read from an index.
    """
    onwards = GroupMembership.roll.between(models.roll_key(part, user_id), models.roll_key(part, ids.MAX_ID))
    found = GroupMembership.group_index.query(str(group), onwards, limit=at_most + 1)
    return (each.user_id for each in found if each.user_id > user_id)


# --- When a group or a person goes -----------------------------------------------------------------------------------


def erase_group(group: Group, owner_id: int | None) -> None:
    """Deletes that anybody teaches a group that is gone. Its pupils leave it one by one."""
    teachers = co_teachers_of(group)
    with SchoolItem.batch_write() as batch:
        for user_id in {*teachers, *([] if owner_id is None else [owner_id])}:
            batch.delete(GroupMembership(*models.membership_key(user_id, Part.TEACHES, group)))
        batch.delete(Teachers(*models.teachers_key(group)))


def erase_pupils(group: Group, user_ids: Sequence[int]) -> None:
    """Deletes that these people attend a group that is gone."""
    with SchoolItem.batch_write() as batch:
        for user_id in user_ids:
            batch.delete(GroupMembership(*models.membership_key(user_id, Part.ATTENDS, group)))


def forget(user_id: int) -> None:
    """Deletes all memberships of an account that was erased."""
    for group in groups_of(user_id, Part.TEACHES):
        with suppress(transactions.ConditionFailed):  # it is the owner, or was taken out meanwhile
            remove_teacher(user_id, group)
    with SchoolItem.batch_write() as batch:
        for item in GroupMembership.query(models.memberships_key(user_id), consistent_read=True):
            batch.delete(item)


def _membership(user_id: int, part: Part, group: Group, now: datetime) -> GroupMembership:
    key = models.membership_key(user_id, part, group)
    return GroupMembership(*key, user_id=user_id, group=str(group), roll=models.roll_key(part, user_id), since=now)
