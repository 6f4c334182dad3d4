"""Makes, finds, changes and erases accounts."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts import emails, look_alikes, models, passwords, permissions, search_models
from chalicelib.accounts.models import Account, EmailHold, Key
from chalicelib.accounts.permissions import NEXT_STATES, AccountState, Permission, Role
from chalicelib.common import clock, observe, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.hooks import Hook
from chalicelib.common.http import errors, etags, validation
from chalicelib.common.http.errors import In, Place
from chalicelib.common.texts import Text

CHANGE_TRIES = 5
PERSONAL_PASSWORD = Text("personal_password", "must not be your e-mail, login or name")
LOOKS = "looks like "
"""Begins the name of the condition that no other login has this skeleton."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """The data of an account to be made. Without a password nobody can sign in yet."""

    email: str
    password: str | None = None
    login: str | None = None
    name: str | None = None
    secondname: str | None = None
    patronymic: str | None = None
    birthdate: str | None = None
    phone: str | None = None
    school_class: int | None = None
    import_id: int | None = None


class AlreadyTaken(errors.Conflict):
    """409: other accounts have unique values of this one. `fields` names all of them: email, login."""

    def __init__(self, code: str, text: str, *, fields: Sequence[str]) -> None:
        super().__init__(code, text, status="already")
        self.fields = tuple(fields)


def already_taken(*fields: str) -> AlreadyTaken:
    match fields:
        case ("email",):
            return AlreadyTaken("email_taken", "Email already registered", fields=fields)
        case ("login",):
            return AlreadyTaken("login_taken", "Username already taken", fields=fields)
        case _:
            return AlreadyTaken("already_registered", "This e-mail and login are already registered", fields=fields)


def create(
    new: NewAccount,
    *,
    role: Role,
    state: AccountState,
    verified_mail: bool = False,
    email_hold: EmailHold | None = None,
) -> Account:
    """Makes an account, without a mail to anybody; AlreadyTaken when its address or login is.

    One that does not hold its address leaves it to whoever has it, and gets no code that would confirm it.
    """
    password_hash = _hash(new)

    def store(account_id: int) -> Account:
        account = _account(account_id, new, password_hash, role, state)
        account.verified_mail = verified_mail
        account.email_hold = email_hold
        held = unique_values(account)
        try:
            models.add_account(account, holds=held, also=search_models.follow(account))
        except transactions.ConditionFailed as refused:
            if transactions.KEY_FREE in refused.failed:
                raise
            raise already_taken(*_taken(held, refused)) from refused
        return account

    account = transactions.with_new_id(store)
    observe.logger.info("account made", account_id=account.id, role=role)
    return account


def get(account_id: int) -> Account:
    """Returns an account as it is at this moment; 404 for one that does not exist or was deleted."""
    account = models.find_account(account_id, consistent=True)
    if account is None or account.state == AccountState.DELETED:
        raise errors.NotFound("user_not_found", "User not found")
    return account


def role_now(account: Account) -> Role:
    """Returns the role whose permissions an account has: a plain user's while it lacks a second factor it needs."""
    return Role.USER if needs_second_factor(account) and not account.has_second_factor else Role(account.role)


def needs_second_factor(account: Account) -> bool:
    """Whether the account has its role's permissions only with a second factor."""
    return permissions.needs_second_factor(
        Role(account.role), required_of_admins=settings.load().admins_need_second_factor
    )


def find_by_email(email: str) -> Account | None:
    return models.find_by_email(emails.fold(email))


def has_email(email: str) -> int | None:
    """Returns the id of the account that has an address. Costs one request whether there is one or not."""
    return models.find_holder(models.email_key(emails.fold(email)))


def digits(phone: str | None) -> str | None:
    """Returns the form in which numbers are compared: without a plus."""
    return None if phone is None else phone.lstrip("+")


def fold_login(login: str) -> str:
    """Returns the form under which a login is unique: case and the encoding of accents make no difference."""
    return unicodedata.normalize("NFKC", login).casefold()


def change(
    account_id: int, edit: Callable[[Account], None], *, also: Callable[[Transaction], None] | None = None
) -> Account:
    """Stores what `edit` makes of an account, even while others change it at the same time.

    When that ends its sessions or takes rights from it, the listeners to that are called: nobody else has to.

    AlreadyTaken when others have unique values of it; 404 when it is gone. What `edit` raises passes.
    """
    for _ in range(CHANGE_TRIES):
        account = get(account_id)
        before, login, authority = unique_values(account), account.login, _Authority.of(account)
        was_reachable = is_reachable(account)
        edit(account)
        if account.login != login:
            account.looks = _looks(account.login)
        if account.claimed_phone != digits(account.phone):
            account.claimed_phone = None
        try:
            _save(account, before, also if was_reachable else _with_listeners(account, also))
        except transactions.ConditionFailed as refused:
            if models.UNCHANGED not in refused.failed:
                raise
        else:
            _tell_what_ended(account, authority)
            return account
    raise errors.ChangedMeanwhile


def update_profile(account_id: int, changes: Mapping[str, str | None], *, expected: etags.IfMatch = None) -> Account:
    """Sets names, birthdate and phone; 412 when the account has another version than expected."""

    def put(account: Account) -> None:
        etags.require(account.version, expected)
        for field, value in changes.items():
            setattr(account, field, value)

    return change(account_id, put)


def check_not_personal(password: str, *about: str | None, named: str = "password") -> None:
    """Raises 400 for a password that is the account's own address, login or name. `named` is its name in the body."""
    if passwords.Flaw.PERSONAL in passwords.flaws(password, [word for word in about if word]):
        raise errors.BadRequest(
            "password_personal",
            "The password must not be your e-mail, login or name",
            violations=[validation.invalid(Place(In.BODY, validation.pointer(named)), PERSONAL_PASSWORD)],
        )


def change_state(account: Account, state: AccountState) -> None:
    """Moves an account to another state; 409 when its state does not lead there."""
    if state not in NEXT_STATES[AccountState(account.state)]:
        raise errors.Conflict(
            "impossible_state", "An account that is {now} cannot become {wanted}", now=account.state, wanted=state
        )
    account.state = state


def activate(account: Account) -> None:
    """Activates a new account once its mail is verified and it has a password."""
    if account.state == AccountState.NEW and account.verified_mail and account.password_hash is not None:
        account.state = AccountState.ACTIVATED


def is_reachable(account: Account) -> bool:
    """Whether mails that nobody asked for at the moment may go to an account: its owner has confirmed the address."""
    return account.state == AccountState.ACTIVATED and account.verified_mail and account.email_hold is None


Listener = Callable[[int], None]
"""Gets the id of an account."""

_on_sessions_ended = Hook[Sequence[Listener]]("on_sessions_ended")
"""Listeners to every account of which sessions have ended. Which ones, the sessions themselves say."""
_on_rights_lost = Hook[Sequence[Listener]]("on_rights_lost")
"""Listeners to every account whose sessions go on with fewer rights."""
_on_erased = Hook[Sequence[Listener]]("on_erased")
"""Listeners to every account that is erased, after its sessions have ended."""
Reached = Callable[[Transaction, Account], None]
"""Adds its writes to those by which an account becomes one that mails may go to."""

_on_reachable = Hook[Sequence[Reached]]("on_reachable")
_on_password_set = Hook[Sequence[Listener]]("on_password_set")
"""Listeners to every account whose owner has set its first password with a code from the mail."""


def _with_listeners(account: Account, also: Callable[[Transaction], None] | None) -> Callable[[Transaction], None]:
    def fill(transaction: Transaction) -> None:
        if also is not None:
            also(transaction)
        for begin in _on_reachable.get() if is_reachable(account) else ():
            begin(transaction, account)

    return fill


def tell_sessions_ended(account_id: int) -> None:
    """Calls the listeners to the end of sessions of an account."""
    for tell in _on_sessions_ended.get():
        tell(account_id)


def tell_password_set(account_id: int) -> None:
    """Calls the listeners to the first password of an account."""
    for tell in _on_password_set.get():
        tell(account_id)


@dataclass(frozen=True, slots=True)
class _Authority:
    """What the sessions of an account may do, and which generation of them is valid."""

    generation: int
    rights: frozenset[Permission]

    @classmethod
    def of(cls, account: Account) -> "_Authority":
        return cls(account.generation, permissions.permissions_of(role_now(account), AccountState(account.state)))


def _tell_what_ended(account: Account, before: _Authority) -> None:
    after = _Authority.of(account)
    if after.generation != before.generation:
        tell_sessions_ended(account.id)
    elif before.rights - after.rights:
        for tell in _on_rights_lost.get():
            tell(account.id)


def erase(account_id: int) -> None:
    """Deletes an account: personal data goes, the id stays, so that what the account made has an author.

    404 for one that is erased already; an erasure that was interrupted is completed.
    """

    def forget(account: Account) -> None:
        change_state(account, AccountState.DELETED)
        account.email = ""
        account.login = account.name = account.secondname = account.patronymic = None
        account.birthdate = account.phone = account.claimed_phone = account.school_class = None
        account.language = account.time_zone = None
        account.password_hash = account.pending_email = account.sign_up_id = account.email_hold = None
        account.role, account.verified_mail, account.has_second_factor = Role.USER, False, False
        account.generation += 1

    account = models.find_account(account_id, consistent=True)
    if account is not None and account.state == AccountState.DELETED:
        models.delete_all_but_account(account_id)
    change(account_id, forget)
    for tell in _on_erased.get():
        tell(account_id)
    models.delete_all_but_account(account_id)
    observe.logger.info("account erased", account_id=account_id)


def unique_values(account: Account) -> dict[str, Key]:
    """Returns the keys that an account holds, by field: no other account may have its address or login, or a login that
    looks like it.

    Others may have its number, since nobody verifies those. It is claimed by an account that signed up with it and has
    confirmed its address, so that a sign-up can be told that somebody has it.
    """
    folded = emails.fold(account.email)
    claims = account.verified_mail and account.claimed_phone is not None
    keys = {
        "email": models.email_key(folded) if folded and account.email_hold is None else None,
        "stand_in": models.stand_in_key(folded) if account.email_hold == EmailHold.STAND_IN else None,
        "login": models.login_key(fold_login(account.login)) if account.login is not None else None,
        "phone": models.phone_claim_key(str(account.claimed_phone), account.id) if claims else None,
    }
    looks = {f"{LOOKS}{skeleton}": models.looks_key(skeleton) for skeleton in sorted(account.looks or ())}
    return {field: key for field, key in keys.items() if key is not None} | looks


def _hash(new: NewAccount) -> str | None:
    if new.password is None:
        return None
    check_not_personal(new.password, new.email, new.login, new.name, new.secondname, new.patronymic)
    return passwords.hash_password(new.password)


def _save(account: Account, before: dict[str, Key], also: Callable[[Transaction], None] | None) -> None:
    after = unique_values(account)
    take = {field: key for field, key in after.items() if key not in before.values()}
    give = [key for key in before.values() if key not in after.values()]
    found_under = search_models.follow(account)

    def fill(transaction: Transaction) -> None:
        found_under(transaction)
        if also is not None:
            also(transaction)

    try:
        models.save_account(account, take=take, give=give, also=fill)
    except transactions.ConditionFailed as refused:
        taken = _taken(take, refused)
        if taken and models.UNCHANGED not in refused.failed:
            raise already_taken(*taken) from refused
        raise


def _taken(wanted: Mapping[str, Key], refused: transactions.ConditionFailed) -> list[str]:
    """Returns the fields whose values others have. A login is taken by one that looks like it, too."""
    failed = (field for field in wanted if field in refused.failed)
    return list(dict.fromkeys("login" if field.startswith(LOOKS) else field for field in failed))


def _looks(login: str | None) -> set[str] | None:
    return None if login is None else set(look_alikes.skeletons(login))


def _account(account_id: int, new: NewAccount, password_hash: str | None, role: Role, state: AccountState) -> Account:
    return Account(
        *models.account_key(account_id),
        id=account_id,
        email=new.email,
        login=new.login,
        looks=_looks(new.login),
        password_hash=password_hash,
        role=role,
        state=state,
        name=new.name,
        secondname=new.secondname,
        patronymic=new.patronymic,
        birthdate=new.birthdate,
        phone=new.phone,
        claimed_phone=digits(new.phone),
        school_class=new.school_class,
        import_id=new.import_id,
        created_at=clock.now(),
    )
