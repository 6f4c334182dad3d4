"""Reads codes from mails, as their owner does, and guesses them, as an attacker does."""

import re

from botocore.exceptions import ClientError

from chalicelib.common.mail import Mail
from tests.support.school import School


def code_in(letter: Mail) -> str:
    """The code that a mail carries: six digits, letters in groups of four, or an invitation's word."""
    found = re.search(r"(?<![\w-])(\d{6}|[A-Z2-9]{4}(-[A-Z2-9]{4})+|(?<=code )[\w-]{22})(?![\w-])", letter.text)
    assert found is not None, letter.text
    return found[0]


def last_code(school: School) -> str:
    return code_in(school.mails[-1])


def wrong(code: str) -> str:
    """Another code that looks as right."""
    if code.isdigit():
        return f"{(int(code) + 1) % 10**6:06}"
    return ("B" if code[0] == "A" else "A") + code[1:]


def refuse(letter: Mail) -> None:
    """Refuses a mail as SES does."""
    raise ClientError({"Error": {"Code": "MessageRejected", "Message": "not today"}}, "SendEmail")
