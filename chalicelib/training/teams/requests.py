"""Request bodies of teams and contests."""

import string
from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from chalicelib.common import ids, plain_text
from chalicelib.common.http import errors, validation
from chalicelib.common.http.requests import Body
from chalicelib.common.texts import Text
from chalicelib.training.teams.contests import NewContest, NewContestProblem

MAX_NAME = 128
MAX_PROBLEMS = 26
SHORTEST, LONGEST = 10, 24 * 3600
"""Of a contest, in seconds."""

Name = Annotated[str, Field(max_length=MAX_NAME), validation.NOT_BLANK]
TeamName = Annotated[Name, AfterValidator(plain_text.name)]
"""Pupils choose it, and everybody sees it in standings."""
Id = Annotated[int, Field(ge=1, le=ids.MAX_ID)]
Alias = Annotated[
    str,
    validation.Form(
        r"^[A-Z][A-Z0-9]{0,3}$",
        Text("not_an_alias", "must be a capital letter, perhaps with up to three more or digits, such as A or B2"),
    ),
]
Duration = Annotated[int, Field(ge=SHORTEST, le=LONGEST, description="In seconds")]


class TeamBody(Body):
    name: TeamName


class TeamChanges(Body):
    """`captain_id` hands the team over."""

    name: TeamName | None = None
    captain_id: Id | None = None


class JoinBody(Body):
    code: Annotated[str, Field(min_length=1, max_length=100)]


class PlacedBody(Body):
    """Without an alias: the letter of its place."""

    problem_id: Id
    alias: Alias | None = None


Problems = Annotated[list[PlacedBody], Field(min_length=1, max_length=MAX_PROBLEMS)]


class ContestBody(Body):
    name: Name
    duration: Duration
    freeze: bool = False
    coarse_results: bool = False
    problems: Problems

    @model_validator(mode="after")
    def _aliases_differ(self) -> Self:
        refuse_double(placed(self.problems))
        return self

    def new_contest(self) -> NewContest:
        return NewContest(
            name=self.name,
            duration=self.duration,
            freeze=self.freeze,
            coarse_results=self.coarse_results,
            problems=placed(self.problems),
        )


class ContestChanges(Body):
    name: Name | None = None
    duration: Duration | None = None
    freeze: bool | None = None
    coarse_results: bool | None = None
    problems: Problems | None = None

    @model_validator(mode="after")
    def _aliases_differ(self) -> Self:
        refuse_double(placed(self.problems or []))
        return self

    def changes(self) -> dict[str, Any]:
        """The new values by the contest's fields; what is null stays."""
        given: dict[str, Any] = self.model_dump(exclude_none=True, exclude={"problems"})
        return given if self.problems is None else {**given, "problems": placed(self.problems)}


def placed(problems: Sequence[PlacedBody]) -> list[NewContestProblem]:
    letters = string.ascii_uppercase
    return [NewContestProblem(each.alias or letters[place], each.problem_id) for place, each in enumerate(problems)]


def refuse_double(problems: Sequence[NewContestProblem]) -> None:
    """400 when two problems have one alias."""
    aliases = [each.alias for each in problems]
    if len(set(aliases)) < len(aliases):
        raise errors.BadRequest("double_alias", "Two problems have the same alias")
