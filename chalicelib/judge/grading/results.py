"""The results of a submission's tests, and how thousands of them are packed into a few small items. Pure."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.common.texts import EMPTY, Text
from chalicelib.judge_protocol.contract import Verdict

FIRST_PAGE = 100
"""Results that a submission itself holds; most have no others."""
PAGE = 1000
"""Results in each further item: some 20 KB when they are compressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first place where an output is not the answer, in a line that counts from 1.

    `expected` is None after the end of the answer, `got` at the end of the output.
    """

    line: int
    expected: str | None
    got: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One test's verdict. `number` counts from 1; `message` is empty for tests that are not shown.

    `share` is how much of the test's points was earned, 0 to 1. `notice` is for the author and kept with no test.
    PARTIAL is the verdict of a test that earned points of which there is no most: nobody knows whether it earned all.
    """

    __test__ = False  # whatever pytest makes of the name

    number: int
    verdict: Verdict
    time_ms: float = 0.0
    memory_kb: int = 0
    message: Text = EMPTY
    share: float = 0.0
    notice: Text = EMPTY

    @property
    def has_passed(self) -> bool:
        """Whether it failed nothing."""
        return self.verdict in (Verdict.OK, Verdict.PARTIAL)

    @property
    def difference(self) -> Difference | None:
        """The parts of a message that compares; None for any other."""
        match self.message.params:
            case {"line": int() as line, "expected": str() as expected, "got": str() as got}:
                return Difference(line=line, expected=expected, got=got)
            case {"line": int() as line, "expected": str() as expected}:
                return Difference(line=line, expected=expected, got=None)
            case {"line": int() as line, "got": str() as got}:
                return Difference(line=line, expected=None, got=got)
            case _:
                return None

    def to_json(self) -> list[Any]:
        """Without names, for there are thousands."""
        return [self.number, self.verdict.value, self.time_ms, self.memory_kb, self.message.to_json(), self.share]

    @classmethod
    def of_json(cls, stored: Sequence[Any]) -> "TestResult":
        number, verdict, time_ms, memory_kb, message, share = stored
        return cls(
            number=number,
            verdict=Verdict(verdict),
            time_ms=time_ms,
            memory_kb=memory_kb,
            message=Text.from_json(message),
            share=share,
        )


def pages(results: Sequence[TestResult]) -> Iterator[Sequence[TestResult]]:
    """The results after those that the submission itself holds, as they are kept: the first page is number 0."""
    for start in range(FIRST_PAGE, len(results), PAGE):
        yield results[start : start + PAGE]


def page_of(number: int) -> int | None:
    """The page that holds the result of a test; None when the submission itself does."""
    return None if number <= FIRST_PAGE else (number - FIRST_PAGE - 1) // PAGE


def pack(results: Sequence[TestResult]) -> bytes:
    return zlib.compress(json.dumps([result.to_json() for result in results], separators=(",", ":")).encode())


def unpack(packed: bytes) -> list[TestResult]:
    return [TestResult.of_json(stored) for stored in json.loads(zlib.decompress(packed))]
