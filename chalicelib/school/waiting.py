"""Notifications that go out later: live ones of quiet hours, and mails.

What waits is stored with its delivery, and so is the timer at which it goes out: `advance` sends the frames, and
leaves the mail to the queue of letters.
"""

from collections.abc import Callable, Collection
from datetime import datetime, tzinfo

from chalicelib.accounts import localities
from chalicelib.accounts import models as account_models
from chalicelib.common import clock, observe
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.school import models, preference_models, queues
from chalicelib.school.models import Notification
from chalicelib.school.preferences import Channel, Preferences, Way
from chalicelib.school.queues import Letter, LetterKind

Tell = Callable[[Collection[int], Notification], None]
"""Tells those who are connected."""

TOPIC = "waiting"
"""Of the timers."""
MOST_AT_ONCE = 100
AGAIN_AFTER = timers.SHORTEST_BACKOFF
"""When more than that wait."""


def ways_of(user_ids: Collection[int], kind: str) -> dict[int, Way]:
    """Returns how a notification of a kind comes now to each who has said how."""
    wanted = preference_models.find_many(set(user_ids))
    zones = account_models.list_time_zones(user_id for user_id, each in wanted.items() if each.quiet)
    now = clock.now()
    return {
        user_id: each.way_of(kind, now, localities.zone_or_utc(zones.get(user_id))) for user_id, each in wanted.items()
    }


def deliver(notification: Notification, user_id: int, way: Way) -> bool:
    """Delivers a notification as somebody wants it, except live; False when it was delivered already."""

    def wait(transaction: Transaction) -> None:
        for channel in way.waiting:
            preference_models.put_waiting(transaction, user_id, channel, notification.id)
        if way.until:
            timers.start(transaction, TOPIC, str(user_id), way.until)

    return models.deliver(
        notification, user_id, listed=Channel.INBOX in way.at_once, also=wait if way.waiting else None
    )


def advance(subject: str, now: datetime, tell: Tell) -> None:
    """Sends what waits for an account and is wanted still, unless it is quiet (again): then it waits on."""
    user_id, timer = int(subject), timers.find(TOPIC, subject)
    if timer is None:
        return
    wanted = preference_models.find(user_id)
    next_at = _quiet_until(user_id, wanted, now)
    if next_at is None:
        live = preference_models.waiting_for(user_id, Channel.LIVE, at_most=MOST_AT_ONCE)
        known = models.find_notifications([each.notification_id for each in live])
        for notification in (known[each.notification_id] for each in live if each.notification_id in known):
            if wanted.wants(notification.type, Channel.LIVE):
                tell([user_id], notification)
        preference_models.delete_waiting(live)
        if preference_models.waiting_for(user_id, Channel.MAIL, at_most=1):
            queues.letters.put(Letter(LetterKind.NOTICES, user_id, timer.due_at))
        next_at = now + AGAIN_AFTER if len(live) == MOST_AT_ONCE else None
        observe.logger.info("what waited was told", account_id=user_id, live=len(live))
    timers.move(timer, next_at)


def look_anew(transaction: Transaction, user_id: int) -> None:
    """Has what waits looked at now: what somebody wants has changed. What is quiet still waits on."""
    if timers.find(TOPIC, str(user_id)) is not None:
        timers.start(transaction, TOPIC, str(user_id), clock.now())


def _quiet_until(user_id: int, wanted: Preferences, now: datetime) -> datetime | None:
    return wanted.quiet_until(now, zone_of(user_id)) if wanted.quiet else None


def zone_of(user_id: int) -> tzinfo:
    return localities.zone_or_utc(account_models.list_time_zones([user_id]).get(user_id))
