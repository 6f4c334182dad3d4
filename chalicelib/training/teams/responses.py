"""Responses of teams and contests."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import RootModel

from chalicelib.accounts.models import Account
from chalicelib.common.http.paging import Page
from chalicelib.common.http.responses import CamelView, ListView, Moment, Named, View
from chalicelib.common.spoken_names import SpokenName
from chalicelib.training import members as training_members
from chalicelib.training.frames import UserObject
from chalicelib.training.models import Contest, Invite, Team
from chalicelib.training.sessions.history import ContestForViewer
from chalicelib.training.sessions.scoreboard import Row


class TeamMemberView(View):
    id: int
    login: str | None
    name: str | None
    display_name: str | None
    is_captain: bool


class TeamView(View):
    """`running` is the id of the session that is going on."""

    id: int
    name: str
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


class TeamsList(RootModel[list[TeamView]], View):
    """A bare array, as Team Training's."""


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
    title: Named

    @classmethod
    def of_placed(cls, placed: Mapping[str, Any]) -> Self:
        title = SpokenName(placed["title"], placed.get("titles", {}))
        return cls(alias=placed["alias"], problem_id=placed["problem_id"], title=title)


class ContestCard(View):
    """What everybody may know of a contest. `duration` is in seconds."""

    id: int
    name: str
    duration: int
    freeze: bool
    problems_count: int
    created_at: Moment

    @classmethod
    def of_contest(cls, contest: Contest, **more: Any) -> Self:
        """`more` are the members that a subclass adds."""
        return cls(
            id=contest.id,
            name=contest.name,
            duration=contest.duration,
            freeze=contest.freeze,
            problems_count=len(contest.problems),
            created_at=contest.created_at,
            **more,
        )


class ContestCards(ListView):
    items: list[ContestCard]

    @classmethod
    def of(cls, page: Page[Contest]) -> Self:
        return cls(items=[ContestCard.of_contest(each) for each in page.items], next=page.next_cursor)


class ContestResultView(View):
    """A training of one of the caller's teams in a contest, and how it went; `penalty` is in minutes.

    `is_repetition`: some of the team had trained in the contest before.
    """

    training_session_id: str
    team_id: int
    team_name: str
    started_at: Moment
    ends_at: Moment
    solved: int
    penalty: int
    is_repetition: bool

    @classmethod
    def of(cls, row: Row) -> Self:
        run = row.run
        return cls(
            training_session_id=run.session_id,
            team_id=run.team_id,
            team_name=run.team_name,
            started_at=run.started_at,
            ends_at=run.ends_at,
            solved=row.solved,
            penalty=row.penalty,
            is_repetition=row.run.repeats,
        )


class ContestInfo(ContestCard):
    """A contest in a list. `results` are those of the caller's teams, the latest of each team first."""

    author_id: int
    author_name: str | None
    results: list[ContestResultView]

    @classmethod
    def of(cls, seen: ContestForViewer, **more: Any) -> Self:
        """`more` are the members that a subclass adds."""
        return cls.of_contest(
            seen.contest,
            author_id=seen.contest.author_id,
            author_name=seen.author_name,
            results=[ContestResultView.of(row) for row in seen.results],
            **more,
        )


class ContestsList(RootModel[list[ContestInfo]], View):
    """A bare array, as Team Training's."""


class ContestView(ContestInfo):
    coarse_results: bool
    problems: list[ContestProblemView]

    @classmethod
    def of_seen(cls, seen: ContestForViewer) -> Self:
        problems = [ContestProblemView.of_placed(problem) for problem in seen.contest.problems]
        return cls.of(seen, coarse_results=seen.contest.coarse_results, problems=problems)


def _member(team: Team, member: int, account: Account | None) -> TeamMemberView:
    shown = training_members.user_object(member, account)
    return TeamMemberView(
        id=member,
        login=shown.login,
        name=shown.first_name,
        display_name=shown.display_name,
        is_captain=member == team.captain_id,
    )
