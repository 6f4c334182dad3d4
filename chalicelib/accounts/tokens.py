"""Issues and reads tokens: JWT, HS256. A token of one kind is never accepted as another."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import jwt

from chalicelib.accounts import signing_keys
from chalicelib.accounts.permissions import Role
from chalicelib.common import observe, settings
from chalicelib.common.http import errors

ALGORITHM = "HS256"
AUDIENCE = "lyceum"
CLOCK_SKEW = timedelta(seconds=5)
CLAIMS = ["iss", "aud", "sub", "sid", "role", "iat", "exp", "jti"]


class TokenKind(StrEnum):
    """The `typ` header (RFC 8725, 3.11: explicit typing)."""

    ACCESS = "at+jwt"
    REFRESH = "rt+jwt"
    SIGN_UP = "su+jwt"
    """Says that its holder has read a mail to the account's address; sets the first password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    account_id: int
    role: Role
    session_id: str
    token_id: str
    issued_at: datetime
    expires_at: datetime


def issue(kind: TokenKind, claims: Claims) -> str:
    signing = signing_keys.load()
    payload = {
        "iss": settings.load().app_name,
        "aud": AUDIENCE,
        "sub": str(claims.account_id),
        "sid": claims.session_id,
        "role": claims.role,
        "jti": claims.token_id,
        "iat": claims.issued_at,
        "exp": claims.expires_at,
    }
    headers = {"typ": kind, "kid": signing.current}
    return jwt.encode(payload, signing.secrets[signing.current], algorithm=ALGORITHM, headers=headers)


def read(kind: TokenKind, token: str, now: datetime) -> Claims:
    """Returns the claims of a token that we issued, of this kind, not yet expired; 401 otherwise."""
    try:
        payload = jwt.decode(
            token,
            _secret_for(kind, token),
            algorithms=[ALGORITHM],
            issuer=settings.load().app_name,
            audience=AUDIENCE,
            options={"require": CLAIMS, "verify_exp": False, "verify_iat": False},
        )
        claims = Claims(
            account_id=int(payload["sub"]),
            role=Role(payload["role"]),
            session_id=payload["sid"],
            token_id=payload["jti"],
            issued_at=datetime.fromtimestamp(payload["iat"], UTC),
            expires_at=datetime.fromtimestamp(payload["exp"], UTC),
        )
        observe.concerns(claims.account_id)
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, OSError) as error:
        raise _invalid() from error
    _check_times(claims, now)
    return claims


def _check_times(claims: Claims, now: datetime) -> None:
    if claims.expires_at <= now:
        raise errors.InvalidToken("token_expired", "The token has expired")
    if claims.issued_at > now + CLOCK_SKEW:
        raise _invalid()


def _secret_for(kind: TokenKind, token: str) -> str:
    header = jwt.get_unverified_header(token)
    secret = signing_keys.load().secrets.get(str(header.get("kid")))
    if header.get("typ") != kind or secret is None:
        raise _invalid()
    return secret


def _invalid() -> errors.Unauthorized:
    return errors.InvalidToken("invalid_token", "The token is not valid")
