"""Reads the jury's answers of ICPC and Kattis packages whose problems want answers, not programs. Pure.

One file may hold all answers, as pupils send them; a directory has a file for each test, called as the test is.
"""

import json
from collections.abc import Sequence
from pathlib import PurePosixPath

from chalicelib.common.texts import Text
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import MAX_SOURCE_BYTES

SUBMIT_ANSWER = "submit-answer"


def read(inspection: Inspection, files: Sequence[str], *, directory: str, tests: Sequence[str]) -> str | None:
    """What would be sent; None, and a warning, where that cannot be. `tests` are the inputs' files, in order.

    `directory` is where the files lie, or empty when there is one.
    """
    with inspection.only_warning():
        if not directory:
            return inspection.source_of(files[0])
        by_number: dict[str, str] = {}
        for name in sorted(files, key=lambda name: "/" in name.removeprefix(directory)):
            numbers = _numbers(PurePosixPath(name.removeprefix(directory)).with_suffix(""), tests)
            if not numbers:
                inspection.warn(name, Text("answer_to_no_test", "There is no test to which it is the answer"))
            by_number |= dict.fromkeys(numbers, inspection.text_of(name) or "")
        sent = json.dumps(by_number, ensure_ascii=False)
        if len(sent.encode()) > MAX_SOURCE_BYTES:
            english = "Its answers are larger than {limit} bytes"
            inspection.warn(directory, Text("answers_too_large", english, {"limit": MAX_SOURCE_BYTES}))
            return None
        return sent


def _numbers(answered: PurePosixPath, tests: Sequence[str]) -> list[str]:
    """The tests of that name, below `data/` or in whatever directory; from 1."""
    named = [PurePosixPath(test).with_suffix("").parts[1:] for test in tests]
    wanted = answered.parts
    return [str(number) for number, parts in enumerate(named, 1) if parts[-len(wanted) :] == wanted]
