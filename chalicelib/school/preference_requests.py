"""Request bodies of notification preferences."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from chalicelib.common.http import errors, validation
from chalicelib.common.http.errors import In, Place
from chalicelib.common.http.requests import Body
from chalicelib.common.http.schemas import ShownAs
from chalicelib.common.texts import Text
from chalicelib.school import notification_preferences
from chalicelib.school.preferences import Channel, Preferences, QuietHours, Switches
from chalicelib.school.requests import ChangesBody, left_out

MOST_KINDS = 100


def _known(kind: str) -> str:
    allowed = notification_preferences.kinds()
    if kind not in allowed:
        of = {"allowed": ", ".join(allowed)}
        raise validation.refused(Text("no_such_kind", "must be a kind of notification: {allowed}", of))
    return kind


KindName = Annotated[str, AfterValidator(_known), ShownAs(lambda: Literal[*notification_preferences.kinds()])]
TimeOfDay = Annotated[
    str,
    validation.Form(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", Text("time_of_day", "must be a time of day, such as 22:00")),
]


class KindChange(ChangesBody):
    """Which channels bring notifications of a kind; one that is left out stays as it is."""

    type: KindName
    live: bool = Field(default_factory=left_out)
    inbox: bool = Field(default_factory=left_out)
    mail: bool = Field(default_factory=left_out)

    def switches(self) -> Switches:
        return {Channel(name): on for name, on in self.changes().items() if name != "type"}


class DigestChange(ChangesBody):
    """What a daily mail tells, and after which hour of one's day it comes."""

    deadlines: bool = Field(default_factory=left_out)
    results: bool = Field(default_factory=left_out)
    hour: Annotated[int, Field(ge=0, le=23)] = Field(default_factory=left_out)


class QuietHoursBody(Body):
    """When neither mails nor live notifications come, in one's own time zone; over midnight if `end` is the earlier."""

    begin: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.begin == self.end:
            raise errors.BadRequest(
                "quiet_without_end", "Quiet hours must end at another time", where=Place(In.BODY, "/quiet_hours/end")
            )
        return self

    def quiet_hours(self) -> QuietHours:
        return QuietHours(begin=time.fromisoformat(self.begin), end=time.fromisoformat(self.end))


class PreferenceChanges(ChangesBody):
    """What is left out stays; null takes quiet hours away."""

    kinds: Annotated[list[KindChange], Field(max_length=MOST_KINDS)] = Field(default_factory=left_out)
    digest: DigestChange = Field(default_factory=left_out)
    quiet_hours: QuietHoursBody | None = None

    def edited(self, before: Preferences) -> Preferences:
        given = self.model_fields_set
        kinds: Mapping[str, Switches] = {each.type: each.switches() for each in self.kinds} if "kinds" in given else {}
        digest = replace(before.digest, **self.digest.changes()) if "digest" in given else before.digest
        wanted = self.quiet_hours.quiet_hours() if self.quiet_hours is not None else None
        quiet = wanted if "quiet_hours" in given else before.quiet
        return replace(before.with_kinds(kinds), digest=digest, quiet=quiet)
