"""Unsubscribing from mails without signing in (RFC 8058).

The token of a link is no secret: it stands in logs and in mailboxes, and all that it does is to stop mails of one kind
to one account. It names nobody but by the account's number, and nobody can make one for another account.
"""

import hmac
from collections.abc import Callable
from urllib.parse import quote, unquote

from chalicelib.accounts import signing_keys
from chalicelib.common import ids, observe
from chalicelib.common.http import errors
from chalicelib.common.texts import Language, Text
from chalicelib.school import notification_preferences
from chalicelib.school.preferences import Preferences
from chalicelib.school.queues import LetterKind

_PARTS = 4
_TITLE = Text("unsubscribe_title", "Mails of Lyceum")
_QUESTIONS = {
    LetterKind.DIGEST: Text("unsubscribe_digest", "Do you want no more mails of deadlines and results?"),
    LetterKind.NOTICES: Text("unsubscribe_notices", "Do you want no more notifications by mail?"),
}
_YES = Text("unsubscribe_yes", "Send me no more of them")
_DONE = Text("unsubscribed", "You will get no more of these mails. You can switch them on again in your account.")

_PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><h1>{title}</h1><p>{text}</p>{form}
"""
_FORM = """<form method="post">
<input type="hidden" name="List-Unsubscribe" value="One-Click"><button>{yes}</button></form>"""


def token(account_id: int, kind: LetterKind) -> str:
    """Returns what stands in the link of a mail, fit for a path."""
    key_id, _, mac = _digest(account_id, kind).partition(":")
    return f"{account_id}.{kind}.{mac}.{quote(key_id, safe='')}"


def page(text: str, language: Language) -> str:
    """Returns the page that asks; opening it stops nothing, since programs that look for malice open links too."""
    _, kind = _read(text)
    return _written(_QUESTIONS[kind], language, _FORM.format(yes=_YES.in_language(language)))


def unsubscribe(text: str, language: Language) -> str:
    """Stops the mails that a token is for; 404 for one that is not valid. Repeating it changes nothing."""
    account_id, kind = _read(text)
    notification_preferences.edit(account_id, _without(kind))
    observe.logger.info("unsubscribed", account_id=account_id, mails=kind)
    return _written(_DONE, language, "")


def _without(kind: LetterKind) -> Callable[[Preferences], Preferences]:
    return Preferences.without_digest if kind is LetterKind.DIGEST else Preferences.without_mail


def _read(text: str) -> tuple[int, LetterKind]:
    """Returns whose mails a token stops, and which."""
    parts = text.split(".", maxsplit=3)
    if len(parts) != _PARTS or not ids.is_id(parts[0]) or parts[1] not in set(LetterKind):
        raise _no_such_link()
    account_id, kind = int(parts[0]), LetterKind(parts[1])
    try:
        expected = _digest(account_id, kind, unquote(parts[3]))
    except KeyError as replaced:
        raise _no_such_link() from replaced
    if not hmac.compare_digest(expected.encode(), f"{unquote(parts[3])}:{parts[2]}".encode("utf-8", "surrogatepass")):
        raise _no_such_link()
    return account_id, kind


def _digest(account_id: int, kind: LetterKind, key_id: str | None = None) -> str:
    return signing_keys.digest(f"{account_id}:{kind}", purpose="unsubscribe", kid=key_id)


def _written(text: Text, language: Language, form: str) -> str:
    title = _TITLE.in_language(language)
    return _PAGE.format(language=language, title=title, text=text.in_language(language), form=form)


def _no_such_link() -> errors.NotFound:
    return errors.NotFound("no_such_link", "This link is not valid, or too old: switch the mails off in your account")
