"""The one rule of who may write a group, and who may read about a person; and who teaches a group.

A group is written by its owner, its co-teachers and admins. A person is read about by those whose pupil they are, by
admins, and by themselves. Nothing follows from the role of a teacher alone: it is what the others need besides, read
with each request, so that whose role is withdrawn has no power left.
"""

import heapq
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby, islice

from chalicelib.accounts import accounts
from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Permission, Role, permissions_of
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.school import memberships, relations
from chalicelib.school.memberships import FillMore
from chalicelib.school.relations import MAX_CO_TEACHERS, Attendance, Group, GroupKind, Part


def may_write(caller: Caller, group: Group, owner_id: int | None) -> bool:
    """Whether the caller owns or teaches a group, or is an admin."""
    if caller.may(Permission.ADMINISTER):
        return True
    return caller.teaches and (caller.id == owner_id or memberships.teaches(caller.id, group))


def check_may_write(caller: Caller, group: Group, owner_id: int | None, refusal: errors.Forbidden) -> None:
    """Raises the refusal to those who neither own nor teach the group; admins may."""
    if not may_write(caller, group, owner_id):
        raise refusal


def may_read_about(caller: Caller, user_id: int) -> bool:
    """Whether somebody is the caller's own pupil or the caller; admins may read about everybody."""
    if user_id == caller.id or caller.may(Permission.ADMINISTER):
        return True
    return caller.teaches and user_id in pupils_among(caller.id, [user_id])


def check_may_read_about(caller: Caller, user_id: int, refusal: errors.Forbidden) -> None:
    """Raises the refusal unless somebody is the caller's own pupil or the caller; admins may."""
    if not may_read_about(caller, user_id):
        raise refusal


def may_read_about_all(caller: Caller, user_ids: Collection[int]) -> bool:
    """Whether each of several people is the caller's own pupil; admins may read about everybody."""
    if caller.may(Permission.ADMINISTER):
        return True
    return caller.teaches and pupils_among(caller.id, user_ids) >= set(user_ids)


# --- Pupils ----------------------------------------------------------------------------------------------------------


def pupils_among(teacher_id: int, account_ids: Collection[int]) -> set[int]:
    """Returns those of the accounts that are a teacher's own pupils, as it is at this moment."""
    taught = memberships.groups_of(teacher_id, Part.TEACHES) if account_ids else set()
    classes = set(relations.of_kind(GroupKind.CLASS, taught))
    attended = memberships.attended_among(account_ids, taught - classes)
    named = _classes_of(account_ids) if classes else {}
    attendances = {
        user_id: Attendance(groups=attended.get(user_id, set()), school_class=named.get(user_id))
        for user_id in account_ids
    }
    return relations.pupils_among(taught, attendances)


def pupils_after(teacher_id: int, user_id: int, *, at_most: int) -> list[int]:
    """Returns the ids of a teacher's pupils in order, beyond an id (0: from the first).

    Each group has its pupils in order, so this merges the groups: a pupil of two of them comes once. It is read from
    indexes: who came or left a moment ago may be missing or still there.
    """
    taught = memberships.groups_of(teacher_id, Part.TEACHES)
    merged = heapq.merge(*(_members_after(group, user_id, at_most) for group in taught))
    return list(islice((each for each, _ in groupby(merged)), at_most))


def _members_after(group: Group, user_id: int, at_most: int) -> Iterable[int]:
    if group.kind is GroupKind.CLASS:
        return account_models.ids_of_class(group.id, after=user_id, at_most=at_most)
    return memberships.members_after(group, Part.ATTENDS, user_id, at_most=at_most)


def _classes_of(account_ids: Iterable[int]) -> dict[int, int | None]:
    """Returns the classes of pupils: who teaches is in none."""
    found = account_models.find_listed(account_ids)
    return {each.id: each.school_class for each in found.values() if each.role == Role.USER}


# --- Teachers of a group ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtGroup:
    """A group whose teachers are read or changed.

    `refusal` is raised to those who may not. `still_there` adds the condition of a change to its transaction: a group
    that is being deleted gets no teachers.
    """

    group: Group
    owner_id: int | None
    refusal: errors.Forbidden
    still_there: FillMore


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTeacher:
    account: Account
    is_owner: bool


def teachers_of(caller: Caller, taught: TaughtGroup) -> list[GroupTeacher]:
    """Returns the owner, then the co-teachers, without accounts that were erased."""
    check_may_write(caller, taught.group, taught.owner_id, taught.refusal)
    co_teachers = memberships.co_teachers_of(taught.group)
    in_order = co_teachers if taught.owner_id is None else [taught.owner_id, *co_teachers]
    known = account_models.list_names(in_order)
    found = [known[each] for each in in_order if each in known]
    return [GroupTeacher(account=each, is_owner=each.id == taught.owner_id) for each in found]


def add_teacher(caller: Caller, taught: TaughtGroup, user_id: int) -> GroupTeacher:
    """Lets somebody teach a group; who does already keeps it.

    404 for nobody, 422 for one without the role of a teacher, 409 when the group has `MAX_CO_TEACHERS`.
    ConditionFailed when it is not there any more, by the name that `still_there` gives.
    """
    check_may_write(caller, taught.group, taught.owner_id, taught.refusal)
    account = accounts.get(user_id)
    if Permission.TEACH not in permissions_of(Role(account.role), AccountState(account.state)):
        raise errors.Unprocessable("not_a_teacher", "Only somebody with the role of a teacher can teach this")
    if user_id == taught.owner_id:
        return GroupTeacher(account=account, is_owner=True)
    try:
        memberships.add_teacher(user_id, taught.group, clock.now(), taught.still_there)
    except transactions.ConditionFailed as refused:
        if memberships.NEW_TEACHER not in refused.failed:
            raise _no_room(refused) from refused
    observe.logger.info("teacher added", group=str(taught.group), account_id=user_id, by=caller.id)
    return GroupTeacher(account=account, is_owner=False)


def remove_teacher(caller: Caller, taught: TaughtGroup, user_id: int) -> None:
    """Lets a co-teacher teach a group no longer; 404 for one who does not, 409 for the owner."""
    check_may_write(caller, taught.group, taught.owner_id, taught.refusal)
    if user_id == taught.owner_id:
        raise errors.Conflict("owner_stays", "Who made it stays its teacher")
    try:
        memberships.remove_teacher(user_id, taught.group)
    except transactions.ConditionFailed as refused:
        raise errors.NotFound("teaches_not", "This user does not teach it") from refused
    observe.logger.info("teacher removed", group=str(taught.group), account_id=user_id, by=caller.id)


def _no_room(refused: transactions.ConditionFailed) -> Exception:
    """Returns the 409 of a group that has as many teachers as it may have; else what was refused."""
    if memberships.ROOM not in refused.failed:
        return refused
    return errors.Conflict("teachers_full", "There may be {most} teachers beside the owner", most=MAX_CO_TEACHERS)
