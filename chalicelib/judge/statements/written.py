"""A statement as its author writes it, and as everybody reads it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.common.texts import Text
from chalicelib.judge.statements import dialect
from chalicelib.judge.statements.converted import Pictures


class Form(StrEnum):
    MARKDOWN = "markdown"
    TEX = "tex"
    HTML = "html"


MAX_BYTES = 128 * 1024
"""Of a statement in one language, both as it was written and as Markdown."""
MAX_LANGUAGES = 12
MAX_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """`text` is Markdown; `notes` say what of the source is not in it. Files are named as the problem names them."""

    language: str
    title: str
    form: Form
    source: str
    text: str
    notes: tuple[Text, ...] = ()

    @property
    def is_too_large(self) -> bool:
        return max(len(self.source.encode()), len(self.text.encode())) > MAX_BYTES


def read(
    source: str, *, language: str, form: Form, title: str = "", fallback: str = "", picture: Pictures = str
) -> Written:
    """A statement; without a `title` it has the one that its source names, else the `fallback`."""
    # Each form is imported by who meets it.
    if form is Form.TEX:
        from chalicelib.judge.statements import tex  # noqa: PLC0415

        converted = tex.convert(source, language=language, picture=picture)
    elif form is Form.HTML:
        from chalicelib.judge.statements import web_pages  # noqa: PLC0415

        converted = web_pages.convert(source, picture=picture)
    else:
        converted = dialect.cleaned(source, picture)
    named = (title or converted.title or fallback)[:MAX_TITLE]
    return Written(language=language, title=named, form=form, source=source, text=converted.text, notes=converted.notes)


def languages(statements: Iterable[Written]) -> list[str]:
    return [each.language for each in statements]
