"""Who a commit says that made it, and who owns a repository: names that reviewers must not see. Pure.

Whoever commits writes what they like, so little of it is kept: a long name would make a mask that takes minutes.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

MOST_PEOPLE = 4
MOST_LETTERS, MOST_WORDS = 100, 4
"""Of one of them."""
_LINE = re.compile(rb"(?:author|committer) ([^<>\n]*)<([^<>\n]*)> [0-9]+ [+-][0-9]{4}")
_OWNER = re.compile(r"https://[^/]+((?:/[^/?#]+)*)/[^/?#]+/?")
_NOBODY = re.compile(r"no-?reply@", re.IGNORECASE)
"""What sites write when somebody commits there by their editors: `GitHub <noreply@github.com>`."""
_WORD = re.compile(r"[^\W_]+")


def of_commit(commit: bytes) -> tuple[str, ...]:
    """The author and the committer, each as `Name <address>`."""
    found = (_LINE.fullmatch(line) for line in commit.partition(b"\n\n")[0].split(b"\n"))
    people = (f"{each[1].decode('utf-8', 'replace')}<{each[2].decode('utf-8', 'replace')}>" for each in found if each)
    return checked([*people])


def checked(said: Any) -> tuple[str, ...]:
    """Of what somebody says that people are called, what is kept of it: nothing of what is no list of texts."""
    texts = [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
    plain = (_plain(each) for each in texts[:MOST_PEOPLE])
    return tuple(dict.fromkeys(each for each in plain if each))


def together(before: Iterable[str], now: Iterable[str]) -> list[str]:
    """Those of several commits, of too many the last."""
    return list(dict.fromkeys([*now, *reversed([*before])]))[:MOST_PEOPLE][::-1]


def owners(link: str | None) -> Sequence[str]:
    """Whose a repository is by its address: all names in it but the last, which is the repository's own."""
    found = _OWNER.fullmatch(link or "")
    names = (_cut(each.lstrip("~")) for each in found[1].split("/")) if found else ()
    return [each for each in names if each][:MOST_PEOPLE]


def _plain(said: str) -> str:
    """A name with its address, each cut to what a mask takes; nothing for an address of nobody."""
    name, _, address = said.partition("<")
    address = address.partition(">")[0].strip()
    if _NOBODY.match(address):
        return ""
    local = address.partition("@")[0]
    if "@" not in address or len(address) > MOST_LETTERS or local != _cut(local):
        return _cut(name)
    return f"{_cut(name)} <{address}>".strip()


def _cut(text: str) -> str:
    """So many words and letters, without what nobody sees."""
    seen = "".join(each if unicodedata.category(each)[0] != "C" else " " for each in text[:MOST_LETTERS])
    words = list(_WORD.finditer(seen))
    return seen[: words[MOST_WORDS - 1].end()].strip() if len(words) > MOST_WORDS else seen.strip()
