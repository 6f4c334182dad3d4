"""Administers accounts: roles, states, invitations."""

from chalicelib.accounts import accounts, mails, sessions, verification_codes
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.accounts.verification_codes import Purpose
from chalicelib.common import observe
from chalicelib.common.http import errors
from chalicelib.common.texts import Language


def assign_role(caller: Caller, account_id: int, role: Role) -> Account:
    """Gives an account a role, whatever it had before."""
    _refuse_self(caller, account_id)

    def put(account: Account) -> None:
        account.role = role

    changed = accounts.change(account_id, put)
    observe.logger.info("role assigned", account_id=account_id, role=role, by=caller.id)
    return changed


def withdraw_role(caller: Caller, account_id: int, role: Role) -> Account:
    """Makes an account of this role a plain user; 409 when it has another role."""
    _refuse_self(caller, account_id)

    def put(account: Account) -> None:
        if account.role != role or role == Role.USER:
            raise errors.Conflict("role_not_assigned", "This account does not have this role, or cannot be without it")
        account.role = Role.USER

    changed = accounts.change(account_id, put)
    observe.logger.info("role withdrawn", account_id=account_id, role=role, by=caller.id)
    return changed


def promote(email: str) -> Account | None:
    """Makes the account with this address an admin; None without one. For operators, who need no admin to do it."""
    account = accounts.find_by_email(email)
    if account is None:
        return None

    def put(current: Account) -> None:
        current.role = Role.ADMIN

    changed = accounts.change(account.id, put)
    observe.logger.info("admin made", account_id=changed.id)
    return changed


def block(caller: Caller, account_id: int) -> Account:
    """Blocks an account and ends its sessions; unblocking does not bring them back."""
    _refuse_self(caller, account_id)

    def put(account: Account) -> None:
        accounts.change_state(account, AccountState.BLOCKED)
        sessions.end_all_of(account)

    changed = accounts.change(account_id, put)
    observe.logger.info("account blocked", account_id=account_id, by=caller.id)
    return changed


def unblock(caller: Caller, account_id: int) -> Account:
    def put(account: Account) -> None:
        if account.state != AccountState.BLOCKED:
            raise errors.Conflict("not_blocked", "This account is not blocked")
        ready = account.verified_mail and account.password_hash is not None
        accounts.change_state(account, AccountState.ACTIVATED if ready else AccountState.NEW)

    changed = accounts.change(account_id, put)
    observe.logger.info("account unblocked", account_id=account_id, by=caller.id)
    return changed


def end_sessions(caller: Caller, account_id: int) -> None:
    """Signs somebody out everywhere; they may sign in again."""
    _refuse_self(caller, account_id)
    sessions.end_all(account_id)
    observe.logger.info("signed out everywhere", account_id=account_id, by=caller.id)


def end_session(caller: Caller, account_id: int, session_id: str) -> None:
    """Signs somebody out of one session; 404 when it has ended already."""
    _refuse_self(caller, account_id)
    sessions.end_of(accounts.get(account_id), session_id)
    observe.logger.info("signed out by an admin", account_id=account_id, by=caller.id)


def erase(caller: Caller, account_id: int) -> None:
    _refuse_self(caller, account_id)
    accounts.erase(account_id)


def erase_self(caller: Caller) -> None:
    """Deletes the caller's own account. Admins cannot: one of them has to be left."""
    if caller.account.role == Role.ADMIN:  # also while that role is withheld for lack of a second factor
        _refuse_self(caller, caller.id)
    accounts.erase(caller.id)


def invite(new: NewAccount, role: Role, *, language: Language) -> Account:
    """Makes an account of a role and mails its owner a code that sets the password.

    Inviting again mails a new code if the first was not used; 409 for an address that is in use.
    """
    account = accounts.find_by_email(new.email)
    if account is None:
        account = accounts.create(new, role=role, state=AccountState.NEW)
    elif account.password_hash is not None or account.role != role or account.state != AccountState.NEW:
        raise accounts.already_taken("email")
    code = verification_codes.renew(account.id, Purpose.INVITATION, address=account.email)
    mails.deliver(mails.invitation(account.email, role, code, language))
    observe.logger.info("invited", account_id=account.id, role=role)
    return account


def _refuse_self(caller: Caller, account_id: int) -> None:
    """Raises for the caller's own account, so that there is always an admin left."""
    if caller.id == account_id:
        raise errors.Conflict("not_oneself", "Another admin has to do this to your account")
