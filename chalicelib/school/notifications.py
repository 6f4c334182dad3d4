"""Notifications: stored once, put into inboxes, and sent live to users who are connected."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.accounts import accounts
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.hooks import Hook
from chalicelib.common.http import errors, etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.common.texts import Text
from chalicelib.school import frames, joining, models, queues, reaching, teaching, visibility, waiting
from chalicelib.school.models import Changes, Notification, Tag
from chalicelib.school.preferences import BY_DEFAULT, Channel
from chalicelib.school.queues import DeliveryPage, DeliveryStep
from chalicelib.school.relations import Group, GroupKind

SendLive = Callable[[Collection[int], str, Mapping[str, Any]], None]
"""(account ids, frame type, payload): tell those who are connected."""

MOST_COUNTED = 100
"""Unread notifications that are counted: more are shown as so many."""
MOST_AT_ONCE = 500
"""That one request marks as read: five transactions."""

_send_live = Hook[SendLive]("send_live")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotification:
    """Exactly one of `to_user`, `to_class`, `to_group` and `to_all` is set."""

    title: str
    description: str
    body: str
    tag: Tag
    to_user: int | None = None
    to_class: int | None = None
    to_group: int | None = None
    to_all: bool = False


def send(caller: Caller, new: NewNotification) -> Notification:
    """Sends a notification. A teacher's goes only to their own pupils, of a class to those in it; else 403.

    It says how many it is to reach, and how many of the class it leaves out.
    """
    _check_recipients(caller, new)
    reach = reaching.count(_notification(ids.MAX_ID, new, caller))

    def store(notification_id: int) -> Notification:
        notification = _notification(notification_id, new, caller)
        notification.recipients, notification.left_out = reach.recipients, reach.left_out
        transactions.create_new(notification)
        return notification

    notification = transactions.with_new_id(store)
    queues.put(DeliveryPage(DeliveryStep.DELIVER, notification.id))
    observe.logger.info("notification sent", notification_id=notification.id, by=caller.id)
    return notification


def notify_once(
    key: str,
    user_ids: Sequence[int],
    *,
    kind: str,
    title: Text,
    description: Text,
    payload: Mapping[str, Any],
    tag: Tag = Tag.MEDIUM,
) -> None:
    """Sends users a notification of the system: to their inboxes, and live in a frame of type `kind`.

    Under one `key` everybody gets it once, however often this is called; the first call's words stay. They are worded
    for each reader when they are read.
    """
    notification = _told_once(key, kind=kind, title=title, description=description, payload=payload, tag=tag)
    if notification is not None:
        deliver(notification, user_ids)


def notify_soon(key: str, user_ids: Sequence[int], **told: Any) -> None:
    """As `notify_once`, by whoever delivers notifications."""
    notification = _told_once(key, **told)
    if notification is not None:
        queues.put(DeliveryPage(DeliveryStep.TELL, notification.id, user_ids=list(user_ids)))


def _told_once(
    key: str, *, kind: str, title: Text, description: Text, payload: Mapping[str, Any], tag: Tag = Tag.MEDIUM
) -> Notification | None:
    texts = {"title": title, "description": description}
    words = {name: str(text) for name, text in texts.items()}
    stored = {"texts": {name: text.to_json() for name, text in texts.items()}, "payload": dict(payload)}
    notification = _system_notification(key, {**words, **stored, "tag": tag, "type": kind})
    if notification is None:
        observe.logger.info("notice was withdrawn", key=key)
    return notification


def deliver(notification: Notification, user_ids: Sequence[int]) -> None:
    """Puts a notification into inboxes, and sends it live to those who did not have it yet.

    Each gets it as they want it: see `preferences`.
    """
    ways = waiting.ways_of(user_ids, notification.type)
    newly = [each for each in user_ids if waiting.deliver(notification, each, ways.get(each, BY_DEFAULT))]
    now_live = [each for each in newly if Channel.LIVE in ways.get(each, BY_DEFAULT).at_once]
    if now_live:
        tell_live(now_live, notification)
    observe.logger.info("notification delivered", notification_id=notification.id, to=len(newly), of=len(user_ids))


def tell_live(user_ids: Collection[int], notification: Notification) -> None:
    _send_live.get()(user_ids, notification.type, frames.payload_of(notification))


def tell_what_waited(subject: str, now: datetime) -> None:
    """The step of the timer of what waits for somebody."""
    waiting.advance(subject, now, tell_live)


def delivery_of(caller: Caller, notification_id: int) -> tuple[Notification, int]:
    """Returns a notification and how many inboxes it is in by now; 403 for another's."""
    notification = _get(notification_id)
    visibility.check_author(caller, notification.author_id)
    return notification, models.count_deliveries(notification_id)


def change(caller: Caller, notification_id: int, changes: Changes, expected: IfMatch) -> int:
    """Changes a notification. Returns its new version; 403 for another's, 412 when its version is not expected."""
    visibility.check_author(caller, _get(notification_id).author_id)
    if "tag" in changes:
        queues.put(DeliveryPage(DeliveryStep.SETTLE, notification_id))
    try:
        version = models.change_notification(notification_id, changes, expected)
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=_no_such_notification()) from refused
    observe.logger.info("notification changed", notification_id=notification_id, by=caller.id)
    return version


def withdraw(caller: Caller, notification_id: int, expected: IfMatch) -> None:
    """Takes a notification back from everybody; 403 for another's, 412 when its version is not expected."""
    visibility.check_author(caller, _get(notification_id).author_id)
    # Before it is deleted: the other way round, a failure between the two would leave it in inboxes for good.
    queues.put(DeliveryPage(DeliveryStep.SETTLE, notification_id))
    try:
        models.delete_notification(notification_id, expected)
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=_no_such_notification()) from refused
    observe.logger.info("notification withdrawn", notification_id=notification_id, by=caller.id)


def mark_read(caller: Caller, notification_id: int) -> None:
    """Marks a notification as read; 404 when it is not in the caller's inbox. Repeating it changes nothing.

    The caller's other tabs and devices hear of it.
    """
    try:
        models.mark_read(caller.id, notification_id)
    except transactions.ConditionFailed as refused:
        raise _no_such_notification() from refused
    unread = models.unread_in(caller.id, at_most=MOST_COUNTED + 1)
    _tell_read(caller, [notification_id], unread)


def mark_all_read(caller: Caller) -> int:
    """Marks what is unread as read, the newest `MOST_AT_ONCE` of it; returns how many are left, as they are counted.

    What comes meanwhile stays unread. The caller's other tabs and devices hear of it.
    """
    found = models.unread_in(caller.id, at_most=MOST_AT_ONCE + MOST_COUNTED)
    marked = found[:MOST_AT_ONCE]
    models.mark_all_read(caller.id, marked)
    observe.logger.info("notifications read", notifications=len(marked), account_id=caller.id)
    return _tell_read(caller, marked, found) if marked else 0


def count_unread(user_id: int) -> int:
    """Counts unread notifications, at most `MOST_COUNTED`."""
    return models.count_unread(user_id, at_most=MOST_COUNTED)


def snapshot_of(room_id: str, user_id: int) -> Mapping[str, Any]:
    """Returns what a newcomer to their own channel is told beside who is there."""
    return {"unreadNotifications": count_unread(user_id)}


def _tell_read(caller: Caller, marked: Sequence[int], unread: Sequence[int]) -> int:
    """Tells the caller's own channel; returns how many of `unread`, which may be some moments old, are left."""
    left = min(len(set(unread) - set(marked)), MOST_COUNTED)
    told = frames.NotificationsReadPayload(notification_ids=list(marked), unread_notifications=left)
    _send_live.get()([caller.id], frames.NOTIFICATIONS_READ, told.model_dump(mode="json"))
    return left


def _get(notification_id: int) -> Notification:
    notification = models.find_notification(notification_id)
    if notification is None:
        raise _no_such_notification()
    return notification


def _check_recipients(caller: Caller, new: NewNotification) -> None:
    is_admin = caller.may(Permission.ADMINISTER)
    if not is_admin and new.to_all:
        raise errors.Forbidden("only_admins_tell_all", "Only admins may tell everybody")
    if new.to_group is not None:
        group = joining.taught(Group(GroupKind.PUPILS, new.to_group))
        teaching.check_may_write(caller, group.group, group.owner_id, group.refusal)
    if new.to_user is None:
        return
    if not is_admin and new.to_user not in teaching.pupils_among(caller.id, [new.to_user]):
        raise errors.Forbidden("not_your_pupil", "You may tell your own pupils only")
    accounts.get(new.to_user)


def _notification(notification_id: int, new: NewNotification, caller: Caller) -> Notification:
    return Notification(
        *models.notification_key(notification_id),
        id=notification_id,
        title=new.title,
        description=new.description,
        body=new.body,
        tag=new.tag,
        type=frames.NOTIFICATION,
        author_id=caller.id,
        to_user=new.to_user,
        to_class=new.to_class,
        to_group=new.to_group,
        to_all=new.to_all,
        pupils_of=None if caller.may(Permission.ADMINISTER) else caller.id,
        created_at=clock.now(),
    )


def _system_notification(key: str, words: Mapping[str, Any]) -> Notification | None:
    """Returns the notification of a key, made of these words if it is new; None when it was withdrawn."""

    def store(notification_id: int) -> Notification:
        place = models.notification_key(notification_id)
        notification = Notification(*place, id=notification_id, created_at=clock.now(), **words)
        models.add_system_notification(key, notification)
        return notification

    if models.find_system_notification(key) is None:
        with suppress(transactions.ConditionFailed):  # somebody else made it meanwhile
            return transactions.with_new_id(store)
    notice = models.find_system_notification(key)
    return models.find_notification(notice.notification_id) if notice else None


def _no_such_notification() -> errors.NotFound:
    return errors.NotFound("notification_not_found", "Notification not found")
