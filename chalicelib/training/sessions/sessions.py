"""Training sessions of a team in a contest: start, and end by a member's request or when the time is over."""

import math
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common import clock, observe
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.common.http import errors
from chalicelib.common.http.responses import rfc3339
from chalicelib.realtime import broadcasts
from chalicelib.realtime.broadcasts import RoomFrame
from chalicelib.realtime.rooms import Room, RoomKind
from chalicelib.training import models, score_models
from chalicelib.training.models import Contest, Score, Session, Team
from chalicelib.training.sessions import scoreboard
from chalicelib.training.statuses import TrainingStatus
from chalicelib.training.teams import contests, teams

TOPIC = "training"
"""Of the timers that end sessions; their subjects are session ids."""
STARTED, FINISHED = "TRAINING_STARTED", "TRAINING_FINISHED"
START_TRIES = 5


@dataclass(frozen=True, slots=True)
class StartedSession:
    session: Session
    is_new: bool


def room_of(session_id: str) -> Room:
    return Room(RoomKind.TRAINING, session_id)


def start(caller: Caller, team_id: int, contest_id: int) -> StartedSession:
    """Start a session, or find the one that the team has in this contest already. The lobby is told.

    409 when the team is in another contest.
    """
    contest = contests.get(contest_id)
    for _ in range(START_TRIES):
        team = teams.get_as_member(team_id, caller.id)
        running = None if team.running is None else get(team.running)
        if running is not None and running.is_over(clock.now()):
            _finish(running)
        elif running is not None:
            return StartedSession(_same(running, contest_id), is_new=False)
        else:
            session = _new_session(team, contest)
            if _store(session, team, contest):
                return StartedSession(session, is_new=True)
    raise errors.ChangedMeanwhile


def complete(caller: Caller, session_id: str) -> Session:
    """Finish a session; once it is finished, nothing more happens. Its room is told."""
    session = get_as_member(session_id, caller.id)
    if session.status == TrainingStatus.IN_PROCESS:
        _finish(session)
    return get(session_id)


def end(session_id: str, now: datetime) -> None:
    """The step of a session's timer."""
    session = models.find_session(session_id)
    if session is not None and session.status == TrainingStatus.IN_PROCESS:
        _finish(session)


def get(session_id: str) -> Session:
    """404 for what is no id as well."""
    session = models.find_session(_canonical(session_id))
    if session is None:
        raise _no_such_session()
    return session


def get_as_member(session_id: str, user_id: int) -> Session:
    """403 for those who are not in its team."""
    session = get(session_id)
    teams.get_as_member(session.team_id, user_id)
    return session


def readable_by(caller: Caller, session_id: str) -> Session:
    """For members of its team and admins, for those who teach its contest, and for who may read about each member."""
    session = get(session_id)
    _check_readable(caller, session)
    return session


def going_on(session: Session) -> Session:
    """409 when its time is over."""
    if session.is_over(clock.now()):
        raise errors.Conflict("training_finished", "The training is finished")
    return session


def latest(caller: Caller, contest_id: int, team_id: int) -> Session:
    """The last that a team started in a contest: for whom `readable_by` says."""
    session = models.find_latest_session(contest_id, team_id)
    if session is None:
        teams.readable_by(caller, team_id)
        contests.get(contest_id)
        raise _no_such_session()
    _check_readable(caller, session)
    return session


def running(caller: Caller, team_id: int) -> Session:
    """What a team can come back to; 404 when nothing is going on."""
    team = teams.get_as_member(team_id, caller.id)
    session = None if team.running is None else get(team.running)
    if session is None or session.is_over(clock.now()):
        raise _no_such_session()
    return session


def admit(room_id: str, user_id: int) -> None:
    """Who belongs into the room of a session: the members of its team."""
    get_as_member(room_id, user_id)


def status(session: Session) -> TrainingStatus:
    return TrainingStatus.FINISHED if session.is_over(clock.now()) else TrainingStatus.IN_PROCESS


def seconds_left(session: Session) -> int:
    """Until it ends, rounded up: at 0 it is over."""
    left = timedelta(0) if session.is_over(clock.now()) else session.ends_at - clock.now()
    return math.ceil(left.total_seconds())


def _check_readable(caller: Caller, session: Session) -> None:
    """About all who were in the team meanwhile: who has left it wrote there too."""
    if not _teaches(caller, session):
        former = {int(each) for each in session.member_ids or ()}
        teams.check_readable(caller, teams.get(session.team_id), former)


def _teaches(caller: Caller, session: Session) -> bool:
    """Whether the caller teaches the contest of a session, or is an admin; nobody does once the contest is gone."""
    if caller.may(Permission.ADMINISTER):
        return True
    contest = models.find_contest(session.contest_id) if caller.teaches else None
    return contest is not None and contests.may_write(caller, contest)


def _new_session(team: Team, contest: Contest) -> Session:
    session_id, now = str(uuid.uuid4()), clock.now()
    return Session(
        *models.session_key(session_id),
        id=session_id,
        team_id=team.id,
        team_name=team.name,
        member_ids=set(team.members),
        contest_id=contest.id,
        contest_name=contest.name,
        duration=contest.duration,
        coarse_results=contest.coarse_results,
        problems=contest.problems,
        started_at=now,
        ends_at=now + timedelta(seconds=contest.duration),
    )


def _store(session: Session, team: Team, contest: Contest) -> bool:
    """False when the team has started another meanwhile, or is not as it was."""
    score = Score(
        *models.score_key(session),
        session_id=session.id,
        team_id=team.id,
        team_name=team.name,
        started_at=session.started_at,
        ends_at=session.ends_at,
        freezes=contest.freeze,
        member_ids=set(team.members),
        repeats=scoreboard.repeats(team.id, team.members, score_models.trained_in(contest.id)),
    )

    def write(transaction: Transaction) -> None:
        models.add_session(transaction, session, score, team)
        timers.start(transaction, TOPIC, session.id, session.ends_at)

    payload = {"id": session.id, "status": TrainingStatus.IN_PROCESS, "dtCreated": rfc3339(session.started_at)}
    stored = broadcasts.send_with_change(teams.lobby_of(team.id), RoomFrame(STARTED, payload), write)
    if stored:
        timers.enqueue_if_soon(TOPIC, session.id, session.ends_at)
        observe.logger.info("training started", session_id=session.id, team_id=team.id, contest_id=contest.id)
    return stored


def _finish(session: Session) -> None:
    """Once, whoever does it: the team, its timer, or whoever starts the next. The lobby hears of it after the room."""

    def write(transaction: Transaction) -> None:
        timers.stop(transaction, TOPIC, session.id)
        models.finish_session(transaction, session, min(clock.now(), session.ends_at))

    if broadcasts.send_with_change(room_of(session.id), RoomFrame(FINISHED, None), write):
        observe.logger.info("training finished", session_id=session.id, team_id=session.team_id)
        payload = {"id": session.id, "contestId": str(session.contest_id)}
        broadcasts.send(teams.lobby_of(session.team_id), FINISHED, payload, cause=f"finished#{session.id}")


def _same(session: Session, contest_id: int) -> Session:
    if session.contest_id != contest_id:
        raise errors.Conflict("other_training", "The team is in a training of another contest")
    return session


def _canonical(session_id: str) -> str:
    try:
        return str(uuid.UUID(session_id))
    except ValueError as error:
        raise _no_such_session() from error


def _no_such_session() -> errors.NotFound:
    return errors.NotFound("training_not_found", "Training session not found")
