"""Request bodies and queries of accounts, for clients of the five systems, and the types of their members."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)
from pydantic.config import JsonDict, JsonValue

from chalicelib.accounts import accounts, emails, localities, look_alikes, passwords, totp
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.permissions import PORTAL_ROLES, Role, role_named
from chalicelib.accounts.registration import PortalUserData
from chalicelib.common import clock, ids, plain_text, settings, texts
from chalicelib.common.http import validation
from chalicelib.common.http.requests import Body, Query
from chalicelib.common.http.schemas import ShownAs
from chalicelib.common.texts import Text

MAX_AGE_YEARS = 130
MAX_NAME_BYTES = 2000
"""So that a key of it stays below DynamoDB's 2048."""


_FLAWS = {
    passwords.Flaw.TOO_SHORT: Text(
        "password_too_short",
        "must have at least {min} character",
        {"min": passwords.MIN_CHARS},
        plural="must have at least {min} characters",
    ),
    passwords.Flaw.TOO_LONG: Text(
        "password_too_long",
        "may have at most {max} character",
        {"max": passwords.MAX_CHARS},
        plural="may have at most {max} characters",
    ),
    passwords.Flaw.COMMON: Text("password_common", "is one of the most common passwords"),
    passwords.Flaw.CONTEXT: Text("password_context", "is made of the school's name"),
}
DEMO = "demo"
"""A word of the password that the README gives the demo accounts, which exist on the local stage alone."""


_PASSWORD_LENGTH = Text(
    "password_length",
    "must have from {min} to {max} characters",
    {"min": passwords.MIN_CHARS, "max": passwords.MAX_CHARS},
)


def _new_password(password: str) -> str:
    found = [_FLAWS[flaw] for flaw in passwords.flaws(password, context=_context())]
    if found:
        raise validation.refused(*found)
    return password


def _context() -> frozenset[str]:
    """Returns the words of which no password is made: the school's names, and outside the local stage the demo's."""
    known = settings.load()
    sender, _, _ = known.mail_from.partition("<")
    return passwords.context_words(known.app_name, known.school_name, sender, "" if known.stage == "local" else DEMO)


def _school_password(password: str) -> str:
    """Checks Virtual School's rules; each broken one is a violation."""
    rules = (
        (_PASSWORD_LENGTH, passwords.MIN_CHARS <= len(password) <= passwords.MAX_CHARS),
        (
            Text("password_latin", "may have only Latin letters, digits and punctuation"),
            re.fullmatch(r"[!-~]*", password),
        ),
        (Text("password_lower", "must have a lower case letter"), re.search(r"[a-z]", password)),
        (Text("password_upper", "must have an upper case letter"), re.search(r"[A-Z]", password)),
        (Text("password_digit", "must have a digit"), re.search(r"[0-9]", password)),
        (_FLAWS[passwords.Flaw.COMMON], not passwords.is_common(password)),
        (_FLAWS[passwords.Flaw.CONTEXT], not passwords.is_of_context(password, _context())),
    )
    broken = [rule for rule, kept in rules if not kept]
    if broken:
        raise validation.refused(*broken)
    return password


def _registered_password(password: str) -> str:
    return _school_password(password) if settings.load().strict_passwords else _new_password(password)


def _birthdate(day: date) -> date:
    today = clock.now().date()
    if not today.year - MAX_AGE_YEARS < day.year or day > today:
        raise validation.refused(Text("not_a_birthdate", "must be a date of birth in the past"))
    return day


def _role(name: str) -> str:
    if role_named(name) is None:
        raise validation.refused(Text("no_such_role", "is not a role"))
    return name


def _of_one_script(login: str) -> str:
    if not look_alikes.is_of_one_script(login):
        raise validation.refused(Text("mixed_scripts", "must have letters of one script"))
    return login


def _fits_into_a_key(name: str) -> str:
    """Checks the folded name: a single character may fold to eighteen."""
    if len(accounts.fold_login(name).encode()) > MAX_NAME_BYTES:
        raise validation.refused(Text("name_too_long", "is longer than any name"))
    return name


def _code(value: Any, read: ValidatorFunctionWrapHandler) -> int | str:
    """Reads a code; one violation if it has neither of its two forms."""
    try:
        code: int | str = read(value)
    except ValidationError:
        raise validation.refused(Text("not_a_code", "must be a code of 4 to 6 digits")) from None
    return code


def _otp(given: Any) -> Any:
    """Returns a one-time password as text: as a number it has lost its leading zeros. None for a field left empty."""
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return f"{given:0{totp.DIGITS}}"
    return (given.replace(" ", "") or None) if isinstance(given, str) else given


def _none_if_empty(given: Any) -> Any:
    return None if given == "" else given


PASSWORD_CHARS: JsonDict = {"minLength": passwords.MIN_CHARS, "maxLength": passwords.MAX_CHARS}
"""For the document alone: the rules count by themselves."""
SECOND_NAME = AliasChoices("secondname", "secondName")
CLASS = "class"

Email = Annotated[
    str, AfterValidator(emails.valid), Field(json_schema_extra={"format": "email", "maxLength": emails.MAX_EMAIL_CHARS})
]
Login = Annotated[
    str,
    AfterValidator(plain_text.login),
    AfterValidator(_of_one_script),
    Field(description="Letters of one script, digits, `_`, `.` and `-`"),
    validation.Form(
        r"^[\w.-]{2,32}$",
        Text("not_a_login", "must have from 2 to 32 letters, digits, _, . or -"),
        documented=r"^[^\x00-,\/:-@\[-\^`\{-\x7f\s]{2,32}$",  # of ASCII nothing else
    ),
]
NewPassword = Annotated[
    str,
    AfterValidator(_new_password),
    Field(
        description="8 to 64 characters; neither one of the 10 000 most common passwords nor made of the school's name",
        json_schema_extra=PASSWORD_CHARS,
    ),
]
SchoolPassword = Annotated[
    str,
    AfterValidator(_registered_password),
    Field(
        description="8 to 64 characters; neither a common password nor made of the school's name. With "
        "`LYCEUM_STRICT_PASSWORDS=1` also Latin letters of both cases and a digit, as Virtual School wanted",
        json_schema_extra=PASSWORD_CHARS,
    ),
]
Password = Annotated[str, Field(min_length=1, max_length=1024)]
LoginOrEmail = Annotated[
    str,
    Field(max_length=256, description="Longer ones name nobody, and do not fit into a key"),
    AfterValidator(_fits_into_a_key),
]
_PRINTABLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
Name = Annotated[
    str,
    Field(  # before the rule: only so it counts characters, and says so
        min_length=1,
        max_length=64,
        description="Neither control, format or separator characters, nor anything like an address",
    ),
    validation.Form(_PRINTABLE, Text("not_a_name", "must have characters that can be seen")),
    AfterValidator(plain_text.name),
]
SchoolName = Annotated[
    str,
    Field(
        min_length=2,
        max_length=24,
        description="Cyrillic letters, with single hyphens or blanks between them",
    ),
    validation.Form(
        r"^[а-яёА-ЯЁ]+(?:[ \-][а-яёА-ЯЁ]+)*$",
        Text("not_cyrillic", "must have Russian letters, with single hyphens or blanks between them"),
    ),
]
Phone = Annotated[
    str,
    Field(min_length=2, max_length=32),
    validation.Form(r"^\+?[0-9]+$", Text("not_a_phone", "must be a number of digits, perhaps with a + before them")),
]
Birthdate = Annotated[date, AfterValidator(_birthdate)]
SchoolClass = Annotated[int, Field(ge=1, le=11)]
MailedCode = Annotated[str, Field(min_length=1, max_length=64)]
SixDigits = Annotated[
    Annotated[int, Field(ge=0, le=999999)] | Annotated[str, Field(pattern=r"^[0-9]{4,6}$")], WrapValidator(_code)
]
_OTP_FORMS: list[JsonValue] = [
    {"type": "integer", "minimum": 0, "maximum": 999999},
    {"type": "string", "minLength": 1, "maxLength": 64},
]
_OTP = "A one-time password of six digits, or a recovery code"
Otp = Annotated[
    str,
    BeforeValidator(_otp),
    Field(max_length=64, description=_OTP, examples=["123456"]),
    WithJsonSchema({"anyOf": _OTP_FORMS}),
]
OptionalOtp = Annotated[
    Annotated[str, Field(max_length=64)] | None,
    BeforeValidator(_otp),
    Field(description=f"{_OTP}: for accounts with a second factor"),
    WithJsonSchema({"anyOf": [*_OTP_FORMS, {"type": "null"}]}),
]
AccountId = Annotated[int, Field(ge=1, le=ids.MAX_ID)]
_ROLE_NAMES = (*Role, *PORTAL_ROLES.values())
RoleName = Annotated[str, AfterValidator(_role), ShownAs(lambda: Literal[tuple(map(str, _ROLE_NAMES))])]


class Registration(Body):
    """PyTry's registration."""

    login: Login
    password: NewPassword
    name: Name
    email: Email

    def new_account(self) -> NewAccount:
        return NewAccount(email=self.email, password=self.password, login=self.login, name=self.name)


class UserRegistration(Body):
    """Learning Platform's registration."""

    email: Email
    username: Login
    password: NewPassword

    def new_account(self) -> NewAccount:
        return NewAccount(email=self.email, password=self.password, login=self.username)


class SchoolRegistration(Body):
    """Virtual School's registration. Unknown members are ignored, as there."""

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
    """PyTry's sign-in: a password with a login or an e-mail. `login` may be an e-mail; an empty `email` is none."""

    password: Password
    login: LoginOrEmail | None = None
    email: Annotated[LoginOrEmail | None, BeforeValidator(_none_if_empty)] = None
    otp: OptionalOtp = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.login is None and self.email is None:
            raise validation.incomplete(Text("login_or_email", "login or email is required"))
        return self


class MailCredentials(Body):
    """The sign-in of Virtual School and Auth Service."""

    email: LoginOrEmail
    password: Password
    otp: OptionalOtp = None


def _under_either_name(schema: JsonDict) -> None:
    """Shows both names of one member in the document: one of them is required."""
    members = cast("dict[str, JsonDict]", schema["properties"])
    members["email"]["description"] = "Or `login` instead"
    schema["properties"] = {**members, "login": {**members["email"], "description": "Or `email` instead"}}
    schema["required"] = ["password"]


class CookieCredentials(MailCredentials):
    """The sign-in for browsers: `login`, which may be an e-mail as well, may stand in the place of `email`."""

    model_config = ConfigDict(json_schema_extra=_under_either_name)

    email: LoginOrEmail = Field(validation_alias=AliasChoices("email", "login"))


class RefreshQuery(Query):
    """With `quiet`, a visitor who has no cookie gets 204 instead of an error."""

    quiet: Literal["1"] | None = None


class TokenRequest(Body):
    """RFC 6749, 4.3.2, as a form. `username` may be an e-mail as well."""

    model_config = ConfigDict(extra="ignore")

    username: LoginOrEmail
    password: Password
    grant_type: Literal["password"] = "password"
    otp: OptionalOtp = None


class EmailBody(Body):
    email: Email


class EmailQuery(Query):
    email: LoginOrEmail


class ChosenCode(Body):
    """A code that the client chooses, as Auth Service allowed. Only admins may: else anyone could confirm any mail."""

    code: SixDigits | None = None


class CodeQuery(Query):
    code: MailedCode


class Profile(Body):
    """The data that users may change of themselves. A member that is left out stays, null removes it."""

    name: Name | None = None
    secondname: Name | None = Field(None, validation_alias=SECOND_NAME)
    patronymic: Name | None = None
    birthdate: Birthdate | None = None
    phone: Phone | None = None

    def changes(self) -> dict[str, str | None]:
        """Returns the new values by the account's fields."""
        given = {field: getattr(self, field) for field in self.model_fields_set}
        return {field: value.isoformat() if isinstance(value, date) else value for field, value in given.items()}


def _known_language(tag: str) -> str:
    if tag not in texts.languages():
        raise validation.refused(
            Text("unknown_language_tag", "must be one of: {languages}", {"languages": ", ".join(texts.languages())})
        )
    return tag


def _known_zone(name: str) -> str:
    if not localities.is_zone(name):
        raise validation.refused(Text("not_a_time_zone", "must be a time zone of IANA, such as Europe/Moscow"))
    return name


class OwnProfile(Profile):
    """The data that users may change of themselves: `language` is what they are written to in, and `time_zone` the one
    that they live by, by its name at IANA.
    """

    language: Annotated[str, AfterValidator(_known_language)] | None = None
    time_zone: Annotated[str, AfterValidator(_known_zone)] | None = None


class SignUpCompletion(Body):
    """The last step of Auth Service's registration: the password, and any personal data."""

    password: NewPassword
    login: Login | None = None
    name: Name | None = None
    secondname: Name | None = Field(None, validation_alias=SECOND_NAME)
    patronymic: Name | None = None
    birthdate: Birthdate | None = None
    phone: Phone | None = None
    school_class: SchoolClass | None = Field(None, alias=CLASS)

    def completion(self) -> PortalUserData:
        return PortalUserData(
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
    """`code` is the one from the mail: eight letters and digits, or an invitation's. Case and hyphens do not count."""

    email: Email
    code: MailedCode
    password: NewPassword


class RoleChange(Body):
    """`role`: user, teacher, admin, or Auth Service's names of them."""

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


class OtpBody(Body):
    otp: Otp
