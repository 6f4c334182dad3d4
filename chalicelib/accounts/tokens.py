"""Access and refresh tokens: JWT, HS256, two kinds that never stand in for each other."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import jwt
from aws_lambda_powertools.utilities import parameters

from chalicelib.accounts.models import Role
from chalicelib.common import errors, settings

ALGORITHM = "HS256"
AUDIENCE = "lyceum"
KEYS_KEPT = 300
"""Seconds that a process keeps the keys before it reads them again."""

CLAIMS = ["iss", "aud", "sub", "sid", "role", "iat", "exp", "jti"]


class Kind(StrEnum):
    """The `typ` header (RFC 8725, 3.11: explicit typing)."""

    ACCESS = "at+jwt"
    REFRESH = "rt+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    account_id: int
    role: Role
    session_id: str
    token_id: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets by `kid`; `current` signs, all verify: so that they can be replaced without signing anybody out."""

    current: str
    secrets: dict[str, str]


def issue(kind: Kind, claims: Claims) -> str:
    keys = _keys()
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
    headers = {"typ": kind, "kid": keys.current}
    return jwt.encode(payload, keys.secrets[keys.current], algorithm=ALGORITHM, headers=headers)


def read(kind: Kind, token: str, now: datetime) -> Claims:
    """The claims of a token that we issued, of this kind, not yet expired; 401 otherwise."""
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
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, OSError) as error:
        raise _invalid() from error
    _check_times(claims, now)
    return claims


def _check_times(claims: Claims, now: datetime) -> None:
    if claims.expires_at <= now:
        raise errors.Unauthorized("token_expired", "The token has expired")
    if claims.issued_at > now + CLOCK_SKEW:
        raise _invalid()


CLOCK_SKEW = timedelta(seconds=5)


def _secret_for(kind: Kind, token: str) -> str:
    header = jwt.get_unverified_header(token)
    secret = _keys().secrets.get(str(header.get("kid")))
    if header.get("typ") != kind or secret is None:
        raise _invalid()
    return secret


def _keys() -> Keys:
    text = parameters.get_parameter(settings.load().jwt_keys_parameter, decrypt=True, max_age=KEYS_KEPT)
    stored = json.loads(text)
    return Keys(stored["current"], stored["keys"])


def _invalid() -> errors.Unauthorized:
    return errors.Unauthorized("invalid_token", "The token is not valid")
