"""Answers that are sent in place of a program, as problems of the format's type `submit-answer` want them. Pure.

They come as the source of a submission whose language is `answers`: a JSON object of texts by the numbers of their
tests, `{"1": "…", "3": "…"}`; any other text is the answer to each test.
"""

import json
from collections.abc import Mapping, Sequence

from chalicelib.judge_protocol.contract import Outcome, Run, TestInput

LANGUAGE = "answers"
"""What a submission of answers has as its language."""


def are_wanted(allowed: Sequence[str] | None) -> bool:
    """Whether a problem that allows these languages takes answers, and no programs."""
    return allowed is not None and list(allowed) == [LANGUAGE]


def runs_of(source: str, tests: Sequence[TestInput]) -> tuple[Run, ...]:
    """The answers as if a program had printed them; nothing for a test without one."""
    by_number = _by_number(source)
    return tuple(
        Run(
            id=test.id,
            outcome=Outcome.OK,
            exit_code=0,
            stdout=(source if by_number is None else by_number.get(test.id, "")).encode("utf-8", "surrogatepass"),
        )
        for test in tests
    )


def _by_number(source: str) -> Mapping[str, str] | None:
    """None for a text that is one answer by itself."""
    try:
        found = json.loads(source)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(key.isdigit() and isinstance(text, str) for key, text in found.items()):
        return None
    return found
