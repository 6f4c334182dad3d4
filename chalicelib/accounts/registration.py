"""Registers accounts: at once with a password (PyTry, Learning Platform, Virtual School), or first the address and then
the password (Auth Service).

Signing up and looking up may tell that an address, login or number is taken, since clients of the five systems rely on
it. Nothing else does, and each of them counts as a look-up. On a stage where accounts cannot be looked up, signing up
with somebody's address answers, and takes as long, as with a free one: it makes an account that does not hold the
address, and its owner gets a notice in place of the code.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.accounts import accounts, emails, mails, models, passwords, sessions, tokens, verification_codes
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account, EmailHold
from chalicelib.accounts.permissions import AccountState, Permission, Role
from chalicelib.accounts.verification_codes import Purpose
from chalicelib.common import clock, limits, observe, settings, texts
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place, Violation
from chalicelib.common.mail import Mail
from chalicelib.common.texts import Language, Text

SIGN_UP_LIMIT = limits.Limit("sign-ups of one address", settings.load().sign_ups_per_hour, timedelta(hours=1))
LOOK_UP_LIMIT = limits.Limit("look-ups of one address", settings.load().look_ups_per_minute, timedelta(minutes=1))
MAIL_LIMIT = limits.Limit("mails asked for by one address", settings.load().mails_per_hour, timedelta(hours=1))
_TAKEN_HERE = {
    "email": (Text("email_exists", "this e-mail is already registered"), "email already exists"),
    "phone": (Text("phone_exists", "this phone number is already registered"), "phone number already exists"),
}
"""Why a value is refused, and what Virtual School's clients compare."""
SIGN_UP_TOKEN_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalUserData:
    """The data that make a temporary user a portal user; None leaves a field as it is."""

    password: str
    login: str | None = None
    name: str | None = None
    secondname: str | None = None
    patronymic: str | None = None
    birthdate: str | None = None
    phone: str | None = None
    school_class: int | None = None


def sign_up(new: NewAccount, device: Device, *, language: Language) -> sessions.SignedIn:
    """Makes an account and its first session; AlreadyTaken, or 429 beyond the address's limit."""
    return sessions.start(register(new, device, language=language), device)


def register(new: NewAccount, device: Device, *, language: Language) -> Account:
    """Makes an account and mails its owner a welcome with a code that confirms the address."""
    _count_sign_up(device)
    account = _create(new)
    _welcome(account, device, language)
    return account


def register_pupil(new: NewAccount, device: Device, *, language: Language) -> Account:
    """Makes an account as `register` does, with Virtual School's 400 for values that are taken.

    A number is taken when an account signed up with it and has confirmed its address: nobody verifies numbers, so one
    that was just typed in keeps nobody out.
    """
    _count_sign_up(device)
    try:
        if _is_claimed(new.phone):
            raise accounts.already_taken(*(["email"] if accounts.has_email(new.email) else []), "phone")
        account = _create(new)
    except accounts.AlreadyTaken as taken:
        listed = [_taken(field) for field in taken.fields]
        reasons = texts.joined([violation.listed_as or violation.text for violation in listed], ", ")
        raise errors.BadRequest("already_exists", "{reasons}", reasons=reasons, violations=listed) from taken
    _welcome(account, device, language)
    return account


def _taken(name: str) -> Violation:
    text, compared = _TAKEN_HERE[name]
    return Violation(Place(In.BODY, f"/{name}"), text.code, text, {}, texts.untranslated(compared))


def begin(email: str, device: Device) -> Account:
    """Makes Auth Service's temporary user: an address without a password. Returns the same one until it is
    confirmed.
    """
    _count_sign_up(device)
    if not settings.load().accounts_can_be_looked_up:
        return _begin_unseen(email)
    account = accounts.find_by_email(email)
    if account is None:
        try:
            return accounts.create(NewAccount(email=email), role=Role.USER, state=AccountState.NEW)
        except accounts.AlreadyTaken:  # another request for it was faster
            account = accounts.find_by_email(email)
    if account is None or account.verified_mail or not account.may_sign_in:
        raise accounts.already_taken("email")
    return account


def count_look_up(device: Device) -> None:
    """Counts a request that may tell who exists; 429 beyond the limit of its sender."""
    limits.hit(LOOK_UP_LIMIT, device.network)


def look_up(email: str, device: Device) -> Account:
    """Returns the account with an address: Auth Service's clients ask for it before anything else. 404 without one."""
    count_look_up(device)
    account = accounts.find_by_email(email) if settings.load().accounts_can_be_looked_up else None
    if account is None:
        raise errors.NotFound("user_not_found", "User not found")
    return account


def check_chosen_code(code: int | str | None, caller: Caller | None) -> str | None:
    """Returns the code that the caller chose. Only admins may: with a code of one's choice one can confirm
    any address.
    """
    if code is None:
        return None
    if caller is None or not caller.may(Permission.ADMINISTER):
        raise errors.Forbidden("code_not_yours_to_choose", "The code is drawn here and mailed, leave it out")
    return str(code)


def send_code(account_id: int, device: Device, *, language: Language, chosen: str | None = None) -> None:
    """Mails a code to the address that is to be confirmed; 409 when it is confirmed already."""
    account = accounts.get(account_id)
    if account.verified_mail and account.pending_email is None:
        raise errors.Conflict("mail_verified", "This e-mail is verified already")
    limits.hit(MAIL_LIMIT, device.network)
    device.identify()
    mail_code(account, language, askers=device.sources, chosen=chosen)


def mail_code(account: Account, language: Language, *, askers: Sequence[str] = (), chosen: str | None = None) -> None:
    address = _account_to_confirm(account)
    mails.deliver(renew_code(account, address, language, askers=askers, chosen=chosen))
    observe.logger.info("code mailed", account_id=account.id)


def renew_code(
    account: Account, address: str, language: Language, *, askers: Sequence[str], chosen: str | None = None
) -> Mail:
    """Renews the code that confirms an address and returns its mail: of the code or, when another account has the
    address, a notice for that account's owner.
    """
    holder = accounts.has_email(address)
    code = verification_codes.renew(account.id, Purpose.MAIL, address=address, askers=askers, chosen=chosen)
    if holder in {None, account.id}:
        return mails.code(address, verification_codes.readable(code), language)
    return mails.address_wanted(address, language)


def confirm(account_id: int, text: str, device: Device) -> Account | None:
    """Confirms an address with the code from its mail; None for a wrong code or an unknown account.

    429 for strangers after wrong codes.
    """
    account = models.find_account(account_id, consistent=True)
    if account is None:
        return None
    address = _account_to_confirm(account)
    tried = verification_codes.verify(account_id, Purpose.MAIL, text, address=address, device=device)
    if tried is None:
        observe.logger.info("code refused", account_id=account_id)
        return None

    def put(current: Account) -> None:
        if _account_to_confirm(current) != address:
            raise transactions.ConditionFailed("address")
        _confirmed(current)

    try:
        confirmed = accounts.change(account_id, put, also=tried.use)
    except transactions.ConditionFailed:  # used, or the address replaced, by another request at the same time
        return None
    device.remember(account_id)
    observe.logger.info("mail verified", account_id=account_id)
    return confirmed


def sign_up_token(account: Account) -> str | None:
    """Issues the token that sets the password of a new account whose address has just been confirmed."""
    if account.sign_up_id is None:
        return None
    now = clock.now()
    claims = tokens.Claims(
        account_id=account.id,
        role=Role(account.role),
        session_id="",
        token_id=account.sign_up_id,
        issued_at=now,
        expires_at=now + SIGN_UP_TOKEN_LIFE,
    )
    return tokens.issue(tokens.TokenKind.SIGN_UP, claims)


def complete(account_id: int, token: str | None, given: PortalUserData, device: Device) -> Account:
    """Makes a portal user of a temporary one. Sessions that began with another password end. Counts as
    a look-up, since it tells which logins are taken.

    409 before the address is confirmed, 401 without a sign-up token that still works, 403 with another account's.
    """
    count_look_up(device)
    account = accounts.get(account_id)
    if not account.verified_mail:
        raise errors.Conflict("mail_not_verified", "Email is not verified.")
    claims = _sign_up_claims(token)
    if claims.account_id != account_id:
        raise errors.Forbidden("insufficient_rights", "Insufficient access rights")
    accounts.check_not_personal(given.password, account.email, *_own_words(account), *_own_words(given))
    password_hash = passwords.hash_password(given.password)

    def fill_in(current: Account) -> None:
        if current.sign_up_id != claims.token_id:
            raise errors.InvalidToken("token_used", "the token was used")
        _fill_in(current, given)
        current.password_hash, current.password_set_at = password_hash, clock.now()
        current.sign_up_id = current.pending_email = None
        sessions.end_all_of(current)
        accounts.activate(current)

    completed = accounts.change(account_id, fill_in)
    if account.password_hash is None:
        accounts.tell_password_set(account_id)
    device.remember(account_id)
    return completed


def _account_to_confirm(account: Account) -> str:
    return account.pending_email or account.email


def _confirmed(account: Account) -> None:
    if account.pending_email is not None:
        account.email = account.pending_email
        account.pending_email = account.sign_up_id = None
    elif account.state == AccountState.NEW:
        account.sign_up_id = secrets.token_urlsafe(16)
    account.email_hold, account.verified_mail = None, True
    accounts.activate(account)


def _fill_in(account: Account, given: PortalUserData) -> None:
    for field in ("login", "name", "secondname", "patronymic", "birthdate", "phone", "school_class"):
        value = getattr(given, field)
        if value is not None:
            setattr(account, field, value)
    if given.phone is not None:
        account.claimed_phone = accounts.digits(given.phone)


def _own_words(of: Account | PortalUserData) -> tuple[str | None, ...]:
    return of.login, of.name, of.secondname, of.patronymic


def _sign_up_claims(token: str | None) -> tokens.Claims:
    if token is None:
        raise errors.Unauthorized("token_missing", "The access token is missing")
    return tokens.read(tokens.TokenKind.SIGN_UP, token, clock.now())


def _count_sign_up(device: Device) -> None:
    count_look_up(device)
    limits.hit(SIGN_UP_LIMIT, device.network)


def _create(new: NewAccount) -> Account:
    """Makes an account; AlreadyTaken, which tells of an address only where accounts can be looked up."""
    if settings.load().accounts_can_be_looked_up:
        return accounts.create(new, role=Role.USER, state=AccountState.NEW)
    hold = None if accounts.has_email(new.email) is None else EmailHold.OTHERS
    try:
        return accounts.create(new, role=Role.USER, state=AccountState.NEW, email_hold=hold)
    except accounts.AlreadyTaken as taken:
        if "login" in taken.fields:
            raise accounts.already_taken("login") from taken
        return accounts.create(
            new, role=Role.USER, state=AccountState.NEW, email_hold=EmailHold.OTHERS
        )  # another was faster


def _is_claimed(phone: str | None) -> bool:
    digits = accounts.digits(phone)
    known = settings.load().accounts_can_be_looked_up
    return known and digits is not None and models.is_phone_claimed(digits)


def _begin_unseen(email: str) -> Account:
    """Begins a sign-up as `begin` does, without telling whether the address is somebody's: then the temporary user
    stands in for one that could have had it.
    """
    folded = emails.fold(email)
    # As many requests whoever there is.
    holder, stand_in = (models.find_holding(key(folded)) for key in (models.email_key, models.stand_in_key))
    known = holder if holder is not None and _is_temporary(holder) else stand_in
    if known is not None:
        return known
    hold = None if holder is None else EmailHold.STAND_IN
    try:
        return accounts.create(NewAccount(email=email), role=Role.USER, state=AccountState.NEW, email_hold=hold)
    except accounts.AlreadyTaken:  # another request for it was faster
        return _begin_unseen(email)


def _is_temporary(account: Account) -> bool:
    return account.password_hash is None and not account.verified_mail and account.state == AccountState.NEW


def _welcome(account: Account, device: Device, language: Language) -> None:
    device.identify()
    code = verification_codes.renew(account.id, Purpose.MAIL, address=account.email, askers=device.sources)
    shown = verification_codes.readable(code)
    letter = mails.welcome(account.email, shown, language) if account.email_hold is None else None
    mails.notify(letter or mails.address_wanted(account.email, language), account.id)
