"""Request bodies and queries of the school's portal, in Virtual School's words."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from chalicelib.accounts.permissions import AccountState, role_named
from chalicelib.accounts.requests import CLASS, Profile, RoleName, SchoolClass
from chalicelib.common import ids
from chalicelib.common.http import errors, paging, searching, validation
from chalicelib.common.http.errors import In, Place
from chalicelib.common.http.requests import Body
from chalicelib.common.texts import Text
from chalicelib.school import users
from chalicelib.school.models import Tag
from chalicelib.school.news import NewNews
from chalicelib.school.notifications import NewNotification
from chalicelib.school.relations import LAST_CLASS

MAX_TITLE, MAX_DESCRIPTION, MAX_BODY, MAX_URL = 128, 256, 1024, 2048
"""In characters; those of Virtual School, but for the last."""

Title = Annotated[
    str,
    Field(
        max_length=MAX_TITLE,
    ),
    validation.NOT_BLANK,
]
Description = Annotated[
    str,
    Field(
        max_length=MAX_DESCRIPTION,
    ),
    validation.NOT_BLANK,
]
BodyText = Annotated[str, Field(max_length=MAX_BODY)]
ImageUrl = Annotated[
    str,
    Field(max_length=MAX_URL),
    validation.Form(
        r"^https?://[^\s\/?#]+\S*$", Text("not_an_image_link", "must be a link that begins with http:// or https://")
    ),
]
Id = Annotated[int, Field(ge=1, le=ids.MAX_ID)]
TagName = Literal["low", "medium", "high"]
StateName = Literal["activated", "blocked"]


def left_out() -> Any:
    """Returns the default of a member that may be left out of a change. It is never read: only given members are."""


class ChangesBody(Body):
    """The changes of an item: a member that is left out stays."""

    def changes(self) -> dict[str, Any]:
        """The new values by the item's fields."""
        return {field: getattr(self, field) for field in self.model_fields_set}


class MainBody(Body):
    description: Annotated[str, Field(max_length=MAX_DESCRIPTION)]
    image: ImageUrl | None = None


class NewsBody(Body):
    title: Title
    description: Description
    body: BodyText = ""
    image: ImageUrl | None = None

    def new_news(self) -> NewNews:
        return NewNews(title=self.title, description=self.description, body=self.body, image=self.image)


class NewsChanges(ChangesBody):
    title: Title = Field(default_factory=left_out)
    description: Description = Field(default_factory=left_out)
    body: BodyText = Field(default_factory=left_out)
    image: ImageUrl | None = None


class UsersQuery(paging.ListQuery):
    """`id` and `class` exclude each other."""

    q: searching.Words = None
    user_id: Id | None = Field(None, alias="id")
    school_class: SchoolClass | None = Field(None, alias=CLASS)

    @model_validator(mode="after")
    def _asks_for_one_thing(self) -> Self:
        if self.user_id is not None and self.school_class is not None:
            raise errors.BadRequest("id_and_class", "Ask for an id or for a class, not for both", where=Place(In.QUERY))
        return self

    def asked_for(self) -> users.WantedUsers:
        return users.WantedUsers(user_id=self.user_id, school_class=self.school_class, words=self.q)


class UserChanges(Profile):
    """The data that an admin may change of an account. The state `activated` lifts a block."""

    school_class: SchoolClass | None = Field(None, alias=CLASS)
    role: RoleName = Field(default_factory=left_out)
    state: StateName = Field(default_factory=left_out)

    def changed(self) -> users.Changes:
        about = {field: value for field, value in self.changes().items() if field not in {"role", "state"}}
        given = self.model_fields_set
        return users.Changes(
            about=about,
            role=role_named(self.role) if "role" in given else None,
            state=AccountState(self.state) if "state" in given else None,
        )


class TeacherBody(Body):
    """Who is to teach a group too: somebody with the role of a teacher."""

    user_id: Id


class NotificationsQuery(paging.ListQuery):
    tag: TagName | None = None
    unread: bool = Field(default=False, description="Only what has not been read")


class NotificationBody(Body):
    """A notification to exactly one of `user_id`, `class`, `group_id` (a named group) and `all`."""

    title: Title
    description: Description
    body: BodyText = ""
    tag: TagName = "medium"
    user_id: Id | None = None
    school_class: SchoolClass | None = Field(None, alias=CLASS)
    group_id: Annotated[int, Field(gt=LAST_CLASS, le=ids.MAX_ID)] | None = None
    everybody: Literal[True] | None = Field(None, alias="all")

    @model_validator(mode="after")
    def _is_for_somebody(self) -> Self:
        if sum(name is not None for name in (self.user_id, self.school_class, self.group_id, self.everybody)) != 1:
            raise errors.BadRequest("one_audience", "Name exactly one of user_id, class, group_id and all")
        return self

    def new_notification(self) -> NewNotification:
        return NewNotification(
            title=self.title,
            description=self.description,
            body=self.body,
            tag=Tag(self.tag),
            to_user=self.user_id,
            to_class=self.school_class,
            to_group=self.group_id,
            to_all=self.everybody is not None,
        )


class NotificationChanges(ChangesBody):
    title: Title = Field(default_factory=left_out)
    description: Description = Field(default_factory=left_out)
    body: BodyText = Field(default_factory=left_out)
    tag: TagName = Field(default_factory=left_out)
