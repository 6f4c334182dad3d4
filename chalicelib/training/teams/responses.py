"""Responses of teams and contests."""

from collections.abc import Mapping
from typing import Self

from pydantic import RootModel

from chalicelib.accounts.models import Account
from chalicelib.common.http.responses import CamelView, Moment, View
from chalicelib.training import members as training_members
from chalicelib.training.frames import UserObject
from chalicelib.training.models import Contest, Invite, Team


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
    """A bare array, as Team Training's."""


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


class SelectedContestView(CamelView):
    """Team Training has ids as texts here."""

    contest_id: str | None


class OnlineView(View):
    """Those who are in a room."""

    users: list[UserObject]


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
    """A bare array, as Team Training's."""


class ContestView(ContestInfo):
    coarse_results: bool
    problems: list[ContestProblemView]
    author_id: int
    created_at: Moment

    @classmethod
    def of_contest(cls, contest: Contest) -> Self:
        return cls(
            **ContestInfo.of(contest).model_dump(),
            coarse_results=contest.coarse_results,
            problems=[ContestProblemView(**problem) for problem in contest.problems],
            author_id=contest.author_id,
            created_at=contest.created_at,
        )


def _member(team: Team, member: int, account: Account | None) -> TeamMemberView:
    shown = training_members.user_object(member, account)
    return TeamMemberView(
        id=member,
        login=shown.login,
        name=shown.first_name,
        display_name=shown.display_name,
        is_captain=member == team.captain_id,
    )
