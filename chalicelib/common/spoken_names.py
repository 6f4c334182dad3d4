"""Languages as BCP 47 writes them, and names that people have given things in several of them."""

import functools
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from chalicelib.common import texts

TAG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$"
"""A language as BCP 47 writes it, such as `ru` or `pt-BR`."""

MOST_ASKED_FOR = 20
"""Languages of one Accept-Language that are looked for: every name of an answer is looked for in each."""

_NO_OTHERS: Mapping[str, str] = MappingProxyType({})


def tag(language: str) -> str:
    """A language's tag, however its letters are written."""
    first, *others = language.strip().split("-")
    return "-".join([first.lower(), *(each.upper() if len(each) == 2 else each.title() for each in others)])  # noqa: PLR2004


def asked_for(accept_language: str, language: str | None = None) -> list[str]:
    """The languages that somebody reads, the best first: `language`, then Accept-Language's (RFC 9110, 12.5.4)."""
    named = [tag(name) for name in texts.accepted_tags(accept_language) if re.fullmatch(TAG, name)]
    return [*([tag(language)] if language else []), *named[:MOST_ASKED_FOR]]


def best(asked: Sequence[str], there: Sequence[str], otherwise: str) -> str:
    """What there is for somebody: in a language they ask for, first as it stands, then in any of its kinds."""
    for language in asked:
        if language in there:
            return language
        of_kind = [each for each in there if each.partition("-")[0] == language.partition("-")[0]]
        if of_kind:
            return otherwise if otherwise in of_kind else of_kind[0]
    return otherwise


class SpokenName(str):
    """A name that is another for readers of other languages: the string itself is for those who ask for none of them.

    `others` are all that there are, by the tags of their languages.
    """

    __slots__ = ("others",)
    others: Mapping[str, str]

    def __new__(cls, name: str, others: Mapping[str, str] = _NO_OTHERS) -> "SpokenName":
        made = super().__new__(cls, name)
        made.others = others
        return made

    def spoken(self, asked: Sequence[str]) -> str:
        """The name for somebody who asks for these languages, the best first."""
        return self.others.get(best(asked, list(self.others), ""), str(self))


class Asked:
    """The languages that a reader's Accept-Language asks for; `matters` once an answer depends on them."""

    def __init__(self, accept_language: str) -> None:
        self._accept_language = accept_language
        self.matters = False

    def choose(self, name: str) -> str:
        if not isinstance(name, SpokenName) or not name.others:
            return str(name)
        self.matters = True
        return name.spoken(self._languages)

    @functools.cached_property
    def _languages(self) -> list[str]:
        return asked_for(self._accept_language)
