"""Answers about notification preferences."""

from typing import Annotated, Literal, Self

from chalicelib.common.http.responses import View
from chalicelib.common.http.schemas import ShownAs
from chalicelib.school import notification_preferences
from chalicelib.school.notification_preferences import KnownPreferences
from chalicelib.school.preferences import Channel, Digest, QuietHours


class KindView(View):
    """Which channels bring notifications of a kind, which is the type of their frame."""

    type: Annotated[str, ShownAs(lambda: Literal[*notification_preferences.kinds()])]
    live: bool
    inbox: bool
    mail: bool


class DigestView(View):
    """What a daily mail tells, and after which hour of one's day it comes."""

    deadlines: bool
    results: bool
    hour: int

    @classmethod
    def of(cls, digest: Digest) -> Self:
        return cls(deadlines=digest.deadlines, results=digest.results, hour=digest.hour)


class QuietHoursView(View):
    """In one's own time zone; over midnight if `end` is the earlier."""

    begin: str
    end: str

    @classmethod
    def of(cls, quiet: QuietHours) -> Self:
        return cls(begin=f"{quiet.begin:%H:%M}", end=f"{quiet.end:%H:%M}")


class PreferencesView(View):
    """What somebody wants to be told, and how: every kind of notification is listed."""

    kinds: list[KindView]
    digest: DigestView
    quiet_hours: QuietHoursView | None

    @classmethod
    def of(cls, known: KnownPreferences) -> Self:
        wanted = known.preferences
        return cls(
            kinds=[
                KindView(type=kind, live=on[Channel.LIVE], inbox=on[Channel.INBOX], mail=on[Channel.MAIL])
                for kind, on in known.kinds.items()
            ],
            digest=DigestView.of(wanted.digest),
            quiet_hours=QuietHoursView.of(wanted.quiet) if wanted.quiet else None,
        )
