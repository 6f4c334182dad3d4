"""Payloads of the frames of lobbies and training sessions, with Team Training's names. Unknown members are ignored."""

from enum import StrEnum
from typing import Annotated, Any

import pydantic
from pydantic import AliasChoices, Field, computed_field
from pydantic.alias_generators import to_camel

from chalicelib.common.http.responses import CamelView, Moment, View, WordedText
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.realtime.frames import UserPayload
from chalicelib.training.sessions.scoreboard import ProblemStatus
from chalicelib.training.statuses import TrainingStatus

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


AliasName = Annotated[
    str, Field(min_length=1, max_length=MAX_ALIAS, validation_alias=AliasChoices("problemAlias", "problemALias"))
]
"""The second spelling stands in Team Training's text."""


class ClientPayload(pydantic.BaseModel):
    """What a client says in a payload."""

    model_config = pydantic.ConfigDict(
        strict=True, extra="ignore", frozen=True, defer_build=True, alias_generator=to_camel
    )


def _opened(schema: dict[str, Any]) -> None:
    """JSON Schema allows more members unless it says otherwise; generators make something odd of `true`."""
    schema.pop("additionalProperties", None)


class SaidUser(pydantic.BaseModel):
    """Team Training's user object as a client has it. Of its members the server tells `id` and those that are no names:
    names are those of the account.
    """

    model_config = pydantic.ConfigDict(
        strict=True, extra="allow", frozen=True, defer_build=True, json_schema_extra=_opened
    )

    id: str | int


class UserClientPayload(ClientPayload):
    user: SaidUser


class CodeClientPayload(ClientPayload):
    """`baseVersion` is the version that was edited; without it, the edit overwrites whatever stands there."""

    code: str
    problem_alias: AliasName
    base_version: Annotated[int, Field(ge=0)] | None = None


class ControlClientPayload(ClientPayload):
    """One's own id, to take control; an empty text or null, to give it back."""

    user_id: str | int | None = Field(validation_alias=AliasChoices("userId", "user_id"))


class AssignmentClientPayload(ClientPayload):
    user: SaidUser | None
    problem_alias: AliasName


class CompilerClientPayload(ClientPayload):
    compiler: Annotated[str, Field(min_length=1, max_length=40)]
    problem_alias: AliasName


class ContestClientPayload(ClientPayload):
    contest_id: str | int | None


class UserObject(View):
    """A member of a team, with the names of their account: null where it has none, or was erased.

    `id` is `user_id` as a text, `real_name` is `display_name`. More members are what they have said of themselves in
    USER.
    """

    model_config = pydantic.ConfigDict(extra="allow", json_schema_extra=_opened)

    id: str
    user_id: int
    login: str | None
    first_name: str | None
    last_name: str | None
    display_name: str | None
    real_name: str | None


class UserServerPayload(View):
    user: UserObject


class DeltaServerPayload(View):
    """At `at`, so many characters (code points) were taken out and others put in."""

    at: int
    removed: int
    inserted: str


class CodeServerPayload(UserPayload):
    """In RESUMED and in the record of a session, `delta` stands in place of `code`. So it does where a frame has no
    room for the text; where it has none for the `delta` either, `GET …/code/{alias}` has the text.
    """

    model_config = pydantic.ConfigDict(json_schema_serialization_defaults_required=False)

    code: str | None = None
    delta: DeltaServerPayload | None = None
    problem_alias: str
    version: int


class CodeRejectedPayload(CamelView):
    """How the text really is, for whoever edited an older version. `code` is null where a frame has no room for it:
    `GET …/code/{alias}` has it.
    """

    code: str | None
    problem_alias: str
    version: int


class AssignmentServerPayload(CamelView):
    user: UserObject | None
    problem_alias: str


class ControlPayload(CamelView):
    """Who has control of the editor: nobody is null, and an empty text in Team Training's `userId`."""

    user_id: int | None = Field(serialization_alias="user_id")

    @computed_field(alias="userId")  # type: ignore[prop-decorator]  # mypy knows no decorated properties
    @property
    def user_id_as_text(self) -> str:
        """The same as a text."""
        return "" if self.user_id is None else str(self.user_id)


class CompilerServerPayload(CamelView):
    compiler: str
    problem_alias: str


class ContestServerPayload(CamelView):
    contest_id: str | None


class StartedServerPayload(CamelView):
    id: str
    status: TrainingStatus
    dt_created: Moment


class FinishedServerPayload(CamelView):
    """What the lobby hears of a training that is over."""

    id: str
    contest_id: str


class PendingServerPayload(UserPayload):
    """`code` is the verdict for programs, `verdict` the one for people; PENDING while there is none."""

    id: int
    problem_alias: str
    verdict: WordedText
    code: Verdict


class VerdictServerPayload(PendingServerPayload):
    """`test` is the first that failed. `time` in seconds, `memory` in KiB."""

    time: float
    memory: int
    test: int | None


class ProblemStatusServerPayload(CamelView):
    problem_alias: str
    status: ProblemStatus
    attempts: int


class UserMembers(CamelView):
    """Whose something is, where Team Training has a number as well: `user_id` and `userId` are the same."""

    user_id: int = Field(serialization_alias="user_id")

    @computed_field(alias="userId")  # type: ignore[prop-decorator]  # mypy knows no decorated properties
    @property
    def user_id_again(self) -> int:
        """The same."""
        return self.user_id


class CommentServerPayload(UserMembers):
    """A comment on a problem."""

    id: int
    user_first_name: str | None
    user_last_name: str | None
    user_login: str | None
    problem_alias: str
    content: str
    dt_created: Moment


class CommentDeletedPayload(CamelView):
    """`commentId` and `id` are the same: Team Training's code and text differ."""

    id: int
    comment_id: int
