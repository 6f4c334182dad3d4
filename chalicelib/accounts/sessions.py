"""Starts sessions, refreshes their tokens and ends them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts import accounts, authentication, devices, models, session_limits, tokens
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account, Key, LoginEvent, Session
from chalicelib.accounts.permissions import Role
from chalicelib.common import clock, observe, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors

SUCCESSOR_GRACE = timedelta(seconds=10)
"""Two tabs may refresh with one token: within this time the second gets what the first got."""
HISTORY_KEPT = timedelta(days=90)
ROTATION_TRIES = 3
MAX_ID_CHARS = 64
"""What is longer is no session's id, and may not fit into a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session with its tokens. `access_life` is in seconds.

    `refresh_expires_at` is when the session ends if it is not refreshed before.
    """

    account: Account
    session: Session
    access_token: str
    refresh_token: str
    access_life: int
    refresh_expires_at: datetime


def start(account: Account, device: Device, *, clear_attempts: Sequence[Key] = ()) -> SignedIn:
    """Starts a session: a pair of tokens that name it. `clear_attempts` are the keys of failed attempts before it.

    If the account has too many now, those end that were not used for the longest time. They are counted when this one
    is stored and before its tokens are given out: so sign-ins at the same time do not pass the number either.
    """
    now, session_id = clock.now(), secrets.token_urlsafe(16)
    session = Session(
        *models.session_key(account.id, session_id),
        id=session_id,
        account_id=account.id,
        generation=account.generation,
        refresh_id=secrets.token_urlsafe(16),
        created_at=now,
        refreshed_at=now,
        expires_at=now + timedelta(seconds=settings.load().refresh_token_life),
        source_ip=device.source_ip,
        user_agent=device.user_agent,
    )
    signed_in = _login_event(session, devices.HistoryAction.SIGN_IN, device)
    models.start_session(session, signed_in, clear_attempts=clear_attempts)
    device.remember(account.id)
    observe.logger.info("signed in", account_id=account.id)
    _end_surplus(account)
    return _signed_in(account, session)


def refresh(refresh_token: str) -> SignedIn:
    """Returns new tokens for a refresh token, which is used up by that.

    401 `token_used` for one that was used before: it may have been stolen, so the whole session ends.
    """
    claims = tokens.read(tokens.TokenKind.REFRESH, refresh_token, clock.now())
    for _ in range(ROTATION_TRIES):
        caller = authentication.caller_of_session(claims.account_id, claims.session_id)
        if caller.session.refresh_id != claims.token_id:
            return _successor(caller, claims.token_id)
        try:
            models.rotate_session(caller.session, refresh_id=secrets.token_urlsafe(16), now=clock.now())
        except transactions.ConditionFailed:
            continue  # another request was faster: see what it made of the session
        return _signed_in(caller.account, caller.session)
    raise authentication.session_ended()


def sign_out(refresh_token: str) -> None:
    """Ends the session of a refresh token; 401 when the token is not, or no longer, the valid one."""
    claims = tokens.read(tokens.TokenKind.REFRESH, refresh_token, clock.now())
    caller = authentication.caller_of_session(claims.account_id, claims.session_id)
    if caller.session.refresh_id != claims.token_id:
        _successor(caller, claims.token_id)
    end(caller)


def end(caller: Caller) -> None:
    """Ends the caller's session."""
    _end([caller.session])
    observe.logger.info("signed out", account_id=caller.id)


def end_one(caller: Caller, session_id: str) -> None:
    """Ends a session of the caller; for another than this one 401 unless they signed in a short time ago."""
    if session_id != caller.session_id:
        authentication.check_fresh(caller)
    end_of(caller.account, session_id)


def end_of(account: Account, session_id: str) -> None:
    """Ends a session of an account; 404 for one that is not theirs or has ended."""
    session = models.find_session(account.id, session_id) if len(session_id) <= MAX_ID_CHARS else None
    if session is None or not session.is_valid(account, clock.now()):
        raise errors.NotFound("session_not_found", "Session not found")
    _end([session])
    observe.logger.info("signed out", account_id=account.id)


def end_all(account_id: int) -> Account:
    """Ends all sessions of an account in one write, whatever their number."""
    return accounts.change(account_id, end_all_of)


def end_all_of(account: Account) -> None:
    """Ends all sessions of an account once it is stored; `accounts.change` tells of it."""
    account.generation += 1


def end_others_of(account: Account, caller: Caller) -> None:
    """Ends all sessions but the caller's, which `models.keep_session` must take along in the same transaction."""
    if account.generation != caller.session.generation:
        raise authentication.session_ended()
    end_all_of(account)


def _end(ended: Sequence[Session]) -> None:
    """Ends sessions, with a line of the history for each, and tells of it."""
    events = [_login_event(each, devices.HistoryAction.SIGN_OUT, _device_of(each)) for each in ended]
    models.end_sessions(ended, events)
    accounts.tell_sessions_ended(ended[0].account_id)


def _end_surplus(account: Account) -> None:
    now = clock.now()
    valid = [each for each in models.all_sessions_of(account.id) if each.is_valid(account, now)]
    if ended := session_limits.surplus(valid, at_most=settings.load().sessions_per_account):
        _end(ended)
        observe.logger.info("too many sessions, the longest unused ended", account_id=account.id, number=len(ended))


def _device_of(session: Session) -> Device:
    return Device(session.source_ip or "", session.user_agent or "")


def _successor(caller: Caller, token_id: str) -> SignedIn:
    session = caller.session
    if session.previous_id == token_id and clock.now() - session.refreshed_at <= SUCCESSOR_GRACE:
        return _signed_in(caller.account, session)
    _end([session])
    observe.logger.warning("refresh token used twice, session ended", account_id=caller.id)
    observe.count("RefreshTokenReused")
    raise errors.InvalidToken("token_used", "the token was used")


def _signed_in(account: Account, session: Session) -> SignedIn:
    now = clock.now()
    ends = min(now + timedelta(seconds=settings.load().access_token_life), session.expires_at)
    refresh_claims = _claims(account, session, session.refresh_id, session.refreshed_at, session.ends_at)
    access_claims = _claims(account, session, secrets.token_urlsafe(8), now, ends)
    return SignedIn(
        account=account,
        session=session,
        access_token=tokens.issue(tokens.TokenKind.ACCESS, access_claims),
        refresh_token=tokens.issue(tokens.TokenKind.REFRESH, refresh_claims),
        access_life=int((ends - now).total_seconds()),
        refresh_expires_at=session.ends_at,
    )


def _claims(
    account: Account, session: Session, token_id: str, issued_at: datetime, expires_at: datetime
) -> tokens.Claims:
    return tokens.Claims(
        account_id=account.id,
        role=Role(account.role),
        session_id=session.id,
        token_id=token_id,
        issued_at=issued_at,
        expires_at=expires_at,
    )


def _login_event(session: Session, action: str, device: Device) -> LoginEvent:
    now = clock.now()
    return LoginEvent(
        *models.login_event_key(session.account_id, now, session.id, action),
        action=action,
        device=devices.device_type(device.user_agent),
        source_ip=device.source_ip,
        user_agent=device.user_agent,
        done_at=now,
        expires_at=now + HISTORY_KEPT,
    )
