"""The lobby of a team: the contest that its members have selected."""

from chalicelib.common.ids import is_id
from chalicelib.common.texts import Text
from chalicelib.realtime import broadcasts
from chalicelib.realtime.broadcasts import RoomFrame
from chalicelib.realtime.frames import CloseCode, FrameRefused, Sender
from chalicelib.training import models
from chalicelib.training.frames import Type
from chalicelib.training.teams import contests, teams


def select_contest(sender: Sender, contest_id: str | None) -> None:
    """Choose the contest that the team wants to train in, or none."""
    if contest_id is not None and not is_id(contest_id):
        raise FrameRefused(CloseCode.INVALID_PAYLOAD, Text("not_a_contest_id", "This is no id of a contest"))
    chosen = None if contest_id is None else contests.get(int(contest_id)).id
    payload = {"contestId": None if chosen is None else str(chosen)}
    broadcasts.send_with_change(
        sender.room,
        RoomFrame(Type.CONTEST_SELECTED, payload),
        lambda transaction: models.select_contest(transaction, int(sender.room.id), chosen),
    )


def on_left(room_id: str, user_id: int) -> None:
    """Somebody has left the lobby of a team."""
    models.remove_displayed_user(teams.lobby_of(int(room_id)), user_id)
