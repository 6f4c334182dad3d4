"""Lists of courses: all of some visibilities, newest first, page by page."""

from collections.abc import Sequence
from itertools import zip_longest

from chalicelib.common.http import paging
from chalicelib.courses.models import Course


def list_courses(visibilities: Sequence[str], query: paging.CursorQuery) -> paging.Page[Course]:
    """The courses of these visibilities, one after the other, newest first. The cursor says in which it stopped."""
    start = paging.start_key(query.cursor)
    remaining = _from(visibilities, start)
    found: list[Course] = []
    for visibility, then in zip_longest(remaining, remaining[1:]):
        page = _courses(visibility, query.limit - len(found), start)
        found += page.items
        if page.next_cursor:
            return paging.Page(found, page.next_cursor)
        if then and len(found) == query.limit:
            return paging.Page(found, cursor_before(then))
        start = None
    return paging.Page(found)


def cursor_before(visibility: str) -> str:
    """The cursor of the first page of these."""
    return paging.cursor({"visibility": {"S": visibility}})


def is_among_visibilities(cursor: str | None) -> bool:
    """Whether it is a cursor of `list_courses`."""
    return "visibility" in (paging.start_key(cursor) or {})


def _courses(visibility: str, limit: int, start: paging.Key | None) -> paging.Page[Course]:
    after = start if start and len(start) > 1 else None
    found = Course.visibility_index.query(visibility, limit=limit, last_evaluated_key=after, scan_index_forward=False)
    return paging.read(found)


def _from(visibilities: Sequence[str], start: paging.Key | None) -> Sequence[str]:
    """Those that are still to be listed; a cursor into one that the caller may not see is none of ours."""
    if start is None:
        return visibilities
    current = start.get("visibility", {}).get("S")
    if current not in visibilities:
        raise paging.invalid_cursor()
    return visibilities[visibilities.index(current) :]
