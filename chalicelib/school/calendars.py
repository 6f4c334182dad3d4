"""The calendar of one's deadlines: a feed (RFC 5545) behind a token of its own, since calendar programs cannot sign in.

The token names its owner, so that the feed costs no look-up of tokens; there is one at a time, and it is shown once.
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.accounts import localities
from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.http import errors
from chalicelib.common.texts import Language, Text
from chalicelib.school import calendar_models, deadlines
from chalicelib.school.deadlines import Deadline, DeadlineKind

RANDOM_BYTES = 24
ASKED_EVERY = timedelta(hours=1)
"""How often calendar programs are asked to look."""

_NAME = Text("calendar_name", "Lyceum: deadlines")


def open_feed(caller: Caller) -> str:
    """Makes the caller's feed; returns its token, which is kept nowhere. A former one is valid no longer."""
    token = f"{caller.id}-{secrets.token_urlsafe(RANDOM_BYTES)}"
    calendar_models.put(caller.id, _digest(token), clock.now())
    observe.logger.info("calendar opened", account_id=caller.id)
    return token


def close_feed(caller: Caller) -> None:
    """Has the token of the caller's feed open nothing any more. Repeating it changes nothing."""
    calendar_models.delete(caller.id)
    observe.logger.info("calendar closed", account_id=caller.id)


def forget(user_id: int) -> None:
    calendar_models.delete(user_id)


def feed(token: str) -> str:
    """Returns the feed of a token; 404 for one that is not valid, or whose owner is blocked or gone."""
    owner, _, _ = token.partition("-")
    stored = calendar_models.find(int(owner)) if ids.is_id(owner) else None
    if stored is None or not hmac.compare_digest(stored.digest, _digest(token)):
        raise _no_such_calendar()
    account = account_models.find_account(int(owner))
    if account is None or not account.may_sign_in:
        raise _no_such_calendar()
    return written(deadlines.of_user(account.id), localities.language_of(account), clock.now())


def written(found: Sequence[Deadline], language: Language, now: datetime) -> str:
    """Returns deadlines as iCalendar, each an event at its moment. Pure."""
    import icalendar  # noqa: PLC0415 - a third of a second, for this one route alone

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Lyceum//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _NAME.in_language(language))
    calendar.add("refresh-interval", ASKED_EVERY, parameters={"VALUE": "DURATION"})
    for each in found:
        event = icalendar.Event()
        event.add("uid", f"{each.kind}-{'-'.join(map(str, each.ids.values()))}@lyceum")
        event.add("dtstamp", now)
        event.add("dtstart", each.due_at)
        event.add("summary", _without_controls(_summary(each).in_language(language)))
        calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text


def _summary(deadline: Deadline) -> Text:
    named = {"title": str(deadline.title), "within": deadline.within}
    match deadline.kind:
        case DeadlineKind.TASK:
            return Text("calendar_task", "{title} ({within})", named)
        case DeadlineKind.SUBMISSION:
            return Text("calendar_submission", "{title}: send in your solution ({within})", named)
        case DeadlineKind.REVIEW:
            return Text("calendar_review", "{title}: write your reviews ({within})", named)


def _without_controls(text: str) -> str:
    """Without what texts of iCalendar may not have (RFC 5545, 3.3.11): one name would spoil the whole calendar."""
    lines = text.replace("\r\n", "\n")
    return "".join(" " if unicodedata.category(each) == "Cc" and each not in "\n\t" else each for each in lines)


def _digest(token: str) -> str:
    """Returns a plain digest: it is enough for so many random bits, which need neither salt nor a slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _no_such_calendar() -> errors.NotFound:
    return errors.NotFound("no_such_calendar", "There is no such calendar")
