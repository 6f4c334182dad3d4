"""The room of a session: the texts, control of the editor, assigned problems and compilers that its members share.

Every change is written together with its frame, so the frames are in the order of the changes. Members are displayed as
they asked to be. When a member leaves, what they controlled is released.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.accounts import models as account_models
from chalicelib.common import clock, texts
from chalicelib.judge import languages
from chalicelib.realtime import broadcasts, connections, frames
from chalicelib.realtime.broadcasts import RoomFrame
from chalicelib.realtime.frames import MAX_FRAME_BYTES, CloseCode, FrameRefused, Sender, UserPayload
from chalicelib.realtime.models import Audience
from chalicelib.realtime.rooms import Room
from chalicelib.training import members, models
from chalicelib.training.frames import ControlPayload, SaidUser, Type, UserObject
from chalicelib.training.models import Code, DisplayedUser, Session
from chalicelib.training.sessions import editor, sessions
from chalicelib.training.sessions.editor import Refusal, Text
from chalicelib.training.teams import teams

EDIT_TRIES = 10
MAX_USER_BYTES = 2048
"""Of a user object, as JSON."""

NUMBERED = 128
"""Bytes for the number and the time that a frame to a room gets."""

REFUSALS: Mapping[Refusal, tuple[CloseCode, texts.Text]] = {
    Refusal.OVER: (CloseCode.POLICY_VIOLATION, texts.Text("training_finished", "The training is finished")),
    Refusal.TOO_LARGE: (
        CloseCode.TOO_BIG,
        texts.Text("text_too_large", "A text has at most {max} bytes in UTF-8", {"max": editor.MAX_TEXT_BYTES}),
    ),
    Refusal.CONTROLLED: (
        CloseCode.POLICY_VIOLATION,
        texts.Text("editor_controlled", "Somebody else has control of the editor"),
    ),
}


def edit(sender: Sender, alias: str, text: str, *, base: int | None) -> None:
    """Put another text in the place of a problem's. Of two edits of one version, one wins; the other is told how the
    text is now.
    """
    for _ in range(EDIT_TRIES):
        session, code, audience = models.read_editor(sender.room, alias)
        if session is None:
            raise _no_problem()
        _refuse_unknown(session, alias)
        current = Text(code.version, code.text) if code else editor.EMPTY
        outcome = _edited(sender, session, current, text, base)
        if outcome is Refusal.STALE:
            return _reject(sender, alias, current)
        if isinstance(outcome, Refusal):
            raise FrameRefused(*REFUSALS[outcome])
        if _store(sender, session, alias, current, outcome, audience):
            return None
    raise FrameRefused(CloseCode.TRY_AGAIN_LATER, texts.Text("too_many_edits", "Too many edit this text at once"))


def take_control(sender: Sender, user_id: str) -> None:
    """Have the editor to oneself until somebody else takes it, or give it back with an empty text."""
    if user_id not in {"", str(sender.user_id)}:
        raise FrameRefused(
            CloseCode.POLICY_VIOLATION, texts.Text("control_for_oneself", "Control can be taken for oneself alone")
        )
    session = _session(sender)
    if user_id:
        return _change(
            sender,
            session,
            RoomFrame(Type.CONTROL_TAKEN, ControlPayload(user_id=sender.user_id).model_dump()),
            Session.controller_id.set(sender.user_id),
        )
    if not release_control(session, sender.user_id):
        raise FrameRefused(CloseCode.POLICY_VIOLATION, texts.Text("no_control", "You do not have control"))
    return None


def release_control(session: Session, user_id: int) -> bool:
    """Take control from somebody; False when they do not have it."""
    return session.controller_id == user_id and broadcasts.send_with_change(
        sessions.room_of(session.id),
        RoomFrame(Type.CONTROL_TAKEN, ControlPayload(user_id=None).model_dump()),
        lambda transaction: models.free_control(transaction, session.id, user_id),
    )


def assign(sender: Sender, alias: str, user: SaidUser | None) -> None:
    """Give a problem to a member of the team, or to nobody."""
    session = _session(sender)
    _refuse_unknown(session, alias)
    if user is not None and _id_of(user) not in map(str, teams.get(session.team_id).members):
        raise FrameRefused(
            CloseCode.POLICY_VIOLATION, texts.Text("not_a_member", "Problems are given to members of the team")
        )
    shown = None if user is None else _shown(int(user.id), user.model_dump())
    payload = {"user": shown, "problemAlias": alias}
    entry = Session.assigned.entry(alias)
    action = entry.remove() if user is None else entry.set(json.dumps(user.model_dump(), ensure_ascii=False))
    _change(sender, session, RoomFrame(Type.PROBLEM_ASSIGNED, payload), action)


def choose_compiler(sender: Sender, alias: str, compiler: str) -> None:
    session = _session(sender)
    _refuse_unknown(session, alias)
    languages.usable(compiler)
    payload = {"compiler": compiler, "problemAlias": alias}
    _change(sender, session, RoomFrame(Type.COMPILER_SELECTED, payload), Session.compilers.entry(alias).set(compiler))


def set_displayed_user(sender: Sender, user: SaidUser) -> None:
    """Say how one wants to be shown beside one's names; also in a lobby."""
    if _id_of(user) != str(sender.user_id):
        raise FrameRefused(CloseCode.POLICY_VIOLATION, texts.Text("user_about_oneself", "USER is about oneself alone"))
    displayed = displayed_user(sender.room, sender.user_id, user.model_dump())
    payload = {"user": _shown(sender.user_id, displayed.user)}
    broadcasts.send_with_change(
        sender.room, RoomFrame(Type.USER, payload), lambda transaction: transaction.save(displayed)
    )


def on_left(room_id: str, user_id: int) -> None:
    """Somebody has left the room of a session: what they held is free."""
    session = models.find_session(room_id)
    if session is not None:
        release_control(session, user_id)
    models.remove_displayed_user(sessions.room_of(room_id), user_id)


def _edited(sender: Sender, session: Session, current: Text, text: str, base: int | None) -> Text | Refusal:
    controlled = session.controller_id not in {None, sender.user_id}
    return editor.edited(
        current,
        text,
        base=base,
        editor=sender.user_id,
        controller=controller_in(session, sender.room) if controlled else None,
        over=session.is_over(clock.now()),
    )


def _store(sender: Sender, session: Session, alias: str, before: Text, after: Text, audience: Audience) -> bool:
    """False when the text, the control of it or the session has changed since they were read."""
    now, user_id = clock.now(), sender.user_id
    code = Code(
        *models.code_key(session.id, alias), alias=alias, text=after.text, version=after.version, user_id=user_id
    )
    whose = UserPayload(user_id=user_id).model_dump()
    members = {"problemAlias": alias, **whose, "version": after.version}
    change = {"delta": asdict(editor.delta(before.text, after.text)), **members}
    whole, nothing = {"code": after.text, **members}, {"code": None, **members}
    told = next(payload for payload in (whole, {**nothing, **change}, nothing) if _fits(payload))
    frame = RoomFrame(Type.CODE_EDITOR_UPDATE, told, kept=change)
    return broadcasts.send_with_change(
        sender.room,
        frame,
        lambda transaction: models.write_code(transaction, session, code, now),
        audience=audience,
    )


def _fits(payload: Mapping[str, Any]) -> bool:
    """Whether a frame to the room has room for a text, or for what has changed in it."""
    return len(frames.to_text(Type.CODE_EDITOR_UPDATE, payload).encode()) <= MAX_FRAME_BYTES - NUMBERED


def _reject(sender: Sender, alias: str, current: Text) -> None:
    truth = {"code": current.text, "problemAlias": alias, "version": current.version}
    text = frames.to_text(Type.CODE_EDITOR_REJECTED, truth)
    shorter = frames.to_text(Type.CODE_EDITOR_REJECTED, {**truth, "code": None})
    connections.reply(sender, text if frames.fits(text) else shorter)


def _change(sender: Sender, session: Session, frame: RoomFrame, action: Action) -> None:
    now = clock.now()
    if not broadcasts.send_with_change(
        sender.room, frame, lambda transaction: models.change_session(transaction, session, [action], now)
    ):
        raise FrameRefused(*REFUSALS[Refusal.OVER])


def _session(sender: Sender) -> Session:
    return sessions.get(sender.room.id)


def _refuse_unknown(session: Session, alias: str) -> None:
    if session.problem_of(alias) is None:
        raise _no_problem()


def _no_problem() -> FrameRefused:
    reason = texts.Text("no_such_problem", "There is no such problem in this training")
    return FrameRefused(CloseCode.INVALID_PAYLOAD, reason)


def _id_of(user: SaidUser) -> str:
    """Whom a client's user object is about; 1009 for one that is too large."""
    if len(json.dumps(user.model_dump(), ensure_ascii=False).encode()) > MAX_USER_BYTES:
        most = texts.Text("user_too_large", "A user has at most {max} bytes", {"max": MAX_USER_BYTES})
        raise FrameRefused(CloseCode.TOO_BIG, most)
    return str(user.id)


def _shown(user_id: int, said: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody's user object, with the names of their account."""
    names = account_models.list_names([user_id])
    return members.user_object(user_id, names.get(user_id), said).model_dump()


def online(room: Room) -> list[UserObject]:
    """The user objects of those who are in a room."""
    present = connections.list_present(room)
    cards = models.displayed_users_in(room, present)
    names = account_models.list_names(present)
    return [
        members.user_object(user_id, names.get(user_id), cards[user_id].user if user_id in cards else None)
        for user_id in present
    ]


def assignees(session: Session, aliases: Iterable[str]) -> dict[str, UserObject]:
    """The user objects of those to whom problems are given, by alias."""
    given = {alias: said for alias in aliases if (said := session.assignee_of(alias)) is not None}
    names = account_models.list_names(int(said["id"]) for said in given.values())
    return {
        alias: members.user_object(int(said["id"]), names.get(int(said["id"])), said) for alias, said in given.items()
    }


def displayed_user(room: Room, user_id: int, user: dict[str, Any]) -> DisplayedUser:
    """What is kept of a USER frame, for no longer than a day."""
    kept_until = clock.now() + models.DISPLAYED_USERS_KEPT
    return DisplayedUser(*models.displayed_user_key(room, user_id), user_id=user_id, user=user, expires_at=kept_until)


def controller_in(session: Session, room: Room) -> int | None:
    """Who has the editor to themselves: whoever has taken control, while they are there."""
    holder = session.controller_id
    if holder is None or session.is_over(clock.now()):
        return None
    return holder if holder in connections.list_present(room) else None
