"""The values that members of bodies may have."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, AliasChoices, Field

from chalicelib.accounts import emails, passwords
from chalicelib.accounts.permissions import role_named
from chalicelib.common import clock, settings, violations

MAX_AGE_YEARS = 130


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
        raise violations.several(broken)
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


SECOND_NAME = AliasChoices("secondname", "secondName")
CLASS = "class"

Email = Annotated[str, AfterValidator(emails.valid)]
Login = Annotated[str, Field(pattern=r"^[\w.-]{2,32}$", description="Letters, digits, `_`, `.` and `-`")]
NewPassword = Annotated[
    str,
    AfterValidator(_new_password),
    Field(description="8 to 64 characters, not one of the 10 000 most common passwords"),
]
SchoolPassword = Annotated[
    str,
    AfterValidator(_registered_password),
    Field(description="8 to 64 characters, among them a-z, A-Z and a digit; not a common one"),
]
Password = Annotated[str, Field(min_length=1, max_length=1024)]
Somebody = Annotated[str, Field(max_length=256, description="Longer ones name nobody, and do not fit into a key")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"\S")]
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
RoleName = Annotated[str, AfterValidator(_role)]
