"""The languages of Polygon's statements. Pure."""

import re
from collections.abc import Mapping

from chalicelib.common.spoken_names import TAG, tag

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


def tag_of_polygon(name: str) -> str | None:
    """Polygon's languages have names of English; None for one that we do not know."""
    known = _OF_POLYGON.get(name.strip().lower())
    if known is None and re.fullmatch(TAG, name):
        return tag(name)
    return known
