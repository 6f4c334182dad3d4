"""Time-based one-time passwords: RFC 6238 with what every authenticator app assumes. Pure.

A code is six digits of HMAC-SHA-1 over the number of the 30-second step. The steps before and after the present one are
accepted as well, for clocks that differ and for people who type slowly. A step that was used, or an earlier one, is not
accepted again (RFC 6238, 5.2).
"""

import hmac
import re
from datetime import datetime, timedelta

import pyotp

DIGITS = 6
STEP = timedelta(seconds=30)
DRIFT = 1
"""Steps that a clock may be ahead or behind."""

_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


def new_secret() -> str:
    """Returns a secret of 160 bits, the length of the hash (RFC 4226, 4: R6), in base32."""
    return pyotp.random_base32()


def uri(secret: str, *, account: str, issuer: str) -> str:
    """Returns the `otpauth://` address that apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def is_code(text: str) -> bool:
    """Whether a text has the form of a code."""
    return _CODE.fullmatch(text) is not None


def step_at(moment: datetime) -> int:
    """Returns the number of the step that a moment is in."""
    return int(moment.timestamp() // STEP.total_seconds())


def code_of(secret: str, step: int) -> str:
    """Returns the code of a step."""
    return pyotp.HOTP(secret, digits=DIGITS).at(step)


def matching_step(secret: str, code: str, *, now: datetime, last_used: int) -> int | None:
    """Returns the step after `last_used` whose code this is; None for a wrong code or one that was used.

    All steps are compared whatever the first comparisons say, in constant time, so that time tells nothing.
    """
    present = step_at(now)
    steps = range(present - DRIFT, present + DRIFT + 1)
    matching = [step for step in steps if hmac.compare_digest(code_of(secret, step).encode(), code.encode())]
    return next((step for step in matching if step > last_used), None)
