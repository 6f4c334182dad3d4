"""Authenticates callers and says who may call a route.

A token says who calls; the caller's permissions, and whether the session is still valid, are read with every request.
So blocking, signing out and a new role take effect with the next request (ADR 0008).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts import accounts, localities, models, permissions, tokens
from chalicelib.accounts.models import Account, Session
from chalicelib.accounts.permissions import AccountState, Permission, Role
from chalicelib.common import clock, limits, observe
from chalicelib.common.http import errors, requests, routing

FRESH_FOR = timedelta(minutes=15)
"""How long after signing in somebody may change what others could take the account over with (ASVS 5.0, 7.5.1)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The account and the session of an access token, as they are now."""

    account: Account
    session: Session

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def session_id(self) -> str:
        return self.session.id

    @property
    def role(self) -> Role:
        """The role whose permissions the caller has now."""
        return accounts.role_now(self.account)

    @property
    def waits_for_second_factor(self) -> bool:
        """Whether the account's own role is withheld until there is a second factor."""
        return self.role != self.account.role

    @property
    def signed_in_at(self) -> datetime:
        return self.session.created_at

    @property
    def teaches(self) -> bool:
        return self.may(Permission.TEACH)

    def may(self, permission: Permission) -> bool:
        return permission in permissions.permissions_of(self.role, AccountState(self.account.state))


def caller_of(token: str) -> Caller:
    """Returns the caller of an access token; 401 when it is not ours, has expired or its session has ended."""
    claims = tokens.read(tokens.TokenKind.ACCESS, token, clock.now())
    return caller_of_session(claims.account_id, claims.session_id)


def caller_of_session(account_id: int, session_id: str) -> Caller:
    """Returns the caller of a session, read anew; see `authenticate` for what it raises."""
    observe.concerns(account_id)
    return authenticate(*models.find_account_and_session(account_id, session_id))


def authenticate(account: Account | None, session: Session | None) -> Caller:
    """Returns the caller; 401 for a session that has ended or is another account's, 403 for a blocked account."""
    if account is None or account.state == AccountState.DELETED:
        raise session_ended()
    if not account.may_sign_in:
        raise errors.Forbidden("account_blocked", "This account is blocked")
    if session is None or not session.is_valid(account, clock.now()):
        raise session_ended()
    return Caller(account, session)


def refused_among(account_id: int, session_ids: Collection[str]) -> dict[str, errors.LyceumError]:
    """Returns why those sessions of an account that are over would be refused now; see `authenticate`."""
    account, found = models.find_account_and_sessions(account_id, session_ids)
    refused: dict[str, errors.LyceumError] = {}
    for session_id in session_ids:
        try:
            authenticate(account, found.get(session_id))
        except (errors.Unauthorized, errors.Forbidden) as why:
            refused[session_id] = why
    return refused


def session_ended() -> errors.Unauthorized:
    return errors.InvalidToken("session_ended", "This session has ended, sign in again")


def bearer_token(headers: Mapping[str, str]) -> str:
    """Returns the token of the Authorization header (RFC 6750, 2.1); 401 without one. Header names are in
    lower case.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise errors.Unauthorized("token_missing", "The access token is missing")
    return token.strip()


def _admit(permission: Permission) -> Callable[[requests.Request], Caller]:
    def admit(request: requests.Request) -> Caller:
        caller = caller_of(bearer_token(request.headers))
        if not caller.may(permission):
            if caller.waits_for_second_factor:
                raise errors.Forbidden("second_factor_needed", "Set up a second factor first: POST /me/second-factor")
            raise errors.Forbidden("insufficient_rights", "Insufficient access rights")
        localities.learn(caller.account, request.headers)
        return caller

    return admit


def _admit_fresh(access: routing.Access[Caller]) -> Callable[[requests.Request], Caller]:
    def admit(request: requests.Request) -> Caller:
        caller = access.admit(request)
        check_fresh(caller)
        return caller

    return admit


def check_fresh(caller: Caller) -> None:
    """Raises 401 for somebody who signed in too long ago to change what the account could be taken over with."""
    if caller.signed_in_at + FRESH_FOR < clock.now():
        # RFC 9470: which kind of authentication is missing, and how old it may be.
        raise errors.Unauthorized(
            "sign_in_again",
            "Sign in again to change this",
            challenge=f'error="insufficient_user_authentication", max_age={int(FRESH_FOR.total_seconds())}',
        )


def _admit_anyone(request: requests.Request) -> Caller | None:
    return USER.admit(request) if "authorization" in request.headers else None


def _bearer(request: requests.Request) -> str | None:
    return bearer_token(request.headers) if "authorization" in request.headers else None


USER: routing.Access[Caller] = routing.Access("anyone signed in", _admit(Permission.LEARN), limit=limits.WRITES)
FRESH_USER: routing.Access[Caller] = routing.Access(
    "anyone who signed in within 15 minutes", _admit_fresh(USER), limit=limits.WRITES
)
TEACHER: routing.Access[Caller] = routing.Access("teachers and admins", _admit(Permission.TEACH), limit=limits.TEACHING)
ADMIN: routing.Access[Caller] = routing.Access("admins", _admit(Permission.ADMINISTER), limit=limits.TEACHING)
FRESH_ADMIN: routing.Access[Caller] = routing.Access(
    "admins who signed in within 15 minutes", _admit_fresh(ADMIN), limit=limits.TEACHING
)
ANYONE: routing.Access[Caller | None] = routing.Access("anyone, admins may do more", _admit_anyone, needs_token=False)
REFRESH_TOKEN: routing.Access[str] = routing.Access(
    "whoever has a refresh token, as Bearer",
    lambda request: bearer_token(request.headers),
    credential=routing.Credential.REFRESH_TOKEN,
)
SIGN_UP_TOKEN: routing.Access[str | None] = routing.Access(
    "whoever has the sign-up token, as Bearer", _bearer, credential=routing.Credential.SIGN_UP_TOKEN
)
