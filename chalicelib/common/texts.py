"""Translates texts into the caller's language. English stands where a text is raised; others are looked up here."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Language(StrEnum):
    EN = "en"
    RU = "ru"


_TAGS = frozenset(language.value for language in Language)


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people: a code, its English template, and the values of the template's `{placeholders}`."""

    code: str
    english: str
    params: Mapping[str, object] = field(default_factory=dict)

    def in_language(self, language: Language) -> str:
        """Returns the text in a language, or in English if there is no translation."""
        template = self.english if language is Language.EN else russian().get(self.code, self.english)
        return template.format_map({name: _param_text(value, language) for name, value in self.params.items()})


@dataclass(frozen=True, slots=True)
class TextList:
    """Several texts that fill one placeholder."""

    texts: tuple[Text, ...]

    def in_language(self, language: Language) -> str:
        return "; ".join(each.in_language(language) for each in self.texts)

    def __str__(self) -> str:
        return self.in_language(Language.EN)


def preferred(accept_language: str) -> Language:
    """Returns the best language for an Accept-Language header (RFC 9110, 12.5.4); English when none fits.

    Of two with the same weight it is the first.
    """
    parts = (_weighted_tag(part) for part in accept_language.split(","))
    for weight, tag in sorted(parts, key=lambda wanted: wanted[0], reverse=True):
        if weight > 0 and tag in _TAGS:
            return Language(tag)
    return Language.EN


@functools.cache
def russian() -> dict[str, str]:
    """Returns the Russian templates by code."""
    texts: dict[str, str] = json.loads(Path(__file__).with_name("texts_ru.json").read_text("utf-8"))
    return texts


def _param_text(value: object, language: Language) -> object:
    return value.in_language(language) if isinstance(value, TextList) else value


def _weighted_tag(part: str) -> tuple[float, str]:
    tag, _, quality = part.strip().partition(";")
    try:
        weight = float(quality.strip().lower().removeprefix("q=")) if quality else 1.0
    except ValueError:
        weight = 0.0
    return weight, tag.strip().lower().partition("-")[0]
