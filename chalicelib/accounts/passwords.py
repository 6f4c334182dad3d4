"""Password hashes: argon2id through passlib."""

import functools

from passlib.context import CryptContext

MIN_CHARS = 8
MAX_CHARS = 64


@functools.cache
def _context() -> CryptContext:
    """OWASP's second recommended setting for argon2id: 19 MiB, two passes, one lane."""
    return CryptContext(
        schemes=["argon2"],
        argon2__type="ID",
        argon2__memory_cost=19 * 1024,
        argon2__time_cost=2,
        argon2__parallelism=1,
    )


def hashed(password: str) -> str:
    result: str = _context().hash(password)
    return result


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is right. Takes as long when there is no hash: time must not tell who exists."""
    good = bool(_context().verify(password, password_hash or _nobody()))
    return good and password_hash is not None


@functools.cache
def _nobody() -> str:
    return hashed("a password that opens nothing")
