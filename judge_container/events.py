"""Log lines: one JSON object each, on stderr, where Lambda and the local process collect them."""

import json
import sys


def emit(event: str, **fields: object) -> None:
    print(json.dumps({"event": event, **fields}), file=sys.stderr, flush=True)  # noqa: T201
