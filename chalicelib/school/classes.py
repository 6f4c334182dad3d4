"""Classes that admins give to teachers: the pupils of a class are those of the teacher then."""

from chalicelib.accounts import accounts
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors
from chalicelib.school import memberships, relations, teaching
from chalicelib.school.relations import LAST_CLASS, Group, GroupKind, Part
from chalicelib.school.teaching import TaughtGroup


def given_to(caller: Caller, user_id: int) -> list[int]:
    """Returns the classes that a teacher was given: to the teacher and to admins. 404 for nobody."""
    if caller.id != user_id and not caller.may(Permission.ADMINISTER):
        raise _refusal()
    accounts.get(user_id)
    given = memberships.groups_of(user_id, Part.TEACHES)
    return [group.id for group in relations.of_kind(GroupKind.CLASS, given)]


def give(caller: Caller, user_id: int, school_class: int) -> None:
    """Gives a class to a teacher, who may have it already. See `teaching.add_teacher` for what it raises."""
    teaching.add_teacher(caller, taught(school_class), user_id)


def take(caller: Caller, user_id: int, school_class: int) -> None:
    """Takes a class from a teacher; 404 when they do not have it."""
    teaching.remove_teacher(caller, taught(school_class), user_id)


def taught(school_class: int) -> TaughtGroup:
    """Returns a class as something that is taught; 404 for a number that no class has."""
    if not 1 <= school_class <= LAST_CLASS:
        raise errors.NotFound("no_such_class", "Classes have numbers from 1 to {last}", last=LAST_CLASS)
    group = Group(GroupKind.CLASS, school_class)
    return TaughtGroup(group=group, owner_id=None, refusal=_refusal(), still_there=_always)


def _refusal() -> errors.Forbidden:
    return errors.Forbidden("insufficient_rights", "Insufficient access rights")


def _always(transaction: Transaction) -> None:
    """Adds nothing: a class is always there."""
