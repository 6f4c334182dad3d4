"""Recovery codes: each signs in once in place of a one-time password, when the device that makes those is lost. Pure,
but for the random draw.

A code has 120 bits, so a plain hash of it cannot be searched for (OWASP ASVS 5.0, 6.5.2: from 112 bits on).
"""

import hashlib
import re
import secrets

NUMBER = 10
CHARS = 24
GROUP = 4
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32 letters: none is taken for another."""
_MISREAD = str.maketrans("OIL", "011")


def draw() -> list[str]:
    """Returns new codes, as people write them down: in groups of four."""
    return [_grouped("".join(secrets.choice(ALPHABET) for _ in range(CHARS))) for _ in range(NUMBER)]


def digest(account_id: int, typed: str) -> str:
    """Returns what is stored of a code. Case, blanks and hyphens make no difference, nor does O for 0, or I and L for
    1.
    """
    code = re.sub(r"[\s-]", "", typed).upper().translate(_MISREAD)
    return hashlib.sha256(f"recovery-code:{account_id}:{code}".encode()).hexdigest()


def _grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
