"""Delivers notifications to inboxes: each message handles a page of them and puts the next into the queue.

A message may come twice, or again after half of its work: what is in an inbox already stays as it is.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.school import models, notifications, queues, reaching
from chalicelib.school.models import Delivery, Notification
from chalicelib.school.queues import DeliveryPage, DeliveryStep

if TYPE_CHECKING:
    pass


def handle(page: DeliveryPage) -> None:
    """Handles one page, then enqueues the next: after a failure in between the page is repeated, and none is
    skipped.
    """
    if page.step is DeliveryStep.TELL:
        _tell(page.notification_id, page.user_ids or ())
        return
    next_cursor = _deliver(page) if page.step is DeliveryStep.DELIVER else _settle(page)
    if next_cursor is not None:
        queues.put(page.after(next_cursor))


def _deliver(page: DeliveryPage) -> str | None:
    notification = models.find_notification(page.notification_id)
    if notification is None:
        observe.logger.info("notification withdrawn before it was delivered", notification_id=page.notification_id)
        return None
    recipients = reaching.recipients(notification, page.cursor)
    notifications.deliver(notification, recipients.items)
    now = models.find_notification(page.notification_id)
    if now is None or now.tag != notification.tag:
        # It changed while it was delivered: the inboxes just filled are settled again.
        queues.put(DeliveryPage(DeliveryStep.SETTLE, page.notification_id))
    if recipients.next_cursor is None:
        with suppress(transactions.ConditionFailed):  # withdrawn meanwhile
            models.mark_delivered(page.notification_id, clock.now())
    return recipients.next_cursor


def _tell(notification_id: int, user_ids: Sequence[int]) -> None:
    notification = models.find_notification(notification_id)
    if notification is None:
        observe.logger.info("notification withdrawn before it was delivered", notification_id=notification_id)
        return
    notifications.deliver(notification, user_ids)


def _settle(page: DeliveryPage) -> str | None:
    deliveries = models.deliveries_of(page.notification_id, page.cursor)
    notification = models.find_notification(page.notification_id)
    if notification is None:
        models.withdraw(deliveries.items)
    else:
        _retag(notification, deliveries.items)
    observe.logger.info("inboxes settled", notification_id=page.notification_id, inboxes=len(deliveries.items))
    return deliveries.next_cursor


def _retag(notification: Notification, deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        with suppress(transactions.ConditionFailed):  # withdrawn meanwhile: it stays so
            models.retag(notification, delivery)
