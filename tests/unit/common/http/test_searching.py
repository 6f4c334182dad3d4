"""Looking through a list for what fits: how much one request reads, and where the next goes on."""

import pytest

from chalicelib.common.http import paging, searching
from chalicelib.common.http.paging import CursorQuery, Page

ITEMS = 2000
READ = paging.MAX_LIMIT * searching.MOST_PAGES
"""What one request looks through."""


class Numbers:
    """A list of 0, 1, 2, …, whose cursor is the number that comes next."""

    def __init__(self) -> None:
        self.reads = 0

    def page(self, query: CursorQuery) -> Page[int]:
        self.reads += 1
        start = int(query.cursor or 0)
        end = min(start + query.limit, ITEMS)
        return Page(range(start, end), str(end) if end < ITEMS else None)


@pytest.mark.parametrize("fitting", [(3, 5, 90), (150, 250, 251), (READ - 1,), (READ,), ()])
def test_all_that_fits_is_found_once_and_in_order(fitting: tuple[int, ...]) -> None:
    for limit in (1, 2, 100):
        numbers, found, cursor = Numbers(), list[int](), None
        while True:
            page = searching.look_through(numbers.page, CursorQuery(limit=limit, cursor=cursor), fitting.__contains__)
            assert len(page.items) <= limit
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == list(fitting)


def test_one_request_reads_so_many_pages_and_no_more() -> None:
    numbers = Numbers()
    page = searching.look_through(numbers.page, CursorQuery(limit=10, cursor=None), {READ}.__contains__)
    assert (list(page.items), page.next_cursor, numbers.reads) == ([], str(READ), searching.MOST_PAGES)
