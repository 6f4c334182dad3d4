"""The dashboard of a user, to which each package adds a section."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pydantic

from chalicelib.common.hooks import Hook
from chalicelib.common.http.responses import View
from chalicelib.school.readings import Readings

Section = Callable[[Readings], Sequence[View]]
"""Its annotation says which views it returns: the document shows them."""

_sections = Hook[Mapping[str, Section]]("dashboard_sections")


def sections_of(readings: Readings) -> dict[str, Sequence[View]]:
    return {name: fill(readings) for name, fill in _sections.get().items()}


def shape() -> type[View]:
    """Returns the shape of all sections together, for the document."""
    returned = {
        name: inspect.signature(fill, eval_str=True).return_annotation for name, fill in _sections.get().items()
    }
    members: dict[str, Any] = {name: (annotation, ...) for name, annotation in returned.items()}
    return pydantic.create_model("DashboardSections", __base__=View, **members)
