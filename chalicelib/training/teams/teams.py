"""Teams: creates and dissolves them; members join by invitation, leave, and may enter the team's lobby.

Pure functions decide who may join, and who becomes captain.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.realtime import connections
from chalicelib.realtime.rooms import Room, RoomKind
from chalicelib.school import teaching
from chalicelib.school.memberships import FillMore
from chalicelib.training import models, score_models
from chalicelib.training.models import Session, Team
from chalicelib.training.sessions import scoreboard
from chalicelib.training.teams import invites


class Joining(StrEnum):
    """What becomes of somebody who wants to join."""

    JOINS = "joins"
    IS_IN = "is in"
    FULL = "full"


def joining(members: Sequence[int], user_id: int, *, capacity: int) -> Joining:
    if user_id in members:
        return Joining.IS_IN
    return Joining.JOINS if len(members) < capacity else Joining.FULL


def captain_without(members: Sequence[int], captain_id: int, leaver_id: int) -> int | None:
    """Who leads when somebody has left: whoever has been there longest takes over; None when nobody is left."""
    rest = [member for member in members if member != leaver_id]
    if captain_id in rest:
        return captain_id
    return next(iter(rest), None)


CHANGE_TRIES = 10
MAX_TEAMS = 20
"""That one user may be in."""


def lobby_of(team_id: int) -> Room:
    return Room(RoomKind.LOBBY, str(team_id))


def create(caller: Caller, name: str) -> Team:
    """A new team, of which the caller is captain."""

    def store(team_id: int) -> Team:
        team = Team(
            *models.team_key(team_id),
            id=team_id,
            name=name,
            captain_id=caller.id,
            member_ids=[caller.id],
            created_at=clock.now(),
        )
        models.add_team(team, at_most=MAX_TEAMS)
        return team

    try:
        team = transactions.with_new_id(store)
    except transactions.ConditionFailed as refused:
        if models.FEW_TEAMS in refused.failed:
            raise _too_many() from refused
        raise
    observe.logger.info("team made", team_id=team.id, by=caller.id)
    return team


def teams_of(caller: Caller) -> list[Team]:
    """The teams that the caller is in."""
    return models.teams_of(caller.id, at_most=MAX_TEAMS)


def get(team_id: int) -> Team:
    team = models.find_team(team_id)
    if team is None:
        raise _no_such_team()
    return team


def get_as_member(team_id: int, user_id: int) -> Team:
    """403 for those who are not in it."""
    team = get(team_id)
    _check_member(team, user_id)
    return team


def readable_by(caller: Caller, team_id: int) -> Team:
    """For whom `check_readable` lets through."""
    team = get(team_id)
    check_readable(caller, team)
    return team


def check_readable(caller: Caller, team: Team, former: Collection[int] = ()) -> None:
    """403 for all but its members and admins, and those who may read about each of its members, and of `former` ones.

    What a team says and writes is by all of them, so one's own pupil in it does not open the others' words.
    """
    if not teaching.may_read_about_all(caller, {*team.members, *former}):
        _check_member(team, caller.id)


def _check_member(team: Team, user_id: int) -> None:
    if user_id not in team.members:
        raise errors.Forbidden("not_in_team", "You are not in this team")


def get_as_captain(team_id: int, user_id: int) -> Team:
    team = get_as_member(team_id, user_id)
    if team.captain_id != user_id:
        raise errors.Forbidden("not_captain", "Only the captain of the team may do this")
    return team


def admit_to_lobby(room_id: str, user_id: int) -> None:
    """Who belongs into the lobby of a team."""
    get_as_member(int(room_id), user_id)


def change(caller: Caller, team_id: int, expected: IfMatch, *, name: str | None, captain_id: int | None) -> Team:
    """Rename a team, make another member captain, or both; None stays. 412 when it is not as it was seen."""
    for _ in range(CHANGE_TRIES):
        team = get_as_captain(team_id, caller.id)
        etags.require(team.version, expected)
        if captain_id not in {None, *team.members}:
            raise _no_such_member()
        try:
            changed = models.change_team(team, name=name or team.name, captain_id=captain_id or team.captain_id)
        except transactions.ConditionFailed:
            continue
        observe.logger.info("team changed", team_id=team_id, captain_id=changed.captain_id, by=caller.id)
        return changed
    raise errors.ChangedMeanwhile


def join(caller: Caller, code: str) -> Team:
    """Join a team by an invitation; coming again changes nothing. 404 for a code that does not hold, 409 when full."""
    invitation = invites.read(code)
    for _ in range(CHANGE_TRIES):
        team = get(invitation.team_id)
        outcome = joining(team.members, caller.id, capacity=settings.load().team_size)
        if outcome is Joining.IS_IN:
            return team
        if outcome is Joining.FULL:
            raise errors.Conflict("team_full", "The team has {limit} members already", limit=settings.load().team_size)
        try:
            _let_in(team, caller.id, invitation.secret)
        except transactions.ConditionFailed as refused:
            if models.INVITE_VALID in refused.failed:
                raise invites.unknown() from refused
            if refused.failed == {models.FEW_TEAMS}:
                raise _too_many() from refused
            continue
        observe.logger.info("team joined", team_id=team.id, user_id=caller.id)
        return get(team.id)
    raise errors.ChangedMeanwhile


def _let_in(team: Team, user_id: int, secret: str) -> None:
    session = None if team.running is None else models.find_session(team.running)
    now = clock.now()
    into = None if session is None or session.is_over(now) else _into(session, user_id, now)
    models.add_member(team, user_id, secret=secret, now=now, at_most=MAX_TEAMS, into=into)


def _into(session: Session, user_id: int, now: datetime) -> FillMore:
    repeats = scoreboard.repeats(
        session.team_id, [user_id], score_models.trained_in(session.contest_id, but=session.id)
    )
    return lambda transaction: score_models.let_in(transaction, session, user_id, now, repeats=repeats)


def remove(caller: Caller, team_id: int, user_id: int) -> None:
    """Leave a team, or send a member away as its captain. The last who leaves dissolves it: 409 during a session."""
    for _ in range(CHANGE_TRIES):
        team = get_as_member(team_id, caller.id) if caller.id == user_id else get_as_captain(team_id, caller.id)
        if user_id not in team.members:
            raise _no_such_member()
        captain_id = captain_without(team.members, team.captain_id, user_id)
        if captain_id is None:
            return dissolve(caller, team_id, expected=None)
        if _take_out(team, user_id, captain_id=captain_id):
            return None
    raise errors.ChangedMeanwhile


def forget(user_id: int) -> None:
    """Take an account that was erased out of its teams. One that is alone in a team stays: nobody else can see it."""
    for _ in range(CHANGE_TRIES):
        changed = [
            not _take_out(team, user_id, captain_id=captain_id)
            for team in models.teams_of(user_id, at_most=MAX_TEAMS)
            if (captain_id := captain_without(team.members, team.captain_id, user_id)) is not None
        ]
        if not any(changed):
            return
    raise errors.ChangedMeanwhile


def dissolve(caller: Caller, team_id: int, expected: IfMatch) -> None:
    """Delete a team; 409 while a session is running, 412 when it is not as it was seen."""
    for _ in range(CHANGE_TRIES):
        team = get_as_captain(team_id, caller.id)
        etags.require(team.version, expected)
        if team.running is not None:
            raise errors.Conflict("team_in_session", "The team is in a training")
        try:
            models.delete_team(team)
        except transactions.ConditionFailed:
            continue
        for member in team.members:
            _send_away(team, member)
        observe.logger.info("team dissolved", team_id=team_id, by=caller.id)
        return
    raise errors.ChangedMeanwhile


def _take_out(team: Team, user_id: int, *, captain_id: int) -> bool:
    """False when the team has changed since it was read."""
    try:
        models.remove_member(team, user_id, captain_id=captain_id)
    except transactions.ConditionFailed:
        return False
    _send_away(team, user_id)
    observe.logger.info("team left", team_id=team.id, user_id=user_id, captain_id=captain_id)
    return True


def _send_away(team: Team, user_id: int) -> None:
    """Close the rooms of a team for somebody who has left it."""
    connections.close_in_room(lobby_of(team.id), user_id)
    if team.running is not None:
        connections.close_in_room(Room(RoomKind.TRAINING, team.running), user_id)


def _too_many() -> errors.Conflict:
    return errors.Conflict("too_many_teams", "You are in {limit} teams already", limit=MAX_TEAMS)


def _no_such_team() -> errors.NotFound:
    return errors.NotFound("team_not_found", "Team not found")


def _no_such_member() -> errors.NotFound:
    return errors.NotFound("member_not_found", "There is no such member in this team")
