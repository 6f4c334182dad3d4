"""Training sessions on the wire, in seed 002's words."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import Field, JsonValue, RootModel, model_validator

from chalicelib.common.http.requests import Body, Query
from chalicelib.common.http.responses import Moment, View
from chalicelib.courses.responses import SampleView
from chalicelib.judge.models import Problem
from chalicelib.judge_protocol.contract import Language
from chalicelib.training import sessions, standings
from chalicelib.training.frame_shapes import CommentTold, ProblemStatus, UserObject
from chalicelib.training.models import Session
from chalicelib.training.record import Page
from chalicelib.training.standings import Attempt
from chalicelib.training.team_shapes import Id

MAX_COMMENT = 4000
MAX_EVENTS = 200


class StartBody(Body):
    team_id: Id
    contest_id: Id

    @model_validator(mode="before")
    @classmethod
    def _texts_are_ids(cls, given: Any) -> Any:
        """The seed's client sends ids as texts."""
        if not isinstance(given, dict):
            return given
        return {name: int(value) if _is_number(value) else value for name, value in given.items()}


class PairQuery(Query):
    contest_id: Id
    team_id: Id


class TrainingView(View):
    """`dtCreated` and `dt_created` are the same: the seed's frames and paths differ. `time_left` is in seconds."""

    id: str
    status: str
    dtCreated: Moment  # noqa: N815 - seed 002's name
    dt_created: Moment
    ends_at: Moment
    finished_at: Moment | None
    time_left: int
    team_id: int
    contest_id: int
    contest_name: str

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(
            id=session.id,
            status=sessions.status(session),
            dtCreated=session.started_at,
            dt_created=session.started_at,
            ends_at=session.ends_at,
            finished_at=session.finished_at,
            time_left=sessions.seconds_left(session),
            team_id=session.team_id,
            contest_id=session.contest_id,
            contest_name=session.contest_name,
        )


class TrainingProblem(View):
    """`alias` is `problemAlias`. Status and attempts are the team's."""

    problemAlias: str  # noqa: N815 - seed 002's name
    alias: str
    title: str
    status: ProblemStatus
    attempts: int
    assignedUser: UserObject | None  # noqa: N815 - seed 002's name
    compiler: str | None

    @classmethod
    def of(cls, session: Session, alias: str, attempts: Sequence[Attempt]) -> Self:
        placed = session.problem_of(alias) or {}
        status, tried = standings.problem_status(attempts, alias)
        return cls(
            problemAlias=alias,
            alias=alias,
            title=placed["title"],
            status=status,
            attempts=tried,
            assignedUser=session.assignee_of(alias),
            compiler=session.compiler_of(alias),
        )


class TrainingProblems(View):
    problems: list[TrainingProblem]


class StatementView(View):
    """`time_limit` in seconds, `memory_limit` in MiB; `languages` are those that programs may be in."""

    problemAlias: str  # noqa: N815 - seed 002's name
    title: str
    statement: str
    time_limit: float
    memory_limit: int
    samples: list[SampleView]
    languages: list[str]

    @classmethod
    def of(cls, alias: str, problem: Problem, languages: Sequence[Language]) -> Self:
        allowed = problem.languages
        return cls(
            problemAlias=alias,
            title=problem.title,
            statement=problem.statement,
            time_limit=float(problem.time_limit_ms) / 1000,
            memory_limit=problem.memory_limit_kb // 1024,
            samples=[SampleView.of(sample) for sample in problem.samples],
            languages=[each.id for each in languages if each.available and (allowed is None or each.id in allowed)],
        )


class CodeView(View):
    """A text that nobody has edited is empty, and of version 0."""

    code: str
    version: int


class CompilerView(View):
    compiler: str | None


class CommentBody(Body):
    content: Annotated[str, Field(max_length=MAX_COMMENT, pattern=r"\S")]


class CommentsList(RootModel[list[CommentTold]], View):
    """A bare array, as the seed's."""


class EventsQuery(Query):
    from_seq: int = Field(1, ge=1, le=10**12 - 1, description="The number of the first event")
    limit: int = Field(MAX_EVENTS, ge=1, le=MAX_EVENTS, description="How many events at most")


class EventsView(View):
    """Frames as the room was told them; edits as deltas. `next` is the `from_seq` of what follows, if there is more."""

    events: list[dict[str, JsonValue]]
    next: int | None

    @classmethod
    def of(cls, page: Page) -> Self:
        return cls(events=[json.loads(event.text) for event in page.events], next=page.next_seq)


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len("9007199254740991")
