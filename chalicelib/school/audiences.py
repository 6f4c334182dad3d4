"""Whom a notification is for, a page of them at a time."""

from functools import partial

from chalicelib.accounts import models as account_models
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import paging
from chalicelib.common.http.paging import ListQuery, Page
from chalicelib.school import models, users
from chalicelib.school.models import Notification


def recipients(notification: Notification, cursor: str | None) -> Page[int]:
    """The ids of those it is for; those who are no pupils of its teacher are left out."""
    page = _addressed(notification, cursor)
    if notification.pupils_of is None:
        return page
    own = users.own_pupils(notification.pupils_of, page.items)
    return Page([user_id for user_id in page.items if user_id in own], page.next_cursor)


def _addressed(notification: Notification, cursor: str | None) -> Page[int]:
    if notification.to_user is not None:
        return Page([notification.to_user])
    lists: dict[str, paging.Run[account_models.Account]] = {}
    if notification.to_class is not None:
        lists["class"] = partial(account_models.pupils_of_class, notification.to_class)
    elif notification.to_all:
        lists = {role: partial(account_models.accounts_of_role, role) for role in Role}
    page = paging.read_lists(ListQuery(limit=models.INBOXES_AT_ONCE, cursor=cursor), lists)
    return Page([account.id for account in page.items], page.next_cursor)
