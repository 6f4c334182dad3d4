"""Cuts a submission's tests into jobs that fit one synchronous invocation of the judge. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.judge_protocol.contract import (
    COMPILE_CPU_MS,
    COMPILE_WAITING_MS,
    INTERACTOR_WALL_MS,
    MAX_CARRIED_OUTPUT_BYTES,
    MAX_STDERR_BYTES,
    Report,
    TestInput,
    wall_limit_ms,
)

MAX_INPUT_BYTES = 3 * 1024 * 1024
"""Of inputs and files in one job. Lambda takes 6 MB, and base64 makes a third more of what does not compress."""
MAX_OUTPUT_BYTES = 4 * 1024 * 1024
"""Of what the runs of one job may print: the answer has the same 6 MB."""
MAX_ADDRESSES = 4
"""Of inputs and files that the judge fetches for one job, of 32 MiB each: it holds them all."""
MAX_WALL_MS = 90_000
"""Of wall limits in one job: the judge function has 140 s, and compiling may take 40 of them."""
INTERACTOR_COMPILE_MS = COMPILE_CPU_MS + COMPILE_WAITING_MS
"""Which an interactor takes besides."""
COMPILE_MS = 100
"""What compiling again may take without being worth avoiding: a script's syntax check."""
PACE_MS = 400
"""On the clock, which a job of a submission should take: its author sees the progress after each."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a job costs at most."""

    input_bytes: int = 0
    output_bytes: int = 0
    wall_ms: float = 0
    addresses: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.input_bytes + other.input_bytes,
            self.output_bytes + other.output_bytes,
            self.wall_ms + other.wall_ms,
            self.addresses + other.addresses,
        )

    @property
    def fits(self) -> bool:
        return (
            self.input_bytes <= MAX_INPUT_BYTES
            and self.output_bytes <= MAX_OUTPUT_BYTES
            and self.wall_ms <= MAX_WALL_MS
            and self.addresses <= MAX_ADDRESSES
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobBudget:
    """How a job's tests are weighed. `time_factor` is the language's.

    `usual_wall_ms` is for programs that may be trusted to end soon, whatever their limit; if they do not, the job is
    tried again in parts.
    """

    time_factor: float = 1.0
    interactive: bool = False
    usual_wall_ms: int | None = None

    @property
    def empty(self) -> Cost:
        return Cost(wall_ms=INTERACTOR_COMPILE_MS if self.interactive else 0)

    def weigh(self, test: TestInput) -> Cost:
        carried = test.output_limit_bytes if test.output_url is None else MAX_CARRIED_OUTPUT_BYTES
        output_bytes = min(carried, test.output_limit_bytes) + MAX_STDERR_BYTES * (2 if self.interactive else 1)
        files = sum(len(file.data) for file in test.files)
        addresses = (test.input_url is not None) + len(test.fetched or ())
        return Cost(len(test.input or b"") + files, output_bytes, self._wall_ms(test), addresses)

    def _wall_ms(self, test: TestInput) -> float:
        if self.usual_wall_ms is not None:
            return self.usual_wall_ms
        limit = wall_limit_ms(round(test.time_limit_ms * self.time_factor))
        return limit + INTERACTOR_WALL_MS if self.interactive else limit


def take_batch(tests: Iterable[TestInput], budget: JobBudget, *, at_most: int | None = None) -> tuple[TestInput, ...]:
    """The first tests, as many as fit one job; the very first always does. Reads no test beyond the first too many."""
    batch: list[TestInput] = []
    weight = budget.empty
    for test in tests:
        weight += budget.weigh(test)
        if batch and not weight.fits:
            break
        batch.append(test)
        if len(batch) == at_most:
            break
    return tuple(batch)


def next_batch_size(last: Report, *, is_first: bool) -> int | None:
    """How many tests the next job has at most, by the pace of the last; None for as many as fit.

    A judge that compiled for a job that was not the first has kept nothing: if that takes long, small jobs would cost
    too much.
    """
    ran_ms = sum(run.wall_ms for run in last.runs)
    compiles_anew = not is_first and last.compilation.wall_ms > COMPILE_MS
    if compiles_anew or not ran_ms:
        return None
    return max(1, int(PACE_MS * len(last.runs) / ran_ms))
