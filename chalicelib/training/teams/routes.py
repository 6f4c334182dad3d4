"""Routes of teams and contests."""

from chalicelib.accounts import authentication
from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits, settings
from chalicelib.common.http import etags, headers, paging, requests, routing
from chalicelib.school.requests import TeacherBody
from chalicelib.school.responses import TeachersView, TeacherView
from chalicelib.training import models
from chalicelib.training.models import Contest, Team
from chalicelib.training.sessions import history, room
from chalicelib.training.teams import contests, invites, teachers, teams
from chalicelib.training.teams import requests as team_requests
from chalicelib.training.teams.responses import (
    ContestCards,
    ContestInfo,
    ContestsList,
    ContestView,
    InvitesView,
    InviteView,
    OnlineView,
    SelectedContestView,
    TeamsList,
    TeamView,
)

routes = routing.Routes(__name__, tag="Teams")

TEAM_CHANGES = limits.Limit("changes of teams", settings.load().team_changes_per_minute, limits.MINUTE)
INVITES = limits.CountedWithin(str(invites.ISSUED))


# --- Teams -----------------------------------------------------------------------------------------------------------


@routes.post("/teams", access=authentication.USER, limit=TEAM_CHANGES, status=201, versioned=True, raises=[409])
def create_team(caller: Caller, body: team_requests.TeamBody) -> routing.Answer[TeamView]:
    """Make a team; whoever makes it is its captain."""
    return _shown(teams.create(caller, body.name))


@routes.get("/teams", access=authentication.USER)
def list_teams(caller: Caller) -> TeamsList:
    """The caller's teams."""
    found = teams.teams_of(caller)
    accounts = account_models.list_names([member for team in found for member in team.members])
    return TeamsList([TeamView.of_team(team, accounts) for team in found])


@routes.post(
    "/teams/join", access=authentication.USER, limit=TEAM_CHANGES, creates=True, versioned=True, raises=[404, 409]
)
def join_team(caller: Caller, body: team_requests.JoinBody) -> routing.Answer[TeamView]:
    """Join a team by an invitation code."""
    return _shown(teams.join(caller, body.code))


@routes.get("/teams/{team_id}", access=authentication.USER, versioned=True)
def show_team(team_id: int, caller: Caller) -> routing.Answer[TeamView]:
    """A team: for its members and admins, and for a teacher whose own pupils they all are."""
    return _shown(teams.readable_by(caller, team_id))


@routes.patch("/teams/{team_id}", access=authentication.USER, limit=TEAM_CHANGES, versioned=True, raises=[409])
def change_team(
    team_id: int, caller: Caller, body: team_requests.TeamChanges, request: requests.Request
) -> routing.Answer[TeamView]:
    """Rename a team, or hand it over: for its captain."""
    expected = etags.if_match(request)
    return _shown(teams.change(caller, team_id, expected, name=body.name, captain_id=body.captain_id))


@routes.delete(
    "/teams/{team_id}", access=authentication.USER, limit=TEAM_CHANGES, status=204, versioned=True, raises=[409]
)
def delete_team(team_id: int, caller: Caller, request: requests.Request) -> None:
    """Dissolve a team that is not in a training: for its captain."""
    teams.dissolve(caller, team_id, etags.if_match(request))


@routes.delete(
    "/teams/{team_id}/members/{user_id}", access=authentication.USER, limit=TEAM_CHANGES, status=204, raises=[409]
)
def remove_member(team_id: int, user_id: int, caller: Caller) -> None:
    """Leave a team; or send a member away, as its captain."""
    teams.remove(caller, team_id, user_id)


@routes.post("/teams/{team_id}/invites", access=authentication.USER, limit=INVITES, status=201, raises=[429])
def issue_invite(team_id: int, caller: Caller) -> InviteView:
    """A code that lets others into the team for seven days: for its captain."""
    return InviteView.of(invites.issue(teams.get_as_captain(team_id, caller.id)))


@routes.get("/teams/{team_id}/invites", access=authentication.USER, paged=True)
def list_invites(team_id: int, caller: Caller, query: paging.ListQuery) -> paging.PageAnswer[InvitesView]:
    """The codes that hold: for the captain."""
    page = invites.of(teams.get_as_captain(team_id, caller.id), query)
    body = InvitesView(invites=[InviteView.of(invite) for invite in page.items])
    return page.answer(body)


@routes.delete("/teams/{team_id}/invites/{code}", access=authentication.USER, status=204)
def revoke_invite(team_id: int, code: str, caller: Caller) -> None:
    """Take a code back: for the captain."""
    invites.revoke(teams.get_as_captain(team_id, caller.id), code)


@routes.get("/teams/{team_id}/online", access=authentication.USER)
def list_online_of_team(team_id: int, caller: Caller) -> OnlineView:
    """Who is in the lobby of a team: for its members."""
    return _online(teams.get_as_member(team_id, caller.id))


@routes.get("/lobby/{team_id}/online", access=authentication.USER, use_instead="GET /teams/{team_id}/online")
def list_online(team_id: int, caller: Caller) -> OnlineView:
    """Who is in the lobby of a team: for its members."""
    return _online(teams.get_as_member(team_id, caller.id))


@routes.get("/lobby/{team_id}/selected-contest", access=authentication.USER)
def show_selected_contest(team_id: int, caller: Caller) -> SelectedContestView:
    """The contest that is selected in the lobby: for the team's members."""
    selected = teams.get_as_member(team_id, caller.id).selected_contest
    return SelectedContestView(contest_id=None if selected is None else str(selected))


# --- Contests --------------------------------------------------------------------------------------------------------


@routes.post("/contests", access=authentication.TEACHER, status=201, versioned=True, raises=[404, 422])
def create_contest(caller: Caller, body: team_requests.ContestBody) -> routing.Answer[ContestView]:
    """Make a contest of problems of the library."""
    made = contests.create(caller, body.new_contest())
    return _contest(caller, made)


@routes.get("/contests", access=authentication.USER, paged=True)
def list_contests(query: paging.ListQuery, caller: Caller) -> paging.PageAnswer[ContestsList]:
    """The contests, the newest first, and how the caller's teams did in each."""
    page = models.list_contests(query)
    body = ContestsList([ContestInfo.of(seen) for seen in history.for_viewer(caller, page.items)])
    return page.answer(body)


@routes.get("/main/contests", access=routing.PUBLIC, paged=True, caching=headers.REVALIDATED)
def list_public_contests(query: paging.ListQuery) -> paging.PageAnswer[ContestCards]:
    """The same for visitors: what everybody may know of each."""
    page = models.list_contests(query)
    return page.answer(ContestCards.of(page))


@routes.get("/contests/{contest_id}", access=authentication.USER, versioned=True)
def show_contest(contest_id: int, caller: Caller) -> routing.Answer[ContestView]:
    """A contest with its problems' names, and how the caller's teams did. What they ask is told in a training."""
    return _contest(caller, contests.get(contest_id))


@routes.patch("/contests/{contest_id}", access=authentication.TEACHER, versioned=True, raises=[422])
def change_contest(
    contest_id: int, caller: Caller, body: team_requests.ContestChanges, request: requests.Request
) -> routing.Answer[ContestView]:
    """Change a contest that one owns or teaches. Trainings that have started keep what they had."""
    changed = contests.change(caller, contest_id, body.changes(), etags.if_match(request))
    return _contest(caller, changed)


@routes.delete("/contests/{contest_id}", access=authentication.TEACHER, status=204, versioned=True)
def delete_contest(contest_id: int, caller: Caller, request: requests.Request) -> None:
    """Delete a contest that one owns or teaches. Trainings that have started go on."""
    contests.delete(caller, contest_id, etags.if_match(request))


@routes.get("/contests/{contest_id}/teachers", access=authentication.TEACHER)
def list_teachers(contest_id: int, caller: Caller) -> TeachersView:
    """Who teaches a contest: for those who do, and admins."""
    return TeachersView.of(teachers.list_all(caller, contest_id))


@routes.post("/contests/{contest_id}/teachers", access=authentication.TEACHER, status=201, raises=[409, 422])
def add_teacher(contest_id: int, caller: Caller, body: TeacherBody) -> TeacherView:
    """Let another teacher do all with the contest that its author may do."""
    return TeacherView.of(teachers.add(caller, contest_id, body.user_id))


@routes.delete("/contests/{contest_id}/teachers/{user_id}", access=authentication.TEACHER, status=204, raises=[409])
def remove_teacher(contest_id: int, user_id: int, caller: Caller) -> None:
    """Let somebody teach the contest no longer. Its author always does."""
    teachers.remove(caller, contest_id, user_id)


def _shown(team: Team) -> routing.Answer[TeamView]:
    """Its ETag is that of what is shown: names and the running training change without the team."""
    body = TeamView.of_team(team, account_models.list_names(team.members))
    return routing.Answer(body=body, headers=etags.header(team.version, shown=body))


def _contest(caller: Caller, contest: Contest) -> routing.Answer[ContestView]:
    """With the ETag of what is shown: results come without the contest changing."""
    (seen,) = history.for_viewer(caller, [contest])
    body = ContestView.of_seen(seen)
    return routing.Answer(body=body, headers=etags.header(contest.version, shown=body))


def _online(team: Team) -> OnlineView:
    return OnlineView(users=room.online(teams.lobby_of(team.id)))
