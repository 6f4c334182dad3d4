"""Reads codes from mails, as their owner does, and guesses them, as an attacker does."""

import re

from botocore.exceptions import ClientError

from chalicelib.common.mail import Mail
from tests.support.school import School


def code_in(letter: Mail) -> str:
    """The code that a mail carries: six digits, or an invitation's word."""
    found = re.search(r"\b(\d{6})\b|code (\S{22}) ", letter.text)
    assert found is not None, letter.text
    code: str = found[1] or found[2]
    return code


def last_code(school: School) -> str:
    return code_in(school.mails[-1])


def wrong(code: str) -> str:
    """Another code that looks as right."""
    return f"{(int(code) + 1) % 10**6:06}"


def refuse(letter: Mail) -> None:
    """Refuses a mail as SES does."""
    raise ClientError({"Error": {"Code": "MessageRejected", "Message": "not today"}}, "SendEmail")
