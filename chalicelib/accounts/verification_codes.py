"""Codes that prove that somebody reads an address: drawn at random and mailed; only a digest is stored.

Wrong codes are counted over the life of the account, not of the code: another code brings no more tries. Whoever asked
for the code, and devices that the account knows, have tries of their own at each code, which strangers cannot use up; a
stranger waits longer and longer. After `MOST_WRONG` wrong codes in a row, those that are mailed are too long to guess.
So neither guessing nor keeping the owner out leads anywhere: of short codes at most 54 in a row are tried, 19 before
the last that is short, and at that one 10 by each of the three who asked in its period and 5 on known devices. That
finds one of six digits with a probability of 54 in 900 000 (NIST SP 800-63B, 5.2.2, allows 100 in 1 000 000).
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.accounts import attempts, emails, models, signing_keys, throttling
from chalicelib.accounts.attempts import Counter
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Attempts, Key, VerificationCode
from chalicelib.accounts.throttling import Policy
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors

DIGITS = 6
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 that nobody takes for each other: neither I and 1 nor O and 0."""
RESET_CHARS = 8
LONG_CHARS = 24
GROUP_CHARS = 4
INVITATION_BYTES = 16
NOT_GUESSED_CHARS = 22
"""From this length on a text is not counted as a guess: codes that are so long have at least 120 bits."""
TRIES = 5
MOST_WRONG = 20
"""Wrong codes in a row after which codes are long. Short ones that are out are then taken from their askers alone."""
STRANGERS = Policy(free=5, forgotten_after=throttling.LONG, most=MOST_WRONG)
"""Of all who neither asked for the code nor are known to the account. Only a right code ends the row."""
KNOWN = "known"
"""Under which the known devices of an account are counted together: its owner may have any number of them."""
MOST_ASKERS = 6
"""Sources of those who asked last: a device and its network for each mail of a period."""
BETWEEN_MAILS = timedelta(seconds=60)
MAILS_PER_PERIOD = 3
MAIL_PERIOD = timedelta(minutes=15)


class Purpose(StrEnum):
    MAIL = "mail"
    """Confirms the address that an account has, or wants to have: six digits."""
    PASSWORD = "password"  # noqa: S105 - a purpose
    """Resets a forgotten password: eight letters and digits."""
    INVITATION = "invitation"
    """Sets an invited teacher's first password: too long to guess, since it lives for days."""


LIFETIMES = {
    Purpose.MAIL: timedelta(minutes=10),
    Purpose.PASSWORD: timedelta(minutes=10),
    Purpose.INVITATION: timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class AcceptedCode:
    """A code that was right. `use` adds to the transaction that does what the code allows that it is used up."""

    code: VerificationCode
    wrong: Key
    """Where the wrong codes before it are counted."""

    def use(self, transaction: Transaction) -> None:
        models.use_code(transaction, self.code)
        transaction.delete(Attempts(*self.wrong))


def renew(
    account_id: int, purpose: Purpose, *, address: str, askers: Sequence[str] = (), chosen: str | None = None
) -> str:
    """Returns a new code for an address, which replaces the last; `chosen` is used instead of a random one.

    `askers` are the sources of the device that asked for it; they keep those of a code that is still valid, so that a
    stranger's request takes nothing from the owner. 429 when the last mail was sent too short a time ago.
    """
    now, owner = clock.now(), _owner(account_id, address)
    last, wrong = models.find_code_and_failures(models.code_key(owner, purpose), models.wrong_codes_key(owner, purpose))
    mailed = last.mailed_at if last else []
    if (pause := pause_before_next_mail(mailed, now)) > timedelta():
        raise _too_soon(pause)
    text = chosen or _drawn(purpose, is_long=wrong is not None and wrong.failures >= MOST_WRONG)
    code = VerificationCode(
        *models.code_key(owner, purpose),
        digest=_digest(account_id, purpose, address, text),
        askers=[*_earlier_askers(last, now), *askers][-MOST_ASKERS:],
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


def _earlier_askers(last: VerificationCode | None, now: datetime) -> list[str]:
    return last.askers if last is not None and now < last.valid_until else []


def pause_before_next_mail(mailed_at: Sequence[datetime], now: datetime) -> timedelta:
    """Returns the time until the next mail may be sent. Pure. `mailed_at` has the last mails, oldest first."""
    waits = [mailed_at[-1] + BETWEEN_MAILS - now] if mailed_at else []
    if len(mailed_at) >= MAILS_PER_PERIOD:
        waits.append(mailed_at[-MAILS_PER_PERIOD] + MAIL_PERIOD - now)
    return max([timedelta(), *waits])


def verify(account_id: int, purpose: Purpose, text: str, *, address: str, device: Device) -> AcceptedCode | None:
    """Verifies a code that was mailed to an address. `account_id` 0 is nobody's: see `_owner`. A long text is not
    counted, since guesses at it lead nowhere.

    None when it is wrong, was mailed to another address, is used or too old, or was tried too often; 429 when strangers
    have to wait.
    """
    owner = _owner(account_id, address)
    code, wrong = models.find_code_and_failures(models.code_key(owner, purpose), models.wrong_codes_key(owner, purpose))
    text = _as_drawn(text)
    counter = Counter(models.wrong_codes_key(owner, purpose), STRANGERS)
    is_known = device.knows(account_id)
    if len(text) < NOT_GUESSED_CHARS and not _may_try(counter, wrong, code, device, is_known=is_known):
        return None
    if code is None or code.digest is None or code.valid_until <= clock.now():
        return None
    kid = code.digest.partition(":")[0]
    try:
        good = secrets.compare_digest(_digest(account_id, purpose, address, text, kid=kid), code.digest)
    except KeyError:  # the key that signed it has been retired meanwhile
        return None
    return AcceptedCode(code, counter.key) if good else None


def _owner(account_id: int, address: str) -> str:
    """Returns the partition of an account's code; for account 0 that of an address which nobody has.

    Nobody's codes are drawn and tried as others, so that tries do not tell who exists; only the mail is left out.
    """
    return models.account_owner(account_id) if account_id else models.subject_owner(f"code:{emails.fold(address)}")


def _may_try(
    strangers: Counter, wrong: Attempts | None, code: VerificationCode | None, device: Device, *, is_known: bool
) -> bool:
    """Counts a try before it is made. False when the tries are used up; 429 for strangers who have to wait."""
    by_token, by_network = device.sources
    asked = [source for source in (by_token, by_network) if code is not None and source in code.askers]
    if code is None or not (asked or is_known):
        attempts.count(strangers, wrong)
        return True
    attempts.add_failure(strangers.key, clock.now())
    key = models.code_tries_key(strangers.key[0], code.version, asked[0] if asked else KNOWN)
    return attempts.count_code_try(key, most=TRIES, expires_at=code.valid_until + MAIL_PERIOD)


def _drawn(purpose: Purpose, *, is_long: bool) -> str:
    if purpose is Purpose.INVITATION:
        return secrets.token_urlsafe(INVITATION_BYTES)
    if purpose is Purpose.PASSWORD or is_long:
        return "".join(secrets.choice(LETTERS) for _ in range(LONG_CHARS if is_long else RESET_CHARS))
    # The first digit is no 0: clients send the code as a number.
    return str(10 ** (DIGITS - 1) + secrets.randbelow(9 * 10 ** (DIGITS - 1)))


def readable(code: str) -> str:
    """Returns a code as it stands in a mail: letters in groups of four."""
    if len(code) not in (RESET_CHARS, LONG_CHARS):
        return code
    return "-".join(code[start : start + GROUP_CHARS] for start in range(0, len(code), GROUP_CHARS))


def _as_drawn(text: str) -> str:
    """Returns a code as it was drawn: neither case nor hyphens nor blanks count, but in an invitation's."""
    plain = re.sub(r"[\s-]", "", text).upper()
    return plain if len(plain) <= RESET_CHARS or len(plain) == LONG_CHARS else text.strip()


def _digest(account_id: int, purpose: Purpose, address: str, text: str, *, kid: str | None = None) -> str:
    return signing_keys.digest(f"{account_id}:{emails.fold(address)}:{text}", purpose=f"code:{purpose}", kid=kid)


def _too_soon(pause: timedelta) -> errors.TooManyRequests:
    return errors.TooManyRequests(
        "code_mailed", "A code was just mailed, try again in {retry_after} s", retry_after=errors.whole_seconds(pause)
    )
