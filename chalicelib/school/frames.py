"""Frames of the school: notifications on a personal channel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import JsonValue

from chalicelib.common.http.responses import Moment, Nothing, View, WordedText, for_any_language
from chalicelib.common.http.schemas import ShownAs
from chalicelib.realtime.frames import Outgoing, SnapshotPayload, Type
from chalicelib.realtime.rooms import RoomKind
from chalicelib.school.models import Notification, Tag

NOTIFICATION = "NOTIFICATION"
"""The type of the frame in which people's notifications are told; the system's own have types of their own."""

ENROLLED = "ENROLLED"
"""The type of the frame, and of the notification, that tells who was enrolled with their whole group."""

NOTIFICATIONS_READ = "NOTIFICATIONS_READ"
"""The type of the frame that tells one's other tabs what was read."""

DATE_FORMAT = "%d %m %Y"
"""Virtual School's form of a date, beside `created_at`."""


class NotificationPayload(View):
    """A notification. `type` and `payload` are those of the frame that was sent live.

    People's have no payload, and so the document shows them; `responses.py` shows the system's own.
    """

    id: int
    title: WordedText
    description: WordedText
    body: WordedText
    tag: Tag
    date: str
    created_at: Moment
    author_id: int | None
    type: Annotated[str, ShownAs(lambda: Literal["NOTIFICATION"])]
    payload: Annotated[dict[str, JsonValue] | None, ShownAs(lambda: Nothing)]

    @classmethod
    def of(cls, notification: Notification, **more: Any) -> Self:
        """`more` are the fields that a subclass adds."""
        return cls(
            id=notification.id,
            title=notification.text_of("title"),
            description=notification.text_of("description"),
            body=notification.text_of("body"),
            tag=Tag(notification.tag),
            date=date_of(notification.created_at),
            created_at=notification.created_at,
            author_id=notification.author_id,
            type=notification.type,
            payload=notification.payload,
            **more,
        )


Enrolled = Literal["course", "track", "contest", "group"]


class EnrolledPayload(View):
    """What the recipient attends from now on."""

    kind: Enrolled
    id: int
    title: str


class NotificationsReadPayload(View):
    """What was read, here or in another tab, and how many are left unread, up to a hundred."""

    notification_ids: list[int]
    unread_notifications: int


class PersonalSnapshot(SnapshotPayload):
    """Who is there, and how many notifications are unread, up to a hundred."""

    unread_notifications: int


FRAMES = (
    Outgoing(
        Type.SNAPSHOT, PersonalSnapshot, frozenset({RoomKind.PERSONAL}), "One's own channel, for a newcomer", alone=True
    ),
    Outgoing(
        NOTIFICATIONS_READ,
        NotificationsReadPayload,
        frozenset({RoomKind.PERSONAL}),
        "Notifications were read, in this tab or another",
    ),
    Outgoing(
        ENROLLED,
        EnrolledPayload,
        frozenset({RoomKind.PERSONAL}),
        "The recipient was enrolled, with their whole group",
        notifies=True,
    ),
    Outgoing(
        NOTIFICATION, NotificationPayload, frozenset({RoomKind.PERSONAL}), "Somebody at school has something to say"
    ),
)


def payload_of(notification: Notification) -> Mapping[str, Any]:
    """Returns the payload of a notification's frame: the notification itself, or for the system's own their payload."""
    if notification.type != NOTIFICATION:
        return dict(notification.payload)
    return for_any_language(NotificationPayload.of(notification))


def date_of(moment: datetime) -> str:
    return moment.strftime(DATE_FORMAT)
