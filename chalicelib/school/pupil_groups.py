"""Groups of pupils: the school's classes, and named groups that teachers make. Both have one kind of ids.

A class has the pupils whose accounts name it, and the teachers to whom an admin gave it. A named group has those who
were put into it or accepted an invitation; its pupils are its teachers' own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.accounts import accounts, search_models
from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import Permission, Role
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, etags, paging
from chalicelib.common.http.etags import IfMatch
from chalicelib.school import classes, group_models, joining, memberships, models, relations, teaching
from chalicelib.school.group_models import PupilGroup
from chalicelib.school.memberships import FillMore
from chalicelib.school.relations import LAST_CLASS, Attendance, Group, GroupKind, Part
from chalicelib.school.teaching import GroupTeacher, TaughtGroup

MOST_PUPILS = 1000
"""In a named group."""


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A class, or a named group. `group` is None for a class."""

    id: int
    group: PupilGroup | None


# --- Groups ----------------------------------------------------------------------------------------------------------


def list_for(caller: Caller, query: paging.ListQuery) -> paging.Page[GroupCard]:
    """Lists all groups for admins; for others those that they teach or attend. Classes come first."""
    if caller.may(Permission.ADMINISTER):
        return _all(query)
    own = memberships.groups_of(caller.id, Part.TEACHES) if caller.teaches else set()
    in_class = caller.account.school_class if caller.role is Role.USER else None
    own |= Attendance(groups=memberships.groups_of(caller.id, Part.ATTENDS), school_class=in_class).all_groups
    numbers = sorted(each.id for each in own if each.kind in {GroupKind.CLASS, GroupKind.PUPILS})
    return paging.read_sources(query, {"own": lambda limit, start: _cards_after(numbers, limit, start)})


def get(caller: Caller, group_id: int) -> tuple[GroupCard, int]:
    """Returns a group and how many pupils it has; 404 for none, 403 for who does not teach it."""
    group = _own(caller, group_id)
    return GroupCard(group_id, None if _is_class(group) else find(group_id)), count(group)


def count(group: Group) -> int:
    """Counts the pupils of a group; who came or left a moment ago may be missing or still there."""
    return search_models.count_of_class(group.id) if _is_class(group) else group_models.count_pupils(group)


def find(group_id: int) -> PupilGroup:
    """Returns a named group; 404 when there is none."""
    found = group_models.find_pupil_group(group_id)
    if found is None:
        raise no_such_group()
    return found


def create(caller: Caller, title: str) -> PupilGroup:
    def store(group_id: int) -> PupilGroup:
        key = models.pupil_group_key(group_id)
        group = PupilGroup(*key, id=group_id, title=title, owner_id=caller.id, created_at=clock.now())
        group_models.add_pupil_group(group)
        return group

    group = transactions.with_new_id(store)
    observe.logger.info("pupil group made", group_id=group.id, by=caller.id)
    return group


def rename(caller: Caller, group_id: int, title: str, expected: IfMatch) -> PupilGroup:
    """403 for who does not teach it, 409 for a class, 412 when it is not as it was seen."""
    _own_named(caller, group_id)
    try:
        changed = group_models.rename_pupil_group(group_id, title, expected)
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=no_such_group()) from refused
    observe.logger.info("pupil group renamed", group_id=group_id, by=caller.id)
    return changed


def delete(caller: Caller, group_id: int, expected: IfMatch) -> None:
    """403 for who does not teach it, 409 for a class, 412 when it is not as it was seen. Its pupils stay where they
    were enrolled.
    """
    group = _own_named(caller, group_id)
    owner_id = find(group_id).owner_id
    try:
        group_models.delete_pupil_group(group_id, expected)
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=no_such_group()) from refused
    memberships.erase_group(group, owner_id)
    memberships.erase_pupils(group, list(memberships.members_after(group, Part.ATTENDS, 0, at_most=MOST_PUPILS)))
    group_models.erase_invitations(group)
    observe.logger.info("pupil group deleted", group_id=group_id, by=caller.id)


# --- Pupils ----------------------------------------------------------------------------------------------------------


def list_pupils(caller: Caller, group_id: int, query: paging.ListQuery) -> paging.Page[Account]:
    """Lists the pupils of a group, without accounts that were erased; 403 for who does not teach it."""
    group = _own(caller, group_id)
    return paging.read_sources(query, {"pupils": lambda limit, start: _pupils_after(group, limit, start)})


def pupils_after(group: Group, user_id: int, *, at_most: int) -> list[int]:
    """Returns the ids of pupils of a group in order, beyond an id (0: from the first)."""
    if _is_class(group):
        found = account_models.ids_of_class(group.id, after=user_id, at_most=at_most)
    else:
        found = memberships.members_after(group, Part.ATTENDS, user_id, at_most=at_most)
    return [each for _, each in zip(range(at_most), found, strict=False)]


def add_pupils(caller: Caller, group_id: int, user_ids: Sequence[int]) -> int:
    """Puts users into a group: a teacher their own pupils, an admin anybody. Returns how many came new.

    403 when one is not a pupil of the teacher; 404 for nobody; 422 for one who is no pupil.
    """
    group = _own(caller, group_id)
    if not caller.may(Permission.ADMINISTER):
        if _is_class(group):
            raise class_by_admins()
        if not teaching.may_read_about_all(caller, user_ids):
            raise errors.Forbidden("only_own_pupils", "You may put in your own pupils only: invite the others")
    found = account_models.find_listed(user_ids)
    for user_id in user_ids:
        if user_id not in found or found[user_id].email == "":
            raise errors.NotFound("user_not_found", "User not found")
    came = sum(joining.join(user_id, group, _nothing) for user_id in dict.fromkeys(user_ids))
    observe.logger.info("pupils put in", group=str(group), pupils=came, by=caller.id)
    return came


def remove_pupil(caller: Caller, group_id: int, user_id: int) -> None:
    """Takes a pupil out of a group; pupils leave a named group themselves. 404 for one who is not in it."""
    group = relations.pupil_group(group_id)
    leaves = caller.id == user_id and not _is_class(group)
    if not leaves:
        _own(caller, group_id)
    if _is_class(group):
        _leave_class(caller, group_id, user_id)
    elif not memberships.end_attendance(user_id, group):
        raise _not_in_it()
    observe.logger.info("pupil left", group=str(group), account_id=user_id, by=caller.id)


# --- Teachers --------------------------------------------------------------------------------------------------------


def add_teacher(caller: Caller, group_id: int, user_id: int) -> GroupTeacher:
    """Lets somebody teach a group; admins alone give a class. See `teaching.add_teacher` for what it raises."""
    try:
        return teaching.add_teacher(caller, _of_teachers(caller, group_id), user_id)
    except transactions.ConditionFailed as gone:
        raise no_such_group() from gone


def remove_teacher(caller: Caller, group_id: int, user_id: int) -> None:
    """Lets somebody teach a group no longer; admins alone take a class."""
    teaching.remove_teacher(caller, _of_teachers(caller, group_id), user_id)


def _of_teachers(caller: Caller, group_id: int) -> TaughtGroup:
    group = relations.pupil_group(group_id)
    if _is_class(group) and not caller.may(Permission.ADMINISTER):
        raise errors.Forbidden("insufficient_rights", "Insufficient access rights")
    return joining.taught(group)


# --- As something that is taught and joined --------------------------------------------------------------------------


def taught(group_id: int) -> TaughtGroup:
    """Returns a named group as something that is taught; 404 when there is none."""
    return TaughtGroup(
        group=Group(GroupKind.PUPILS, group_id),
        owner_id=find(group_id).owner_id,
        refusal=_not_yours(),
        still_there=lambda transaction: group_models.check_exists(transaction, group_id),
    )


def title(group_id: int) -> str:
    return find(group_id).title


def join(user_id: int, group_id: int, also: FillMore) -> bool:
    """Puts a user into a named group; 409 when it is full. See `joining.Joinable`."""
    group, now = Group(GroupKind.PUPILS, group_id), clock.now()
    if memberships.attended_among([user_id], [group]):
        return False
    if group_models.count_pupils(group) >= MOST_PUPILS:
        raise errors.Conflict("group_full", "A group has at most {most} pupils", most=MOST_PUPILS)

    def fill(transaction: Transaction) -> None:
        group_models.check_exists(transaction, group_id)
        memberships.add_new_pupil(transaction, user_id, group, now)
        also(transaction)

    try:
        transactions.transact(fill)
    except transactions.ConditionFailed as refused:
        if group_models.GROUP_EXISTS in refused.failed:
            raise no_such_group() from refused
        if memberships.NEW_PUPIL in refused.failed:
            return False
        raise
    return True


def class_title(school_class: int) -> str:
    return str(school_class)


def join_class(user_id: int, school_class: int, also: FillMore) -> bool:
    """Puts a user into a class; 422 for one who is no pupil. See `joining.Joinable`."""
    account = accounts.get(user_id)
    if account.school_class == school_class:
        return False
    if account.role != Role.USER:
        raise errors.Unprocessable("not_a_pupil", "Only a pupil can be in a class")

    def put(current: Account) -> None:
        if current.school_class == school_class:
            raise _InItAlready
        current.school_class = school_class

    try:
        accounts.change(user_id, put, also=also)
    except _InItAlready:  # by another request at the same time, which used the invitation up
        return False
    return True


class _InItAlready(Exception):
    """An account has the class that it was to get."""


def no_such_group() -> errors.NotFound:
    return errors.NotFound("group_not_found", "Group not found")


def class_by_admins() -> errors.Forbidden:
    return errors.Forbidden("class_by_admins", "Only admins put pupils into a class: invite them")


def _own(caller: Caller, group_id: int) -> Group:
    """Returns a group that the caller teaches; 404 for none, 403 for another's."""
    group = relations.pupil_group(group_id)
    known = joining.taught(group)
    teaching.check_may_write(caller, group, known.owner_id, known.refusal)
    return group


def _own_named(caller: Caller, group_id: int) -> Group:
    group = _own(caller, group_id)
    if _is_class(group):
        raise errors.Conflict("class_stays", "A class of the school stays as it is")
    return group


def _is_class(group: Group) -> bool:
    return group.kind is GroupKind.CLASS


def _all(query: paging.ListQuery) -> paging.Page[GroupCard]:
    def named(limit: int, start: paging.Key | None) -> paging.Page[GroupCard]:
        page = paging.read(group_models.list_pupil_groups(limit, start))
        return paging.Page([GroupCard(each.id, each) for each in page.items], page.next_cursor)

    numbers = range(1, LAST_CLASS + 1)
    return paging.read_sources(
        query, {"classes": lambda limit, start: _cards_after(numbers, limit, start), "named": named}
    )


def _cards_after(numbers: Sequence[int], limit: int, start: paging.Key | None) -> paging.Page[GroupCard]:
    after = paging.number_after(start)
    left = [number for number in numbers if number > after]
    page = left[:limit]
    named = group_models.find_pupil_groups(each for each in page if each > LAST_CLASS)
    cards = [GroupCard(each, named.get(each)) for each in page if each <= LAST_CLASS or each in named]
    return paging.Page(cards, paging.cursor_of_number(page[-1]) if len(left) > limit else None)


def _pupils_after(group: Group, limit: int, start: paging.Key | None) -> paging.Page[Account]:
    found = pupils_after(group, paging.number_after(start), at_most=limit)
    known = account_models.find_listed(found)
    pupils = [known[each] for each in found if each in known and known[each].email]
    return paging.Page(pupils, paging.cursor_of_number(found[-1]) if len(found) == limit else None)


def _leave_class(caller: Caller, school_class: int, user_id: int) -> None:
    if not caller.may(Permission.ADMINISTER):
        raise class_by_admins()
    if accounts.get(user_id).school_class != school_class:
        raise _not_in_it()

    def take(current: Account) -> None:
        current.school_class = None

    accounts.change(user_id, take)


def _not_in_it() -> errors.NotFound:
    return errors.NotFound("not_in_group", "This user is not in the group")


def _not_yours() -> errors.Forbidden:
    return errors.Forbidden("not_your_group", "This is somebody else's group")


def _nothing(transaction: Transaction) -> None:
    """Adds nothing."""


NAMED = joining.Joinable(taught=taught, title=title, join=join)
CLASS = joining.Joinable(taught=classes.taught, title=class_title, join=join_class)
