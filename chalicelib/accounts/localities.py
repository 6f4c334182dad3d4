"""Language and time zone of people: what their programs say of them (pure), and how accounts learn it.

An account takes both from the first request that says them, so that mails are in its owner's words and come at a fit
hour. What is set stays until its owner changes it.
"""

import re
import zoneinfo
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo

from chalicelib.accounts.models import Account
from chalicelib.common import texts
from chalicelib.common.dynamo import transactions
from chalicelib.common.texts import ENGLISH, Language

ZONE_NAME = r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*"
"""What names of IANA's time zones look like: letters of a path, and no way out of its folder."""
MAX_ZONE_NAME = 64

_PREFERRED_ZONE = re.compile(rf'(?:^|[,;\s])timezone="?({ZONE_NAME})"?(?=$|[,;\s])', re.IGNORECASE)
_ZONE_NAME = re.compile(ZONE_NAME)
_OF_ONE_MACHINE = re.compile(r"localtime|posixrules|Factory|(posix|right)/.*")
"""What lies beside the zones on some machines: by `right/` clocks are wrong by the leap seconds."""


@dataclass(frozen=True, slots=True)
class Locality:
    """What is known of somebody; None for what is not."""

    language: Language | None = None
    time_zone: str | None = None


def told_in(headers: Mapping[str, str]) -> Locality:
    """Returns what a request says: in Accept-Language, and in Prefer (RFC 7240) as `timezone=Europe/Moscow`.

    Names of headers are in lower case.
    """
    spoken = headers.get("accept-language", "")
    named = _PREFERRED_ZONE.search(headers.get("prefer", ""))
    zone = named[1] if named and is_zone(named[1]) else None
    return Locality(texts.preferred(spoken) if spoken.strip() else None, zone)


def is_zone(name: str) -> bool:
    """Whether IANA's database has a time zone of this name."""
    return zone_named(name) is not None


def zone_named(name: str) -> tzinfo | None:
    if len(name) > MAX_ZONE_NAME or not _ZONE_NAME.fullmatch(name) or _OF_ONE_MACHINE.fullmatch(name):
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, OSError, ValueError):  # a folder of zones is no zone
        return None


def language_of(account: Account) -> Language:
    """Returns the language that somebody is written to in; English until it is known."""
    known = account.language
    return Language(known) if known in texts.languages() else ENGLISH


def zone_of(account: Account) -> tzinfo:
    """Returns the time zone that somebody lives by; UTC until it is known."""
    return zone_or_utc(account.time_zone)


def zone_or_utc(name: str | None) -> tzinfo:
    return (zone_named(name) if name else None) or UTC


def learn(account: Account, headers: Mapping[str, str]) -> None:
    """Has an account take what it lacks from a request; one that knows both costs nothing."""
    if account.language is not None and account.time_zone is not None:
        return
    told = told_in(headers)
    new = {
        name: value
        for name, value in (("language", told.language), ("time_zone", told.time_zone))
        if value is not None and getattr(account, name) is None
    }
    if new:
        with suppress(transactions.ConditionFailed):  # it was changed meanwhile: the next request tells it again
            _store(account, new)


def _store(account: Account, new: Mapping[str, str]) -> None:
    """Stores what an account has learned; ConditionFailed when it was changed since it was read."""
    fields = [getattr(Account, name).set(value) for name, value in new.items()]
    with transactions.conditional():
        account.update(actions=[*fields, Account.version.add(1)], condition=Account.version == account.version)
