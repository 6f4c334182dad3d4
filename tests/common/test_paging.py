import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.exceptions import QueryError
from pynamodb.pagination import ResultIterator

from chalicelib.common import errors, paging

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
        paging.PageQuery.model_validate(query)
    assert paging.PageQuery.model_validate({"limit": "100"}).limit == 100
