"""Keeps what coarse results do not tell beside what they do, and chooses between the two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Those members of a verdict that coarse results change."""

    text: Text
    time_ms: float
    memory_kb: int
    tests_passed: int
    judged_at: datetime | None


def kept(judgement: Judgement, judged_at: datetime) -> dict[str, Any]:
    """A judgement as `Judged.exact` has it."""
    return {
        "text": judgement.text.to_json(),
        "time_ms": judgement.time_ms,
        "memory_kb": judgement.memory_kb,
        "tests_passed": judgement.tests_passed,
        "judged_at": judged_at.isoformat(),
    }


def measured(judged: Judged, *, exact: bool) -> Measured:
    """What a verdict says to its submitter; with `exact`, what it says to those who teach."""
    if exact and judged.exact is not None:
        known = dict(judged.exact)
        text, judged_at = Text.from_json(known.pop("text")), datetime.fromisoformat(known.pop("judged_at"))
        return Measured(text=text, judged_at=judged_at, **known)
    return Measured(
        text=judged.text,
        time_ms=judged.time_ms,
        memory_kb=judged.memory_kb,
        tests_passed=judged.tests_passed,
        judged_at=judged.judged_at,
    )
