"""Searches lists by words. DynamoDB has no search, so pages are looked through, a bounded number of them."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import Field

from chalicelib.common.http import paging
from chalicelib.common.http.paging import CursorQuery, Page

MOST_PAGES = 10
"""Of a hundred items, that one request looks through."""

ItemT = TypeVar("ItemT")
Words = Annotated[
    str | None,
    Field(
        max_length=100,
        description="Only what has all these words in its name or description; a page may then be short",
    ),
]


class SearchQuery(paging.CursorListQuery):
    q: Words = None


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for. Case does not matter, nor whether ё is written as е."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str | None) -> "Sought":
        return cls(tuple(_plain(text or "").split()))

    def is_in(self, *texts: str | None) -> bool:
        whole = _plain(" ".join(filter(None, texts)))
        return all(word in whole for word in self.words)


def seek(
    read_page: Callable[[CursorQuery], Page[ItemT]],
    query: CursorQuery,
    sought: Sought,
    texts_of: Callable[[ItemT], tuple[str | None, ...]],
) -> Page[ItemT]:
    """Returns the next items that have the words; without words the page as it is.

    When a page has more than were asked for, it is read again up to the last of those: so its cursor is theirs.
    """
    if not sought.words:
        return read_page(query)
    found: list[ItemT] = []
    cursor = query.cursor
    for _ in range(MOST_PAGES):
        room = query.limit - len(found)
        page = read_page(CursorQuery(limit=paging.MAX_LIMIT, cursor=cursor))
        places = [at for at, item in enumerate(page.items) if sought.is_in(*texts_of(item))]
        if len(places) > room:
            page = read_page(CursorQuery(limit=places[room - 1] + 1, cursor=cursor))
        found += [item for item in page.items if sought.is_in(*texts_of(item))]
        cursor = page.next_cursor
        if cursor is None or len(found) >= query.limit:
            break
    return Page(found, cursor)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
