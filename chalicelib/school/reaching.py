"""Whom a notification reaches: the accounts that it is addressed to, a page at a time; a teacher's own pupils alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from chalicelib.accounts import models as account_models
from chalicelib.accounts import search_models
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import paging
from chalicelib.common.http.paging import ListQuery, Page
from chalicelib.school import memberships, models, teaching
from chalicelib.school.models import Notification
from chalicelib.school.relations import Group, GroupKind, Part

MOST_PAGES = 10
"""Of a hundred accounts, that are counted while the sender waits."""


@dataclass(frozen=True, slots=True)
class Reach:
    """`left_out` are those of a class who are not the sender's pupils. None: there are too many to count at once."""

    recipients: int | None
    left_out: int | None


def count(notification: Notification) -> Reach:
    """Counts whom a notification will reach, as it is at this moment."""
    if notification.to_all:
        return Reach(sum(search_models.count_of_role(role) for role in Role), 0)
    if notification.to_class is not None and notification.pupils_of is None:
        return Reach(search_models.count_of_class(notification.to_class), 0)
    addressed = reached = 0
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = addressed_accounts(notification, cursor)
        addressed += len(page.items)
        reached += len(_own(notification, page.items))
        cursor = page.next_cursor
        if cursor is None:
            return Reach(reached, addressed - reached)
    return Reach(None, None)


def recipients(notification: Notification, cursor: str | None) -> Page[int]:
    """Returns the ids of a page of recipients; a teacher's notification is for their own pupils only."""
    page = addressed_accounts(notification, cursor)
    return Page(_own(notification, page.items), page.next_cursor)


def addressed_accounts(notification: Notification, cursor: str | None) -> Page[int]:
    """Returns the ids of a page of those who are addressed, be they the sender's pupils or not."""
    if notification.to_user is not None:
        return Page([notification.to_user])
    if notification.to_group is not None:
        return _of_group(Group(GroupKind.PUPILS, notification.to_group), cursor)
    lists: dict[str, paging.RunQuery[Account]] = {}
    if notification.to_class is not None:
        lists["class"] = partial(account_models.pupils_of_class, notification.to_class)
    elif notification.to_all:
        lists = {role: partial(account_models.accounts_of_role, role) for role in Role}
    page = paging.read_lists(ListQuery(limit=models.INBOXES_AT_ONCE, cursor=cursor), lists)
    return Page([account.id for account in page.items], page.next_cursor)


def _of_group(group: Group, cursor: str | None) -> Page[int]:
    after, limit = paging.number_after(paging.start_key(cursor)), models.INBOXES_AT_ONCE
    found = list(islice(memberships.members_after(group, Part.ATTENDS, after, at_most=limit), limit))
    return Page(found, paging.cursor_of_number(found[-1]) if len(found) == limit else None)


def _own(notification: Notification, user_ids: Sequence[int]) -> list[int]:
    if notification.pupils_of is None:
        return list(user_ids)
    own = teaching.pupils_among(notification.pupils_of, user_ids)
    return [user_id for user_id in user_ids if user_id in own]
