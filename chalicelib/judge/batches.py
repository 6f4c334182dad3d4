"""Cutting a submission's tests into jobs that fit one synchronous invocation of the judge. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.judge.contract import MAX_STDERR_BYTES, TestInput, wall_limit_ms

MAX_INPUT_BYTES = 3 * 1024 * 1024
"""Of inputs in one job. Lambda takes 6 MB, and base64 makes a third more of what does not compress."""
MAX_OUTPUT_BYTES = 4 * 1024 * 1024
"""Of what the runs of one job may print: the answer has the same 6 MB."""
MAX_WALL_MS = 90_000
"""Of wall limits in one job: the judge function has 120 s, and compiling may take 20 of them."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a job costs at most."""

    input_bytes: int = 0
    output_bytes: int = 0
    wall_ms: int = 0

    @classmethod
    def of(cls, test: TestInput) -> "Weight":
        output_bytes = test.output_limit_bytes + MAX_STDERR_BYTES
        return cls(len(test.input or b""), output_bytes, wall_limit_ms(test.time_limit_ms))

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(
            self.input_bytes + other.input_bytes,
            self.output_bytes + other.output_bytes,
            self.wall_ms + other.wall_ms,
        )

    @property
    def fits(self) -> bool:
        return (
            self.input_bytes <= MAX_INPUT_BYTES
            and self.output_bytes <= MAX_OUTPUT_BYTES
            and self.wall_ms <= MAX_WALL_MS
        )


def cut(tests: Sequence[TestInput]) -> Iterator[tuple[TestInput, ...]]:
    """Consecutive tests, as many as fit; a test that fits nowhere else has a job of its own."""
    batch: list[TestInput] = []
    weight = Weight()
    for test in tests:
        if batch and not (weight + Weight.of(test)).fits:
            yield tuple(batch)
            batch, weight = [], Weight()
        batch.append(test)
        weight += Weight.of(test)
    if batch:
        yield tuple(batch)
