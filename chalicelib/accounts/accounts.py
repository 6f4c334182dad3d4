"""Accounts: making them, finding them."""

import unicodedata
from dataclasses import dataclass

from botocore.exceptions import ClientError

from chalicelib.accounts import emails, letters, models, passwords
from chalicelib.accounts.models import Account, Role, State
from chalicelib.common import clock, errors, mail, observe, table
from chalicelib.common.texts import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What somebody who signs up says of themselves."""

    email: str
    password: str
    login: str | None = None
    name: str | None = None


def register(new: NewAccount, *, language: Language) -> Account:
    """Make an account and welcome its owner; 409 when the address or login is taken."""
    account = create(new, role=Role.USER, state=State.NEW)
    _welcome(account, language)
    observe.logger.info("account registered", account_id=account.id)
    return account


def create(new: NewAccount, *, role: Role, state: State, verified_mail: bool = False) -> Account:
    """Make an account without a word to anybody; 409 when the address or login is taken."""
    password_hash = passwords.hashed(new.password)

    def store(account_id: int) -> Account:
        account = _account(account_id, new, password_hash, role, state)
        account.verified_mail = verified_mail
        models.add_account(account, holds=_holds(new))
        return account

    try:
        return table.with_new_id(store)
    except table.ConditionFailed as refused:
        raise _taken() from refused


def get(account_id: int) -> Account:
    account = models.find_account(account_id)
    if account is None or account.state == State.DELETED:
        raise errors.NotFound("user_not_found", "User not found")
    return account


def find(*, email: str | None, login: str | None) -> Account | None:
    """By address or, without one, by login."""
    if email is not None:
        return models.find_by_email(emails.fold(email))
    return models.find_by_login(fold_login(login)) if login is not None else None


def fold_login(login: str) -> str:
    """The form under which a login is unique: neither case nor the way an accent is encoded tells people apart."""
    return unicodedata.normalize("NFKC", login).casefold()


def _account(account_id: int, new: NewAccount, password_hash: str, role: Role, state: State) -> Account:
    return Account(
        *models.account_key(account_id),
        id=account_id,
        email=new.email,
        login=new.login,
        password_hash=password_hash,
        role=role,
        state=state,
        name=new.name,
        created_at=clock.now(),
    )


def _holds(new: NewAccount) -> list[tuple[str, str]]:
    email = models.email_key(emails.fold(new.email))
    return [email] if new.login is None else [email, models.login_key(fold_login(new.login))]


def _taken() -> errors.Conflict:
    return errors.Conflict("already_registered", "This e-mail or login is already registered", status="already")


def _welcome(account: Account, language: Language) -> None:
    try:
        mail.send(letters.welcome(account.email, account.name or account.email, language))
    except ClientError as error:
        # The account exists: a mail that SES refuses must not make its owner believe otherwise.
        observe.logger.warning("welcome mail refused", account_id=account.id, cause=error.response["Error"]["Code"])
        observe.count("MailRefused")
