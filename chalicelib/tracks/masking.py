"""Masks the names of people in code that is reviewed without names. Pure.

What is known of somebody are their login, name and e-mail, and who a commit says that they are. Each is replaced by
`anonymous` wherever it stands as a word, in any case of letters; a word ends where letters and digits do, so a name is
found in `petrov_sort.py` and not in `petrovich`. Line breaks are never touched: comments stand on the same lines of the
masked and of the stored text.

A login `max` or `list` would take the program apart. Hence names of fewer than four letters, and words that
programs or sentences are made of, are weak: alone they are masked only after a mark of authorship, as
in `Author: Max`. A full name is masked as a whole although its parts are weak. Names in Cyrillic are looked for in
Latin letters as well, as they are spelled in passports and as most people type them.

The masked text is for reading: two names may become one identifier.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.common.texts import Text, TextList
from chalicelib.tracks.common_words import COMMON

ANONYMOUS = "anonymous"
"""What stands for every name: one word, so that code with it is still code."""
FEWEST_LETTERS = 4
"""Of a name that is masked wherever it stands."""
FEWEST_WEAK = 2
"""Of one that is masked after a mark of authorship."""
FEWEST_FULL = 6
"""Of both words of a full name together."""
MOST_PARTS = 6
"""Of a name of which any two words together are one."""

_LATIN = {
    "а": ("a",),
    "б": ("b",),
    "в": ("v",),
    "г": ("g",),
    "д": ("d",),
    "е": ("e", "e"),
    "ё": ("e", "yo"),
    "ж": ("zh",),
    "з": ("z",),
    "и": ("i",),
    "й": ("i", "y"),
    "к": ("k",),
    "л": ("l",),
    "м": ("m",),
    "н": ("n",),
    "о": ("o",),
    "п": ("p",),
    "р": ("r",),
    "с": ("s",),
    "т": ("t",),
    "у": ("u",),
    "ф": ("f",),
    "х": ("kh", "h"),
    "ц": ("ts", "c"),
    "ч": ("ch",),
    "ш": ("sh",),
    "щ": ("shch", "sch"),
    "ъ": ("ie", ""),
    "ы": ("y",),
    "ь": ("", ""),
    "э": ("e",),
    "ю": ("iu", "yu"),
    "я": ("ia", "ya"),
}
"""Letters as passports have them (ICAO Doc 9303), and as people type them."""

_EMAIL = re.compile(r"[^\s<>@,;\"']+@[^\s<>@,;\"']+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"
"""Next to a name there is neither a letter nor a digit."""
_BETWEEN = r"[ \t._-]{0,2}"
"""Between the parts of a full name: also nothing, as in `IvanPetrov`."""
_MARK = (
    r"(?:(?:authors?|copyright|maintainer|(?:written|created|made|coded|done|solved)[ \t]+by"
    r"|автор|выполнила?|сделала?|работа|ученика?|ученица|студента?|студентка)"
    r"(?:[ \t]*(?:\(c\)|©|\d{4}|[:,—–-])){0,4}[ \t]*"
    r"|__author__[ \t]*=[ \t]*[\"'])"
)
"""What stands before the name of who made something."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Replaces what is known of some people. Without a pattern nothing is known."""

    pattern: re.Pattern[str] | None

    def text(self, text: str) -> str:
        """The text without the names, in as many lines."""
        if self.pattern is None:
            return text
        return self.pattern.sub(lambda found: (found["mark"] or "") + ANONYMOUS, text)

    def worded(self, text: Text) -> Text:
        """The same of a text that quotes: of what stands in its places."""
        return replace(text, params={name: self._quoted(value) for name, value in text.params.items()})

    def _quoted(self, value: object) -> object:
        if isinstance(value, Text):
            return self.worded(value)
        if isinstance(value, TextList):
            return replace(value, texts=tuple(map(self.worded, value.texts)))
        return self.text(value) if isinstance(value, str) else value

    def paths(self, paths: Iterable[str]) -> dict[str, str]:
        """Paths as they are shown, by the paths that are stored. No two are shown alike."""
        masked = {path: self.text(path) for path in paths}
        taken = {path for path, shown in masked.items() if path == shown}
        for path in sorted(masked):
            if masked[path] != path:
                masked[path] = _free(masked[path], taken)
                taken.add(masked[path])
        return masked


NO_MASK = Mask(None)


def of(identities: Iterable[str | None]) -> Mask:
    """The mask of what people are called: logins, names, addresses, and `Name <address>` as commits have it."""
    strong: set[str] = set()
    weak: set[str] = set()
    for identity in identities:
        for pattern, is_strong in _patterns(unicodedata.normalize("NFC", identity or "")):
            (strong if is_strong else weak).add(pattern)
    longest_first = [sorted(found, key=lambda each: (-len(each), each)) for found in (strong, weak)]
    wholly, marked = ("|".join(found) for found in longest_first)
    parts = [f"(?P<mark>{_BEGIN}{_MARK})(?:{marked}){_END}"] if marked else []
    parts += [f"{_BEGIN}(?:{wholly}){_END}"] if wholly else []
    if parts and not marked:
        parts.append(r"(?P<mark>(?!))")
    return Mask(re.compile("|".join(parts), re.IGNORECASE)) if parts else NO_MASK


def _patterns(identity: str) -> Iterator[tuple[str, bool]]:
    """Regular expressions of one identity, each with whether it is masked wherever it stands."""
    for address in _EMAIL.findall(identity):
        yield _escaped(address), True
        yield from _of_name(address.partition("@")[0])
    yield from _of_name(_EMAIL.sub(" ", identity))


def _of_name(name: str) -> Iterator[tuple[str, bool]]:
    """Of a login or a name: the whole of it, and each of its words."""
    for spelled in _spellings(name):
        words = _WORD.findall(spelled.replace("_", " "))
        for word in words:
            if len(word) >= FEWEST_WEAK:
                yield _escaped(word), _is_strong(word)
        for first, second in _pairs(words):
            if (between := _between(first, second, spelled)) is not None:
                yield _escaped(first) + between + _escaped(second), True


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The parts of a name that may stand beside each other, in either order: of a long one those that do in it, for
    whoever calls themselves by sixty words is to be read in time.
    """
    if len(words) <= MOST_PARTS:
        return itertools.permutations(words, 2)
    return itertools.chain.from_iterable([(one, other), (other, one)] for one, other in itertools.pairwise(words))


def _between(first: str, second: str, name: str) -> str | None:
    """What stands between two words of a name, in whichever order; None for words that say nothing together either.

    Of two common words only a name that is written with a blank is one: `Max Hunter`, but not `test_list`.
    """
    if min(len(first), len(second)) < FEWEST_WEAK or len(first) + len(second) < FEWEST_FULL:
        return None
    if {first.lower(), second.lower()} <= COMMON:
        return r"[ \t]{1,2}" if " " in name.strip() else None
    return _BETWEEN


def _spellings(name: str) -> set[str]:
    lower = name.lower()
    latin = {"".join(_latin(letter, way) for letter in lower) for way in (0, 1)}
    return {name, *(latin - {lower})}


def _latin(letter: str, way: int) -> str:
    ways = _LATIN.get(letter, (letter,))
    return ways[min(way, len(ways) - 1)]


def _is_strong(word: str) -> bool:
    return len(word) >= FEWEST_LETTERS and any(map(str.isalpha, word)) and word.lower() not in COMMON


def _escaped(text: str) -> str:
    """Found as it is, and with its letters taken apart (й as и and a breve), as some systems write file names."""
    apart = unicodedata.normalize("NFD", text)
    return re.escape(text) if apart == text else f"(?:{re.escape(text)}|{re.escape(apart)})"


def _free(shown: str, taken: set[str]) -> str:
    """A path that no other has: with a number before its ending where it is taken."""
    if shown not in taken:
        return shown
    folder, slash, file = shown.rpartition("/")
    stem, dot, ending = file.rpartition(".")
    stem, dot, ending = (stem, dot, ending) if stem else (file, "", "")
    numbered = (f"{folder}{slash}{stem}-{number}{dot}{ending}" for number in itertools.count(2))
    return next(path for path in numbered if path not in taken)


def stored_path(paths: Mapping[str, str], shown: str) -> str | None:
    """The stored path of one that is shown; None where nothing is shown so."""
    return next((path for path, as_shown in paths.items() if as_shown == shown), None)
