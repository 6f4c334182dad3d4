"""The policy for late work as it is answered, of tasks as of assignments."""

from collections.abc import Mapping
from typing import Any, Self

from chalicelib.common.http.responses import View


class LateStepView(View):
    after_hours: float
    percent: float


class LatePolicyView(View):
    """`percent_per_day` is taken away for each day begun; with `steps` the last that was passed counts."""

    grace_minutes: int
    percent_per_day: float
    steps: list[LateStepView]
    accepted_hours: float | None

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None) -> Self | None:
        return None if stored is None else cls.model_validate(stored)
