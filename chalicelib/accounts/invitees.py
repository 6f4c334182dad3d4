"""People who are invited by their addresses: finds or makes their accounts, and mails them.

Whoever invites does not learn which address has an account: the mail alone says so, to its owner.
"""

from collections.abc import Callable

from chalicelib.accounts import accounts, mails, verification_codes
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.accounts.verification_codes import Purpose
from chalicelib.common import observe
from chalicelib.common.http import errors
from chalicelib.common.texts import Language


def account_for(new: NewAccount) -> Account:
    """Returns the account with an address, made if there is none."""
    account = accounts.find_by_email(new.email)
    if account is not None:
        return account
    try:
        return accounts.create(new, role=Role.USER, state=AccountState.NEW)
    except accounts.AlreadyTaken:  # somebody signed up meanwhile
        return account_for(new)


def is_unused(account: Account) -> bool:
    """Whether an account waits for its owner, who has set no password yet."""
    return bool(account.password_hash is None and account.state == AccountState.NEW)


def mail(account: Account, invitation: str, *, language: Language) -> None:
    """Mails an invitation; to the owner of an account without a password with the code that sets it.

    503 when SES does not accept it. Repeated within the pause between two codes, it mails nothing more.
    """
    if not is_unused(account):
        mails.deliver(mails.joining(account.email, invitation, language))
        return
    try:
        code = verification_codes.renew(account.id, Purpose.INVITATION, address=account.email)
    except errors.TooManyRequests:
        observe.logger.info("invitation was mailed just now", account_id=account.id)
        return
    mails.deliver(mails.pupil_invitation(account.email, code, language))


def take_back(email: str, *, import_id: int, is_awaited: Callable[[int], bool]) -> None:
    """Erases the account that an import made for an address, unless its owner has used it, or somebody else awaits
    them, which the id of an account tells.
    """
    account = accounts.find_by_email(email)
    if account is None or account.import_id != import_id or account.password_hash or account.verified_mail:
        return
    if account.state == AccountState.NEW and not is_awaited(account.id):
        accounts.erase(account.id)
