"""Answers of the school's portal, in Virtual School's words."""

import functools
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self, Union

from pydantic import Field, RootModel, SerializeAsAny, create_model
from typing_extensions import TypeAliasType

from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import Role
from chalicelib.accounts.responses import AccountView
from chalicelib.common.http.responses import Moment, Nothing, View
from chalicelib.common.http.schemas import ShownAs
from chalicelib.realtime.frames import declared, in_camels
from chalicelib.school import dashboard, frames
from chalicelib.school.deadline_responses import DueView
from chalicelib.school.models import Delivery, MainPage, News, Notification
from chalicelib.school.overview_responses import TeachingView
from chalicelib.school.teaching import GroupTeacher
from chalicelib.school.users import VisibleUser
from chalicelib.school.visibility import Visibility


class MainView(View):
    description: str
    image: str | None

    @classmethod
    def of(cls, page: MainPage) -> Self:
        return cls(description=page.description, image=page.image)


class NewsView(View):
    id: int
    title: str
    description: str
    body: str
    date: str
    created_at: Moment
    image: str | None
    author_id: int

    @classmethod
    def of(cls, news: News) -> Self:
        return cls(
            id=news.id,
            title=news.title,
            description=news.description,
            body=news.body,
            date=frames.date_of(news.created_at),
            created_at=news.created_at,
            image=news.image,
            author_id=news.author_id,
        )


class NewsList(RootModel[list[NewsView]], View):
    """A bare array."""

    @classmethod
    def of(cls, found: Sequence[News]) -> Self:
        return cls([NewsView.of(each) for each in found])


class NamesView(View):
    """The data of a teacher that everybody may see."""

    id: int
    login_id: int
    name: str | None
    secondname: str | None
    patronymic: str | None
    role: Role

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(
            id=account.id,
            login_id=account.id,
            name=account.name,
            secondname=account.secondname,
            patronymic=account.patronymic,
            role=Role(account.role),
        )


class UsersList(RootModel[list[AccountView | NamesView]], View):
    """A bare array."""

    @classmethod
    def of(cls, found: Sequence[VisibleUser]) -> Self:
        return cls([_visible(each) for each in found])


class TeacherView(View):
    """Somebody who teaches a course, a track or a contest. Its owner made it."""

    user_id: int
    name: str | None
    secondname: str | None
    is_owner: bool

    @classmethod
    def of(cls, teacher: GroupTeacher) -> Self:
        account = teacher.account
        return cls(user_id=account.id, name=account.name, secondname=account.secondname, is_owner=teacher.is_owner)


class TeachersView(View):
    """The owner, then the others."""

    teachers: list[TeacherView]

    @classmethod
    def of(cls, found: Sequence[GroupTeacher]) -> Self:
        return cls(teachers=[TeacherView.of(each) for each in found])


class ClassesView(View):
    classes: list[int]


class NotificationView(frames.NotificationPayload):
    """`author_name` is null for what the system tells."""

    read: bool
    author_name: str | None

    @classmethod
    def of_delivery(cls, delivery: Delivery, notification: Notification, names: Mapping[int, str | None]) -> Self:
        author_id = notification.author_id
        author_name = None if author_id is None else names.get(author_id)
        return cls.of(notification, read=delivery.unread is None, author_name=author_name)


@functools.cache
def _shapes_of_notifications() -> Any:
    """Returns the type of any notification, for the document: people's, and those that other packages send."""
    sent = {frame.name: frame.payload for frame in declared()[1] if frame.notifies}
    shapes = [
        _notification_shape("SchoolNotification", frames.NOTIFICATION, Nothing),
        *(_notification_shape(f"{in_camels(kind)}Notification", kind, payload) for kind, payload in sent.items()),
    ]
    return TypeAliasType("AnyNotification", Annotated[Union[*shapes], Field(discriminator="type")])


def _notification_shape(name: str, kind: str, payload: Any) -> type[View]:
    said = f"A notification of the type {kind}, which is that of the frame that was sent live."
    members: dict[str, Any] = {"type": (Literal[str(kind)], ...), "payload": (payload, ...)}
    return create_model(name, __base__=NotificationView, __doc__=said, **members)


AnyNotification = Annotated[NotificationView, ShownAs(_shapes_of_notifications)]


class NotificationsList(RootModel[list[AnyNotification]], View):
    """A bare array."""

    @classmethod
    def of(cls, found: Sequence[tuple[Delivery, Notification]], names: Mapping[int, str | None]) -> Self:
        return cls([NotificationView.of_delivery(*each, names) for each in found])


class SentNotification(View):
    """A notification that was sent. `recipients` is how many it is to reach; `left_out` how many of the class it does
    not reach, since they are not the sender's pupils. Both are null when there are more than a thousand.
    """

    id: int
    recipients: int | None
    left_out: int | None

    @classmethod
    def of(cls, sent: Notification) -> Self:
        return cls(id=sent.id, recipients=sent.recipients, left_out=sent.left_out)


class DeliveryView(SentNotification):
    """How far a notification has come: `told` counts those who have it, and all have it from `delivered_at` on."""

    told: int
    delivered_at: Moment | None

    @classmethod
    def of_told(cls, sent: Notification, told: int) -> Self:
        counted = {"recipients": sent.recipients, "left_out": sent.left_out}
        return cls(id=sent.id, told=told, delivered_at=sent.delivered_at, **counted)


class UnreadView(View):
    """It counts to a hundred."""

    unread_notifications: int


class DashboardView(View):
    """`id` is the caller's, Virtual School's only member. `unread_notifications` counts to a hundred.

    `due` is what the caller has still to do, the most urgent first; `progress` has the next task of each course.
    `teaching` is null for those who teach nothing.
    """

    id: int
    unread_notifications: int
    due: list[DueView]
    teaching: TeachingView | None
    sections: Annotated[dict[str, list[SerializeAsAny[View]]], ShownAs(dashboard.shape)]


def _visible(seen: VisibleUser) -> AccountView | NamesView:
    return AccountView.of(seen.account) if seen.visibility is Visibility.ALL else NamesView.of(seen.account)
