"""The words under which an account is found: login, e-mail and the parts of its names. Pure."""

import re
import unicodedata

MOST_CHARS = 64
_PARTS = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Returns the form in which words are compared: case makes no difference, nor whether ё is written as е."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def words_of(*, login: str | None, email: str, names: tuple[str | None, ...]) -> set[str]:
    """Returns the words of an account: as they are written, and the letters between signs."""
    whole = {word for each in (login, email, *names) if each for word in plain(each).split()}
    local, _, _ = email.partition("@")
    parts = {part for each in (login, local, *names) if each for part in _PARTS.findall(plain(each))}
    return {word[:MOST_CHARS] for word in whole | parts}


def best_of(sought: tuple[str, ...]) -> str:
    """Returns the word of a search that finds the fewest, which is the longest."""
    return max(sought, key=len)[:MOST_CHARS]
