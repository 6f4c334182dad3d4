import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common.texts import Text, untranslated
from chalicelib.judge.grading import checkers, results
from chalicelib.judge.grading.results import FIRST_PAGE, PAGE, Difference
from chalicelib.judge.grading.results import TestResult as Result
from chalicelib.judge_protocol.contract import Verdict

MESSAGES = st.builds(untranslated, st.text(max_size=20)) | st.builds(
    Text, st.just("not_a_number"), st.just("{got} is not a number"), st.fixed_dictionaries({"got": st.text()})
)
RESULTS = st.builds(
    Result,
    number=st.integers(min_value=1, max_value=10_000),
    verdict=st.sampled_from(Verdict),
    time_ms=st.floats(min_value=0, max_value=1e9),
    memory_kb=st.integers(min_value=0, max_value=2**53),
    message=MESSAGES,
    share=st.floats(min_value=0, max_value=1),
)


@given(st.lists(RESULTS, max_size=20))
def test_results_are_read_as_they_were_written(written: list[Result]) -> None:
    assert results.unpack(results.pack(written)) == written


@given(st.integers(min_value=0, max_value=FIRST_PAGE + 3 * PAGE))
def test_every_result_is_on_the_page_where_it_is_looked_for(total: int) -> None:
    told = [Result(number=number, verdict=Verdict.OK) for number in range(1, total + 1)]
    pages = list(results.pages(told))
    assert told[:FIRST_PAGE] + [result for page in pages for result in page] == told
    assert all(results.page_of(result.number) == index for index, page in enumerate(pages) for result in page)
    assert all(results.page_of(result.number) is None for result in told[:FIRST_PAGE])


def test_a_page_is_far_smaller_than_an_item_may_be() -> None:
    noise = random.Random(0)  # noqa: S311 - the same each time
    page = [
        Result(
            number=number,
            verdict=noise.choice(list(Verdict)),
            time_ms=noise.random() * 1e6,
            memory_kb=noise.randrange(2**30),
            share=noise.random(),
        )
        for number in range(PAGE)
    ]
    assert len(results.pack(page)) < 50_000


@pytest.mark.parametrize(
    ("expected", "actual", "difference"),
    [
        (b"1\n2", b"1\n3", Difference(line=2, expected="2", got="3")),
        (b"1\n2", b"1", Difference(line=2, expected="2", got=None)),
        (b"1", b"1\n2", Difference(line=2, expected=None, got="2")),
        (b"1", b"1", None),
    ],
)
def test_the_parts_of_a_comparison_are_data(expected: bytes, actual: bytes, difference: Difference | None) -> None:
    result = Result(number=1, verdict=Verdict.OK, message=checkers.tokens(expected, actual).message)
    assert result.difference == difference
    assert Result.of_json(result.to_json()).difference == difference


@pytest.mark.parametrize("compare", [checkers.exact, checkers.sorted_lines, checkers.linecount])
def test_a_message_without_a_place_has_no_difference(compare: checkers.Comparison) -> None:
    message = compare(b"1\n2", b"3\n4").message
    assert message
    assert Result(number=1, verdict=Verdict.WRONG_ANSWER, message=message).difference is None
