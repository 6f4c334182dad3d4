"""What a conversion of a statement gives, from whatever form. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.common.texts import Text

Pictures = Callable[[str], str | None]
"""The file that a statement's author calls so, if there is one that a browser shows."""


@dataclass(frozen=True, slots=True)
class Converted:
    """`notes` say what was left out or could not be understood. `title` is what the statement calls its problem."""

    text: str
    title: str | None = None
    notes: tuple[Text, ...] = ()
