"""The fan-out queue, where notifications wait to be put into inboxes, a page of them at a time; the queue of work on
whole groups, a page of pupils at a time; and what is mailed to one account, in the queue of letters.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.common.events.queues import Queue

SETTLE_DELAY = 5
"""Seconds until inboxes are settled: by then the change stands, and the index knows of the latest deliveries."""


class DeliveryStep(StrEnum):
    DELIVER = "deliver"
    """Put it into the inboxes of those it is for."""
    SETTLE = "settle"
    """Have the inboxes that it is in agree with what has become of it."""
    TELL = "tell"
    """Put one of the system's own into the inboxes of those that the message names."""


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A page of the inboxes that a notification is for; `cursor` says where it begins, or `user_ids` which they are."""

    step: DeliveryStep
    notification_id: int
    cursor: str | None = None
    user_ids: list[int] | None = None

    def after(self, cursor: str) -> "DeliveryPage":
        return replace(self, cursor=cursor)


fanout = Queue("fanout", DeliveryPage)


@dataclass(frozen=True, slots=True)
class JobMessage:
    """The next page of a job is to be done."""

    group: str
    job_id: int


enrollments = Queue("enrollments", JobMessage)


class LetterKind(StrEnum):
    DIGEST = "digest"
    NOTICES = "notices"
    """Notifications that wait to be mailed."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An account is to be mailed what there is to tell; `due_at` tells one such letter from the next."""

    letter: LetterKind
    account_id: int
    due_at: datetime


letters = Queue("letters", Letter)
"""Beside the requests to reset a password, which have no `letter`."""


def put(page: DeliveryPage) -> None:
    """Enqueues a page. Handling it twice does no harm."""
    fanout.put(page, delay=SETTLE_DELAY if page.step is DeliveryStep.SETTLE else 0)
