"""The values that members of bodies may have."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic.config import JsonDict

from chalicelib.accounts import accounts, emails, passwords
from chalicelib.accounts.permissions import role_named
from chalicelib.common import clock, ids, settings
from chalicelib.common.http import validation

MAX_AGE_YEARS = 130
MAX_NAME_BYTES = 2000
"""So that a key of it stays below DynamoDB's 2048."""


_FLAWS = {
    passwords.Flaw.TOO_SHORT: f"shorter than {passwords.MIN_CHARS} characters",
    passwords.Flaw.TOO_LONG: f"longer than {passwords.MAX_CHARS} characters",
    passwords.Flaw.COMMON: "one of the most common passwords",
}


def _new_password(password: str) -> str:
    found = [_FLAWS[flaw] for flaw in passwords.flaws(password)]
    if found:
        raise ValueError(", ".join(found))
    return password


def _school_password(password: str) -> str:
    """Seed 003's rules, each a violation of its own."""
    rules = {
        "8 to 64 characters": passwords.MIN_CHARS <= len(password) <= passwords.MAX_CHARS,
        "only Latin letters, digits and punctuation": re.fullmatch(r"[!-~]*", password),
        "a lower case letter": re.search(r"[a-z]", password),
        "an upper case letter": re.search(r"[A-Z]", password),
        "a digit": re.search(r"[0-9]", password),
        "not a common one": not passwords.is_common(password),
    }
    broken = [rule for rule, kept in rules.items() if not kept]
    if broken:
        raise validation.several(broken)
    return password


def _registered_password(password: str) -> str:
    return _school_password(password) if settings.load().strict_passwords else _new_password(password)


def _birthdate(day: date) -> date:
    today = clock.now().date()
    if not today.year - MAX_AGE_YEARS < day.year or day > today:
        message = "not a birthdate"
        raise ValueError(message)
    return day


def _role(name: str) -> str:
    if role_named(name) is None:
        message = "no such role"
        raise ValueError(message)
    return name


def _fits_into_a_key(name: str) -> str:
    """A single character may fold to eighteen."""
    if len(accounts.fold_login(name).encode()) > MAX_NAME_BYTES:
        message = "nobody's name is so long"
        raise ValueError(message)
    return name


def _code(value: Any, read: ValidatorFunctionWrapHandler) -> int | str:
    """One violation for a code, whichever of its two forms it fails to have."""
    try:
        code: int | str = read(value)
    except ValidationError:
        message = "not a code"
        raise ValueError(message) from None
    return code


PASSWORD_CHARS: JsonDict = {"minLength": passwords.MIN_CHARS, "maxLength": passwords.MAX_CHARS}
"""For the document alone: the rules count by themselves."""
SECOND_NAME = AliasChoices("secondname", "secondName")
CLASS = "class"

Email = Annotated[
    str, AfterValidator(emails.valid), Field(json_schema_extra={"format": "email", "maxLength": emails.MAX_EMAIL_CHARS})
]
Login = Annotated[str, Field(pattern=r"^[\w.-]{2,32}$", description="Letters, digits, `_`, `.` and `-`")]
NewPassword = Annotated[
    str,
    AfterValidator(_new_password),
    Field(
        description="8 to 64 characters, not one of the 10 000 most common passwords", json_schema_extra=PASSWORD_CHARS
    ),
]
SchoolPassword = Annotated[
    str,
    AfterValidator(_registered_password),
    Field(
        description="8 to 64 characters, among them a-z, A-Z and a digit; not a common one",
        json_schema_extra=PASSWORD_CHARS,
    ),
]
Password = Annotated[str, Field(min_length=1, max_length=1024)]
Somebody = Annotated[
    str,
    Field(max_length=256, description="Longer ones name nobody, and do not fit into a key"),
    AfterValidator(_fits_into_a_key),
]
_PRINTABLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=_PRINTABLE)]
SchoolName = Annotated[
    str,
    Field(
        min_length=2,
        max_length=24,
        pattern=r"^[а-яёА-ЯЁ]+(?:[ -][а-яёА-ЯЁ]+)*$",
        description="Cyrillic letters, with single hyphens or blanks between them",
    ),
]
Phone = Annotated[str, Field(min_length=2, max_length=32, pattern=r"^\+?[0-9]+$")]
Birthdate = Annotated[date, AfterValidator(_birthdate)]
SchoolClass = Annotated[int, Field(ge=1, le=11)]
SentCode = Annotated[str, Field(min_length=1, max_length=64)]
OwnCode = Annotated[
    Annotated[int, Field(ge=0, le=999999)] | Annotated[str, Field(pattern=r"^[0-9]{4,6}$")], WrapValidator(_code)
]
AccountId = Annotated[int, Field(ge=1, le=ids.MAX_ID)]
RoleName = Annotated[str, AfterValidator(_role)]
