"""Texts for people. English stands where a text is made; other languages are catalogues of gettext.

`locale/{language}/LC_MESSAGES/lyceum.po` has a language's texts: `msgctxt` is a text's code, `msgid` its English. A
language is there as soon as its file is. `infra/translations.py` compiles the files; at run time only those are read.
"""

import functools
import gettext
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

DOMAIN = "lyceum"
DIRECTORY = Path(__file__).with_name("locale")


class Language(str):
    """The tag of a language that there are texts in: `en`, `ru`."""

    __slots__ = ()


ENGLISH = Language("en")

UNTRANSLATED = "{text}"
"""The template of a text that is the same in every language."""

Stored = str | dict[str, Any]
"""A text as JSON."""


@functools.cache
def languages() -> tuple[Language, ...]:
    """Returns the languages that there are texts in: English, and each that has a catalogue."""
    # The source of a catalogue, or what it was compiled into: the package has only the latter.
    catalogues = DIRECTORY.glob(f"*/LC_MESSAGES/{DOMAIN}.[pm]o")
    return (ENGLISH, *sorted({Language(path.parts[-3]) for path in catalogues}))


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people: a code, its English template, and the values of the template's `{placeholders}`.

    With `plural`, `english` is the template for one and `plural` for other numbers; the first whole number among the
    placeholders of `plural` decides. A value may itself be a text.
    """

    code: str
    english: str
    params: Mapping[str, object] = field(default_factory=dict)
    plural: str = ""

    def in_language(self, language: Language) -> str:
        """Returns the text in a language, or in English if there is no translation."""
        words = {name: _worded(value, language) for name, value in self.params.items()}
        return self._template(language).format_map(words)

    def __str__(self) -> str:
        return self.in_language(ENGLISH)

    def _template(self, language: Language) -> str:
        catalogue = _catalogue(language)
        if not self.plural:
            return catalogue.pgettext(self.code, self.english)
        return catalogue.npgettext(self.code, self.english, self.plural, self._number())

    def _number(self) -> int:
        values = (self.params.get(name) for name in placeholders(self.plural))
        return next((abs(value) for value in values if isinstance(value, int)), 0)

    def __bool__(self) -> bool:
        """Returns whether it says anything: `EMPTY` alone does not."""
        return self != EMPTY

    def to_json(self) -> Stored:
        """Returns what is stored of a text, to be worded when it is read: of an untranslated one the string."""
        if (self.code, self.english) == ("", UNTRANSLATED):
            return str(self.params["text"])
        members = {"params": {name: _stored(value) for name, value in self.params.items()}, "plural": self.plural}
        return {"code": self.code, "english": self.english, **{name: each for name, each in members.items() if each}}

    @classmethod
    def from_json(cls, stored: Stored) -> Self:
        """Returns a stored text. A string, as was stored before texts were, is the same in every language."""
        if isinstance(stored, str):
            return cls("", UNTRANSLATED, {"text": stored})
        params = {name: _restored(value) for name, value in stored.get("params", {}).items()}
        return cls(stored["code"], stored["english"], params, stored.get("plural", ""))


@dataclass(frozen=True, slots=True)
class TextList:
    """Several texts that fill one placeholder; what stands between them may be a text too, such as "or"."""

    texts: tuple[Text, ...]
    separator: str | Text = "; "

    def in_language(self, language: Language) -> str:
        return str(_worded(self.separator, language)).join(each.in_language(language) for each in self.texts)

    def __str__(self) -> str:
        return self.in_language(ENGLISH)


class InEnglish(str):
    """A text's English, where JSON is wanted: `text` is the text itself, to be worded anew for other readers."""

    __slots__ = ("text",)
    text: Text

    def __new__(cls, text: Text) -> Self:
        made = super().__new__(cls, text)
        made.text = text
        return made


def untranslated(text: str) -> Text:
    """Returns a text that is the same in every language: somebody outside wrote it, or clients compare it."""
    return Text("", UNTRANSLATED, {"text": text})


EMPTY = untranslated("")
"""The text that says nothing."""


def placeholders(template: str) -> list[str]:
    """Returns the names of a template's placeholders, in their order."""
    return [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]


def preferred(accept_language: str) -> Language:
    """Returns the best language for an Accept-Language header (RFC 9110, 12.5.4); English when none fits.

    Of two with the same weight it is the first.
    """
    known = languages()
    for tag in accepted_tags(accept_language):
        if (language := tag.lower().partition("-")[0]) in known:
            return Language(language)
    return ENGLISH


def accepted_tags(accept_language: str) -> list[str]:
    """Returns the tags of an Accept-Language header as they are written, the best first; without those of weight 0."""
    weighed = [_weighted_tag(part) for part in accept_language.split(",")]
    return [tag for weight, tag in sorted(weighed, key=lambda wanted: wanted[0], reverse=True) if weight > 0]


@functools.cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, DIRECTORY, [language])


def _worded(value: object, language: Language) -> object:
    return value.in_language(language) if isinstance(value, (Text, TextList)) else value


def _stored(value: object) -> object:
    match value:
        case Text():
            return {"text": value.to_json()}
        case TextList():
            return {"texts": [each.to_json() for each in value.texts], "separator": _stored(value.separator)}
        case _:
            return value


def _restored(value: object) -> Any:
    match value:
        case {"text": stored}:
            return Text.from_json(stored)
        case {"texts": stored, "separator": separator}:
            return TextList(tuple(map(Text.from_json, stored)), _restored(separator))
        case _:
            return value


def joined(texts: Sequence[Text], separator: str | Text = "; ") -> TextList:
    return TextList(tuple(texts), separator)


def _weighted_tag(part: str) -> tuple[float, str]:
    tag, _, quality = part.strip().partition(";")
    try:
        weight = float(quality.strip().lower().removeprefix("q=")) if quality else 1.0
    except ValueError:
        weight = 0.0
    return weight, tag.strip()
