"""What is asked of single criteria of a track, beside points. Pure.

A criterion may demand a comment, and one may be marked `works`: its points say whether the program works, which the
judge knows where the assignment has a problem.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from chalicelib.common.http import validation
from chalicelib.common.http.errors import In, Place, Violation
from chalicelib.common.texts import Text

FIELD = "criteria_options"
"""Of a track on the wire."""
ONE_WORKS = Text("one_works", "only one criterion may be marked works")


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionOptions:
    comment_required: bool = False
    works: bool = False

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(comment_required=stored["comment_required"], works=stored["works"])

    def to_json(self) -> dict[str, bool]:
        return asdict(self)


Options = Mapping[str, CriterionOptions]
"""By criterion; those of which nothing is asked may be left out."""


def options_of_json(stored: Mapping[str, Any]) -> dict[str, CriterionOptions]:
    return {name: CriterionOptions.of_json(options) for name, options in stored.items()}


def options_to_json(options: Options) -> dict[str, dict[str, bool]]:
    return {name: each.to_json() for name, each in options.items()}


def works_among(options: Options) -> str | None:
    """The criterion whose points say whether the program works; None without one."""
    return next((name for name, each in options.items() if each.works), None)


def commented_among(options: Options) -> frozenset[str]:
    """The criteria that demand a comment."""
    return frozenset(name for name, each in options.items() if each.comment_required)


def violations_in(options: Options, criteria: Mapping[str, str]) -> list[Violation]:
    """What is wrong with options: they are of no criterion of the track, or more than one is marked `works`."""
    strange = [validation.unknown(_place(name)) for name in options if name not in criteria]
    marked = [name for name, each in options.items() if each.works]
    return strange + [validation.invalid(_place(name, "works"), ONE_WORKS) for name in marked[1:]]


def _place(*steps: str) -> Place:
    return Place(In.BODY, validation.pointer(FIELD, *steps))
