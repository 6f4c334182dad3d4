"""Passes of multi-pass problems: what a program reads next is what the author's validator wrote for it.

A validator that accepts an output and leaves `nextpass.in` in its feedback directory asks for another pass, whose input
that is. What else it leaves there it finds again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chalicelib.common.texts import Text
from chalicelib.judge.grading.validators import UNDECIDED, CheckResult, jury_failed
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import File, Run, TestInput, Verdict

FEEDBACK = "feedback/"
NEXT = f"{FEEDBACK}nextpass.in"
KEPT_BYTES = 512 * 1024
"""Of a feedback directory between two passes, the next input among it; more is refused."""

_TOO_MUCH = Text("feedback_too_large", "left {limit} bytes or more for the next pass", {"limit": KEPT_BYTES})
_REJECTED = Text("next_pass_of_rejected", "asked for another pass of an output that it did not accept")


@dataclass(frozen=True, slots=True)
class _Pass:
    number: int
    given: bytes
    kept: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Passes:
    """Which pass each test of one submission is in, by the tests' ids. `most` is 1 where there are none."""

    most: int = 1
    _of_tests: dict[str, _Pass] = field(default_factory=dict)

    @property
    def are_several(self) -> bool:
        return self.most > 1

    def prepared(self, test: TestInput) -> TestInput:
        """A test with the input of its pass."""
        now = self._of_tests.get(test.id)
        return test if now is None else replace(test, input=now.given, input_url=None)

    def case(self, test_id: str, case: TestCase) -> TestCase:
        """The same for the validator."""
        now = self._of_tests.get(test_id)
        return case if now is None else replace(case, input=now.given)

    def validated(self, test: TestInput) -> TestInput:
        """A validator's test, with what it left in the passes before, and all of what it leaves now."""
        if not self.are_several:
            return test
        now = self._of_tests.get(test.id)
        files = test.files if now is None else (*test.files, *now.kept)
        return replace(test, files=files, collect=(FEEDBACK,), output_limit_bytes=KEPT_BYTES)

    def taken(self, test_id: str, said: CheckResult | None, collected: Mapping[str, bytes]) -> CheckResult | None:
        """What is said of the test after this pass: `UNDECIDED` when there is another."""
        if not self.are_several or NEXT not in collected or said is None or said.verdict is Verdict.SYSTEM_ERROR:
            return said
        if said.verdict is not Verdict.OK:
            return jury_failed(_REJECTED)
        if sum(map(len, collected.values())) >= KEPT_BYTES:
            return jury_failed(_TOO_MUCH)
        now = self._of_tests.get(test_id)
        number = now.number + 1 if now is not None else 2
        if number > self.most:
            return jury_failed(Text("too_many_passes", "asked for more than {limit} passes", {"limit": self.most}))
        kept = tuple(File(name=name, data=data) for name, data in collected.items() if name != NEXT)
        self._of_tests[test_id] = _Pass(number, collected[NEXT], kept)
        return UNDECIDED


def longest(run: Run, earlier: Run | None) -> Run:
    """A run with the most that it or an earlier pass took: limits hold for each pass."""
    if earlier is None:
        return run
    return replace(
        run,
        cpu_ms=max(run.cpu_ms, earlier.cpu_ms),
        wall_ms=max(run.wall_ms, earlier.wall_ms),
        memory_kb=max(run.memory_kb, earlier.memory_kb),
    )
