"""Which of a problem's statements somebody reads: by the languages they ask for. Pure."""

import re
from collections.abc import Mapping, Sequence

from chalicelib.common import texts

TAG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$"
"""A language as BCP 47 writes it, such as `ru` or `pt-BR`."""

_OF_POLYGON: Mapping[str, str] = {
    "afrikaans": "af", "albanian": "sq", "arabic": "ar", "armenian": "hy", "azerbaijani": "az", "belarusian": "be",
    "bengali": "bn", "bulgarian": "bg", "chinese": "zh", "croatian": "hr", "czech": "cs", "danish": "da",
    "dutch": "nl", "english": "en", "estonian": "et", "finnish": "fi", "french": "fr", "georgian": "ka",
    "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id",
    "italian": "it", "japanese": "ja", "kazakh": "kk", "korean": "ko", "kyrgyz": "ky", "latvian": "lv",
    "lithuanian": "lt", "macedonian": "mk", "malay": "ms", "mongolian": "mn", "norwegian": "no", "persian": "fa",
    "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru", "serbian": "sr", "slovak": "sk",
    "slovene": "sl", "slovenian": "sl", "spanish": "es", "swedish": "sv", "tajik": "tg", "tatar": "tt", "thai": "th",
    "turkish": "tr", "turkmen": "tk", "ukrainian": "uk", "uzbek": "uz", "vietnamese": "vi",
}  # fmt: skip


def tag(language: str) -> str:
    """A language's tag, however its letters are written."""
    first, *others = language.strip().split("-")
    return "-".join([first.lower(), *(each.upper() if len(each) == 2 else each.title() for each in others)])  # noqa: PLR2004


def tag_of_polygon(name: str) -> str | None:
    """Polygon's languages have names of English; None for one that we do not know."""
    known = _OF_POLYGON.get(name.strip().lower())
    if known is None and re.fullmatch(TAG, name):
        return tag(name)
    return known


def asked_for(accept_language: str, language: str | None = None) -> list[str]:
    """The languages that somebody reads, the best first: `language`, then Accept-Language's (RFC 9110, 12.5.4)."""
    named = [tag(name) for name in texts.accepted_tags(accept_language) if re.fullmatch(TAG, name)]
    return [*([tag(language)] if language else []), *named]


def best(asked: Sequence[str], there: Sequence[str], otherwise: str) -> str:
    """The statement for somebody: in a language they ask for, first as it stands, then in any of its kinds."""
    for language in asked:
        if language in there:
            return language
        of_kind = [each for each in there if each.partition("-")[0] == language.partition("-")[0]]
        if of_kind:
            return otherwise if otherwise in of_kind else of_kind[0]
    return otherwise
