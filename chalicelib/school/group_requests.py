"""Request bodies and queries of groups of pupils and of invitations."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from chalicelib.accounts.requests import CLASS, Email, Name, SchoolClass
from chalicelib.common import ids, plain_text
from chalicelib.common.http import paging, validation
from chalicelib.common.http.requests import Body
from chalicelib.school import invitations, relations
from chalicelib.school.relations import Group, GroupKind

MAX_TITLE = 128
MOST_AT_ONCE = 100
"""Pupils that one request puts into a group."""

Id = Annotated[int, Field(ge=1, le=ids.MAX_ID)]
GroupId = Annotated[int, Field(ge=1, le=ids.MAX_ID, description="Of a class, its number")]
Title = Annotated[str, Field(max_length=MAX_TITLE), validation.NOT_BLANK, AfterValidator(plain_text.name)]
TargetKind = Literal["course", "track", "contest", "group"]


class PupilGroupBody(Body):
    title: Title


class PupilsBody(Body):
    user_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]


class PupilListBody(Body):
    """A list of pupils as CSV: its first line names the columns name, secondname, email and class; at most 1,000
    pupils follow.
    """

    csv: Annotated[str, Field(min_length=1)]


def _number(value: Any) -> Any:
    """Returns the number that a cell has, None for an empty one."""
    if value == "":
        return None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


class PupilLine(Body):
    """A line of a list. The class may be left empty."""

    name: Name
    secondname: Name
    email: Email
    school_class: Annotated[SchoolClass | None, BeforeValidator(_number)] = Field(None, alias=CLASS)


class TargetBody(Body):
    """A course, a track, a contest or a group of pupils."""

    kind: TargetKind
    id: GroupId

    def target(self) -> Group:
        return _target(self.kind, self.id)


class InvitationBody(TargetBody):
    """An invitation holds for 30 days, and for any number of users, if it does not say otherwise."""

    expires_at: Annotated[AwareDatetime, Field(strict=False)] | None = None
    uses: Annotated[int, Field(ge=1, le=invitations.MOST_USES)] | None = None


class InvitationsQuery(paging.ListQuery):
    """Of a course, a track, a contest or a group of pupils."""

    kind: TargetKind
    id: GroupId

    def target(self) -> Group:
        return _target(self.kind, self.id)


def _target(kind: TargetKind, number: int) -> Group:
    return relations.pupil_group(number) if kind == "group" else Group(GroupKind(kind), number)
