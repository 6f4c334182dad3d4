"""Models of named groups of pupils, and of the invitations into any group: `models.py` lists their keys."""

from collections.abc import Collection, Iterable
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.pagination import ResultIterator

from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import etags, paging
from chalicelib.common.http.etags import IfMatch
from chalicelib.school import memberships, models
from chalicelib.school.models import SchoolItem
from chalicelib.school.relations import Group, GroupKind, Part

GROUP_EXISTS = "group_exists"


class PupilGroup(SchoolItem, discriminator="pupil_group"):
    """A named group of pupils. Who is in it, memberships say."""

    id = items.IntegerAttribute()
    title = UnicodeAttribute()
    owner_id = items.IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    version = items.IntegerAttribute(default=1)


class Invitation(SchoolItem, discriminator="invitation"):
    """Whoever has its code may join the group until `expires_at`, when DynamoDB deletes it.

    `uses` is how many may, None for any number. `school_class` is the class that the account gets with it.
    """

    code = UnicodeAttribute()
    group = UnicodeAttribute()
    created_by = items.IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    uses = items.OptionalIntegerAttribute()
    used = items.IntegerAttribute(default=0)
    school_class = items.OptionalIntegerAttribute()


class PendingInvitation(SchoolItem, discriminator="pending_invitation"):
    code = UnicodeAttribute()


# --- Named groups ----------------------------------------------------------------------------------------------------


def find_pupil_group(group_id: int) -> PupilGroup | None:
    return items.find(PupilGroup, *models.pupil_group_key(group_id), consistent=True)


def find_pupil_groups(group_ids: Iterable[int]) -> dict[int, PupilGroup]:
    keys = [models.pupil_group_key(each) for each in set(group_ids)]
    return {each.id: each for each in PupilGroup.batch_get(keys)} if keys else {}


def list_pupil_groups(limit: int, start: paging.Key | None) -> ResultIterator[PupilGroup]:
    """Lists all, the oldest first."""
    return PupilGroup.query(models.PUPIL_GROUPS, limit=limit, last_evaluated_key=start)


def add_pupil_group(group: PupilGroup) -> None:
    """Stores a new group, which its owner teaches; ConditionFailed(KEY_FREE) when its id is taken."""

    def fill(transaction: Transaction) -> None:
        transaction.save(group, condition=PupilGroup.pk.does_not_exist(), named=transactions.KEY_FREE)
        memberships.add_owner(transaction, group.owner_id, Group(GroupKind.PUPILS, group.id), group.created_at)

    transactions.transact(fill)


def check_exists(transaction: Transaction, group_id: int) -> None:
    """Adds that a named group is there."""
    there = PupilGroup.pk.exists()
    transaction.check(PupilGroup, *models.pupil_group_key(group_id), condition=there, named=GROUP_EXISTS)


def rename_pupil_group(group_id: int, title: str, expected: IfMatch) -> PupilGroup:
    """ConditionFailed when it is gone or has another version than expected."""
    group = PupilGroup(*models.pupil_group_key(group_id))
    with transactions.conditional():
        group.update(
            actions=[PupilGroup.title.set(title), PupilGroup.version.add(1)],
            condition=etags.version_matches(PupilGroup.version, expected),
        )
    return group


def delete_pupil_group(group_id: int, expected: IfMatch) -> None:
    """ConditionFailed when it is gone or has another version than expected."""
    with transactions.conditional():
        PupilGroup(*models.pupil_group_key(group_id)).delete(
            condition=etags.version_matches(PupilGroup.version, expected)
        )


def count_pupils(group: Group) -> int:
    """Counts who attends a group; who came or left a moment ago may be missing or still there."""
    attending = models.GroupMembership.roll.startswith(f"{Part.ATTENDS}#")
    return models.GroupMembership.group_index.count(str(group), attending)


# --- Invitations -----------------------------------------------------------------------------------------------------


def find_invitation(group: Group, secret: str) -> Invitation | None:
    return items.find(Invitation, *models.invitation_key(group, secret), consistent=True)


def invitations_of(group: Group, now: datetime, query: paging.ListQuery) -> paging.Page[Invitation]:
    """Lists those that hold, in no order. What is used up, or TTL has not deleted yet, is read and left out."""
    left = Invitation.uses.does_not_exist() | (Invitation.used < Invitation.uses)
    return paging.read_list(
        query,
        lambda limit, start: Invitation.query(
            models.invitations_key(group),
            Invitation.sk.startswith("INVITATION#"),
            (Invitation.expires_at > now) & left,
            limit=limit,
            last_evaluated_key=start,
            consistent_read=True,
        ),
    )


def use_invitation(transaction: Transaction, invitation: Invitation, now: datetime) -> None:
    """Adds that an invitation is used once more, on the condition that it has neither expired nor been revoked nor
    used up.
    """
    holds: Condition = Invitation.pk.exists() & (Invitation.expires_at > now)
    if invitation.uses is not None:
        holds &= Invitation.used < invitation.uses
    used = Invitation(invitation.pk, invitation.sk)
    transaction.update(used, actions=[Invitation.used.add(1)], condition=holds, named=memberships.MAY_JOIN)


def revoke_invitation(group: Group, secret: str) -> None:
    """ConditionFailed when there is none."""
    with transactions.conditional():
        Invitation(*models.invitation_key(group, secret)).delete(condition=Invitation.pk.exists())


def erase_invitations(group: Group) -> None:
    """Deletes all invitations into a group that is gone."""
    with SchoolItem.batch_write() as batch:
        for item in Invitation.query(models.invitations_key(group), Invitation.sk.startswith("INVITATION#")):
            batch.delete(item)


def pending_of(user_id: int) -> list[PendingInvitation]:
    of_person = PendingInvitation.sk.startswith("INVITED#")
    return list(PendingInvitation.query(models.memberships_key(user_id), of_person, consistent_read=True))


def delete_pending(user_id: int, codes: Collection[str]) -> None:
    with SchoolItem.batch_write() as batch:
        for code in codes:
            batch.delete(PendingInvitation(*models.pending_key(user_id, code)))
