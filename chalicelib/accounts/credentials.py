"""Changes passwords and addresses of accounts, and resets forgotten passwords."""

from datetime import timedelta

from chalicelib.accounts import (
    accounts,
    attempts,
    authentication,
    emails,
    login,
    mails,
    passwords,
    queues,
    registration,
    sessions,
    verification_codes,
)
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account
from chalicelib.accounts.verification_codes import AcceptedCode, Purpose
from chalicelib.common import clock, limits, observe, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place
from chalicelib.common.texts import Language

RESET_LIMIT = limits.Limit("password resets of one address", settings.load().mails_per_hour, timedelta(hours=1))
NOBODY = 0


def change_password(caller: Caller, old: str, new: str, device: Device, *, language: Language) -> sessions.SignedIn:
    """Changes a password: all sessions end, the caller gets a new one. 403 for a wrong old password.

    Where there is a second factor, only for somebody who has just shown it: 401 for an older sign-in.
    """
    if caller.account.has_second_factor:
        authentication.check_fresh(caller)
    login.check_password(caller.account, old)
    changed = _set_password(caller.id, new, named="new_password")
    mails.notify(mails.password_changed(changed.email, language), changed.id)
    return sessions.start(changed, device)


def forget_password(email: str, device: Device, *, language: Language) -> None:
    """Has a code mailed to this address if an account has it. Takes as long if none has: the mail goes later."""
    limits.hit(RESET_LIMIT, device.network)
    device.identify()
    queues.mails.put(queues.ResetRequest(email, language, " ".join(device.sources)))


def mail_reset_code(request: queues.ResetRequest) -> None:
    """Mails the code for a request from the queue. Delivered twice, it mails once: codes have a pause between them.

    A message whose mail SES refuses comes again after the queue's visibility timeout, which is longer than that pause.
    """
    account = accounts.find_by_email(request.email)
    account_id, address = (NOBODY, request.email) if account is None else (account.id, account.email)
    try:
        code = verification_codes.renew(account_id, Purpose.PASSWORD, address=address, askers=request.askers.split())
    except errors.TooManyRequests:
        observe.logger.info("reset code was drawn just now", account_id=account_id)
        return
    if account is None or not account.may_sign_in:
        observe.logger.info("nobody to reset a password for")
        return
    mails.deliver(mails.reset(account.email, verification_codes.readable(code), request.language))
    observe.logger.info("reset code mailed", account_id=account.id)


def reset_password(email: str, text: str, new: str, device: Device, *, language: Language) -> None:
    """Sets a password with the code from a mail, of a reset or an invitation; 400 for a code that is not valid."""
    limits.hit(RESET_LIMIT, f"try:{device.network}")
    account = accounts.find_by_email(email)
    tried = _tried(account, text, device, email=email)
    if tried is None or account is None:
        raise _wrong_code()
    try:
        changed = _set_password(account.id, new, named="password", tried=tried)
    except transactions.ConditionFailed as used:
        raise _wrong_code() from used
    if account.password_hash is None:
        accounts.tell_password_set(changed.id)
    attempts.forget_failures(changed.id)
    device.remember(changed.id)
    mails.notify(mails.password_changed(changed.email, language), changed.id)


def _tried(account: Account | None, text: str, device: Device, *, email: str) -> AcceptedCode | None:
    """Tries a code of a reset; for an account without a password, of its invitation before that."""
    account_id = account.id if account is not None else NOBODY
    invited = (
        account is not None and account.password_hash is None and len(text) >= verification_codes.NOT_GUESSED_CHARS
    )
    purposes = [Purpose.INVITATION, Purpose.PASSWORD] if invited else [Purpose.PASSWORD]
    tries = (verification_codes.verify(account_id, each, text, address=email, device=device) for each in purposes)
    return next((tried for tried in tries if tried is not None), None)


def request_email_change(account: Account, email: str, device: Device, *, language: Language) -> None:
    """Changes an address once the new one is confirmed: mails the code there and a warning to the old one.

    An address that another account has gets a notice instead of a code. Neither the answer nor what is stored nor the
    time tells the two apart. 409 for one's own address.
    """
    if emails.fold(email) == emails.fold(account.email):
        raise accounts.already_taken("email")
    registration.count_look_up(device)
    device.identify()
    limits.hit(registration.MAIL_LIMIT, device.network)
    letter = registration.renew_code(account, email, language, askers=device.sources)

    def want(current: Account) -> None:
        current.pending_email = email

    changed = accounts.change(account.id, want)
    mails.deliver(letter)
    mails.notify(mails.email_changing(changed.email, language), changed.id)


def _set_password(account_id: int, new: str, *, named: str, tried: AcceptedCode | None = None) -> Account:
    """Sets a password; a code that came by mail also confirms the address. `named` is the password's name in the
    request.

    A pending change of the address is dropped: it may have been requested by somebody who had taken the account over.
    """
    account = accounts.get(account_id)
    own = (account.email, account.login, account.name, account.secondname, account.patronymic)
    accounts.check_not_personal(new, *own, named=named)
    password_hash = passwords.hash_password(new)

    def put(account: Account) -> None:
        account.password_hash, account.password_set_at = password_hash, clock.now()
        account.verified_mail = account.verified_mail or tried is not None
        account.sign_up_id = account.pending_email = None
        sessions.end_all_of(account)
        accounts.activate(account)

    changed = accounts.change(account_id, put, also=tried.use if tried else None)
    observe.logger.info("password set", account_id=account_id)
    return changed


def _wrong_code() -> errors.BadRequest:
    return errors.BadRequest("wrong_code", "The code is wrong, used or too old", where=Place(In.BODY, "/code"))
