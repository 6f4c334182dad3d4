"""Cutting a submission's tests into jobs that fit one synchronous invocation of the judge. Pure."""

from collections.abc import Iterator, Sequence

from chalicelib.judge.contract import TestInput

MAX_INPUT_BYTES = 3 * 1024 * 1024
"""Of inputs in one job, before base64 makes a third more of them: Lambda takes 6 MB."""
MAX_TOTAL_MS = 60_000
"""Of time limits in one job, so that the judge function's own timeout is never what ends it."""


def cut(tests: Sequence[TestInput]) -> Iterator[tuple[TestInput, ...]]:
    """Consecutive tests, as many as fit; a test that fits nowhere else has a job of its own."""
    batch: list[TestInput] = []
    size = total_ms = 0
    for test in tests:
        test_size = len(test.input or b"")
        if batch and (size + test_size > MAX_INPUT_BYTES or total_ms + test.time_limit_ms > MAX_TOTAL_MS):
            yield tuple(batch)
            batch, size, total_ms = [], 0, 0
        batch.append(test)
        size, total_ms = size + test_size, total_ms + test.time_limit_ms
    if batch:
        yield tuple(batch)
