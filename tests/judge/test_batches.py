from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge import batches
from chalicelib.judge.batches import MAX_INPUT_BYTES, MAX_OUTPUT_BYTES, MAX_WALL_MS
from chalicelib.judge.contract import MAX_STDERR_BYTES, TestInput, wall_limit_ms

# Bytes objects are shared, so that sizes near the limit cost nothing.
INPUTS = {size: bytes(size) for size in (0, 1, 1024, MAX_INPUT_BYTES // 2, MAX_INPUT_BYTES, MAX_INPUT_BYTES + 1)}
OUTPUTS = [
    1,
    64 * 1024,
    MAX_OUTPUT_BYTES // 2 - MAX_STDERR_BYTES,
    MAX_OUTPUT_BYTES - MAX_STDERR_BYTES,
    MAX_OUTPUT_BYTES,
]
TIMES = [1, 1000, (MAX_WALL_MS // 2 - 1000) // 2, (MAX_WALL_MS - 1000) // 2, MAX_WALL_MS]
TESTS = st.lists(
    st.tuples(st.sampled_from(list(INPUTS)), st.sampled_from(OUTPUTS), st.sampled_from(TIMES)),
    max_size=12,
).map(
    lambda drawn: [
        TestInput(id=str(number), input=INPUTS[size], output_limit_bytes=output, time_limit_ms=time_ms)
        for number, (size, output, time_ms) in enumerate(drawn)
    ]
)


def fits(batch: tuple[TestInput, ...]) -> bool:
    return (
        sum(len(test.input or b"") for test in batch) <= MAX_INPUT_BYTES
        and sum(test.output_limit_bytes + MAX_STDERR_BYTES for test in batch) <= MAX_OUTPUT_BYTES
        and sum(wall_limit_ms(test.time_limit_ms) for test in batch) <= MAX_WALL_MS
    )


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


def test_a_hundred_ordinary_tests_fit_the_answer_of_a_few_jobs() -> None:
    tests = [TestInput(id=str(number), input=b"1", time_limit_ms=100) for number in range(100)]
    assert [len(batch) for batch in batches.cut(tests)] == [51, 49]
