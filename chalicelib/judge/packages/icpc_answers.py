"""Reads the jury's answers of ICPC and Kattis packages whose problems want answers, not programs. Pure.

One file may hold all answers, as pupils send them; a directory has a file for each test, called as the test is.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from chalicelib.common.texts import Text
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import MAX_SOURCE_BYTES

SUBMIT_ANSWER = "submit-answer"
_TOO_LARGE = Text("answers_too_large", "Its answers are larger than {limit} bytes", {"limit": MAX_SOURCE_BYTES})


def read(inspection: Inspection, files: Sequence[str], *, directory: str, tests: Sequence[str]) -> str | None:
    """What would be sent; None, and a warning, where that cannot be. `tests` are the inputs' files, in order.

    `directory` is where the files lie, or empty when there is one.
    """
    with inspection.only_warning():
        if not directory:
            return inspection.source_of(files[0])
        by_number: dict[str, str] = {}
        if not inspection.fit(files, count=len(files), size=MAX_SOURCE_BYTES):
            inspection.warn(directory, _TOO_LARGE)
            return None
        named = _named(tests)
        for name in sorted(files, key=lambda name: "/" in name.removeprefix(directory)):
            numbers = _numbers(PurePosixPath(name.removeprefix(directory)).with_suffix(""), named)
            if not numbers:
                inspection.warn(name, Text("answer_to_no_test", "There is no test to which it is the answer"))
            by_number |= dict.fromkeys(numbers, inspection.text_of(name) or "")
        sent = json.dumps(by_number, ensure_ascii=False)
        if len(sent.encode()) > MAX_SOURCE_BYTES:
            inspection.warn(directory, _TOO_LARGE)
            return None
        return sent


def _named(tests: Sequence[str]) -> Mapping[str, Sequence[tuple[int, tuple[str, ...]]]]:
    """The tests' numbers and their paths below `data/`, without an ending, by the last part of these."""
    found: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, test in enumerate(tests, 1):
        parts = PurePosixPath(test).with_suffix("").parts[1:]
        found.setdefault(parts[-1], []).append((number, parts))
    return found


def _numbers(answered: PurePosixPath, named: Mapping[str, Sequence[tuple[int, tuple[str, ...]]]]) -> list[str]:
    """The tests of that name, below `data/` or in whatever directory; from 1."""
    wanted = answered.parts
    return [str(number) for number, parts in named.get(answered.name, ()) if parts[-len(wanted) :] == wanted]
