from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge import batches
from chalicelib.judge.batches import MAX_INPUT_BYTES, MAX_TOTAL_MS
from chalicelib.judge.contract import TestInput

# Bytes objects are shared, so that sizes near the limit cost nothing.
INPUTS = {size: bytes(size) for size in (0, 1, 1024, MAX_INPUT_BYTES // 2, MAX_INPUT_BYTES, MAX_INPUT_BYTES + 1)}
TESTS = st.lists(
    st.tuples(
        st.sampled_from(list(INPUTS)), st.sampled_from([1, 1000, MAX_TOTAL_MS // 2, MAX_TOTAL_MS, MAX_TOTAL_MS + 1])
    ),
    max_size=12,
).map(
    lambda drawn: [
        TestInput(id=str(number), input=INPUTS[size], time_limit_ms=time_ms)
        for number, (size, time_ms) in enumerate(drawn)
    ]
)


def weight(batch: tuple[TestInput, ...]) -> tuple[int, int]:
    return sum(len(test.input or b"") for test in batch), sum(test.time_limit_ms for test in batch)


def fits(batch: tuple[TestInput, ...]) -> bool:
    size, total_ms = weight(batch)
    return size <= MAX_INPUT_BYTES and total_ms <= MAX_TOTAL_MS


@given(TESTS)
def test_nothing_is_lost_and_the_order_is_kept(tests: list[TestInput]) -> None:
    assert [test.id for batch in batches.cut(tests) for test in batch] == [test.id for test in tests]


@given(TESTS)
def test_a_batch_fits_or_has_one_test(tests: list[TestInput]) -> None:
    for batch in batches.cut(tests):
        assert len(batch) == 1 or fits(batch)


@given(TESTS)
def test_a_batch_is_cut_only_where_it_must_be(tests: list[TestInput]) -> None:
    cut = list(batches.cut(tests))
    for batch, after in pairwise(cut):
        assert not fits((*batch, after[0]))


def test_no_tests_make_no_batch() -> None:
    assert list(batches.cut([])) == []


def test_an_input_elsewhere_weighs_nothing() -> None:
    tests = [TestInput(id=str(number), input_url="https://example.com", time_limit_ms=1) for number in range(50)]
    assert [len(batch) for batch in batches.cut(tests)] == [50]
