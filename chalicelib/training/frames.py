"""The frames of lobbies and trainings, and who answers them."""

from chalicelib.realtime.frames import Incoming, Outgoing, Sender, UserPayload
from chalicelib.realtime.frames import Type as CommonType
from chalicelib.realtime.rooms import Kind
from chalicelib.training import desk, frame_shapes, lobby, snapshot_shapes
from chalicelib.training.frame_shapes import Type

LOBBY = frozenset({Kind.LOBBY})
TRAINING = frozenset({Kind.TRAINING})
BOTH = LOBBY | TRAINING


def _user(sender: Sender, said: frame_shapes.UserSaid) -> None:
    desk.introduce(sender, said.user)


def _code(sender: Sender, said: frame_shapes.CodeSaid) -> None:
    desk.edit(sender, said.problemAlias, said.code, base=said.baseVersion)


def _control(sender: Sender, said: frame_shapes.ControlSaid) -> None:
    desk.take_control(sender, str(said.userId))


def _assignment(sender: Sender, said: frame_shapes.AssignmentSaid) -> None:
    desk.assign(sender, said.problemAlias, said.user)


def _compiler(sender: Sender, said: frame_shapes.CompilerSaid) -> None:
    desk.choose_compiler(sender, said.problemAlias, said.compiler)


def _contest(sender: Sender, said: frame_shapes.ContestSaid) -> None:
    lobby.select_contest(sender, None if said.contestId is None else str(said.contestId))


FRAMES: tuple[Incoming | Outgoing, ...] = (
    Outgoing(CommonType.SNAPSHOT, snapshot_shapes.LobbySnapshot, LOBBY, "How the lobby is, for the newcomer alone"),
    Outgoing(CommonType.SNAPSHOT, snapshot_shapes.TrainingSnapshot, TRAINING, "How the training is, for the newcomer"),
    Incoming(Type.USER, frame_shapes.UserSaid, _user, BOTH, "How one wants to be shown; kept while one is there"),
    Outgoing(Type.USER, frame_shapes.UserTold, BOTH, "How somebody wants to be shown"),
    Incoming(Type.CODE_EDITOR_UPDATE, frame_shapes.CodeSaid, _code, TRAINING, "Another text for a problem"),
    Outgoing(Type.CODE_EDITOR_UPDATE, frame_shapes.CodeTold, TRAINING, "The text of a problem is another"),
    Outgoing(
        Type.CODE_EDITOR_REJECTED, frame_shapes.CodeRejected, TRAINING, "An older version was edited; its editor alone"
    ),
    Incoming(Type.CONTROL_TAKEN, frame_shapes.ControlSaid, _control, TRAINING, "Takes control of the editor"),
    Outgoing(Type.CONTROL_TAKEN, UserPayload, TRAINING, "Who has control; nobody is an empty text"),
    Incoming(Type.PROBLEM_ASSIGNED, frame_shapes.AssignmentSaid, _assignment, TRAINING, "Gives a problem to somebody"),
    Outgoing(Type.PROBLEM_ASSIGNED, frame_shapes.AssignmentTold, TRAINING, "Who has a problem"),
    Incoming(Type.COMPILER_SELECTED, frame_shapes.CompilerSaid, _compiler, TRAINING, "Chooses a problem's language"),
    Outgoing(Type.COMPILER_SELECTED, frame_shapes.CompilerTold, TRAINING, "The language of a problem"),
    Incoming(Type.CONTEST_SELECTED, frame_shapes.ContestSaid, _contest, LOBBY, "Chooses the contest to train in"),
    Outgoing(Type.CONTEST_SELECTED, frame_shapes.ContestTold, LOBBY, "The contest that is chosen"),
    Outgoing(Type.TRAINING_STARTED, frame_shapes.StartedTold, LOBBY, "A training has started: connect to its room"),
    Outgoing(Type.TRAINING_FINISHED, None, TRAINING, "The training is finished: what is there can still be read"),
    Outgoing(Type.SUBMISSION_VERDICT_PENDING, frame_shapes.PendingTold, TRAINING, "A program was sent in"),
    Outgoing(Type.SUBMISSION_VERDICT_RETRIEVED, frame_shapes.VerdictTold, TRAINING, "Its final verdict, once"),
    Outgoing(
        Type.PROBLEM_STATUS_UPDATED, frame_shapes.ProblemStatusTold, TRAINING, "What the verdict means to the problem"
    ),
    Outgoing(Type.PROBLEM_COMMENT_RECEIVED, frame_shapes.CommentTold, TRAINING, "A new comment"),
    Outgoing(Type.PROBLEM_COMMENT_UPDATED, frame_shapes.CommentTold, TRAINING, "A comment says something else"),
    Outgoing(Type.PROBLEM_COMMENT_DELETED, frame_shapes.CommentGone, TRAINING, "A comment is gone"),
)
