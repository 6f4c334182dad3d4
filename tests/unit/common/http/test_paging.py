import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.exceptions import QueryError
from pynamodb.pagination import ResultIterator

from chalicelib.common import texts
from chalicelib.common.http import errors, paging, requests
from chalicelib.common.http.paging import MAX_REACH, ListQuery

KEYS = st.dictionaries(st.text(), st.text(), min_size=1)


class Results(ResultIterator[int]):
    """What a query found, and where it stopped; or how it failed."""

    def __init__(self, found: list[int], stopped_at: paging.Key | None = None, failure: str | None = None) -> None:
        self._found = iter(found)
        self._stopped_at, self._failure = stopped_at, failure

    def __iter__(self) -> "Results":
        return self

    def __next__(self) -> int:
        if self._failure:
            raise QueryError("no", ClientError({"Error": {"Code": self._failure, "Message": ""}}, "Query"))
        return next(self._found)

    @property
    def last_evaluated_key(self) -> paging.Key | None:
        return self._stopped_at


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@given(KEYS)
def test_a_cursor_leads_back_to_its_key(values: dict[str, str]) -> None:
    key = {name: {"S": value} for name, value in values.items()}
    assert paging.start_key(paging.cursor(key)) == key


@given(KEYS)
def test_a_cursor_fits_into_a_url(values: dict[str, str]) -> None:
    made = paging.cursor({name: {"S": value} for name, value in values.items()})
    assert made.isascii()
    assert set(made).isdisjoint("+/ &?#%")


def test_no_cursor_is_the_beginning() -> None:
    assert paging.start_key(None) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "äöü",
        "====",
        "a" * 2000,
        "%00",
        *map(encoded, [None, 5, "text", [], {}, {"pk": 5}, {"pk": {"S": "a"}}]),
    ],
)
def test_a_cursor_that_no_list_gave_is_refused(cursor: str) -> None:
    with pytest.raises(errors.BadRequest) as refusal:
        paging.start_key(cursor)
    assert refusal.value.code == "invalid_cursor"


@given(st.text())
def test_any_text_is_a_key_or_refused(cursor: str) -> None:
    try:
        key = paging.start_key(cursor)
    except errors.BadRequest:
        return
    assert key


@pytest.mark.parametrize("cursor", ["[" * 1500, '{"a":' * 300, "[" * 1500 + "]" * 1500])
def test_a_deeply_nested_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(errors.BadRequest):
        paging.start_key(base64.urlsafe_b64encode(cursor.encode()).decode())


def test_a_page_knows_where_it_stopped() -> None:
    page = paging.read(Results([1, 2], {"pk": {"S": "a"}}))
    assert page.items == [1, 2]
    assert paging.start_key(page.next_cursor) == {"pk": {"S": "a"}}


def test_the_last_page_has_no_cursor() -> None:
    assert paging.read(Results([1])) == paging.Page([1], None)


def test_a_key_of_another_table_is_refused_as_a_cursor() -> None:
    with pytest.raises(errors.BadRequest) as refusal:
        paging.read(Results([], failure="ValidationException"))
    assert refusal.value.code == "invalid_cursor"


def test_any_other_failure_of_a_query_is_ours() -> None:
    with pytest.raises(QueryError):
        paging.read(Results([], failure="ProvisionedThroughputExceededException"))


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"limit": "1.5"}, {"skip": "1"}])
def test_a_page_has_one_to_a_hundred_items(query: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(query))):
        paging.CursorQuery.model_validate(query)
    assert paging.CursorQuery.model_validate({"limit": "100"}).limit == 100


def numbers(first: int, last: int) -> paging.RunQuery[int]:
    """A list of these numbers, as a query would read it: it stops where the limit is, even at its very end."""

    def run(limit: int, start: paging.Key | None) -> Results:
        begin = int(start["after"]["S"]) + 1 if start else first
        found = list(range(begin, last + 1))[:limit]
        return Results(found, {"after": {"S": str(found[-1])}} if len(found) == limit else None)

    return run


def asked(**query: Any) -> ListQuery:
    return ListQuery.model_validate({name: str(value) for name, value in query.items()})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (1, 100)),
        ({"limit": 7}, (1, 7)),
        ({"skip": 3}, (4, 103)),
        ({"skip": 3, "limit": 7}, (4, 10)),
        ({"size": 7}, (1, 7)),
        ({"page": 1, "size": 7}, (1, 7)),
        ({"page": 3, "size": 7}, (15, 21)),
        ({"page": 18, "size": 7}, (120, 120)),
        ({"skip": 119, "limit": 100}, (120, 120)),
    ],
)
def test_a_list_is_asked_for_in_three_ways(query: dict[str, int], expected: tuple[int, int]) -> None:
    page = paging.read_list(asked(**query), numbers(1, 120))
    assert (page.items[0], page.items[-1]) == expected
    assert len(page.items) == expected[1] - expected[0] + 1


@pytest.mark.parametrize("query", [{"page": 19, "size": 7}, {"skip": 120}, {"skip": 1500}])
def test_beyond_the_end_there_is_nothing(query: dict[str, int]) -> None:
    assert paging.read_list(asked(**query), numbers(1, 120)) == paging.Page([], None)


@pytest.mark.parametrize("query", [{}, {"limit": 7}, {"skip": 3, "limit": 7}, {"size": 7}, {"page": 3, "size": 7}])
def test_the_next_page_begins_where_this_one_ended(query: dict[str, int]) -> None:
    page = paging.read_list(asked(**query), numbers(1, 1000))
    assert page.next_cursor
    following = paging.read_list(asked(cursor=page.next_cursor), numbers(1, 1000))
    assert following.items[0] == page.items[-1] + 1


@pytest.mark.parametrize(
    "query",
    [
        {"page": 1, "size": 5, "limit": 5},
        {"size": 5, "skip": 0},
        {"size": 5, "cursor": "x"},
        {"page": 2, "skip": 5},
        {"skip": 0, "cursor": "x"},
        {"page": 1, "limit": 5},
    ],
)
def test_a_list_is_asked_for_in_one_way_at_a_time(query: dict[str, Any]) -> None:
    with pytest.raises(errors.BadRequest) as refusal:
        asked(**query)
    assert refusal.value.code == "mixed_paging"


def test_a_page_needs_its_size() -> None:
    with pytest.raises(errors.BadRequest) as refusal:
        asked(page=1)
    body = errors.body(refusal.value, language=texts.ENGLISH, request_id="")
    assert body["errors"] == ["'size' is a required property"]


@pytest.mark.parametrize(
    "query", [{"page": 0, "size": 1}, {"size": 0}, {"size": 101}, {"limit": 0}, {"limit": 101}, {"skip": -1}, {"x": 1}]
)
def test_what_is_asked_for_has_bounds(query: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(name for name in query)):
        asked(**query)


@pytest.mark.parametrize(
    "query", [{"skip": MAX_REACH - 100}, {"skip": MAX_REACH - 1, "limit": 1}, {"page": MAX_REACH // 50, "size": 50}]
)
def test_as_much_is_skipped_as_is_said(query: dict[str, int]) -> None:
    assert paging.read_list(asked(**query), numbers(1, MAX_REACH)).items[-1] == MAX_REACH


@pytest.mark.parametrize(
    "query",
    [
        {"skip": MAX_REACH - 99},
        {"skip": MAX_REACH, "limit": 1},
        {"page": MAX_REACH // 50 + 1, "size": 50},
        {"skip": 10**30},
    ],
)
def test_beyond_that_only_a_cursor_leads_on(query: dict[str, int]) -> None:
    with pytest.raises(errors.BadRequest) as refusal:
        asked(**query)
    assert (refusal.value.code, refusal.value.text.params["limit"]) == ("list_too_deep", MAX_REACH)


LISTS = {"a": numbers(1, 5), "none": numbers(1, 0), "b": numbers(11, 14), "c": numbers(21, 21)}
IN_ALL = [*range(1, 6), *range(11, 15), 21]


@pytest.mark.parametrize("limit", range(1, 12))
def test_several_lists_are_read_as_one(limit: int) -> None:
    found: list[int] = []
    cursor: dict[str, Any] = {}
    for _ in range(20):
        page = paging.read_lists(asked(limit=limit, **cursor), LISTS)
        assert len(page.items) <= limit
        found += page.items
        if page.next_cursor is None:
            break
        cursor = {"cursor": page.next_cursor}
    assert found == IN_ALL


@pytest.mark.parametrize("size", range(1, 12))
def test_several_lists_have_numbered_pages(size: int) -> None:
    found = [paging.read_lists(asked(page=page, size=size), LISTS).items for page in range(1, 12)]
    assert [number for page in found for number in page] == IN_ALL
    assert [len(page) for page in found if page][:-1] == [size] * ((len(IN_ALL) - 1) // size)


def test_no_lists_have_nothing_in_them() -> None:
    assert paging.read_lists(asked(), {}) == paging.Page([], None)


def test_a_cursor_into_a_list_that_one_may_not_read_is_refused() -> None:
    page = paging.read_lists(asked(limit=7), LISTS)
    assert page.next_cursor
    with pytest.raises(errors.BadRequest) as refusal:
        paging.read_lists(asked(cursor=page.next_cursor), {"a": LISTS["a"]})
    assert refusal.value.code == "invalid_cursor"


def request(**query: str) -> requests.Request:
    return requests.Request(
        id="", path="/list", headers={}, query=query, raw_body=b"", source_ip="", language=texts.ENGLISH
    )


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ({}, "limit=100&cursor=C"),
        ({"limit": "7", "cursor": "B"}, "limit=7&cursor=C"),
        ({"page": "2", "size": "7"}, "limit=7&cursor=C"),
        ({"skip": "2", "limit": "7", "tag": "low"}, "tag=low&limit=7&cursor=C"),
    ],
)
def test_the_next_page_is_asked_for_by_cursor(query: dict[str, str], link: str) -> None:
    asked_for = ListQuery.model_validate({name: value for name, value in query.items() if name != "tag"})
    headers = paging.link_to_next(request(**query), asked_for, "C")
    assert headers == {"Link": f'</list?{link}>; rel="next"', "X-Next-Cursor": "C"}


def test_the_last_page_links_to_none() -> None:
    assert paging.link_to_next(request(), ListQuery(), None) == {}


def test_a_cursor_is_quoted_in_the_link_alone() -> None:
    headers = paging.link_to_next(request(limit="2", cursor="old"), ListQuery(limit=2, cursor="old"), "a=b")
    assert headers == {"Link": '</list?limit=2&cursor=a%3Db>; rel="next"', "X-Next-Cursor": "a=b"}


# --- Lists that are computed as a whole ------------------------------------------------------------------------------


def rank_of(item: tuple[float, int]) -> paging.Rank:
    return -item[0], item[1]


RANKED = st.sets(st.tuples(st.floats(0, 300), st.integers(1, 2**53)), max_size=12).map(
    lambda items: sorted(items, key=rank_of)
)


@given(RANKED, RANKED, st.integers(1, 5))
def test_pages_of_a_ranked_list_have_what_stays_just_once(
    before: list[tuple[float, int]], after: list[tuple[float, int]], limit: int
) -> None:
    """Whatever else comes and goes after the first page."""
    first = paging.read_ranked(ListQuery(limit=limit), before, rank_of)
    seen, cursor = [*first.items], first.next_cursor
    stays = before[::2]
    changed = sorted({*stays, *after}, key=rank_of)
    while cursor:
        page = paging.read_ranked(ListQuery(limit=limit, cursor=cursor), changed, rank_of)
        seen, cursor = [*seen, *page.items], page.next_cursor
    assert len(seen) == len(set(seen))
    if first.next_cursor:
        assert set(stays) <= set(seen) <= {*changed, *first.items}


@pytest.mark.parametrize("text", ["", "5", "{}x", '["a"]', "[[1]]", "[NaN]", "[Infinity]", f"[{'9' * 400}]", "null"])
def test_a_rank_that_is_none_of_ours_is_refused(text: str) -> None:
    cursor = paging.cursor({"rank": {"S": text}})
    with pytest.raises(errors.BadRequest) as refused:
        paging.read_ranked(ListQuery(cursor=cursor), [(1.0, 1)], rank_of)
    assert refused.value.code == "invalid_cursor"
