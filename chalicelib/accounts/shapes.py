"""What accounts take, seed by seed."""

from datetime import date
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.fields import (
    CLASS,
    SECOND_NAME,
    AccountId,
    Birthdate,
    Email,
    Login,
    Name,
    NewPassword,
    OwnCode,
    Password,
    Phone,
    RoleName,
    SchoolClass,
    SchoolName,
    SchoolPassword,
    SentCode,
    Somebody,
)
from chalicelib.accounts.permissions import Role, role_named
from chalicelib.accounts.sign_ups import Completion
from chalicelib.common.http import validation
from chalicelib.common.http.requests import Body, Query


class Registration(Body):
    """Seed 000."""

    login: Login
    password: NewPassword
    name: Name
    email: Email

    def new_account(self) -> NewAccount:
        return NewAccount(email=self.email, password=self.password, login=self.login, name=self.name)


class UserRegistration(Body):
    """Seed 001."""

    email: Email
    username: Login
    password: NewPassword

    def new_account(self) -> NewAccount:
        return NewAccount(email=self.email, password=self.password, login=self.username)


class SchoolRegistration(Body):
    """Seed 003. Members that it does not know are let pass, as there."""

    model_config = ConfigDict(extra="ignore")

    email: Email
    password: SchoolPassword
    name: SchoolName
    secondname: SchoolName = Field(validation_alias=SECOND_NAME)
    patronymic: SchoolName
    birthdate: Birthdate
    phone: Phone
    school_class: SchoolClass = Field(alias=CLASS)

    def new_account(self) -> NewAccount:
        return NewAccount(
            email=self.email,
            password=self.password,
            name=self.name,
            secondname=self.secondname,
            patronymic=self.patronymic,
            birthdate=self.birthdate.isoformat(),
            phone=self.phone,
            school_class=self.school_class,
        )


class Credentials(Body):
    """Seed 000: a password with a login or an e-mail."""

    password: Password
    login: Somebody | None = None
    email: Somebody | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.login is None and self.email is None:
            raise validation.lacking("login or email is required")
        return self


class MailCredentials(Body):
    """Seeds 003 and 004."""

    email: Somebody
    password: Password


class TokenRequest(Body):
    """RFC 6749, 4.3.2, as a form. `username` may be an e-mail as well."""

    model_config = ConfigDict(extra="ignore")

    username: Somebody
    password: Password
    grant_type: Literal["password"] = "password"


class EmailBody(Body):
    email: Email


class EmailQuery(Query):
    email: Somebody


class ChosenCode(Body):
    """Seed 004 let the client choose the code. Honoured for admins alone: else anyone could confirm any mail."""

    code: OwnCode | None = None


class CodeQuery(Query):
    code: SentCode


class Profile(Body):
    """What one may change of oneself. A member that is left out stays, null takes it away."""

    name: Name | None = None
    secondname: Name | None = Field(None, validation_alias=SECOND_NAME)
    patronymic: Name | None = None
    birthdate: Birthdate | None = None
    phone: Phone | None = None

    def changes(self) -> dict[str, str | None]:
        """The new values by the account's fields."""
        given = {field: getattr(self, field) for field in self.model_fields_set}
        return {field: value.isoformat() if isinstance(value, date) else value for field, value in given.items()}


class SignUpCompletion(Body):
    """Seed 004's last step: the password, and whatever else one likes to say of oneself."""

    password: NewPassword
    login: Login | None = None
    name: Name | None = None
    secondname: Name | None = Field(None, validation_alias=SECOND_NAME)
    patronymic: Name | None = None
    birthdate: Birthdate | None = None
    phone: Phone | None = None
    school_class: SchoolClass | None = Field(None, alias=CLASS)

    def completion(self) -> Completion:
        return Completion(
            password=self.password,
            login=self.login,
            name=self.name,
            secondname=self.secondname,
            patronymic=self.patronymic,
            birthdate=self.birthdate.isoformat() if self.birthdate else None,
            phone=self.phone,
            school_class=self.school_class,
        )


class PasswordChange(Body):
    old_password: Password
    new_password: NewPassword


class PasswordReset(Body):
    """`code` is the one from the mail: six digits, or an invitation's."""

    email: Email
    code: SentCode
    password: NewPassword


class RoleChange(Body):
    """`role`: user, teacher, admin, or seed 004's names of them."""

    user_id: AccountId
    role: RoleName

    @property
    def named(self) -> Role:
        return role_named(self.role) or Role.USER


class UserQuery(Query):
    user_id: AccountId


class Invitation(Body):
    email: Email
    name: Name | None = None
    secondname: Name | None = Field(None, validation_alias=SECOND_NAME)
    patronymic: Name | None = None

    def new_account(self) -> NewAccount:
        return NewAccount(email=self.email, name=self.name, secondname=self.secondname, patronymic=self.patronymic)
