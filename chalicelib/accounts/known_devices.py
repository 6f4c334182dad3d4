"""Known devices: which accounts have signed in, or read their mail, on a device before.

A device keeps a signed token for a year: a browser in a cookie that scripts cannot read, a program from the header
`X-Device-Token`, which it sends back under the same name. The token gives no rights. It only has failures counted apart
from those of strangers, so that strangers cannot make the owner wait.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

import jwt

from chalicelib.accounts import signing_keys
from chalicelib.common import clock, settings
from chalicelib.common.http import requests

COOKIE = "__Secure-device"
HEADER = "X-Device-Token"
KEPT = timedelta(days=365)
MOST_ACCOUNTS = 10
"""Accounts that one device is known to; of more, those that were there last."""
_TYPE = "dt+jwt"
_ALGORITHM = "HS256"
_AUDIENCE = "lyceum-device"


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """What a device's token says. `seen_at` is when each account was there last, in seconds since 1970."""

    id: str
    seen_at: Mapping[str, int]

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_urlsafe(12), {})

    def knows(self, account_id: int, now: datetime, *, since: datetime | None = None) -> bool:
        """Whether an account was there in the last year, and not last before `since`."""
        seen_at = self.seen_at.get(str(account_id))
        if seen_at is None or (since is not None and seen_at < int(since.timestamp())):
            return False
        return now < datetime.fromtimestamp(seen_at, UTC) + KEPT

    def seen(self, account_id: int, now: datetime) -> "DeviceToken":
        """Returns the token that knows this account as well."""
        seen_at = {**self.seen_at, str(account_id): int(now.timestamp())}
        latest = sorted(seen_at, key=lambda each: seen_at[each], reverse=True)[:MOST_ACCOUNTS]
        return DeviceToken(self.id, {each: seen_at[each] for each in latest})

    def write(self, now: datetime) -> str:
        signing = signing_keys.load()
        payload = {
            "iss": settings.load().app_name,
            "aud": _AUDIENCE,
            "jti": self.id,
            "acc": dict(self.seen_at),
            "exp": now + KEPT,
        }
        return jwt.encode(
            payload,
            signing.secrets[signing.current],
            algorithm=_ALGORITHM,
            headers={"typ": _TYPE, "kid": signing.current},
        )


def read(text: str) -> DeviceToken | None:
    """Returns what a token says; None for one that we did not issue: its device is not known."""
    try:
        header = jwt.get_unverified_header(text)
        secret = signing_keys.load().secrets.get(str(header.get("kid")))
        if header.get("typ") != _TYPE or secret is None:
            return None
        payload = jwt.decode(
            text,
            secret,
            algorithms=[_ALGORITHM],
            issuer=settings.load().app_name,
            audience=_AUDIENCE,
            options={"require": ["jti", "acc", "exp"], "verify_exp": False},
        )
        seen_at = {str(account): int(at) for account, at in payload["acc"].items()}
        return DeviceToken(str(payload["jti"]), seen_at)
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        return None


def hand_out(request: requests.Request, token: DeviceToken) -> None:
    """Has the answer to a request bring a device its token."""
    text = token.write(clock.now())
    attributes = f"Path=/; Max-Age={int(KEPT.total_seconds())}; HttpOnly; Secure; SameSite=None"
    request.cookies_to_set.append(f"{COOKIE}={text}; {attributes}")
    request.headers_to_set[HEADER] = text
