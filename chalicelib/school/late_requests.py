"""The policy for late work in request bodies, of tasks as of assignments."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from chalicelib.common.http import errors
from chalicelib.common.http.requests import Body
from chalicelib.school import late_policy
from chalicelib.school.late_policy import LatePolicy, Step

MAX_GRACE_MINUTES, MAX_HOURS, MAX_STEPS, MAX_LATE_DAYS = 24 * 60, 24 * 366, 10, 100

Percent = Annotated[float, Field(ge=0, le=late_policy.ALL, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0, le=MAX_HOURS, allow_inf_nan=False)]
GraceMinutes = Annotated[int, Field(ge=0, le=MAX_GRACE_MINUTES)]
LateDays = Annotated[int, Field(ge=0, le=MAX_LATE_DAYS)]


class LateStepBody(Body):
    after_hours: Hours
    percent: Percent


class LatePolicyBody(Body):
    """What late work costs: `percent_per_day` for each day begun, or `steps`; from the end of the grace on.

    Work is taken for `accepted_hours` after it was due, and for the grace at least.
    """

    grace_minutes: GraceMinutes = 0
    percent_per_day: Percent = 0
    steps: Annotated[list[LateStepBody], Field(max_length=MAX_STEPS)] = Field(default_factory=list)
    accepted_hours: Hours | None = None

    @model_validator(mode="after")
    def _charges_in_one_way(self) -> Self:
        if fault := late_policy.fault(self.policy()):
            raise errors.bad_request(fault)
        return self

    def policy(self) -> LatePolicy:
        steps = tuple(Step(after_hours=each.after_hours, percent=each.percent) for each in self.steps)
        return LatePolicy(
            grace_minutes=self.grace_minutes,
            percent_per_day=self.percent_per_day,
            steps=steps,
            accepted_hours=self.accepted_hours,
        )
