"""Answers of accounts. One view of an account carries the names that clients of all five systems read.

Every answer of Auth Service comes in an envelope.
"""

from typing import Any, Literal, Self

from pydantic import Field

from chalicelib.accounts import accounts, devices, permissions
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.devices import DeviceType, HistoryAction
from chalicelib.accounts.models import Account, LoginEvent, Session
from chalicelib.accounts.permissions import AccountState, Permission, PortalRole, Role
from chalicelib.accounts.second_factor import Setup, Status
from chalicelib.accounts.sessions import SignedIn
from chalicelib.common import clock
from chalicelib.common.http.paging import Page
from chalicelib.common.http.responses import Moment, Nothing, View


class AccountView(View):
    """An account. `login_id` is `id` and `username` is `login`: the five systems have different names for them."""

    id: int
    login_id: int
    login: str | None
    username: str | None
    email: str
    name: str | None
    secondname: str | None
    patronymic: str | None
    birthdate: str | None
    phone: str | None
    school_class: int | None = Field(serialization_alias="class")
    role: Role
    roles: list[PortalRole]
    is_admin: bool
    state: AccountState
    verified_mail: bool
    created_at: Moment

    @classmethod
    def of(cls, account: Account, **more: Any) -> Self:
        """`more` are the fields that a subclass adds."""
        return cls(
            id=account.id,
            login_id=account.id,
            login=account.login,
            username=account.login,
            email=account.email,
            name=account.name,
            secondname=account.secondname,
            patronymic=account.patronymic,
            birthdate=account.birthdate,
            phone=account.phone,
            school_class=account.school_class,
            role=Role(account.role),
            roles=roles_of(account),
            is_admin=account.role == Role.ADMIN,
            state=AccountState(account.state),
            verified_mail=account.verified_mail,
            created_at=account.created_at,
            **more,
        )


class OwnAccountView(AccountView):
    """One's own account. `can` is what one may do now, so that no client needs a table of roles.

    `language` is what one is written to in, `time_zone` the one that one lives by, at IANA. Both come from the first
    request that says them, in `Accept-Language` and as `Prefer: timezone=Europe/Moscow`, and are null before.
    """

    can: list[Permission]
    language: str | None
    time_zone: str | None

    @classmethod
    def of_caller(cls, caller: Caller, account: Account, **more: Any) -> Self:
        can = [permission for permission in Permission if caller.may(permission)]
        return cls.of(account, can=can, language=account.language, time_zone=account.time_zone, **more)


class CallerView(OwnAccountView):
    """The caller, for PyTry (`info`) and Team Training (the names of the passport)."""

    info: OwnAccountView
    first_name: str | None
    last_name: str | None
    display_name: str
    real_name: str | None
    default_email: str

    @classmethod
    def of_passport(cls, caller: Caller) -> Self:
        account = caller.account
        real_name = " ".join(filter(None, (account.name, account.secondname)))
        return cls.of_caller(
            caller,
            account,
            info=OwnAccountView.of_caller(caller, account),
            first_name=account.name,
            last_name=account.secondname,
            display_name=real_name or account.login or account.email,
            real_name=real_name or None,
            default_email=account.email,
        )


class TokenView(View):
    """Virtual School: `expires_in` is the access token's life in seconds; `expires` is when the refresh
    token ends, in Unix time.
    """

    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    access_token: str
    expires_in: int
    expires: int

    @classmethod
    def of(cls, signed_in: SignedIn, **more: Any) -> Self:
        return cls(
            access_token=signed_in.access_token,
            expires_in=signed_in.access_life,
            expires=int(signed_in.refresh_expires_at.timestamp()),
            **more,
        )


class SignedUpView(View):
    """PyTry's answer."""

    status: Literal["success"] = "success"
    jwt_access: str
    jwt_refresh: str
    user: AccountView

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        return cls(
            jwt_access=signed_in.access_token,
            jwt_refresh=signed_in.refresh_token,
            user=AccountView.of(signed_in.account),
        )


class SignedInView(View):
    """PyTry's answer, and Virtual School's login_response."""

    status: Literal["success"] = "success"
    jwt_access: str
    jwt_refresh: str
    user: AccountView
    role: Role
    token: TokenView
    user_info: AccountView

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        user = AccountView.of(signed_in.account)
        return cls(
            jwt_access=signed_in.access_token,
            jwt_refresh=signed_in.refresh_token,
            user=user,
            role=user.role,
            token=TokenView.of(signed_in),
            user_info=user,
        )


class LoginView(View):
    """Virtual School's login_response; the refresh token is in the cookie."""

    role: Role
    token: TokenView
    user_info: AccountView

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        user = AccountView.of(signed_in.account)
        return cls(role=user.role, token=TokenView.of(signed_in), user_info=user)


class RefreshedTokenView(TokenView):
    """Virtual School's answer to a refresh."""

    role: Role
    login_id: int

    @classmethod
    def of_refresh(cls, signed_in: SignedIn) -> Self:
        return cls.of(signed_in, role=Role(signed_in.account.role), login_id=signed_in.account.id)


class TokenPairView(View):
    """PyTry's answer to a refresh."""

    jwt_access: str
    jwt_refresh: str

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        return cls(jwt_access=signed_in.access_token, jwt_refresh=signed_in.refresh_token)


class OAuthTokenView(View):
    """RFC 6749, 5.1. `expires_in` is in seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the scheme's name
    refresh_token: str
    expires_in: int

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        return cls(
            access_token=signed_in.access_token,
            refresh_token=signed_in.refresh_token,
            expires_in=signed_in.access_life,
        )


class CreatedView(View):
    """The id of something new: Virtual School's oid."""

    id: int


class SessionView(View):
    """A session, which ends at `expires_at` at the latest. `current` marks the caller's."""

    id: str
    created_at: Moment
    refreshed_at: Moment
    expires_at: Moment
    device_type: DeviceType
    source_ip: str | None
    user_agent: str | None
    current: bool


class SessionsView(View):
    sessions: list[SessionView]

    @classmethod
    def of(cls, page: Page[Session], account: Account, caller: Caller) -> Self:
        """Shows the sessions that are valid; so a page may be shorter than `limit` and still not be the last."""
        now = clock.now()
        return cls(
            sessions=[
                SessionView(
                    id=session.id,
                    created_at=session.created_at,
                    refreshed_at=session.refreshed_at,
                    expires_at=session.expires_at,
                    device_type=devices.device_type(session.user_agent or ""),
                    source_ip=session.source_ip,
                    user_agent=session.user_agent,
                    current=session.id == caller.session_id,
                )
                for session in page.items
                if session.is_valid(account, now)
            ]
        )


class SecondFactorView(View):
    """How an account's second factor stands. `required`: an admin's permissions are withheld without one."""

    enabled: bool
    enabled_at: Moment | None
    recovery_codes_left: int
    required: bool

    @classmethod
    def of(cls, status: Status) -> Self:
        return cls(
            enabled=status.enabled_at is not None,
            enabled_at=status.enabled_at,
            recovery_codes_left=status.recovery_codes_left,
            required=status.required,
        )


class SecondFactorSetupView(View):
    """What an authenticator app needs, shown once. `uri` is for a QR code, `secret` for typing (base32)."""

    secret: str
    uri: str
    expires_at: Moment

    @classmethod
    def of(cls, setup: Setup) -> Self:
        return cls(secret=setup.secret, uri=setup.uri, expires_at=setup.expires_at)


class RecoveryCodesView(View):
    """Ten codes, each of which works once in place of a one-time password. They are shown once."""

    recovery_codes: list[str]


class AcceptedView(View):
    status: Literal["accepted"] = "accepted"


def roles_of(account: Account) -> list[PortalRole]:
    return permissions.portal_roles(Role(account.role), verified_mail=account.verified_mail)


class KnownAddressView(View):
    """What anybody may know of Auth Service's user: what its client needs to go on."""

    id: int
    email: str
    verified_mail: bool


class PortalUserView(KnownAddressView):
    """Auth Service's user, for whoever signs up."""

    roles: list[PortalRole]

    @classmethod
    def of(cls, account: Account, **more: Any) -> Self:
        return cls(
            id=account.id,
            email=account.email,
            verified_mail=account.verified_mail,
            roles=roles_of(account),
            **more,
        )


class PortalSessionView(PortalUserView):
    registered_on: Moment
    jwt_access: str
    jwt_refresh: str

    @classmethod
    def of_session(cls, signed_in: SignedIn) -> Self:
        return cls.of(
            signed_in.account,
            registered_on=signed_in.account.created_at,
            jwt_access=signed_in.access_token,
            jwt_refresh=signed_in.refresh_token,
        )


class Envelope(View):
    """Auth Service's envelope: clients by its README read `data`, those by its code `result`."""

    success: Literal[True] = True
    error: Nothing = None


class OkAnswer(Envelope):
    result: Literal["Ok"] = "Ok"
    data: Nothing = None


class KnownAddressAnswer(Envelope):
    data: KnownAddressView
    result: KnownAddressView

    @classmethod
    def of(cls, account: Account) -> Self:
        known = KnownAddressView(id=account.id, email=account.email, verified_mail=account.verified_mail)
        return cls(data=known, result=known)


class PortalUserAnswer(Envelope):
    data: PortalUserView
    result: PortalUserView

    @classmethod
    def of(cls, account: Account) -> Self:
        user = PortalUserView.of(account)
        return cls(data=user, result=user)


class PortalSessionAnswer(Envelope):
    data: PortalSessionView
    result: PortalSessionView

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        session = PortalSessionView.of_session(signed_in)
        return cls(data=session, result=session)


class SignUpTokenView(View):
    """The token is None when there is nothing left to complete: a new address of an old account."""

    sign_up_token: str | None


class MailConfirmationAnswer(View):
    """Auth Service's answer to a code. A wrong one is no error there: `success` is false."""

    success: bool
    error: Nothing = None
    result: Literal["Ok"] | None
    data: SignUpTokenView | None

    @classmethod
    def of(cls, sign_up_token: str | None) -> Self:
        return cls(success=True, result="Ok", data=SignUpTokenView(sign_up_token=sign_up_token))

    @classmethod
    def refused(cls) -> Self:
        return cls(success=False, result=None, data=None)


class LoginEventView(View):
    """Auth Service's line of the history."""

    device_type: DeviceType
    action_type: HistoryAction
    login_dt: Moment
    source_ip: str | None
    user_agent: str | None


class HistoryAnswer(Envelope):
    """The history, the latest first. `next_cursor` is None on the last page."""

    result: list[LoginEventView]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[LoginEvent]) -> Self:
        deeds = [
            LoginEventView(
                device_type=DeviceType(event.device),
                action_type=HistoryAction(event.action),
                login_dt=event.done_at,
                source_ip=event.source_ip,
                user_agent=event.user_agent,
            )
            for event in page.items
        ]
        return cls(result=deeds, next_cursor=page.next_cursor)


class RoleView(View):
    role_id: Role
    name: PortalRole
    permissions: list[Permission]


class RolesAnswer(Envelope):
    result: list[RoleView]

    @classmethod
    def all(cls) -> Self:
        return cls(
            result=[
                RoleView(role_id=role, name=permissions.PORTAL_ROLES[role], permissions=sorted(granted))
                for role, granted in permissions.PERMISSIONS.items()
            ]
        )


class UserRolesView(View):
    """`permissions` are those that the account has now: none when it is blocked, a user's while an admin lacks the
    second factor that admins need.
    """

    user_id: int
    role: Role
    roles: list[PortalRole]
    permissions: list[Permission]


class UserRolesAnswer(Envelope):
    result: UserRolesView

    @classmethod
    def of(cls, account: Account) -> Self:
        granted = sorted(permissions.permissions_of(accounts.role_now(account), AccountState(account.state)))
        return cls(
            result=UserRolesView(
                user_id=account.id, role=Role(account.role), roles=roles_of(account), permissions=granted
            )
        )
