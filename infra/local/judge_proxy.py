"""The judge on an emulator that runs no images: a function of one file that asks the judge process over HTTP.

Its zip archive holds this file alone, so it imports nothing of ours.
"""

import json
import os
import time
import urllib.request
from typing import Any

FUNCTION_WITHIN = 140  # seconds: the judge function's own limit
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def handler(event: dict[str, Any], context: Any) -> Any:
    """The judge's answer to the event. Raises urllib.error.URLError when it cannot be reached or fails."""
    deadline = int(time.time() * 1000) + context.get_remaining_time_in_millis()
    headers = {"Content-Type": "application/json", "X-Amzn-Lambda-Deadline-Ms": str(deadline)}
    request = urllib.request.Request(os.environ["JUDGE_URL"], json.dumps(event).encode(), headers)  # noqa: S310 - ours
    with _opener.open(request, timeout=FUNCTION_WITHIN) as answer:
        return json.load(answer)
