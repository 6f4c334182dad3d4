"""Writes the mails that accounts get, in Russian and English.

A mail has no text that a stranger may have chosen: no name, and no address but the recipient's own. Whoever signs up
with somebody else's address could otherwise have us mail them anything.
"""

import functools
import tomllib
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.accounts.permissions import Role
from chalicelib.common import mail, observe
from chalicelib.common.http import errors
from chalicelib.common.mail import Mail
from chalicelib.common.texts import Language

_FAILURES = (ClientError, BotoCoreError)
_ROLES = {
    Language.EN: {Role.USER: "pupil", Role.TEACHER: "teacher", Role.ADMIN: "administrator"},
    Language.RU: {Role.USER: "ученик", Role.TEACHER: "преподаватель", Role.ADMIN: "администратор"},
}


def welcome(email: str, code: str, language: Language) -> Mail:
    return _mail("welcome", email, language, email=email, code=code)


def code(email: str, code: str, language: Language) -> Mail:
    return _mail("code", email, language, code=code)


def reset(email: str, code: str, language: Language) -> Mail:
    return _mail("reset", email, language, code=code)


def invitation(email: str, role: Role, code: str, language: Language) -> Mail:
    return _mail("invitation", email, language, role=_ROLES[language][role], email=email, code=code)


def address_wanted(email: str, language: Language) -> Mail:
    return _mail("address_wanted", email, language)


def password_changed(email: str, language: Language) -> Mail:
    return _mail("password_changed", email, language)


def email_changing(email: str, language: Language) -> Mail:
    return _mail("email_changing", email, language)


def second_factor_enabled(email: str, language: Language) -> Mail:
    return _mail("second_factor_enabled", email, language)


def second_factor_removed(email: str, language: Language) -> Mail:
    return _mail("second_factor_removed", email, language)


def second_factor_guessed(email: str, language: Language) -> Mail:
    return _mail("second_factor_guessed", email, language)


def recovery_code_used(email: str, left: int, language: Language) -> Mail:
    return _mail("recovery_code_used", email, language, left=str(left))


def recovery_codes_renewed(email: str, language: Language) -> Mail:
    return _mail("recovery_codes_renewed", email, language)


def deliver(letter: Mail) -> None:
    """Sends a mail that somebody waits for; 503 when SES does not accept it."""
    try:
        mail.send(letter)
    except _FAILURES as error:
        _count_refused(error)
        raise errors.Unavailable("mail_refused", "The mail could not be sent, try again later") from error


def notify(letter: Mail, account_id: int) -> None:
    """Sends a mail that only reports what was done: a refusal is logged and undoes nothing."""
    try:
        mail.send(letter)
    except _FAILURES as error:
        _count_refused(error, account_id=account_id)


def _count_refused(error: Exception, **known: Any) -> None:
    cause = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    observe.logger.warning("mail refused", cause=cause, **known)
    observe.count("MailRefused")


def _mail(kind: str, to: str, language: Language, **params: str) -> Mail:
    template = _templates()[kind][language]
    return Mail(to=to, subject=template["subject"], text=template["text"].format(**params))


@functools.cache
def _templates() -> dict[str, dict[str, dict[str, str]]]:
    """Returns subject and text, by kind and language."""
    return tomllib.loads(Path(__file__).with_name("mails.toml").read_text("utf-8"))
