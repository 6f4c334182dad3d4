"""Makes the data of look-alike logins from Unicode's, which the package confusable-homoglyphs carries.

    python -m infra.confusables

Only characters that a login may have are kept: those of scripts in use (UAX #31, table 5) in the form that NFKC gives
them. What stands there is explained in `chalicelib/accounts/look_alikes.py`.
"""

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import confusable_homoglyphs

SOURCE = Path(confusable_homoglyphs.__file__).parent
TARGET = Path(__file__).parents[1] / "chalicelib" / "accounts" / "look_alikes.json"
LEFT_TO_RIGHT = "\u200e"
# fmt: off
RECOMMENDED = (
    "COMMON", "INHERITED", "ARABIC", "ARMENIAN", "BENGALI", "BOPOMOFO", "CYRILLIC", "DEVANAGARI", "ETHIOPIC",
    "GEORGIAN", "GREEK", "GUJARATI", "GURMUKHI", "HAN", "HANGUL", "HEBREW", "HIRAGANA", "KANNADA", "KATAKANA",
    "KHMER", "LAO", "LATIN", "MALAYALAM", "MYANMAR", "ORIYA", "SINHALA", "TAMIL", "TELUGU", "THAANA", "THAI", "TIBETAN",
)
# fmt: on


def scripts() -> dict[str, list[list[int]]]:
    """Returns the ranges of code points of each recommended script, of letters, marks and digits alone."""
    data = _load("categories.json")
    names, found = data["iso_15924_aliases"], defaultdict[str, list[list[int]]](list)
    for first, last, script, _ in sorted(data["code_points_ranges"]):
        ranges = found[names[script]]
        if ranges and ranges[-1][1] + 1 == first:
            ranges[-1][1] = last
        else:
            ranges.append([first, last])
    return {name: found[name] for name in RECOMMENDED if name in found}


def prototypes(known: Mapping[str, Iterable[Iterable[int]]]) -> dict[str, str]:
    """Returns what each character looks like, when that is another one: one for all that look alike."""
    neighbours = _neighbours()
    members = {chr(code) for ranges in known.values() for first, last in ranges for code in range(first, last + 1)}
    found = {}
    for char in sorted(members):
        if _may_stand_in_a_login(char) and char in neighbours:
            looks = "".join(_prototype(each, neighbours) for each in _prototype(char, neighbours))
            if looks != char:
                found[char] = looks
    return found


def _neighbours() -> dict[str, set[str]]:
    """Returns what each text looks like, without the marks that the source has around text written from the right."""
    found = defaultdict[str, set[str]](set)
    for text, alike in _load("confusables.json").items():
        found[text.strip(LEFT_TO_RIGHT)] |= {each["c"].strip(LEFT_TO_RIGHT) for each in alike}
    return found


def _prototype(char: str, neighbours: Mapping[str, set[str]]) -> str:
    """Returns the text that all of the group name: several characters, or the one with most neighbours."""
    group, todo = {char}, [char]
    while todo:
        for each in neighbours.get(todo.pop(), ()):
            if each not in group:
                group.add(each)
                todo.append(each)
    sizes = Counter({each: len(neighbours.get(each, ())) for each in group})
    return min(group, key=lambda each: (len(each) == 1, -sizes[each], each))


def _may_stand_in_a_login(char: str) -> bool:
    return unicodedata.is_normalized("NFKD", char) and (
        unicodedata.category(char)[0] in "LMN" or char in "._-" or unicodedata.category(char) == "Pc"
    )


def make() -> str:
    """Returns the contents of the file."""
    known = scripts()
    return json.dumps({"scripts": known, "prototypes": prototypes(known)}, ensure_ascii=False, separators=(",", ":"))


def _load(name: str) -> Any:
    return json.loads((SOURCE / name).read_text("utf-8"))


if __name__ == "__main__":
    TARGET.write_text(make() + "\n", "utf-8")
