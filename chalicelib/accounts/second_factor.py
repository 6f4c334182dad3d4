"""The second factor of an account: one-time passwords of an authenticator app, and recovery codes for when it is lost.

Setting it up takes two steps: `begin` gives the secret, `enable` wants a code made with it. From then on every sign-in
needs a code. A wrong one counts as a failed sign-in, with the pauses of those; and only so many in a row are compared
at all (MOST_WRONG_CODES), so whoever has the password guesses with a chance of 3 in 10,000 for good, not each day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from chalicelib.accounts import (
    accounts,
    authentication,
    mails,
    models,
    recovery_codes,
    second_factor_models,
    sessions,
    totp,
)
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account, SecondFactor
from chalicelib.accounts.permissions import AccountState
from chalicelib.common import clock, kms, limits, observe, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.texts import Language

SET_UP_WITHIN = timedelta(minutes=15)
MOST_WRONG_CODES = 100
"""Wrong codes in a row that are compared (NIST SP 800-63B, 5.2.2). Three codes of a million are good at any time, so
they are guessed with a chance of 3 in 10,000; then only a recovery code helps, which cannot be guessed."""
LOCKED = "Too many wrong one-time passwords: use a recovery code, or ask an admin"
WARN_AFTER = 3
"""Wrong codes in a row after which the owner is told: whoever types them has the password."""
LIMIT = limits.Limit("changes of the second factor", 10, timedelta(minutes=15))
"""Tries by somebody signed in, for each account."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What comes with a password at a sign-in. `otp` is a one-time password or a recovery code; None without one.

    `language` is that of mails about it.
    """

    otp: str | None
    language: Language


@dataclass(frozen=True, slots=True)
class Setup:
    """What an authenticator app needs. It is shown once; `expires_at` is when it can no longer be enabled."""

    secret: str
    uri: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    enabled_at: datetime | None
    recovery_codes_left: int
    required: bool


def status(caller: Caller) -> Status:
    """Returns how the caller's second factor stands."""
    required = accounts.needs_second_factor(caller.account)
    factor = second_factor_models.find(caller.id) if caller.account.has_second_factor else None
    if factor is None:
        return Status(None, 0, required)
    return Status(factor.enabled_at, factor.recovery_codes_left, required)


def begin(caller: Caller) -> Setup:
    """Draws a secret, which counts for nothing yet; it replaces one that was not enabled.

    409 when there is a second factor, and before the address is confirmed: else somebody could sign up with another's
    address and keep its owner out with a second factor.
    """
    if caller.account.state != AccountState.ACTIVATED:
        raise errors.Conflict("mail_not_verified", "Email is not verified.")
    secret, expires_at = totp.new_secret(), clock.now() + SET_UP_WITHIN
    encrypted = kms.encrypt(secret, context=_context(caller.id))
    factor = SecondFactor(*models.second_factor_key(caller.id), secret=encrypted, expires_at=expires_at)
    try:
        second_factor_models.begin(factor)
    except transactions.ConditionFailed as enabled:
        raise _exists() from enabled
    return Setup(secret, totp.uri(secret, account=caller.account.email, issuer=_issuer()), expires_at)


def enable(caller: Caller, otp: str, *, language: Language) -> list[str]:
    """Has the second factor count, with a code made by it, and returns the recovery codes.

    The other sessions of the account end: they began without it. 403 for a wrong code; 409 when nothing was begun.
    """
    factor = _begun(caller)
    step = totp.matching_step(_secret(caller.id, factor), otp, now=clock.now(), last_used=factor.last_step)
    if step is None:
        raise _wrong_otp_of_caller()
    drawn = recovery_codes.draw()
    digests = [recovery_codes.digest(caller.id, code) for code in drawn]

    def put(account: Account) -> None:
        account.has_second_factor = True
        sessions.end_others_of(account, caller)

    def enable_too(transaction: transactions.Transaction) -> None:
        second_factor_models.enable(transaction, factor, step=step, recovery_codes=digests, now=clock.now())
        models.keep_session(transaction, caller.session)

    try:
        changed = accounts.change(caller.id, put, also=enable_too)
    except transactions.ConditionFailed as refused:
        ended = models.SESSION_GOES_ON in refused.failed
        raise (authentication.session_ended() if ended else _not_begun()) from refused
    mails.notify(mails.second_factor_enabled(changed.email, language), changed.id)
    observe.logger.info("second factor enabled", account_id=caller.id)
    return drawn


def accepts(account: Account, proof: Proof) -> bool:
    """Whether a sign-in with the right password may go on: always without a second factor. A good code is used up.

    401 `otp_required` when it needs a code and has none; 401 `otp_locked` after too many wrong ones.
    """
    if not account.has_second_factor:
        return True
    if proof.otp is None:
        raise errors.WrongCredentials("otp_required", "A one-time password is required: send it as otp")
    outcome = _use(account, proof.otp, language=proof.language)
    if outcome is _Outcome.LOCKED:
        raise errors.WrongCredentials("otp_locked", LOCKED)
    return outcome is _Outcome.GOOD


def wrong_otp() -> errors.WrongCredentials:
    observe.count("SecondFactorFailed")
    return errors.WrongCredentials("wrong_otp", "The one-time password is wrong or was used")


def renew_recovery_codes(caller: Caller, otp: str, *, language: Language) -> list[str]:
    """Returns new recovery codes; those that were left no longer work. 403 for a wrong code."""
    _check(caller, otp, language=language)
    drawn = recovery_codes.draw()
    try:
        second_factor_models.replace_recovery_codes(
            caller.id, [recovery_codes.digest(caller.id, code) for code in drawn]
        )
    except transactions.ConditionFailed as removed:
        raise _not_found() from removed
    mails.notify(mails.recovery_codes_renewed(caller.account.email, language), caller.id)
    observe.logger.info("recovery codes renewed", account_id=caller.id)
    return drawn


def disable(caller: Caller, otp: str, *, language: Language) -> None:
    """Removes the caller's second factor; 403 for a wrong code."""
    _check(caller, otp, language=language)
    _remove(caller.id, by=caller, language=language)


def reset(caller: Caller, account_id: int, *, language: Language) -> None:
    """Removes the second factor of somebody who has lost it. Their owner is told; 404 when there is none.

    Not one's own: that wants a code.
    """
    if caller.id == account_id:
        raise errors.Conflict("not_oneself", "Another admin has to do this to your account")
    _remove(account_id, by=caller, language=language)


def _remove(account_id: int, *, by: Caller, language: Language) -> None:
    def put(account: Account) -> None:
        if not account.has_second_factor:
            raise _not_found()
        account.has_second_factor = False

    changed = accounts.change(account_id, put, also=lambda writes: second_factor_models.remove(writes, account_id))
    mails.notify(mails.second_factor_removed(changed.email, language), account_id)
    observe.logger.info("second factor removed", account_id=account_id, by=by.id)


def _check(caller: Caller, otp: str, *, language: Language) -> None:
    """Checks the code of somebody signed in; 403 for a wrong one, 404 without a second factor."""
    if not caller.account.has_second_factor:
        raise _not_found()
    outcome = _use(caller.account, otp, language=language)
    if outcome is _Outcome.LOCKED:
        raise errors.Forbidden("otp_locked", LOCKED)
    if outcome is _Outcome.WRONG:
        raise _wrong_otp_of_caller()


class _Outcome(Enum):
    GOOD = auto()
    WRONG = auto()
    LOCKED = auto()
    """Not compared, after too many wrong ones in a row."""


def _use(account: Account, otp: str, *, language: Language) -> _Outcome:
    if totp.is_code(otp):
        return _use_code(account, otp, language=language)
    return _use_recovery_code(account, otp, language=language)


def _use_code(account: Account, code: str, *, language: Language) -> _Outcome:
    """Uses a one-time password up. It is counted before it is compared, so that parallel guesses gain nothing."""
    try:
        factor = second_factor_models.count_code(account.id, most=MOST_WRONG_CODES)
    except transactions.ConditionFailed:
        return _Outcome.LOCKED
    step = totp.matching_step(_secret(account.id, factor), code, now=clock.now(), last_used=factor.last_step)
    if step is not None and _is_first_to_use(factor, step):
        return _Outcome.GOOD
    if factor.failures in {WARN_AFTER, MOST_WRONG_CODES}:
        mails.notify(mails.second_factor_guessed(account.email, language), account.id)
    observe.logger.warning("wrong one-time password", account_id=account.id, failures=factor.failures)
    return _Outcome.WRONG


def _is_first_to_use(factor: SecondFactor, step: int) -> bool:
    """Of those who send one code at the same time, exactly one is the first."""
    try:
        second_factor_models.use_step(factor, step)
    except transactions.ConditionFailed:
        return False
    return True


def _use_recovery_code(account: Account, code: str, *, language: Language) -> _Outcome:
    try:
        left = second_factor_models.use_recovery_code(
            account.id, recovery_codes.digest(account.id, code)
        ).recovery_codes_left
    except transactions.ConditionFailed:
        observe.logger.warning("wrong recovery code", account_id=account.id)
        return _Outcome.WRONG
    mails.notify(mails.recovery_code_used(account.email, left, language), account.id)
    observe.logger.info("recovery code used", account_id=account.id, left=left)
    return _Outcome.GOOD


def _begun(caller: Caller) -> SecondFactor:
    """Returns the second factor that is being set up."""
    factor = second_factor_models.find(caller.id)
    if factor is None:
        raise _not_begun()
    if factor.enabled_at is not None:
        raise _exists()
    if factor.expires_at <= clock.now():
        raise _not_begun()
    return factor


def _secret(account_id: int, factor: SecondFactor) -> str:
    return kms.decrypt(factor.secret, context=_context(account_id))


def _context(account_id: int) -> dict[str, str]:
    return {"purpose": "second-factor", "account": str(account_id)}


def _issuer() -> str:
    """Returns the name that apps show, which tells stages apart."""
    stage = settings.load().stage
    return "Lyceum" if stage == "prod" else f"Lyceum ({stage})"


def _wrong_otp_of_caller() -> errors.Forbidden:
    """The same for somebody signed in, whom a 401 would tell to sign in again."""
    observe.count("SecondFactorFailed")
    return errors.Forbidden("wrong_otp", "The one-time password is wrong or was used")


def _exists() -> errors.Conflict:
    return errors.Conflict("second_factor_exists", "This account has a second factor: remove it first")


def _not_begun() -> errors.Conflict:
    return errors.Conflict("second_factor_not_begun", "Begin first: POST /me/second-factor")


def _not_found() -> errors.NotFound:
    return errors.NotFound("second_factor_not_found", "This account has no second factor")
