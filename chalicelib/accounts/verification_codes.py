"""Codes that prove that somebody reads an address: drawn at random and mailed; only a digest is stored."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.accounts import emails, models, signing_keys
from chalicelib.accounts.models import Account, VerificationCode
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors

DIGITS = 6
TRIES = 5
BETWEEN_MAILS = timedelta(seconds=60)
MAILS_PER_PERIOD = 3
MAIL_PERIOD = timedelta(minutes=15)


class Purpose(StrEnum):
    MAIL = "mail"
    """Confirms the address that an account has, or wants to have."""
    PASSWORD = "password"  # noqa: S105 - a purpose
    """Resets a forgotten password."""
    INVITATION = "invitation"
    """Sets an invited teacher's first password. Not six digits but a word too long to guess: it lives for days."""


LIFETIMES = {
    Purpose.MAIL: timedelta(minutes=10),
    Purpose.PASSWORD: timedelta(minutes=10),
    Purpose.INVITATION: timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class AcceptedCode:
    """A code that was right. `use` adds to the transaction that does what the code allows that it is used up."""

    code: VerificationCode

    def use(self, transaction: Transaction) -> None:
        models.use_code(transaction, self.code)


def renew(account: Account, purpose: Purpose, *, address: str, chosen: str | None = None) -> str:
    """Returns a new code for an address, which replaces the last; `chosen` is used instead of a random one.

    429 when the last mail was sent too short a time ago.
    """
    now = clock.now()
    last = models.find_code(account.id, purpose)
    mailed = last.mailed_at if last else []
    pause = pause_before_next_mail(mailed, now)
    if pause > timedelta():
        raise _too_soon(pause)
    text = chosen or _random_code(purpose)
    code = VerificationCode(
        *models.code_key(account.id, purpose),
        digest=_digest(account.id, purpose, address, text),
        tries_left=TRIES,
        valid_until=now + LIFETIMES[purpose],
        mailed_at=[*mailed, now][-MAILS_PER_PERIOD:],
        version=secrets.token_urlsafe(8),
        expires_at=now + LIFETIMES[purpose] + MAIL_PERIOD,
    )
    try:
        models.replace_code(code, seen=last.version if last else None)
    except transactions.ConditionFailed as another:
        raise _too_soon(BETWEEN_MAILS) from another
    return text


def pause_before_next_mail(mailed_at: Sequence[datetime], now: datetime) -> timedelta:
    """Returns the time until the next mail may be sent. Pure. `mailed_at` has the last mails, oldest first."""
    waits = [mailed_at[-1] + BETWEEN_MAILS - now] if mailed_at else []
    if len(mailed_at) >= MAILS_PER_PERIOD:
        waits.append(mailed_at[-MAILS_PER_PERIOD] + MAIL_PERIOD - now)
    return max([timedelta(), *waits])


def verify(account_id: int, purpose: Purpose, text: str, *, address: str) -> AcceptedCode | None:
    """Verifies a code that was mailed to an address. Each call uses up one try.

    None when it is wrong, was mailed to another address, is used or too old, or was tried too often.
    """
    try:
        code = models.try_code(account_id, purpose, clock.now())
    except transactions.ConditionFailed:
        return None
    kid = str(code.digest).partition(":")[0]
    try:
        good = secrets.compare_digest(_digest(account_id, purpose, address, text, kid=kid), str(code.digest))
    except KeyError:  # the key that signed it has been retired meanwhile
        return None
    return AcceptedCode(code) if good else None


def _random_code(purpose: Purpose) -> str:
    if purpose is Purpose.INVITATION:
        return secrets.token_urlsafe(16)
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def _digest(account_id: int, purpose: Purpose, address: str, text: str, *, kid: str | None = None) -> str:
    return signing_keys.digest(f"{account_id}:{emails.fold(address)}:{text}", purpose=f"code:{purpose}", kid=kid)


def _too_soon(pause: timedelta) -> errors.TooManyRequests:
    return errors.TooManyRequests(
        "code_mailed", "A code was just mailed, try again in {retry_after} s", retry_after=errors.whole_seconds(pause)
    )
