"""Reads lists page by page: from `limit` and an opaque `cursor` to the items and the next cursor.

A list that takes a `ListQuery` also understands the ways of the five systems, `skip` and `limit` or `page` and `size`::

    @routes.get("/main/news", access=…, paged=True)
    def list_news(query: paging.ListQuery) -> paging.PageAnswer[NewsList]:
        page = models.list_news(query)
        return page.answer(NewsList.of(page.items))

    def list_news(query: paging.ListQuery) -> paging.Page[News]:
        return paging.read_list(query, lambda limit, start: News.query("NEWS", limit=limit, last_evaluated_key=start))
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from math import isfinite
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlencode

from pydantic import Field, model_validator
from pynamodb.exceptions import QueryError
from pynamodb.pagination import ResultIterator

from chalicelib.common import ids
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, requests, responses, validation
from chalicelib.common.http.errors import In, Place

QUERY = Place(In.QUERY)

MAX_LIMIT = 100
DEFAULT_LIMIT = 50
MAX_REACH = 2000
"""Items that `skip` and `page` may lead past: they are all read. A cursor leads anywhere at the cost of one page."""

ItemT = TypeVar("ItemT")
BodyT = TypeVar("BodyT", bound=responses.View)
Key = dict[str, dict[str, Any]]
"""A DynamoDB key as it goes over the wire: {"pk": {"S": "…"}, …}."""


class CursorQuery(requests.Query):
    """A query of a list that has only cursors: `read_by_cursor` translates the other ways."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many items at most")
    cursor: str | None = Field(None, max_length=2048, description="From `X-Next-Cursor` of the page before")


class ListQuery(requests.Query):
    """The three ways to ask for a page of a list; with none of them it is the first hundred items."""

    limit: int | None = Field(None, ge=1, le=MAX_LIMIT, description="How many items at most")
    cursor: str | None = Field(None, max_length=2048, description="From `X-Next-Cursor` of the page before")
    skip: int | None = Field(None, ge=0, description="How many items to pass over; not with `cursor`")
    page: int | None = Field(None, ge=1, description="Which page of `size` items, from 1")
    size: int | None = Field(None, ge=1, le=MAX_LIMIT, description="Items of a page, in place of `limit`")

    @property
    def count(self) -> int:
        """How many items at most."""
        return self.size or self.limit or MAX_LIMIT

    @property
    def skipped(self) -> int:
        """Returns how many items to skip."""
        return self.skip or ((self.page or 1) - 1) * self.count

    @model_validator(mode="after")
    def _asks_in_one_way(self) -> Self:
        by_page = self.page is not None or self.size is not None
        if (by_page and (self.skip, self.limit, self.cursor) != (None,) * 3) or (self.cursor and self.skip is not None):
            raise errors.BadRequest(
                "mixed_paging", "Ask with limit and cursor, with skip and limit, or with page and size", where=QUERY
            )
        if self.page is not None and self.size is None:
            size = Place(In.QUERY, "size")
            raise errors.BadRequest(
                "page_without_size", "A page needs its size", violations=[validation.required(size)]
            )
        if self.skipped + self.count > MAX_REACH:
            raise errors.BadRequest(
                "list_too_deep",
                "Beyond {limit} items only a cursor leads on: see X-Next-Cursor",
                limit=MAX_REACH,
                where=QUERY,
            )
        return self


class CursorListQuery(ListQuery):
    """The same three ways for a list that has only cursors; with none of them it is the first fifty items."""

    @property
    def count(self) -> int:
        return self.size or self.limit or DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class PageAnswer(Generic[BodyT]):
    """The answer of a paged route's view; the route adds the headers that lead to `next_cursor`."""

    body: BodyT
    next_cursor: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """A page of a list. `next_cursor` is None on the last one."""

    items: Sequence[ItemT]
    next_cursor: str | None = None

    def answer(self, body: BodyT) -> PageAnswer[BodyT]:
        """Returns the answer that shows this page as `body`."""
        return PageAnswer(body, self.next_cursor)


def read(results: ResultIterator[ItemT]) -> Page[ItemT]:
    """Reads one page from a query that was given `limit` and `last_evaluated_key=start_key(cursor)`."""
    try:
        items = list(results)
    except QueryError as error:
        if transactions.cause_of(error) == "ValidationException":
            raise invalid_cursor() from error
        raise
    last_key = results.last_evaluated_key
    return Page(items, cursor(last_key) if last_key else None)


def read_by_cursor(query: ListQuery, read_page: Callable[[CursorQuery], Page[ItemT]]) -> Page[ItemT]:
    """Returns the requested page; the items before it are read as well, at most a hundred at a time."""
    cursor, left = query.cursor, query.skipped
    while left:
        passed = read_page(CursorQuery(limit=min(left, MAX_LIMIT), cursor=cursor))
        if passed.next_cursor is None:
            return Page([])
        cursor, left = passed.next_cursor, left - len(passed.items)
    return read_page(CursorQuery(limit=query.count, cursor=cursor))


RunQuery = Callable[[int, Key | None], ResultIterator[ItemT]]
"""Begins a query for so many items, after a key."""


def read_list(query: ListQuery, run: RunQuery[ItemT]) -> Page[ItemT]:
    """Returns the requested page of a list. Costs one request to the database, unless many items are skipped."""
    return _without_skipped(query, read(run(query.skipped + query.count, start_key(query.cursor))))


ReadPage = Callable[[int, Key | None], Page[ItemT]]
"""Reads so many items, after the key that the cursor of the page before holds."""


def source(run: RunQuery[ItemT]) -> ReadPage[ItemT]:
    """Returns what reads the pages of a query."""
    return lambda limit, start: read(run(limit, start))


def read_lists(query: ListQuery, lists: Mapping[str, RunQuery[ItemT]]) -> Page[ItemT]:
    """Returns a page of several named lists, read in turn as if they were one."""
    return read_sources(query, {name: source(run) for name, run in lists.items()})


def read_sources(query: ListQuery, sources: Mapping[str, ReadPage[ItemT]]) -> Page[ItemT]:
    """Returns a page of several named sources, read in turn as if they were one list.

    The cursor says in which it stopped. A page of a source may be shorter than asked for and still not be its last.
    """
    start = start_key(query.cursor)
    remaining = _remaining_lists(list(sources), start)
    after = {name: value for name, value in start.items() if name != _LIST} if start else None
    wanted = query.skipped + query.count
    found: list[ItemT] = []
    for name, then in zip_longest(remaining, remaining[1:]):
        page = sources[name](wanted - len(found), after or None)
        found += page.items
        if page.next_cursor:
            stopped = {_LIST: {"S": name}, **(start_key(page.next_cursor) or {})}
            return _without_skipped(query, Page(found, cursor(stopped)))
        if then and len(found) == wanted:
            return _without_skipped(query, Page(found, cursor({_LIST: {"S": then}})))
        after = None
    return _without_skipped(query, Page(found))


Rank = tuple[float, ...]
"""What a computed list is ordered by; no two of its items have the same."""


def read_ranked(query: ListQuery, ordered: Sequence[ItemT], rank: Callable[[ItemT], Rank]) -> Page[ItemT]:
    """Returns the requested page of a list that is computed as a whole, in the order of its items' ranks.

    Its cursor is a rank, not a number of items: what comes, goes or changes between two pages makes none of the others
    appear twice or never.
    """
    after = _rank_after(start_key(query.cursor))
    rest = [each for each in ordered if after is None or rank(each) > after][query.skipped :]
    page = rest[: query.count]
    return Page(page, _cursor_of_rank(rank(page[-1])) if len(page) < len(rest) else None)


def _cursor_of_rank(rank: Rank) -> str:
    return cursor({"rank": {"S": json.dumps(rank)}})


def _rank_after(start: Key | None) -> Rank | None:
    if start is None:
        return None
    try:
        rank = tuple(float(number) for number in json.loads(start.get("rank", {}).get("S", "")))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise invalid_cursor() from error
    if not all(isfinite(number) for number in rank):
        raise invalid_cursor()
    return rank


def link_to_next(request: requests.Request, query: ListQuery, cursor: str | None) -> dict[str, str]:
    """Returns the headers that lead to the next page by cursor, in whichever way this one was requested; none
    on the last.
    """
    if cursor is None:
        return {}
    kept = {name: value for name, value in request.query.items() if name not in ListQuery.model_fields}
    by_cursor = urlencode({**kept, "limit": str(query.count), "cursor": cursor})
    return {"Link": f'<{request.path}?{by_cursor}>; rel="next"', "X-Next-Cursor": cursor}


def start_key(text: str | None) -> Key | None:
    """Returns the key after which to continue; 400 when the cursor is not one of ours."""
    if text is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise invalid_cursor() from error
    if not _is_key(key):
        raise invalid_cursor()
    return {name: {"S": value} for name, value in key.items()}


def cursor(key: Key) -> str:
    """Returns the opaque form of a position in a list."""
    values = {name: value["S"] for name, value in key.items()}
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode("ascii")


def number_after(start: Key | None) -> int:
    """Returns the number after which a list of numbers continues, 0 from the first; 400 for a cursor of another."""
    if start is None:
        return 0
    after = start.get("after", {}).get("S", "")
    if not ids.is_id(after):
        raise invalid_cursor()
    return int(after)


def cursor_of_number(number: int) -> str:
    """Returns the cursor of what comes after a number."""
    return cursor({"after": {"S": str(number)}})


_LIST = "list"


def _remaining_lists(names: Sequence[str], start: Key | None) -> Sequence[str]:
    """Returns the lists that are still to be read; 400 for a cursor into a list that this caller cannot read."""
    if start is None:
        return names
    current = start.get(_LIST, {}).get("S")
    if current not in names:
        raise invalid_cursor()
    return names[names.index(current) :]


def _without_skipped(query: ListQuery, page: Page[ItemT]) -> Page[ItemT]:
    return Page(page.items[query.skipped :], page.next_cursor)


def _is_key(key: object) -> bool:
    return isinstance(key, dict) and bool(key) and all(isinstance(value, str) for value in key.values())


def invalid_cursor() -> errors.BadRequest:
    """Returns the 400 for a cursor that this list did not give."""
    return errors.BadRequest(
        "invalid_cursor", "The cursor is not one that this list gave", where=Place(In.QUERY, "cursor")
    )
