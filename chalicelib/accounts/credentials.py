"""Passwords and addresses of accounts: changing them, and getting back in without the password."""

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.accounts import accounts, emails, login, mails, passwords, queues, sessions, verification_codes
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account
from chalicelib.accounts.verification_codes import Purpose
from chalicelib.common import limits, observe, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.texts import Language

if TYPE_CHECKING:
    pass


RESET_LIMIT = limits.Limit("password-reset", settings.load().mails_per_hour, timedelta(hours=1))
NOBODY = 0


def change_password(account: Account, old: str, new: str, device: Device, *, language: Language) -> sessions.SignedIn:
    """Everybody else who was signed in is not any more; the caller gets a new session. 403 for a wrong old password."""
    login.check_password(account, old)
    changed = _set_password(account.id, new, named="new_password")
    mails.notify(mails.password_changed(changed.email, language), changed.id)
    return sessions.start(changed, device)


def forget_password(email: str, device: Device, *, language: Language) -> None:
    """Have a code mailed to this address, if it is somebody's. Takes as long when it is not: the mail goes later."""
    limits.hit(RESET_LIMIT, device.source_ip)
    queues.put(queues.ResetRequest(email, language))


def mail_reset_code(request: queues.ResetRequest) -> None:
    """What the queue of letters delivers. Delivered twice, it mails once: codes have a pause between them.

    A mail that SES refuses comes again after the queue's visibility timeout, which is longer than that pause.
    """
    account = accounts.find_by_email(request.email)
    if account is None or not account.may_sign_in:
        observe.logger.info("nobody to reset a password for")
        return
    try:
        code = verification_codes.renew(account, Purpose.PASSWORD, address=account.email)
    except errors.TooManyRequests:
        observe.logger.info("reset code was mailed just now", account_id=account.id)
        return
    mails.deliver(mails.reset(account.email, code, request.language))
    observe.logger.info("reset code mailed", account_id=account.id)


def reset_password(email: str, text: str, new: str, device: Device, *, language: Language) -> None:
    """Set a password with the code from a mail, of a reset or an invitation; 400 when the code is not good."""
    limits.hit(RESET_LIMIT, f"try:{device.source_ip}")
    account = accounts.find_by_email(email)
    purpose = Purpose.PASSWORD if text.isdigit() else Purpose.INVITATION
    tried = verification_codes.verify(account.id if account else NOBODY, purpose, text, address=email)
    if tried is None or account is None or (purpose is Purpose.INVITATION and account.password_hash is not None):
        raise _wrong_code()
    try:
        changed = _set_password(account.id, new, named="password", tried=tried)
    except transactions.ConditionFailed as used:
        raise _wrong_code() from used
    mails.notify(mails.password_changed(changed.email, language), changed.id)


def request_email_change(account: Account, email: str, *, language: Language) -> None:
    """Change an address once the new one is confirmed: its code goes there, a word of warning to the old."""
    if emails.fold(email) == emails.fold(account.email) or accounts.find_by_email(email) is not None:
        raise accounts.already_taken("email")

    code = verification_codes.renew(account, Purpose.MAIL, address=email)

    def want(current: Account) -> None:
        current.pending_email = email

    changed = accounts.change(account.id, want)
    mails.deliver(mails.code(email, code, language))
    mails.notify(mails.email_changing(changed.email, email, language), changed.id)


def _set_password(
    account_id: int, new: str, *, named: str, tried: verification_codes.AcceptedCode | None = None
) -> Account:
    """A code that came by mail confirms the address, too. `named` is what the request calls the password.

    Another address that was asked for is not waited for any more: who takes an account back may not have asked.
    """
    account = accounts.get(account_id)
    accounts.check_not_personal(new, account.email, account.login, named=named)
    password_hash = passwords.hash_password(new)

    def put(account: Account) -> None:
        account.password_hash = password_hash
        account.verified_mail = account.verified_mail or tried is not None
        account.sign_up_id = account.pending_email = None
        sessions.end_all_of(account)
        accounts.activate(account)

    changed = accounts.change(account_id, put, also=tried.use if tried else None)
    observe.logger.info("password set", account_id=account_id)
    return changed


def _wrong_code() -> errors.BadRequest:
    return errors.BadRequest("wrong_code", "The code is wrong, used or too old")
