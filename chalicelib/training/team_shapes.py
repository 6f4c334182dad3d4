"""Teams and contests on the wire."""

import string
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import Field, RootModel, model_validator

from chalicelib.accounts.models import Account
from chalicelib.common import ids
from chalicelib.common.http import errors
from chalicelib.common.http.requests import Body
from chalicelib.common.http.responses import Moment, View
from chalicelib.training import people
from chalicelib.training.contests import NewContest, Placed
from chalicelib.training.models import Contest, Invite, Team

MAX_NAME = 128
MAX_PROBLEMS = 26
SHORTEST, LONGEST = 10, 24 * 3600
"""Of a contest, in seconds."""

Name = Annotated[str, Field(max_length=MAX_NAME, pattern=r"\S")]
Id = Annotated[int, Field(ge=1, le=ids.MAX_ID)]
Alias = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,3}$")]
Duration = Annotated[int, Field(ge=SHORTEST, le=LONGEST, description="In seconds")]


class TeamBody(Body):
    name: Name


class TeamChanges(Body):
    """`captain_id` hands the team over."""

    name: Name | None = None
    captain_id: Id | None = None


class JoinBody(Body):
    code: Annotated[str, Field(min_length=1, max_length=100)]


class TeamMemberView(View):
    id: int
    login: str | None
    name: str | None
    display_name: str | None
    is_captain: bool


class TeamInfo(View):
    """A team in a list."""

    id: int
    name: str

    @classmethod
    def of(cls, team: Team) -> Self:
        return cls(id=team.id, name=team.name)


class TeamsList(RootModel[list[TeamInfo]], View):
    """A bare array, as the seed's."""


class TeamView(TeamInfo):
    """`running` is the id of the session that is going on."""

    captain_id: int
    members: list[TeamMemberView]
    running: str | None
    created_at: Moment

    @classmethod
    def of_team(cls, team: Team, accounts: Mapping[int, Account]) -> Self:
        return cls(
            id=team.id,
            name=team.name,
            captain_id=team.captain_id,
            members=[_member(team, member, accounts.get(member)) for member in team.members],
            running=team.running,
            created_at=team.created_at,
        )


class InviteView(View):
    code: str
    created_at: Moment
    expires_at: Moment

    @classmethod
    def of(cls, invite: Invite) -> Self:
        return cls(code=invite.code, created_at=invite.created_at, expires_at=invite.expires_at)


class InvitesView(View):
    invites: list[InviteView]


class SelectedContestView(View):
    """The seed has ids as texts here."""

    contestId: str | None  # noqa: N815 - seed 002's name


class OnlineView(View):
    """User objects, as their owners have sent them in USER."""

    users: list[dict[str, Any]]


class PlacedBody(Body):
    """Without an alias: the letter of its place."""

    problem_id: Id
    alias: Alias | None = None


Problems = Annotated[list[PlacedBody], Field(min_length=1, max_length=MAX_PROBLEMS)]


class ContestBody(Body):
    name: Name
    duration: Duration
    freeze: bool = False
    problems: Problems

    @model_validator(mode="after")
    def _aliases_differ(self) -> Self:
        refuse_double(placed(self.problems))
        return self

    def new_contest(self) -> NewContest:
        return NewContest(name=self.name, duration=self.duration, freeze=self.freeze, problems=placed(self.problems))


class ContestChanges(Body):
    name: Name | None = None
    duration: Duration | None = None
    freeze: bool | None = None
    problems: Problems | None = None

    @model_validator(mode="after")
    def _aliases_differ(self) -> Self:
        refuse_double(placed(self.problems or []))
        return self

    def changes(self) -> dict[str, Any]:
        """The new values by the contest's fields; what is null stays."""
        given: dict[str, Any] = self.model_dump(exclude_none=True, exclude={"problems"})
        return given if self.problems is None else {**given, "problems": placed(self.problems)}


class ContestProblemView(View):
    alias: str
    problem_id: int
    title: str


class ContestInfo(View):
    """A contest in a list."""

    id: int
    name: str
    duration: int
    freeze: bool

    @classmethod
    def of(cls, contest: Contest) -> Self:
        return cls(id=contest.id, name=contest.name, duration=contest.duration, freeze=contest.freeze)


class ContestsList(RootModel[list[ContestInfo]], View):
    """A bare array, as the seed's."""


class ContestView(ContestInfo):
    problems: list[ContestProblemView]
    author_id: int
    created_at: Moment

    @classmethod
    def of_contest(cls, contest: Contest) -> Self:
        return cls(
            **ContestInfo.of(contest).model_dump(),
            problems=[ContestProblemView(**problem) for problem in contest.problems],
            author_id=contest.author_id,
            created_at=contest.created_at,
        )


def placed(problems: Sequence[PlacedBody]) -> list[Placed]:
    letters = string.ascii_uppercase
    return [Placed(each.alias or letters[place], each.problem_id) for place, each in enumerate(problems)]


def refuse_double(problems: Sequence[Placed]) -> None:
    """400 when two problems have one alias."""
    aliases = [each.alias for each in problems]
    if len(set(aliases)) < len(aliases):
        raise errors.BadRequest("double_alias", "Two problems have the same alias")


def _member(team: Team, member: int, account: Account | None) -> TeamMemberView:
    shown = people.user_object(member, account)
    return TeamMemberView(
        id=member,
        login=shown["login"],
        name=shown["first_name"],
        display_name=shown["display_name"],
        is_captain=member == team.captain_id,
    )
