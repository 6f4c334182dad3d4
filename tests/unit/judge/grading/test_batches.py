from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge.grading import batches
from chalicelib.judge.grading.batches import (
    MAX_INPUT_BYTES,
    MAX_OUTPUT_BYTES,
    MAX_WALL_MS,
    PACE_MS,
    JobBudget,
)
from chalicelib.judge_protocol.contract import (
    INTERACTOR_WALL_MS,
    MAX_STDERR_BYTES,
    Compilation,
    File,
    Outcome,
    Remote,
    Report,
    Run,
    TestInput,
    wall_limit_ms,
)

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


def cut(
    tests: list[TestInput], budget: JobBudget | None = None, at_most: int | None = None
) -> list[tuple[TestInput, ...]]:
    """All batches, one after another, as a series asks for them."""
    found = []
    while batch := batches.take_batch(tests, budget or JobBudget(), at_most=at_most):
        found.append(batch)
        tests = tests[len(batch) :]
    return found


def fits(batch: tuple[TestInput, ...]) -> bool:
    return (
        sum(len(test.input or b"") for test in batch) <= MAX_INPUT_BYTES
        and sum(test.output_limit_bytes + MAX_STDERR_BYTES for test in batch) <= MAX_OUTPUT_BYTES
        and sum(wall_limit_ms(test.time_limit_ms) for test in batch) <= MAX_WALL_MS
    )


@given(TESTS)
def test_nothing_is_lost_and_the_order_is_kept(tests: list[TestInput]) -> None:
    assert [test.id for batch in cut(tests) for test in batch] == [test.id for test in tests]


@given(TESTS)
def test_a_batch_fits_or_has_one_test(tests: list[TestInput]) -> None:
    for batch in cut(tests):
        assert len(batch) == 1 or fits(batch)


@given(TESTS)
def test_a_batch_is_cut_only_where_it_must_be(tests: list[TestInput]) -> None:
    for batch, after in pairwise(cut(tests)):
        assert not fits((*batch, after[0]))


@given(TESTS, st.integers(min_value=1, max_value=4))
def test_a_batch_has_no_more_tests_than_it_may(tests: list[TestInput], at_most: int) -> None:
    found = cut(tests, at_most=at_most)
    assert all(len(batch) <= at_most for batch in found)
    assert sum(map(len, found)) == len(tests)


def test_no_tests_make_no_batch() -> None:
    assert batches.take_batch([], JobBudget()) == ()


def test_a_hundred_ordinary_tests_fit_the_answer_of_a_few_jobs() -> None:
    tests = [TestInput(id=str(number), input=b"1", time_limit_ms=100) for number in range(100)]
    assert [len(batch) for batch in cut(tests)] == [51, 49]


def test_the_judge_holds_few_inputs_and_files_from_elsewhere() -> None:
    url = "https://example.com"
    tests = [TestInput(id=str(number), input_url=url, time_limit_ms=1) for number in range(6)]
    assert [len(batch) for batch in cut(tests)] == [4, 2]
    with_files = [replace(test, fetched=(Remote(name="answer", url=url),)) for test in tests]
    assert [len(batch) for batch in cut(with_files)] == [2, 2, 2]
    assert [len(batch) for batch in cut([TestInput(id="1", fetched=(Remote(name="a", url=url),) * 5)])] == [1]


def test_files_weigh_like_inputs() -> None:
    half = File(name="answer", data=bytes(MAX_INPUT_BYTES // 2))
    tests = [TestInput(id=str(number), input=b"", files=(half,)) for number in range(4)]
    assert [len(batch) for batch in cut(tests)] == [2, 2]


@pytest.mark.parametrize(
    ("budget", "size"),
    [
        (JobBudget(), 30),
        (JobBudget(time_factor=2), 18),
        (JobBudget(time_factor=4), 10),
        (JobBudget(interactive=True), (MAX_WALL_MS - batches.INTERACTOR_COMPILE_MS) // (3000 + INTERACTOR_WALL_MS)),
        (JobBudget(usual_wall_ms=1000), 51),
    ],
)
def test_the_clock_is_that_of_the_language_and_of_who_is_run(budget: JobBudget, size: int) -> None:
    tests = [TestInput(id=str(number), input=b"", time_limit_ms=1000) for number in range(60)]
    assert len(batches.take_batch(tests, budget)) == size


def test_no_more_tests_are_made_than_are_needed() -> None:
    made: list[int] = []

    def tests() -> Iterator[TestInput]:
        for number in range(10_000):
            made.append(number)
            yield TestInput(id=str(number), input=b"", time_limit_ms=1000)

    assert len(batches.take_batch(tests(), JobBudget())) == 30
    assert len(made) == 31


def report(*wall_ms: float, compiled: float) -> Report:
    runs = tuple(Run(id=str(number), outcome=Outcome.OK, wall_ms=each) for number, each in enumerate(wall_ms))
    return Report(job_id="", compilation=Compilation(outcome=Outcome.OK, wall_ms=compiled), runs=runs)


@pytest.mark.parametrize(
    ("last", "is_first", "size"),
    [
        (report(500, compiled=350), True, 1),
        (report(PACE_MS, compiled=350), True, 1),
        (report(100, compiled=350), True, PACE_MS // 100),
        (report(50, 150, compiled=0), False, PACE_MS // 100),
        (report(1, compiled=350), True, PACE_MS),
        (report(500, compiled=350), False, None),  # nothing is kept there
        (report(500, compiled=20), False, 1),
        (report(0, compiled=350), True, None),
        (report(compiled=350), True, None),
    ],
)
def test_a_job_takes_as_many_tests_as_the_pace_allows(last: Report, *, is_first: bool, size: int | None) -> None:
    assert batches.next_batch_size(last, is_first=is_first) == size
