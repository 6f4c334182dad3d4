"""Signs in with a password and limits how often one may be tried.

A sign-in costs one run of argon2 and four requests to the database: the holder of the name and the failures of the
address; the account and its failures; the attempt, counted before it is made, so that parallel guesses gain nothing;
the session.

The first few attempts are free; each failure after them doubles the pause (OWASP ASVS 5.0, 6.3.1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts import accounts, emails, models, passwords, second_factor, sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account, Attempts, Key
from chalicelib.accounts.second_factor import Proof
from chalicelib.common import clock, observe, settings
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.http import errors

FREE_PERIOD = timedelta(minutes=5)
"""Failures that stayed below the free number are forgotten after it."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Failures:
    """The failed attempts since the last good sign-in: how many, and when the last was."""

    number: int
    last_at: datetime


NO_PAUSE = timedelta()


def pause_after(failures: Failures | None, *, free: int, now: datetime) -> timedelta:
    """Returns the time until the next attempt; zero when it may be made now."""
    if failures is None or failures.number < free or is_forgotten(failures, free=free, now=now):
        return NO_PAUSE
    doublings = min(failures.number - free, 10)
    pause = min(LONGEST_WAIT, FIRST_WAIT * 2.0**doublings)
    return max(NO_PAUSE, failures.last_at + pause - now)


def is_forgotten(failures: Failures, *, free: int, now: datetime) -> bool:
    kept = FREE_PERIOD if failures.number < free else FORGOTTEN_AFTER
    return failures.last_at + kept <= now


def with_one_more(failures: Failures | None, *, free: int, now: datetime) -> Failures:
    """Returns the count with this attempt in it."""
    if failures is None or is_forgotten(failures, free=free, now=now):
        return Failures(1, now)
    return Failures(failures.number + 1, now)


FREE_PER_ACCOUNT = settings.load().failed_sign_ins_per_5_minutes
FREE_PER_ADDRESS = settings.load().failed_sign_ins_per_address
COUNT_TRIES = 5
BRIEFLY = timedelta(seconds=1)
NOBODY = 0
"""The account that names nobody have: looked up all the same, so that time does not tell who exists."""


@dataclass(frozen=True, slots=True)
class _LoginName:
    """The keys of a name that somebody signs in with: of its holder, and of its failures when nobody has it."""

    hold: Key
    attempts: Key
    verified_alone: bool = False
    """Whether it names nobody who has not verified it."""


def _email_name(email: str) -> _LoginName:
    folded = emails.fold(email)
    hidden = not settings.load().accounts_can_be_looked_up
    return _LoginName(models.email_key(folded), models.attempts_key(f"email:{folded}"), verified_alone=hidden)


def by_email(email: str, password: str, device: Device, proof: Proof) -> sessions.SignedIn:
    """Signs in by e-mail; where accounts cannot be looked up, only by an address that is verified.

    There, a sign-up with somebody's address looks like any other (`registration`), and must not be told apart by this.
    """
    return _sign_in(_email_name(email), password, device, proof)


def by_verified_email(email: str, password: str, device: Device, proof: Proof) -> sessions.SignedIn:
    """Signs in by e-mail; 409 while the address is not verified."""
    return _sign_in(_email_name(email), password, device, proof, verified_only=True)


def by_login(login: str, password: str, device: Device, proof: Proof) -> sessions.SignedIn:
    folded = accounts.fold_login(login)
    return _sign_in(
        _LoginName(models.login_key(folded), models.attempts_key(f"login:{folded}")), password, device, proof
    )


def by_email_or_login(name: str, password: str, device: Device, proof: Proof) -> sessions.SignedIn:
    """Signs in by e-mail or login. A name with an @ is an address: no login has one."""
    return by_email(name, password, device, proof) if "@" in name else by_login(name, password, device, proof)


def check_password(account: Account, password: str) -> None:
    """Checks the password of somebody signed in; 403 for a wrong one. Attempts are limited as at signing in."""
    key = models.account_attempts_key(account.id)
    _count_attempt(key, FREE_PER_ACCOUNT, models.find_account_and_attempts(account.id, key)[1])
    if not passwords.verify(password, account.password_hash).good:
        raise errors.Forbidden("wrong_password", "Invalid password.")
    models.delete_attempts(key)


def _sign_in(
    name: _LoginName, password: str, device: Device, proof: Proof, *, verified_only: bool = False
) -> sessions.SignedIn:
    """Signs in; 401 for a wrong password or an unknown name, 403 for a blocked account, 429 after too many failures.

    An attempt without the one-time password that it needs stays counted: only a whole sign-in clears failures.
    """
    address = models.attempts_key(f"address:{device.source_ip}")
    account_id, address_failures = models.find_holder_and_attempts(name.hold, address)
    _check_pause(address_failures, FREE_PER_ADDRESS)
    key = name.attempts if account_id is None else models.account_attempts_key(account_id)
    account, failures = models.find_account_and_attempts(account_id or NOBODY, key)
    if account is not None:
        observe.concerns(account.id)
    _count_attempt(key, FREE_PER_ACCOUNT, failures)
    account = _named(name, account)
    verified = passwords.verify(password, account.password_hash if account else None)
    if account is None or not verified.good:
        _count_attempt(address, FREE_PER_ADDRESS, address_failures)
        observe.count("SignInFailed")
        raise errors.WrongCredentials("wrong_credentials", "Incorrect username or password")
    _refuse_blocked(account)
    if verified_only:
        _refuse_unverified(account)
    if not second_factor.accepts(account, proof):
        _count_attempt(address, FREE_PER_ADDRESS, address_failures)
        raise second_factor.wrong_otp()
    if verified.new_hash is not None:
        _rehash(account, verified.new_hash)
    return sessions.start(account, device, clear_attempts=key)


def _named(name: _LoginName, account: Account | None) -> Account | None:
    """Returns the account, unless the name may only name somebody who has verified it."""
    return None if account is not None and name.verified_alone and not account.verified_mail else account


def _refuse_blocked(account: Account) -> None:
    if not account.may_sign_in:
        raise errors.Forbidden("account_blocked", "This account is blocked")


def _refuse_unverified(account: Account) -> None:
    """Raises 409, once the password is checked: before, it would tell anybody who exists."""
    if not account.verified_mail:
        raise errors.Conflict("mail_not_verified", "Email is not verified.")


def _rehash(account: Account, new_hash: str) -> None:
    """Stores the password's hash with today's parameters, unless the password was changed meanwhile.

    The new session belongs to the account as it was read: a change of password meanwhile has ended it.
    """
    seen = account.password_hash

    def rehash(current: Account) -> None:
        if current.password_hash == seen:
            current.password_hash = new_hash

    accounts.change(account.id, rehash)


def _count_attempt(key: Key, free: int, seen: Attempts | None) -> None:
    """Counts an attempt before it is made; 429 when it has to wait. Of parallel ones exactly the free number pass."""
    for _ in range(COUNT_TRIES):
        _check_pause(seen, free)
        try:
            _store(key, free, seen)
        except transactions.ConditionFailed:
            seen = items.find(Attempts, *key, consistent=True)
        else:
            return
    raise _too_many_attempts(BRIEFLY)


def _store(key: Key, free: int, seen: Attempts | None) -> None:
    now = clock.now()
    expires_at = now + FORGOTTEN_AFTER
    after = with_one_more(_failures(seen), free=free, now=now)
    if seen is None or seen.failures < after.number <= free:
        models.count_attempt(key, below=free, now=now, expires_at=expires_at)
    else:
        models.replace_attempts(Attempts(*key, failures=after.number, last_at=now, expires_at=expires_at), seen=seen)


def _check_pause(seen: Attempts | None, free: int) -> None:
    pause = pause_after(_failures(seen), free=free, now=clock.now())
    if pause > timedelta():
        raise _too_many_attempts(pause)


def _failures(seen: Attempts | None) -> Failures | None:
    return None if seen is None else Failures(seen.failures, seen.last_at)


def _too_many_attempts(pause: timedelta) -> errors.TooManyRequests:
    return errors.TooManyRequests(
        "too_many_requests", "Too many requests, try again in {retry_after} s", retry_after=errors.whole_seconds(pause)
    )
