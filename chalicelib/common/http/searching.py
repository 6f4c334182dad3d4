"""Searches lists by words. DynamoDB has no search, so pages are looked through, a bounded number of them."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import Field

from chalicelib.common.http import paging, validation
from chalicelib.common.http.paging import CursorQuery, Page

MOST_PAGES = 10
"""Of a hundred items, that one request looks through."""

ItemT = TypeVar("ItemT")
MAX_TAGS, MAX_TAG = 10, 32
TagName = Annotated[str, Field(max_length=MAX_TAG), validation.NOT_BLANK]
Tags = Annotated[list[TagName], Field(max_length=MAX_TAGS, description="Words by which it is found, beside its name")]
Tag = Annotated[
    str | None,
    Field(max_length=MAX_TAG, description="Only what has this tag; a page may then be short"),
]
Words = Annotated[
    str | None,
    Field(
        max_length=100,
        description="Only what has all these words in its name, description or tags; a page may then be short",
    ),
]


class SearchQuery(paging.CursorListQuery):
    q: Words = None
    tag: Tag = None

    @property
    def sought(self) -> "Sought":
        return Sought.of(self.q, self.tag)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for. Case does not matter, nor whether ё is written as е."""

    words: tuple[str, ...]
    tag: str | None = None

    @classmethod
    def of(cls, text: str | None, tag: str | None = None) -> "Sought":
        return cls(tuple(_plain(text or "").split()), None if tag is None else _plain(tag).strip())

    def is_in(self, *texts: str | None, tags: Sequence[str] = ()) -> bool:
        if self.tag is not None and self.tag not in {_plain(each).strip() for each in tags}:
            return False
        whole = _plain(" ".join(filter(None, (*texts, *tags))))
        return all(word in whole for word in self.words)

    @property
    def is_all(self) -> bool:
        """Whether nothing is searched for."""
        return not self.words and self.tag is None


def seek(
    read_page: Callable[[CursorQuery], Page[ItemT]],
    query: CursorQuery,
    sought: Sought,
    texts_of: Callable[[ItemT], tuple[str | None, ...]],
    tags_of: Callable[[ItemT], Sequence[str]] = lambda item: (),
) -> Page[ItemT]:
    """Returns the next items that have the words and the tag; without either the page as it is."""
    if sought.is_all:
        return read_page(query)
    return look_through(read_page, query, lambda item: sought.is_in(*texts_of(item), tags=tags_of(item)))


def look_through(
    read_page: Callable[[CursorQuery], Page[ItemT]], query: CursorQuery, fits: Callable[[ItemT], bool]
) -> Page[ItemT]:
    """Returns the next items that fit, of so many as one request looks through: the page may be short, or empty.

    When a page has more than were asked for, it is read again up to the last of those: so its cursor is theirs.
    """
    found: list[ItemT] = []
    cursor = query.cursor
    for _ in range(MOST_PAGES):
        room = query.limit - len(found)
        page = read_page(CursorQuery(limit=paging.MAX_LIMIT, cursor=cursor))
        places = [at for at, item in enumerate(page.items) if fits(item)]
        if len(places) > room:
            page = read_page(CursorQuery(limit=places[room - 1] + 1, cursor=cursor))
        found += [item for item in page.items if fits(item)]
        cursor = page.next_cursor
        if cursor is None or len(found) >= query.limit:
            break
    return Page(found, cursor)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
