"""Two hundred who enrol at the same time, in a process with the environment of a deployed function.

python -m tests.e2e.enrolments TRACK_ID
"""

import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from chalicelib import wiring
from chalicelib.common.http import errors
from chalicelib.tracks import tracks

AT_ONCE = 200


@dataclass(frozen=True)
class Somebody:
    """The part of a caller that enrolling needs."""

    id: int


def main(track_id: int) -> None:
    wiring.install()
    together = threading.Barrier(AT_ONCE)

    def enrol(user_id: int) -> str:
        caller: Any = Somebody(user_id)
        together.wait()
        try:
            tracks.enroll(caller, track_id)
        except errors.LyceumError as refused:
            return refused.code
        return "enrolled"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        outcomes = Counter(threads.map(enrol, range(1, AT_ONCE + 1)))
    sys.stdout.write(json.dumps(outcomes))


if __name__ == "__main__":
    main(int(sys.argv[1]))
