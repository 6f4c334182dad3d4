"""Snapshots of a lobby or a training session, for a member who enters its room."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.common import clock
from chalicelib.common.http.responses import rfc3339
from chalicelib.realtime import frames
from chalicelib.realtime.frames import MAX_FRAME_BYTES
from chalicelib.realtime.rooms import Room
from chalicelib.training import models
from chalicelib.training.frames import ControlPayload, UserObject
from chalicelib.training.models import Session
from chalicelib.training.sessions import room as session_room
from chalicelib.training.sessions import scoreboard, sessions, submissions
from chalicelib.training.sessions.editor import EMPTY, Text
from chalicelib.training.teams import teams

KEPT_FREE = 4096
"""Bytes of the frame for what every room's snapshot has."""


def of_lobby(room_id: str, user_id: int) -> Mapping[str, Any]:
    """The contest that is selected, the session that is going on, and who is there."""
    team = teams.get(int(room_id))
    running = None if team.running is None else sessions.get(team.running)
    return {
        "contestId": None if team.selected_contest is None else str(team.selected_contest),
        "session": None if running is None or running.is_over(clock.now()) else _session(running),
        "online": _online(teams.lobby_of(team.id)),
    }


def of_training(room_id: str, user_id: int) -> Mapping[str, Any]:
    """Everything that the room shares. `fetch` are the problems whose texts the frame has no room for: ask for them
    over HTTP. Where it has no room for what members said of themselves either, they are their names.
    """
    codes = {code.alias: Text(code.version, code.text) for code in models.codes_of(room_id)}
    session = sessions.get(room_id)
    versions = {alias: codes.get(alias, EMPTY) for alias in session.aliases}
    shared = _shared(session)
    is_whole = _left_beside(shared) >= _size(fitting(versions, 0)[0])
    shown = shared if is_whole else _with_names_alone(shared)
    texts, fetch = fitting(versions, _left_beside(shown))
    return {**shown, "codes": texts, "fetch": fetch, "complete": is_whole and not fetch}


def _left_beside(shared: Mapping[str, Any]) -> int:
    return MAX_FRAME_BYTES - KEPT_FREE - _size(shared)


def _size(members: Mapping[str, Any]) -> int:
    return len(frames.to_text(frames.Type.SNAPSHOT, members).encode())


def _with_names_alone(shared: Mapping[str, Any]) -> dict[str, Any]:
    """Without what members said of themselves and of each other beside their names."""
    problems = [{**each, "assignedUser": _named(each["assignedUser"])} for each in shared["problems"]]
    return {**shared, "problems": problems, "online": [_named(each) for each in shared["online"]]}


def _named(user: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if user is None else {name: user[name] for name in UserObject.model_fields}


def fitting(texts: Mapping[str, Text], size: int) -> tuple[dict[str, Any], Sequence[str]]:
    """The texts as a frame has them, and the aliases of those for which it is too small: the largest. Pure."""
    entries = {alias: {"code": text.text, "version": text.version} for alias, text in texts.items()}
    sizes = {alias: len(frames.to_text(alias, entry).encode()) for alias, entry in entries.items()}
    fetch = []
    for alias in sorted(entries, key=lambda alias: sizes[alias], reverse=True):
        if sum(sizes.values()) <= size:
            break
        entries[alias]["code"] = None
        sizes[alias] = len(frames.to_text(alias, entries[alias]).encode())
        fetch.append(alias)
    return entries, sorted(fetch)


def _shared(session: Session) -> dict[str, Any]:
    room = sessions.room_of(session.id)
    attempts = submissions.attempts_in(session)
    assignees = session_room.assignees(session, session.aliases)
    controller = ControlPayload(user_id=session_room.controller_in(session, room))
    statuses = {alias: scoreboard.problem_status(attempts, alias) for alias in session.aliases}
    return {
        "session": _session(session),
        "control": controller.user_id_as_text,
        "controller": controller.model_dump(),
        "compilers": dict(session.compilers),
        "problems": [
            {
                "problemAlias": alias,
                "status": status,
                "attempts": tried,
                "assignedUser": assignees[alias].model_dump() if alias in assignees else None,
            }
            for alias, (status, tried) in statuses.items()
        ],
        "online": _online(room),
    }


def _online(room: Room) -> list[dict[str, Any]]:
    return [user.model_dump() for user in session_room.online(room)]


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "status": sessions.status(session),
        "dtCreated": rfc3339(session.started_at),
        "endsAt": rfc3339(session.ends_at),
        "timeLeft": sessions.seconds_left(session),
        "contestId": str(session.contest_id),
    }
