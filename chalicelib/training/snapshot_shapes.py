"""What newcomers to lobbies and trainings find, in seed 002's words."""

from chalicelib.common.http.responses import View
from chalicelib.realtime.frames import SnapshotPayload
from chalicelib.training.frame_shapes import ProblemStatus, UserObject


class SnapshotSession(View):
    """`timeLeft` is in seconds; times are RFC 3339."""

    id: str
    status: str
    dtCreated: str  # noqa: N815 - seed 002's name
    endsAt: str  # noqa: N815
    timeLeft: int  # noqa: N815
    contestId: str  # noqa: N815


class SnapshotProblem(View):
    """Status and attempts are the team's."""

    problemAlias: str  # noqa: N815 - seed 002's name
    status: ProblemStatus
    attempts: int
    assignedUser: UserObject | None  # noqa: N815


class SnapshotCode(View):
    """`code` is null where no frame has room for it: the alias stands in `fetch`."""

    code: str | None
    version: int


class LobbySnapshot(SnapshotPayload):
    """The contest that is selected, the session that is going on, and who is there."""

    contestId: str | None  # noqa: N815 - seed 002's name
    session: SnapshotSession | None
    online: list[UserObject]


class TrainingSnapshot(SnapshotPayload):
    """`control` is whose the editor is, nobody an empty text; `codes` and `compilers` are by alias.

    `fetch` names the problems whose texts are to be read over HTTP: `complete` is false when there are any.
    """

    session: SnapshotSession
    control: str
    problems: list[SnapshotProblem]
    compilers: dict[str, str]
    codes: dict[str, SnapshotCode]
    fetch: list[str]
    online: list[UserObject]
