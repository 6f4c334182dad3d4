"""If-Match: RFC 9110, 8.8.3 and 13.1.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common import ids, texts
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, etags, requests
from chalicelib.school.models import News, change_news, news_key
from tests.support.school import START, School, in_parallel


def sent(if_match: str | None) -> requests.Request:
    headers = {} if if_match is None else {"if-match": if_match}
    return requests.Request(
        id="", path="/", headers=headers, query={}, raw_body=b"", source_ip="", language=texts.ENGLISH
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("*", None),
        (" * ", None),
        ('"3"', {3}),
        ('"0"', {0}),
        ('"3", "5"', {3, 5}),
        ('"3","5" ,"5"', {3, 5}),
        ('"3", "another\'s"', {3}),
        ('W/"3"', set()),
        ('W/"3", "4"', {4}),
        ("3", set()),
        ('"3', set()),
        ('"03"', set()),
        ('"-1"', set()),
        ('"+3"', set()),
        ('"٣"', set()),
        ('""', set()),
        (f'"{ids.MAX_ID}"', {ids.MAX_ID}),
        (f'"{ids.MAX_ID + 1}"', set()),
        ('"' + "9" * 5000 + '"', set()),
        ('*, "3"', {3}),
    ],
)
def test_if_match_names_versions(header: str | None, expected: set[int] | None) -> None:
    assert etags.if_match(sent(header)) == (None if expected is None else frozenset(expected))


@given(st.integers(0, ids.MAX_ID))
def test_an_etag_comes_back_as_its_version(version: int) -> None:
    assert etags.if_match(sent(etags.header(version)["ETag"])) == frozenset({version})


@given(st.text())
def test_any_header_at_all_names_versions_or_none(header: str) -> None:
    assert etags.if_match(sent(header)) in {None, frozenset()} or '"' in header


def test_there_is_an_end_to_the_tags_of_one_request() -> None:
    tags = [f'"{version}"' for version in range(etags.MAX_TAGS + 1)]
    assert etags.if_match(sent(", ".join(tags[1:]))) == frozenset(range(1, etags.MAX_TAGS + 1))
    with pytest.raises(errors.BadRequest) as refusal:
        etags.if_match(sent(", ".join(tags)))
    assert refusal.value.code == "too_many_tags"


def news_of_version(version: int) -> None:
    News(*news_key(1), id=1, title="T", description="D", author_id=1, created_at=START, version=version).save()


MANY = frozenset(range(1, etags.MAX_TAGS + 1))


@pytest.mark.parametrize("seen", [None, frozenset({3}), frozenset({2, 3}), MANY])
def test_a_write_happens_while_what_was_seen_holds(school: School, seen: etags.IfMatch) -> None:
    news_of_version(3)
    assert change_news(1, {"title": "New"}, seen) == 4


@pytest.mark.parametrize("seen", [frozenset(), frozenset({2}), frozenset({0, 4}), MANY - {3}])
def test_a_write_is_refused_once_it_does_not(school: School, seen: etags.IfMatch) -> None:
    news_of_version(3)
    with pytest.raises(transactions.ConditionFailed):
        change_news(1, {"title": "New"}, seen)
    assert isinstance(etags.refusal(seen, gone=errors.NotFound("x", "x")), errors.PreconditionFailed)


@pytest.mark.parametrize("seen", [None, frozenset(), frozenset({0}), frozenset({1})])
def test_nothing_is_written_where_nothing_is(school: School, seen: etags.IfMatch) -> None:
    with pytest.raises(transactions.ConditionFailed):
        change_news(1, {"title": "New"}, seen)


def test_a_write_without_a_version_fails_only_when_the_item_is_gone() -> None:
    gone = errors.NotFound("x", "x")
    assert etags.refusal(None, gone=gone) is gone


def test_of_many_writers_of_one_version_one_succeeds(school: School) -> None:
    news_of_version(3)
    outcomes = in_parallel(8, lambda number: change_news(1, {"title": f"T{number}"}, frozenset({3})))
    assert sorted(map(str, map(type, outcomes))) == sorted([str(int), *[str(transactions.ConditionFailed)] * 7])


def test_without_a_version_every_write_happens_and_counts(school: School) -> None:
    news_of_version(3)
    outcomes = in_parallel(8, lambda number: change_news(1, {"title": f"T{number}"}, None))
    assert sorted(outcomes, key=str) == sorted(range(4, 12), key=str)


@pytest.mark.parametrize("seen", [None, frozenset({3}), frozenset({2, 3})])
def test_a_version_that_was_seen_is_let_pass(seen: etags.IfMatch) -> None:
    etags.require(3, seen)


@pytest.mark.parametrize("seen", [frozenset(), frozenset({2})])
def test_a_version_that_was_not_is_412(seen: etags.IfMatch) -> None:
    with pytest.raises(errors.PreconditionFailed) as refusal:
        etags.require(3, seen)
    assert (refusal.value.STATUS_CODE, refusal.value.code) == (412, "changed_since")
