"""Hashes passwords (argon2id through passlib) and says which ones are refused.

A password is first normalised to Unicode's NFKC form (NIST SP 800-63B, 5.1.1.2): two systems may encode the same
typing in two ways. Nothing else is changed: neither case nor spaces nor length.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from passlib.context import CryptContext

from chalicelib.common import observe
from chalicelib.common.hooks import Hook

MIN_CHARS = 8
MAX_CHARS = 64
MAX_BYTES = 4096
"""What passlib hashes at most; 64 characters never come near."""

MIN_OWN_LETTERS, MIN_OWN_CHARS = 3, 9
"""What a password with a word of its context needs besides, to be harder to guess than by trying years and endings."""
MIN_WORD_LETTERS = 4


@dataclass(frozen=True, slots=True)
class HashCost:
    """What a run of argon2id takes: memory in KiB, and passes over it, on one lane."""

    memory_kib: int
    passes: int


OWASP = HashCost(memory_kib=19 * 1024, passes=2)
"""OWASP's second recommended setting for argon2id. Only tests have another."""

_hash_cost = Hook[HashCost]("hash_cost")


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a password is right. `new_hash` is to replace a hash that was made with other parameters than ours."""

    good: bool
    new_hash: str | None = None


class Flaw(StrEnum):
    """A reason to refuse a new password."""

    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    COMMON = "password_common"
    PERSONAL = "password_personal"
    CONTEXT = "password_context"


def hash_password(password: str) -> str:
    result: str = _context().hash(_secret(password))
    return result


def verify(password: str, password_hash: str | None) -> Verification:
    """Verifies a password. Without a hash it takes as long: the time must not tell which accounts exist.

    Costs one run of argon2; a second one only to replace the hash of a right password.
    """
    secret = _secret(password)
    if password_hash is None or len(secret) > MAX_BYTES:
        return _refused()
    try:
        good, new_hash = _context().verify_and_update(secret, password_hash)
    except (ValueError, NotImplementedError) as error:
        # Not the error itself: its text shows the hash.
        observe.logger.error("password hash unreadable", cause=type(error).__name__)
        return _refused()
    return Verification(good, new_hash)


def flaws(password: str, about: Sequence[str] = (), *, context: Iterable[str] = ()) -> list[Flaw]:
    """Returns what is wrong with a new password. `about` has the account's own words: its addresses, login and names;
    `context` those of the school (OWASP ASVS 5.0, 6.2.11).
    """
    chars = len(_normal(password))
    found = {
        Flaw.TOO_SHORT: chars < MIN_CHARS,
        Flaw.TOO_LONG: chars > MAX_CHARS,
        Flaw.COMMON: is_common(password),
        Flaw.PERSONAL: _folded(password) in _personal(about),
        Flaw.CONTEXT: is_of_context(password, context),
    }
    return [flaw for flaw, present in found.items() if present]


def is_common(password: str) -> bool:
    """Whether a password is among the 10 000 most common ones, in any case, typed on a Latin or a Russian keyboard."""
    folded = _folded(password)
    return not _common().isdisjoint({folded, folded.translate(_RUSSIAN_KEYS)})


def context_words(*names: str) -> frozenset[str]:
    """Returns the words of names, as `flaws` takes them: of `Lyceum No 1533` it is `lyceum`."""
    words = re.findall(r"[^\W\d_]+", _folded(" ".join(names)))
    return frozenset(word for word in words if len(word) >= MIN_WORD_LETTERS)


def is_of_context(password: str, context: Iterable[str]) -> bool:
    """Whether a password has a word of the context and little else: `lyceum2026`, `2026-Lyceum!`, and `днсугь2026`,
    which is typed with the same keys.
    """
    folded = _folded(password)
    return any(_adds_little(each, context) for each in (folded, folded.translate(_RUSSIAN_KEYS)))


def _adds_little(password: str, context: Iterable[str]) -> bool:
    own = "".join(filter(str.isalnum, password))
    whole = own
    for word in sorted(context, key=len, reverse=True):
        own = own.replace(word, "")
    return own != whole and sum(map(str.isalpha, own)) < MIN_OWN_LETTERS and len(own) < MIN_OWN_CHARS


_RUSSIAN_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")
"""What a key types in the Russian layout -> in the Latin one."""


def _refused() -> Verification:
    cost = _hash_cost.get()
    _context_of(cost).verify(b"", dummy_hash(cost))
    return Verification(good=False)


def dummy_hash(cost: HashCost) -> str:
    """A hash as costly as any; all zeros, which is no password's digest.

    Passlib's `dummy_verify` makes its hash when it is first called: with it, the first unknown name that a process
    meets would take twice as long as a known one.
    """
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p=1${'A' * 22}${'A' * 43}"


def _context() -> CryptContext:
    return _context_of(_hash_cost.get())


@functools.cache
def _context_of(cost: HashCost) -> CryptContext:
    return CryptContext(
        schemes=["argon2"],
        argon2__type="ID",
        argon2__memory_cost=cost.memory_kib,
        argon2__time_cost=cost.passes,
        argon2__parallelism=1,
    )


def _secret(password: str) -> bytes:
    # A lone surrogate is no character, but form bodies can carry one.
    return _normal(password).encode("utf-8", "surrogatepass")


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _folded(text: str) -> str:
    return _normal(text).casefold()


def _personal(about: Sequence[str]) -> set[str]:
    words = {_folded(word) for word in about}
    return words | {word.partition("@")[0] for word in words}


@functools.cache
def _common() -> frozenset[str]:
    """Reads the common passwords. docs/decisions says where they come from; lines with a # are the makers' notice."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
