"""Request bodies and queries of training sessions, with Team Training's names."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from chalicelib.common.http import errors, validation
from chalicelib.common.http.requests import Body, Query
from chalicelib.judge.requests import LanguageId
from chalicelib.training.teams.requests import Id

MAX_COMMENT = 4000
MAX_EVENTS = 200


class StartBody(Body):
    team_id: Id
    contest_id: Id

    @model_validator(mode="before")
    @classmethod
    def _texts_are_ids(cls, given: Any) -> Any:
        """Team Training's client sends ids as texts."""
        if not isinstance(given, dict):
            return given
        return {name: int(value) if _is_number(value) else value for name, value in given.items()}


class PairQuery(Query):
    contest_id: Id
    team_id: Id


class CommentBody(Body):
    content: Annotated[
        str,
        Field(
            max_length=MAX_COMMENT,
        ),
        validation.NOT_BLANK,
    ]


class EventsQuery(Query):
    from_seq: int = Field(1, ge=1, le=10**12 - 1, description="The number of the first event")
    limit: int = Field(MAX_EVENTS, ge=1, le=MAX_EVENTS, description="How many events at most")


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len("9007199254740991")


class TrainingProgram(Body):
    """A program as `code`, or as the text of a `file`."""

    problem: str
    compiler: LanguageId
    code: str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.code is None) == (self.file is None):
            raise errors.BadRequest("one_program", "Send the program as either code or file")
        return self

    @property
    def source(self) -> str:
        return self.code if self.code is not None else self.file or ""
