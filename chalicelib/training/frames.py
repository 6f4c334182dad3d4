"""What is in the frames of lobbies and trainings: Team Training's names. Members that a client adds are passed over."""

from enum import StrEnum
from typing import Annotated, Any

import pydantic
from pydantic import AliasChoices, Field, JsonValue

from chalicelib.common.http.responses import Moment, View
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.realtime.frames import UserPayload
from chalicelib.training.sessions.scoreboard import ProblemStatus

MAX_ALIAS = 4


class Type(StrEnum):
    USER = "USER"
    CODE_EDITOR_UPDATE = "CODE_EDITOR_UPDATE"
    CODE_EDITOR_REJECTED = "CODE_EDITOR_REJECTED"
    CONTROL_TAKEN = "CONTROL_TAKEN"
    PROBLEM_ASSIGNED = "PROBLEM_ASSIGNED"
    COMPILER_SELECTED = "COMPILER_SELECTED"
    CONTEST_SELECTED = "CONTEST_SELECTED"
    TRAINING_STARTED = "TRAINING_STARTED"
    TRAINING_FINISHED = "TRAINING_FINISHED"
    SUBMISSION_VERDICT_PENDING = "SUBMISSION_VERDICT_PENDING"
    SUBMISSION_VERDICT_RETRIEVED = "SUBMISSION_VERDICT_RETRIEVED"
    PROBLEM_STATUS_UPDATED = "PROBLEM_STATUS_UPDATED"
    PROBLEM_COMMENT_RECEIVED = "PROBLEM_COMMENT_RECEIVED"
    PROBLEM_COMMENT_UPDATED = "PROBLEM_COMMENT_UPDATED"
    PROBLEM_COMMENT_DELETED = "PROBLEM_COMMENT_DELETED"


UserObject = dict[str, JsonValue]
"""Seed 002's user: whatever its owner says, with an `id`."""
AliasName = Annotated[
    str, Field(min_length=1, max_length=MAX_ALIAS, validation_alias=AliasChoices("problemAlias", "problemALias"))
]
"""The second spelling stands in seed 002's text."""


class ClientPayload(pydantic.BaseModel):
    """What a client says in a payload."""

    model_config = pydantic.ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)


class UserClientPayload(ClientPayload):
    user: UserObject


class CodeClientPayload(ClientPayload):
    """`baseVersion` is the version that was edited; without it, the edit overwrites whatever stands there."""

    code: str
    problemAlias: AliasName  # noqa: N815 - seed 002's name
    baseVersion: Annotated[int, Field(ge=0)] | None = None  # noqa: N815


class ControlClientPayload(ClientPayload):
    """One's own id, to take control; an empty text, to give it back."""

    userId: str | int  # noqa: N815 - seed 002's name


class AssignmentClientPayload(ClientPayload):
    user: UserObject | None
    problemAlias: AliasName  # noqa: N815 - seed 002's name


class CompilerClientPayload(ClientPayload):
    compiler: Annotated[str, Field(min_length=1, max_length=40)]
    problemAlias: AliasName  # noqa: N815 - seed 002's name


class ContestClientPayload(ClientPayload):
    contestId: str | int | None  # noqa: N815 - seed 002's name


class UserServerPayload(View):
    user: UserObject


class DeltaServerPayload(View):
    """At `at`, so many characters (code points) were taken out and others put in."""

    at: int
    removed: int
    inserted: str


class CodeServerPayload(View):
    """In RESUMED and in the record of a session, `delta` stands in place of `code`."""

    code: str | None = None
    delta: DeltaServerPayload | None = None
    problemAlias: str  # noqa: N815 - seed 002's name
    userId: str  # noqa: N815
    version: int


class CodeRejectedPayload(View):
    """How the text really is, for whoever edited an older version."""

    code: str
    problemAlias: str  # noqa: N815
    version: int


class AssignmentServerPayload(View):
    user: UserObject | None
    problemAlias: str  # noqa: N815 - seed 002's name


class CompilerServerPayload(View):
    compiler: str
    problemAlias: str  # noqa: N815 - seed 002's name


class ContestServerPayload(View):
    contestId: str | None  # noqa: N815 - seed 002's name


class StartedServerPayload(View):
    id: str
    status: str
    dtCreated: str  # noqa: N815 - seed 002's name


class PendingServerPayload(View):
    id: int
    problemAlias: str  # noqa: N815 - seed 002's name
    userId: str  # noqa: N815


class VerdictServerPayload(PendingServerPayload):
    """`code` is the verdict for programs, `verdict` the one for people; `test` is the first that failed.

    `time` in seconds, `memory` in KiB.
    """

    verdict: str
    code: Verdict
    time: float
    memory: int
    test: int | None


class ProblemStatusServerPayload(View):
    problemAlias: str  # noqa: N815 - seed 002's name
    status: ProblemStatus
    attempts: int


class CommentServerPayload(View):
    """A comment on a problem."""

    id: int
    userId: int  # noqa: N815 - seed 002's name
    userFirstName: str | None  # noqa: N815
    userLastName: str | None  # noqa: N815
    userLogin: str | None  # noqa: N815
    problemAlias: str  # noqa: N815
    content: str
    dtCreated: Moment  # noqa: N815


class CommentDeletedPayload(View):
    """`commentId` and `id` are the same: the seed's code and text differ."""

    id: int
    commentId: int  # noqa: N815 - seed 002's name


def control(user_id: int | None) -> dict[str, Any]:
    """Nobody is an empty text, as in the seed."""
    return UserPayload(userId="" if user_id is None else str(user_id)).model_dump()
