"""Handles the frames that clients send in lobbies and training sessions, and lists those that the rooms send."""

from chalicelib.realtime.frames import Incoming, Outgoing, Sender
from chalicelib.realtime.frames import Type as CommonType
from chalicelib.realtime.rooms import RoomKind
from chalicelib.training import frames
from chalicelib.training.frames import Type
from chalicelib.training.sessions import responses, room
from chalicelib.training.teams import lobby

LOBBY = frozenset({RoomKind.LOBBY})
TRAINING = frozenset({RoomKind.TRAINING})
BOTH = LOBBY | TRAINING


def _user(sender: Sender, said: frames.UserClientPayload) -> None:
    room.set_displayed_user(sender, said.user)


def _code(sender: Sender, said: frames.CodeClientPayload) -> None:
    room.edit(sender, said.problem_alias, said.code, base=said.base_version)


def _control(sender: Sender, said: frames.ControlClientPayload) -> None:
    room.take_control(sender, "" if said.user_id is None else str(said.user_id))


def _assignment(sender: Sender, said: frames.AssignmentClientPayload) -> None:
    room.assign(sender, said.problem_alias, said.user)


def _compiler(sender: Sender, said: frames.CompilerClientPayload) -> None:
    room.choose_compiler(sender, said.problem_alias, said.compiler)


def _contest(sender: Sender, said: frames.ContestClientPayload) -> None:
    lobby.select_contest(sender, None if said.contest_id is None else str(said.contest_id))


FRAMES: tuple[Incoming | Outgoing, ...] = (
    Outgoing(
        CommonType.SNAPSHOT, responses.LobbySnapshot, LOBBY, "How the lobby is, for the newcomer alone", alone=True
    ),
    Outgoing(
        CommonType.SNAPSHOT, responses.TrainingSnapshot, TRAINING, "How the training is, for the newcomer", alone=True
    ),
    Incoming(Type.USER, frames.UserClientPayload, _user, BOTH, "How one wants to be shown; kept while one is there"),
    Outgoing(Type.USER, frames.UserServerPayload, BOTH, "How somebody wants to be shown"),
    Incoming(Type.CODE_EDITOR_UPDATE, frames.CodeClientPayload, _code, TRAINING, "Another text for a problem"),
    Outgoing(Type.CODE_EDITOR_UPDATE, frames.CodeServerPayload, TRAINING, "The text of a problem is another"),
    Outgoing(
        Type.CODE_EDITOR_REJECTED,
        frames.CodeRejectedPayload,
        TRAINING,
        "An older version was edited; its editor alone",
        alone=True,
    ),
    Incoming(Type.CONTROL_TAKEN, frames.ControlClientPayload, _control, TRAINING, "Takes control of the editor"),
    Outgoing(Type.CONTROL_TAKEN, frames.ControlPayload, TRAINING, "Who has control of the editor"),
    Incoming(
        Type.PROBLEM_ASSIGNED, frames.AssignmentClientPayload, _assignment, TRAINING, "Gives a problem to somebody"
    ),
    Outgoing(Type.PROBLEM_ASSIGNED, frames.AssignmentServerPayload, TRAINING, "Who has a problem"),
    Incoming(Type.COMPILER_SELECTED, frames.CompilerClientPayload, _compiler, TRAINING, "Chooses a problem's language"),
    Outgoing(Type.COMPILER_SELECTED, frames.CompilerServerPayload, TRAINING, "The language of a problem"),
    Incoming(Type.CONTEST_SELECTED, frames.ContestClientPayload, _contest, LOBBY, "Chooses the contest to train in"),
    Outgoing(Type.CONTEST_SELECTED, frames.ContestServerPayload, LOBBY, "The contest that is chosen"),
    Outgoing(Type.TRAINING_STARTED, frames.StartedServerPayload, LOBBY, "A training has started: connect to its room"),
    Outgoing(Type.TRAINING_FINISHED, None, TRAINING, "The training is finished: what is there can still be read"),
    Outgoing(Type.TRAINING_FINISHED, frames.FinishedServerPayload, LOBBY, "The team's training is finished"),
    Outgoing(Type.SUBMISSION_VERDICT_PENDING, frames.PendingServerPayload, TRAINING, "A program was sent in"),
    Outgoing(Type.SUBMISSION_VERDICT_RETRIEVED, frames.VerdictServerPayload, TRAINING, "Its final verdict, once"),
    Outgoing(
        Type.PROBLEM_STATUS_UPDATED,
        frames.ProblemStatusServerPayload,
        TRAINING,
        "What the verdict means to the problem",
    ),
    Outgoing(Type.PROBLEM_COMMENT_RECEIVED, frames.CommentServerPayload, TRAINING, "A new comment"),
    Outgoing(Type.PROBLEM_COMMENT_UPDATED, frames.CommentServerPayload, TRAINING, "A comment says something else"),
    Outgoing(Type.PROBLEM_COMMENT_DELETED, frames.CommentDeletedPayload, TRAINING, "A comment is gone"),
)
