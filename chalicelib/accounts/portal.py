"""Seed 004's answers: everything comes in an envelope."""

from typing import Any, Literal, Self

from chalicelib.accounts import permissions
from chalicelib.accounts.answers import roles_of
from chalicelib.accounts.models import Account, Deed
from chalicelib.accounts.permissions import Role, State
from chalicelib.accounts.sessions import SignedIn
from chalicelib.common.http.paging import Page
from chalicelib.common.http.responses import Moment, View


class PortalUserView(View):
    """Seed 004's user."""

    id: int
    email: str
    roles: list[str]
    verified_mail: bool
    registered_on: Moment

    @classmethod
    def of(cls, account: Account, **more: Any) -> Self:
        return cls(
            id=account.id,
            email=account.email,
            roles=roles_of(account),
            verified_mail=account.verified_mail,
            registered_on=account.created_at,
            **more,
        )


class PortalSessionView(PortalUserView):
    jwt_access: str
    jwt_refresh: str

    @classmethod
    def of_session(cls, signed_in: SignedIn) -> Self:
        return cls.of(signed_in.account, jwt_access=signed_in.access_token, jwt_refresh=signed_in.refresh_token)


class Envelope(View):
    """Seed 004's: its README reads `data`, its code `result`."""

    success: Literal[True] = True
    error: None = None


class OkAnswer(Envelope):
    result: Literal["Ok"] = "Ok"
    data: None = None


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
    """A code that is not good is no error in seed 004: `success` tells."""

    success: bool
    error: None = None
    result: Literal["Ok"] | None
    data: SignUpTokenView | None

    @classmethod
    def of(cls, sign_up_token: str | None) -> Self:
        return cls(success=True, result="Ok", data=SignUpTokenView(sign_up_token=sign_up_token))

    @classmethod
    def refused(cls) -> Self:
        return cls(success=False, result=None, data=None)


class DeedView(View):
    """Seed 004's line of the history."""

    device_type: str
    action_type: str
    login_dt: Moment
    source_ip: str | None
    user_agent: str | None


class HistoryAnswer(Envelope):
    """The latest first. `next_cursor` is None on the last page."""

    result: list[DeedView]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Deed]) -> Self:
        deeds = [
            DeedView(
                device_type=deed.device,
                action_type=deed.action,
                login_dt=deed.done_at,
                source_ip=deed.source_ip,
                user_agent=deed.user_agent,
            )
            for deed in page.items
        ]
        return cls(result=deeds, next_cursor=page.next_cursor)


class RoleView(View):
    role_id: str
    name: str
    permissions: list[str]


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
    """`permissions` are those that the account has now: none when it is blocked."""

    user_id: int
    role: Role
    roles: list[str]
    permissions: list[str]


class UserRolesAnswer(Envelope):
    result: UserRolesView

    @classmethod
    def of(cls, account: Account) -> Self:
        role = Role(account.role)
        granted = sorted(permissions.granted(role, State(account.state)))
        return cls(result=UserRolesView(user_id=account.id, role=role, roles=roles_of(account), permissions=granted))
