"""Keeps a refresh token as Virtual School does: in a cookie that scripts cannot read, sent to /auth/ alone."""

from datetime import datetime

from chalicelib.accounts import sessions
from chalicelib.accounts.sessions import SignedIn
from chalicelib.common import clock, origins, settings
from chalicelib.common.http import errors, requests, routing

NAME = "__Secure-refresh-token"
_ATTRIBUTES = "Path=/auth/; HttpOnly; Secure; SameSite=None"


def _refresh_token_of(request: requests.Request) -> str:
    """Returns the token of the request's cookie; 401 without one, 403 for a request that another site made."""
    _refuse_other_sites(request)
    token = request.cookie(NAME)
    if not token:
        raise errors.Unauthorized("refresh_token_missing", "the refresh token is missing in request")
    return token


REFRESH_COOKIE: routing.Access[str] = routing.Access(
    "whoever has the refresh cookie", _refresh_token_of, credential=routing.Credential.REFRESH_COOKIE
)


def _quietly(request: requests.Request) -> str | None:
    """Returns the token, or None for a visitor who has none and asks quietly: a page that finds out who is there."""
    if request.query.get("quiet") == "1" and not request.cookie(NAME):
        return None
    return _refresh_token_of(request)


REFRESH_COOKIE_IF_ANY: routing.Access[str | None] = routing.Access(
    "whoever has the refresh cookie", _quietly, credential=routing.Credential.REFRESH_COOKIE
)


def refresh(token: str) -> SignedIn:
    """Refreshes a session as `sessions.refresh` does, with Virtual School's errors."""
    try:
        return sessions.refresh(token)
    except errors.Unauthorized as refused:
        raise _as_virtual_school(refused) from refused


def sign_out(token: str) -> None:
    """Ends a session as `sessions.sign_out` does, with Virtual School's errors."""
    try:
        sessions.sign_out(token)
    except errors.Unauthorized as refused:
        raise _as_virtual_school(refused) from refused


def set_cookie(signed_in: SignedIn) -> dict[str, str]:
    """Returns the header that has the browser keep the refresh token until it expires."""
    return _header(signed_in.refresh_token, _seconds_until(signed_in.refresh_expires_at))


def clear_cookie() -> dict[str, str]:
    return _header("", 0)


def _header(value: str, max_age: int) -> dict[str, str]:
    return {"Set-Cookie": f"{NAME}={value}; Max-Age={max_age}; {_ATTRIBUTES}", "Cache-Control": "no-store"}


def _refuse_other_sites(request: requests.Request) -> None:
    """Raises 403 for other sites (CSRF), by Origin and Fetch Metadata: SameSite=None lets our frontend live
    elsewhere.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "none")
    if origins.is_listed(origin, settings.load().allowed_origins):
        return
    if (origin is not None and site != "same-origin") or site == "cross-site":
        raise errors.Forbidden("foreign_origin", "This may not be called from another site")


def _as_virtual_school(refused: errors.Unauthorized) -> errors.LyceumError:
    match refused.code:
        case "token_expired":
            return errors.Forbidden("refresh_token_expired", "the refresh token has expired")
        case "token_used":
            return errors.Forbidden("token_used", "the token was used")
        case "session_ended":
            return errors.InvalidToken("session_ended", "This session has ended, sign in again")
        case _:
            return errors.InvalidToken("invalid_refresh_token", "invalid refresh token")


def _seconds_until(moment: datetime) -> int:
    return max(0, int((moment - clock.now()).total_seconds()))
