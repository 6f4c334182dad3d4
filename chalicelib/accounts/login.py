"""Signs in with a password and limits how often one may be tried.

A sign-in costs one run of argon2 and four requests to the database, on a device that the account does not know five:
the holder of the name and the failures of the network; the account and its failures; the attempt, counted before it is
made, so that parallel guesses gain nothing; the session.

Strangers cannot make an owner wait: a device that has signed in to an account before is counted by itself.
"""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.accounts import accounts, attempts, emails, models, passwords, second_factor, sessions, throttling
from chalicelib.accounts.attempts import Counter
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account, Attempts, Key
from chalicelib.accounts.second_factor import Proof
from chalicelib.accounts.throttling import Policy
from chalicelib.common import observe, settings
from chalicelib.common.http import errors

KNOWN = Policy(free=settings.load().failed_sign_ins_per_5_minutes, forgotten_after=throttling.LONG, most=100)
"""Of a device that has signed in to the account before."""
STRANGE = Policy(
    free=settings.load().failed_sign_ins_per_5_minutes,
    free_period=timedelta(minutes=5),
    forgotten_after=timedelta(days=1),
)
"""Of one network, at one account that it does not know."""
STRANGERS = Policy(free=settings.load().failed_sign_ins_of_strangers, forgotten_after=throttling.LONG, most=100)
"""Of all devices that the account does not know, together."""
NETWORK = Policy(
    free=settings.load().failed_sign_ins_per_address,
    free_period=timedelta(minutes=5),
    forgotten_after=timedelta(days=1),
)
"""Of one network, at all accounts that it does not know."""
NOBODY = 0
"""The account that names nobody have: looked up all the same, so that time does not tell who exists."""


@dataclass(frozen=True, slots=True)
class _LoginName:
    """A name that somebody signs in with: the key of its holder, and where failures are counted when nobody has it."""

    hold: Key
    owner: str
    verified_alone: bool = False
    """Whether it names nobody who has not verified it."""


def _email_name(email: str) -> _LoginName:
    folded = emails.fold(email)
    hidden = not settings.load().accounts_can_be_looked_up
    return _LoginName(models.email_key(folded), models.subject_owner(f"email:{folded}"), verified_alone=hidden)


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
        _LoginName(models.login_key(folded), models.subject_owner(f"login:{folded}")), password, device, proof
    )


def by_email_or_login(name: str, password: str, device: Device, proof: Proof) -> sessions.SignedIn:
    """Signs in by e-mail or login. A name with an @ is an address: no login has one."""
    return by_email(name, password, device, proof) if "@" in name else by_login(name, password, device, proof)


def check_password(account: Account, password: str) -> None:
    """Checks the password of somebody signed in; 403 for a wrong one. Attempts are limited as on a known device."""
    counter = Counter(models.attempts_key(models.account_owner(account.id), "SIGNED_IN"), KNOWN)
    attempts.count(counter, models.find_account_and_attempts(account.id, [counter.key])[1][0])
    if not passwords.verify(password, account.password_hash).good:
        raise errors.Forbidden("wrong_password", "Invalid password.")
    attempts.delete_attempts(counter.key)


def _sign_in(
    name: _LoginName, password: str, device: Device, proof: Proof, *, verified_only: bool = False
) -> sessions.SignedIn:
    """Signs in; 401 for a wrong password or an unknown name, 403 for a blocked account, 429 after too many failures.

    An attempt without the one-time password that it needs stays counted: only a whole sign-in clears failures.
    """
    attempt = _begin(name, device)
    account = _named(name, attempt.account)
    verified = passwords.verify(password, account.password_hash if account else None)
    if account is None or not verified.good:
        attempt.fail()
        observe.count("SignInFailed")
        raise errors.WrongCredentials("wrong_credentials", "Incorrect username or password")
    _refuse_blocked(account)
    if verified_only:
        _refuse_unverified(account)
    if not second_factor.accepts(account, proof):
        attempt.fail()
        raise second_factor.wrong_otp()
    if verified.new_hash is not None:
        _rehash(account, verified.new_hash)
    return sessions.start(account, device, clear_attempts=[each.key for each in attempt.counters])


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An attempt at the account of a name, if somebody has it, that is counted already.

    `network` is where failures at all accounts are counted, unless the account knows the device.
    """

    account: Account | None
    counters: list[Counter]
    network: Counter | None
    at_all: Attempts | None

    def fail(self) -> None:
        if self.network is not None:
            attempts.count(self.network, self.at_all)


def _begin(name: _LoginName, device: Device, *, trusted: bool = True) -> _Attempt:
    """Counts an attempt; 429 when it has to wait. A device that was there before the password was set is a stranger:
    whoever knew the password before could have any number of them.
    """
    network = Counter(models.attempts_key(models.subject_owner(f"address:{device.network}")), NETWORK)
    account_id, at_all = models.find_holder_and_attempts(name.hold, network.key)
    is_known = trusted and account_id is not None and device.knows(account_id)
    if not is_known:
        attempts.check(network, at_all)
    owner = name.owner if account_id is None else models.account_owner(account_id)
    counters = _counters(owner, device, is_known=is_known)
    account, seen = models.find_account_and_attempts(account_id or NOBODY, [each.key for each in counters])
    if account is not None:
        observe.concerns(account.id)
        if is_known and not device.knows(account.id, since=account.password_set_at):
            return _begin(name, device, trusted=False)
    counters, seen = _in_force(counters, seen)
    attempts.count_all(counters, seen)
    return _Attempt(account, counters, None if is_known else network, at_all)


def _counters(owner: str, device: Device, *, is_known: bool) -> list[Counter]:
    """Returns where an attempt is counted: a known device by itself, apart from strangers.

    Of strangers each network is counted, and all together. A known device is given for the last two as well, for when
    its own attempts are used up.
    """
    by_token, by_network = device.sources
    strange = [
        Counter(models.attempts_key(owner, by_network), STRANGE),
        Counter(models.attempts_key(owner), STRANGERS),
    ]
    return [Counter(models.attempts_key(owner, by_token), KNOWN), *strange] if is_known else strange


def _in_force(counters: list[Counter], seen: list[Attempts | None]) -> tuple[list[Counter], list[Attempts | None]]:
    own, its_own = counters[0], seen[0]
    if own.policy is not KNOWN:
        return counters, seen
    is_used_up = attempts.is_exhausted(own, its_own)
    return (counters[1:], seen[1:]) if is_used_up else (counters[:1], seen[:1])


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
