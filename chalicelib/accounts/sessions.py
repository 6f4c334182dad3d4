"""Signing in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts import accounts, emails, models, passwords, tokens
from chalicelib.accounts.models import Account, Role
from chalicelib.common import clock, errors, limits, observe, settings
from chalicelib.common.texts import Language

SIGN_UPS = limits.Limit("sign-up", settings.load().sign_ups_per_hour, timedelta(hours=1))
FAILED_SIGN_INS = limits.Limit("failed-sign-in", settings.load().failed_sign_ins_per_5_minutes, timedelta(minutes=5))


MAX_USER_AGENT_CHARS = 256


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in from."""

    source_ip: str
    user_agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """`access_life` is in seconds; `refresh_expires_at` is when the whole session ends."""

    account: Account
    access_token: str
    refresh_token: str
    access_life: int
    refresh_expires_at: datetime


def sign_up(new: accounts.NewAccount, device: Device, *, language: Language) -> SignedIn:
    """Make an account and its first session; 409 when taken, 429 beyond the address's limit."""
    limits.hit(SIGN_UPS, device.source_ip)
    return start(accounts.register(new, language=language), device)


def sign_in(*, email: str | None, login: str | None, password: str, device: Device) -> SignedIn:
    """401 for a wrong password and for nobody alike, 403 for a blocked account, 429 after too many failures."""
    who = emails.fold(email) if email is not None else accounts.fold_login(login or "")
    limits.check(FAILED_SIGN_INS, who)
    account = accounts.find(email=email, login=login)
    if not passwords.matches(password, account.password_hash if account else None) or account is None:
        limits.hit(FAILED_SIGN_INS, who)
        raise errors.Unauthorized("wrong_credentials", "Wrong login, e-mail or password")
    if not account.may_sign_in:
        raise errors.Forbidden("account_blocked", "This account is blocked")
    observe.logger.info("signed in", account_id=account.id)
    return start(account, device)


def start(account: Account, device: Device) -> SignedIn:
    """Begin a session: a pair of tokens that name it."""
    now, session_id = clock.now(), secrets.token_urlsafe(16)
    session = models.Session(
        *models.session_key(account.id, session_id),
        id=session_id,
        account_id=account.id,
        refresh_id=secrets.token_urlsafe(16),
        created_at=now,
        expires_at=now + timedelta(seconds=settings.load().refresh_token_life),
        source_ip=device.source_ip,
        user_agent=device.user_agent[:MAX_USER_AGENT_CHARS],
    )
    models.add_session(session)
    return _signed_in(account, session, now)


def _signed_in(account: Account, session: models.Session, now: datetime) -> SignedIn:
    life = timedelta(seconds=settings.load().access_token_life)
    refresh = _claims(account, session, session.refresh_id, now, session.expires_at)
    access = _claims(account, session, secrets.token_urlsafe(8), now, now + life)
    return SignedIn(
        account=account,
        access_token=tokens.issue(tokens.Kind.ACCESS, access),
        refresh_token=tokens.issue(tokens.Kind.REFRESH, refresh),
        access_life=int(life.total_seconds()),
        refresh_expires_at=session.expires_at,
    )


def _claims(
    account: Account, session: models.Session, token_id: str, now: datetime, expires_at: datetime
) -> tokens.Claims:
    return tokens.Claims(
        account_id=account.id,
        role=Role(account.role),
        session_id=session.id,
        token_id=token_id,
        issued_at=now,
        expires_at=expires_at,
    )
