"""Tells logins that look alike from each other, as Unicode's UTS #39 says. Pure.

A login is written in one script, or in those that Chinese, Japanese and Korean write together, with Latin or without
(the "highly restrictive" profile, 5.2), and its digits are of one kind. So `аdmin` with a Cyrillic а is refused. Two
whole logins that look alike, like Cyrillic `оса` and Latin `oca`, have a skeleton in common (section 4).

The data are made by `infra/confusables.py`: the ranges of each script, and what a character looks like.
"""

import functools
import json
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

ANY = frozenset({"COMMON", "INHERITED"})
"""Scripts of characters that go with every script: digits, marks."""
TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)


@dataclass(frozen=True, slots=True)
class _Data:
    firsts: list[int]
    ranges: list[tuple[int, int, str]]
    prototypes: dict[str, str]

    def script(self, char: str) -> str | None:
        """Returns the script of a character; None for one that no login has."""
        position = bisect_right(self.firsts, ord(char)) - 1
        if position < 0:
            return None
        _, last, script = self.ranges[position]
        return script if ord(char) <= last else None


def is_of_one_script(login: str) -> bool:
    """Whether a login is written in one script or in those that belong together, with digits of one kind."""
    folded = unicodedata.normalize("NFKC", login)
    scripts = {_data().script(char) for char in folded} - ANY
    zeros = {ord(char) - unicodedata.decimal(char) for char in folded if unicodedata.category(char) == "Nd"}
    if None in scripts or len(zeros) > 1:
        return False
    return len(scripts) <= 1 or any(scripts <= together for together in TOGETHER)


def skeletons(login: str) -> frozenset[str]:
    """Returns what a login looks like, as it is written and in lower case: no two accounts have one in common.

    `Ivan` looks like `lvan` as it is written, and is `ivan` to whoever signs in.
    """
    normal = unicodedata.normalize("NFKC", login)
    return frozenset({_skeleton(normal), _skeleton(normal.casefold())})


def _skeleton(text: str) -> str:
    prototypes = _data().prototypes
    looks = "".join(prototypes.get(char, char) for char in unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFD", looks)


@functools.cache
def _data() -> _Data:
    stored = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    ranges = sorted((first, last, name) for name, pairs in stored["scripts"].items() for first, last in pairs)
    return _Data([first for first, _, _ in ranges], ranges, stored["prototypes"])
