"""Models of the main page, news, notifications, inboxes and memberships.

MAIN              / MAIN               the main page
NEWS              / {listed id}        a piece of news
NOTIFICATION#{id} / NOTIFICATION       a notification, stored once for all its recipients
NOTICE#{key}      / NOTICE             the notification that the system sent under a key
CALENDAR#{id}     / CALENDAR           the token of a user's calendar of deadlines, as a digest
PREFERENCES#{id}  / …                  what a user wants to be told (see `preference_models`)
UNLISTED#{id}     / INBOX#{listed id}  a notification that a user got, and wants in no inbox
USER#{id}         / INBOX#{listed id}  a notification in a user's inbox, and whether it was read
PERSON#{id}       / TEACHES#{group}    a group that the person teaches
PERSON#{id}       / ATTENDS#{group}    a group that the person is a pupil of
GROUP#{group}     / TEACHERS           who teaches a group beside its owner
PUPIL_GROUPS      / {listed id}        a named group of pupils
GROUP#{group}     / INVITATION#{…}     an invitation into a group of any kind, by its secret
GROUP#{group}     / JOB#{listed id}    work on a whole group of pupils
JOB#{id}          / PAGE#{number}      a page of the list that such work goes through
UNTOLD#{group}    / JOB#{listed id}#{} pupils who were enrolled into a draft and are to be told when it is published
PERSON#{id}       / INVITED#{code}     an invitation that an account accepts by setting its first password

A listed id has leading zeros, so that texts sort as numbers do: in the order of time.
Indexes of the inboxes: `by_tag` (a user's of one tag), `by_unread` (a user's unread ones), `by_notification` (the
inboxes that a notification is in). Index of the memberships: `by_group` (a group's pupils and teachers, apart, in the
order of their ids).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.pagination import ResultIterator

from chalicelib.common import ids, settings
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import etags, paging
from chalicelib.common.http.etags import IfMatch
from chalicelib.common.texts import Text, untranslated
from chalicelib.school.relations import Group, Part

Key = items.Key
Changes = Mapping[str, Any]
"""New values by field; None takes a value away."""

MAIN_KEY: Key = ("MAIN", "MAIN")
NEWS = "NEWS"
PUPIL_GROUPS = "PUPIL_GROUPS"
INBOXES_AT_ONCE = 100
"""Recipients of one message of the queue: seconds of work, far from a function's timeout."""


class Tag(StrEnum):
    """The importance of a notification."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class SchoolItem(items.Item):
    class Meta:
        table_name = settings.load().table_name("school")


class MainPage(SchoolItem, discriminator="main"):
    description = UnicodeAttribute(default="")
    image = items.OptionalTextAttribute()
    version = items.IntegerAttribute(default=0)


class News(SchoolItem, discriminator="news"):
    id = items.IntegerAttribute()
    title = UnicodeAttribute()
    description = UnicodeAttribute()
    body = UnicodeAttribute(default="")
    image = items.OptionalTextAttribute()
    author_id = items.IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    version = items.IntegerAttribute(default=1)


class Notification(SchoolItem, discriminator="notification"):
    """A notification to `to_user`, to the pupils of `to_class` or of the named group `to_group`, or to all; with
    `pupils_of`, only to that teacher's pupils.

    The system's own have no author, go to the users that it names, and have the type and payload of their frame. Their
    words stand here in English; `texts` has them as they are worded for each reader.

    `recipients` counts those whom it was to reach when it was sent, and `left_out` those of a class who are not the
    sender's pupils; None where nobody counted. `delivered_at` is when the last of them had it.
    """

    id = items.IntegerAttribute()
    title = UnicodeAttribute()
    description = UnicodeAttribute()
    body = UnicodeAttribute(default="")
    texts = JSONAttribute(null=True)
    tag = UnicodeAttribute()
    type = UnicodeAttribute()
    payload = JSONAttribute(null=True)
    author_id = items.OptionalIntegerAttribute()
    to_user = items.OptionalIntegerAttribute()
    to_class = items.OptionalIntegerAttribute()
    to_group = items.OptionalIntegerAttribute()
    to_all = BooleanAttribute(default=False)
    pupils_of = items.OptionalIntegerAttribute()
    created_at = UTCDateTimeAttribute()
    version = items.IntegerAttribute(default=1)
    recipients = items.OptionalIntegerAttribute()
    left_out = items.OptionalIntegerAttribute()
    delivered_at = items.OptionalMomentAttribute()

    def text_of(self, name: str) -> Text:
        """Returns the title, description or body. What people wrote, also in the system's place, is no text of ours."""
        written: str = getattr(self, name)
        text = Text.from_json((self.texts or {}).get(name, written))
        return text if str(text) == written else untranslated(written)


class SystemNotification(SchoolItem, discriminator="notice"):
    notification_id = items.IntegerAttribute()


class TagIndex(GlobalSecondaryIndex["Delivery"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_tag"
        projection = IncludeProjection(["kind", "notification_id", "unread"])

    tagged = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class UnreadIndex(GlobalSecondaryIndex["Delivery"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_unread"
        projection = IncludeProjection(["kind"])

    unread = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class NotificationIndex(GlobalSecondaryIndex["Delivery"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_notification"
        projection = IncludeProjection(["kind", "user_id"])

    notification = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class Delivery(SchoolItem, discriminator="delivery"):
    """A notification in an inbox. `unread` is set until it is read; all but the ids are keys of indexes.

    `by_unread` knows its key alone.
    """

    user_id = items.IntegerAttribute()
    notification_id = items.IntegerAttribute()
    tagged = UnicodeAttribute()
    unread = items.OptionalTextAttribute()
    notification = UnicodeAttribute()
    tag_index = TagIndex()
    unread_index = UnreadIndex()
    notification_index = NotificationIndex()


class GroupIndex(GlobalSecondaryIndex["GroupMembership"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_group"
        projection = IncludeProjection(["kind", "user_id"])

    group = UnicodeAttribute(hash_key=True)
    roll = UnicodeAttribute(range_key=True)


class GroupMembership(SchoolItem, discriminator="group_membership"):
    """Somebody teaches a group, or is a pupil of it: which of the two, the key says.

    `roll` is where the group's list has the person: the part that they play, and their listed id.
    """

    user_id = items.IntegerAttribute()
    group = UnicodeAttribute()
    roll = UnicodeAttribute()
    since = UTCDateTimeAttribute()
    group_index = GroupIndex()


class Teachers(SchoolItem, discriminator="teachers"):
    """The ids of those who teach a group without owning it, as texts. DynamoDB drops a set that becomes empty."""

    co_teachers = UnicodeSetAttribute(null=True)


def calendar_key(user_id: int) -> Key:
    return f"CALENDAR#{user_id}", "CALENDAR"


def wanted_key(user_id: int) -> Key:
    return f"PREFERENCES#{user_id}", "PREFERENCES"


def digested_key(user_id: int) -> Key:
    return f"PREFERENCES#{user_id}", "DIGEST"


def waiting_key(user_id: int, channel: str, notification_id: int | None = None) -> Key:
    """Without a notification: where those that wait on a channel begin."""
    which = "" if notification_id is None else ids.sortable(notification_id)
    return f"PREFERENCES#{user_id}", f"WAITING#{channel}#{which}"


def news_key(news_id: int) -> Key:
    return NEWS, ids.sortable(news_id)


def notification_key(notification_id: int) -> Key:
    return f"NOTIFICATION#{notification_id}", "NOTIFICATION"


def system_notification_key(key: str) -> Key:
    return f"NOTICE#{key}", "NOTICE"


def told_in(delivery: Delivery) -> int:
    """Returns the notification's id by the delivery's key."""
    return int(delivery.sk.removeprefix("INBOX#"))


def delivery_key(user_id: int, notification_id: int) -> Key:
    return _inbox(user_id), f"INBOX#{ids.sortable(notification_id)}"


def membership_key(user_id: int, part: Part, group: Group) -> Key:
    return memberships_key(user_id), f"{part}#{group}"


def memberships_key(user_id: int) -> str:
    return f"PERSON#{user_id}"


def roll_key(part: Part, user_id: int) -> str:
    return f"{part}#{ids.sortable(user_id)}"


def teachers_key(group: Group) -> Key:
    return f"GROUP#{group}", "TEACHERS"


def pupil_group_key(group_id: int) -> Key:
    return PUPIL_GROUPS, ids.sortable(group_id)


def invitations_key(group: Group) -> str:
    return f"GROUP#{group}"


def invitation_key(group: Group, secret: str) -> Key:
    return invitations_key(group), f"INVITATION#{secret}"


def pending_key(user_id: int, code: str) -> Key:
    return memberships_key(user_id), f"INVITED#{code}"


def job_key(group: Group, job_id: int) -> Key:
    return invitations_key(group), f"JOB#{ids.sortable(job_id)}"


def job_page_key(job_id: int, page: int) -> Key:
    return f"JOB#{job_id}", f"PAGE#{page:04}"


def untold_key(group: Group, job_id: int, first_user_id: int) -> Key:
    return untold_partition(group), f"JOB#{ids.sortable(job_id)}#{ids.sortable(first_user_id)}"


def untold_partition(group: Group) -> str:
    return f"UNTOLD#{group}"


def find_main_page() -> MainPage:
    """Returns the main page; an empty one, of version 0, until it is written."""
    return items.find(MainPage, *MAIN_KEY, consistent=True) or MainPage(*MAIN_KEY)


def save_main_page(changes: Changes, expected: IfMatch) -> int:
    """Stores the main page. Returns its new version; ConditionFailed when it has another version than expected."""
    there = etags.version_matches(MainPage.version, expected)
    return _change(
        MainPage(*MAIN_KEY), changes, there | MainPage.pk.does_not_exist() if _may_be_new(expected) else there
    )


def list_news(query: paging.ListQuery) -> paging.Page[News]:
    """Lists the news, the newest first."""

    def run(limit: int, start: paging.Key | None) -> ResultIterator[News]:
        return News.query(NEWS, limit=limit, last_evaluated_key=start, scan_index_forward=False)

    return paging.read_list(query, run)


def find_news(news_id: int) -> News | None:
    return items.find(News, *news_key(news_id), consistent=True)


def change_news(news_id: int, changes: Changes, expected: IfMatch) -> int:
    """Changes the item. Returns its new version; ConditionFailed when it is gone or has another version than
    expected.
    """
    return _change(News(*news_key(news_id)), changes, etags.version_matches(News.version, expected))


def delete_news(news_id: int, expected: IfMatch) -> None:
    """Deletes the item; ConditionFailed when it is gone or has another version than expected."""
    with transactions.conditional():
        News(*news_key(news_id)).delete(condition=etags.version_matches(News.version, expected))


def find_notification(notification_id: int) -> Notification | None:
    return items.find(Notification, *notification_key(notification_id), consistent=True)


def find_system_notification(key: str) -> SystemNotification | None:
    return items.find(SystemNotification, *system_notification_key(key), consistent=True)


def add_system_notification(key: str, notification: Notification) -> None:
    """ConditionFailed(KEY_FREE) when the notification's id is taken; else one was sent under the key."""
    notice = SystemNotification(*system_notification_key(key), notification_id=notification.id)

    def fill(transaction: Transaction) -> None:
        transaction.save(notification, condition=Notification.pk.does_not_exist(), named=transactions.KEY_FREE)
        transaction.save(notice, condition=SystemNotification.pk.does_not_exist(), named="not_sent_yet")

    transactions.transact(fill)


def change_notification(notification_id: int, changes: Changes, expected: IfMatch) -> int:
    """Changes the item. Returns its new version; ConditionFailed when it is gone or has another version than
    expected.
    """
    item = Notification(*notification_key(notification_id))
    return _change(item, changes, etags.version_matches(Notification.version, expected))


def delete_notification(notification_id: int, expected: IfMatch) -> None:
    """Deletes the item; ConditionFailed when it is gone or has another version than expected."""
    with transactions.conditional():
        Notification(*notification_key(notification_id)).delete(
            condition=etags.version_matches(Notification.version, expected)
        )


def deliver(
    notification: Notification,
    user_id: int,
    *,
    listed: bool = True,
    also: Callable[[Transaction], None] | None = None,
) -> bool:
    """Puts a notification into an inbox, and stores what `also` adds; False when it is there already.

    What was read stays read. One that is not `listed` is remembered as delivered, and seen in no inbox.
    """
    delivery = _delivery(notification, user_id) if listed else _unlisted(notification, user_id)
    try:
        if also is None:
            transactions.create(delivery)
        else:
            transactions.transact(lambda transaction: _deliver_with(transaction, delivery, also))
    except transactions.ConditionFailed:
        return False
    return True


def _deliver_with(transaction: Transaction, delivery: Delivery, also: Callable[[Transaction], None]) -> None:
    transaction.save(delivery, condition=Delivery.pk.does_not_exist(), named=transactions.KEY_FREE)
    also(transaction)


def retag(notification: Notification, delivery: Delivery) -> None:
    """Moves a delivery to its notification's new tag; ConditionFailed when it was withdrawn meanwhile."""
    if delivery.pk == _no_inbox(delivery.user_id):
        return
    with transactions.conditional():
        delivery.update(
            actions=[Delivery.tagged.set(_tagged(delivery.user_id, notification.tag))], condition=Delivery.pk.exists()
        )


def withdraw(deliveries: Sequence[Delivery]) -> None:
    with SchoolItem.batch_write() as batch:
        for delivery in deliveries:
            batch.delete(delivery)


def deliveries_of(notification_id: int, cursor: str | None) -> paging.Page[Delivery]:
    """Lists the inboxes that a notification is in, `INBOXES_AT_ONCE` a page."""

    def run(limit: int, start: paging.Key | None) -> ResultIterator[Delivery]:
        notification, _ = notification_key(notification_id)
        return Delivery.notification_index.query(notification, limit=limit, last_evaluated_key=start)

    return paging.read_list(paging.ListQuery(limit=INBOXES_AT_ONCE, cursor=cursor), run)


def count_deliveries(notification_id: int) -> int:
    """Counts the inboxes that a notification is in."""
    notification, _ = notification_key(notification_id)
    return Delivery.notification_index.count(notification)


def mark_delivered(notification_id: int, at: datetime) -> None:
    """Stores when the last inbox was filled; ConditionFailed when the notification was withdrawn."""
    with transactions.conditional():
        Notification(*notification_key(notification_id)).update(
            actions=[Notification.delivered_at.set(at)], condition=Notification.pk.exists()
        )


def inbox_of(
    user_id: int, tag: str | None, query: paging.ListQuery, *, only_unread: bool = False
) -> paging.Page[tuple[Delivery, Notification]]:
    """Lists an inbox, the newest first, without notifications that were withdrawn."""

    def run(limit: int, start: paging.Key | None) -> ResultIterator[Delivery]:
        where: dict[str, Any] = {"limit": limit, "last_evaluated_key": start, "scan_index_forward": False}
        if tag is not None:
            also = Delivery.unread.exists() if only_unread else None
            return Delivery.tag_index.query(_tagged(user_id, tag), filter_condition=also, **where)
        return (
            Delivery.unread_index.query(_inbox(user_id), **where)
            if only_unread
            else Delivery.query(_inbox(user_id), **where)
        )

    page = paging.read_list(query, run)
    told = find_notifications([told_in(delivery) for delivery in page.items])
    known = [(each, told[told_in(each)]) for each in page.items if told_in(each) in told]
    return paging.Page(known, page.next_cursor)


def mark_read(user_id: int, notification_id: int) -> None:
    """Marks a notification as read; ConditionFailed when it is not in the inbox."""
    with transactions.conditional():
        Delivery(*delivery_key(user_id, notification_id)).update(
            actions=[Delivery.unread.remove()], condition=Delivery.pk.exists()
        )


def mark_all_read(user_id: int, notification_ids: Sequence[int]) -> None:
    """Marks notifications as read, as many at once as a transaction takes; what was withdrawn meanwhile stays so."""
    for start in range(0, len(notification_ids), transactions.MOST_WRITES):
        batch = notification_ids[start : start + transactions.MOST_WRITES]
        try:
            _mark_together(user_id, batch)
        except transactions.ConditionFailed:
            for notification_id in batch:
                with suppress(transactions.ConditionFailed):  # this is the one that was withdrawn
                    mark_read(user_id, notification_id)


def _mark_together(user_id: int, notification_ids: Sequence[int]) -> None:
    def fill(transaction: Transaction) -> None:
        for each in notification_ids:
            transaction.update(
                Delivery(*delivery_key(user_id, each)),
                actions=[Delivery.unread.remove()],
                condition=Delivery.pk.exists(),
                named=f"in_inbox_{each}",
            )

    transactions.transact(fill)


def unread_in(user_id: int, *, at_most: int) -> list[int]:
    """Lists the ids of unread notifications, the newest first. What was read a moment ago may still be among them."""
    found = Delivery.unread_index.query(_inbox(user_id), limit=at_most, scan_index_forward=False)
    return [told_in(delivery) for delivery in found]


def count_unread(user_id: int, *, at_most: int) -> int:
    # PynamoDB's `count` reads on to the end, whatever its limit.
    return len(unread_in(user_id, at_most=at_most))


def find_notifications(wanted: Sequence[int]) -> dict[int, Notification]:
    if not wanted:
        return {}
    return {found.id: found for found in Notification.batch_get([notification_key(each) for each in wanted])}


def _change(item: MainPage | News | Notification, changes: Changes, condition: Condition) -> int:
    kind: Any = type(item)
    fields = {field: getattr(kind, field) for field in changes}
    actions: list[Action] = [
        fields[field].remove() if value is None else fields[field].set(value) for field, value in changes.items()
    ]
    with transactions.conditional():
        item.update(actions=[*actions, kind.kind.set(kind), kind.version.add(1)], condition=condition)
    return item.version


def _may_be_new(expected: IfMatch) -> bool:
    return expected is None or 0 in expected


def _delivery(notification: Notification, user_id: int) -> Delivery:
    return Delivery(
        *delivery_key(user_id, notification.id),
        user_id=user_id,
        notification_id=notification.id,
        tagged=_tagged(user_id, notification.tag),
        unread=_inbox(user_id),
        notification=notification_key(notification.id)[0],
    )


def _unlisted(notification: Notification, user_id: int) -> Delivery:
    """Returns a delivery that only the index of its notification knows of."""
    nowhere = _no_inbox(user_id)
    return Delivery(
        nowhere,
        delivery_key(user_id, notification.id)[1],
        user_id=user_id,
        notification_id=notification.id,
        tagged=nowhere,
        notification=notification_key(notification.id)[0],
    )


def _inbox(user_id: int) -> str:
    return f"USER#{user_id}"


def _no_inbox(user_id: int) -> str:
    return f"UNLISTED#{user_id}"


def _tagged(user_id: int, tag: str) -> str:
    return f"USER#{user_id}#{tag}"
