"""Accounts on the wire. One view of an account carries the names that every seed's clients read."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from chalicelib.accounts import emails, passwords
from chalicelib.accounts.models import Account, Role, State
from chalicelib.accounts.sessions import SignedIn
from chalicelib.common.shapes import Body, Moment, View

Email = Annotated[str, AfterValidator(emails.valid)]
Login = Annotated[str, Field(pattern=r"^[\w.-]{2,32}$", description="Letters, digits, `_`, `.` and `-`")]
NewPassword = Annotated[str, Field(min_length=passwords.MIN_CHARS, max_length=passwords.MAX_CHARS)]
Password = Annotated[str, Field(min_length=1, max_length=1024)]
Somebody = Annotated[str, Field(max_length=256, description="Longer ones name nobody, and do not fit into a key")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"\S")]


class Registration(Body):
    """Seed 000."""

    login: Login
    password: NewPassword
    name: Name
    email: Email


class Credentials(Body):
    """Seed 000: a password with a login or an e-mail."""

    password: Password
    login: Somebody | None = None
    email: Somebody | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.login is None and self.email is None:
            message = "login or email is required"
            raise ValueError(message)
        return self


class AccountView(View):
    """`login_id` is `id`, `username` is `login`: each seed has its own name for it."""

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
    roles: list[str]
    is_admin: bool
    state: State
    verified_mail: bool
    created_at: Moment

    @classmethod
    def of(cls, account: Account) -> Self:
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
            roles=_roles(account),
            is_admin=account.role == Role.ADMIN,
            state=State(account.state),
            verified_mail=account.verified_mail,
            created_at=account.created_at,
        )


class TokenView(View):
    """Seed 003: `expires_in` is the access token's life in seconds, `expires` the refresh token's end in Unix time."""

    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    access_token: str
    expires_in: int
    expires: int


class SignedUpView(View):
    """Seed 000's answer."""

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
    """Seed 000's answer, and seed 003's login_response."""

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
        token = TokenView(
            access_token=signed_in.access_token,
            expires_in=signed_in.access_life,
            expires=_unix(signed_in.refresh_expires_at),
        )
        return cls(
            jwt_access=signed_in.access_token,
            jwt_refresh=signed_in.refresh_token,
            user=user,
            role=user.role,
            token=token,
            user_info=user,
        )


def _roles(account: Account) -> list[str]:
    """Seed 004's names; a role counts once the mail is verified."""
    if not account.verified_mail:
        return ["ROLE_TEMPORARY_USER"]
    more = {Role.USER: [], Role.TEACHER: ["ROLE_TEACHER"], Role.ADMIN: ["ROLE_ADMIN"]}
    return ["ROLE_PORTAL_USER", *more[Role(account.role)]]


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())
