"""Who may call a route."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.accounts import tokens
from chalicelib.accounts.models import Role
from chalicelib.common import clock, errors, web


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds the access token."""

    id: int
    role: Role
    session_id: str

    @property
    def teaches(self) -> bool:
        return self.role in {Role.TEACHER, Role.ADMIN}


def caller_of(token: str) -> Caller:
    """Whose access token this is; 401 when it is none of ours or its time is over."""
    claims = tokens.read(tokens.Kind.ACCESS, token, clock.now())
    return Caller(claims.account_id, claims.role, claims.session_id)


def bearer_token(headers: Mapping[str, str]) -> str:
    """The token of the Authorization header (RFC 6750, 2.1); 401 without one. Header names are in lower case."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise errors.Unauthorized("token_missing", "The access token is missing")
    return token.strip()


def _admit(*roles: Role) -> Callable[[web.Request], Caller]:
    def admit(request: web.Request) -> Caller:
        caller = caller_of(bearer_token(request.headers))
        if caller.role not in roles:
            raise errors.Forbidden("insufficient_rights", "Insufficient access rights")
        return caller

    return admit


USER: web.Access[Caller] = web.Access("anyone signed in", _admit(*Role))
TEACHER: web.Access[Caller] = web.Access("teachers and admins", _admit(Role.TEACHER, Role.ADMIN))
ADMIN: web.Access[Caller] = web.Access("admins", _admit(Role.ADMIN))
