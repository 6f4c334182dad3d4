"""`make logs`: follows the logs of all functions, in the order of the lines."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from infra.local.cloud import STACK, session
from infra.local.options import Options

POLL_EVERY = 0.5  # seconds
LOOK_BACK = 60  # seconds
PREFIX = f"/aws/lambda/{STACK}-"
# What Lambda itself writes around every invocation.
NOISE = ("START RequestId:", "END RequestId:")


class Line(NamedTuple):
    """MiniStack gives events no identity, so a line is what it says, and when and where."""

    moment: int  # milliseconds since 1970
    function: str
    stream: str
    text: str


def follow(options: Options) -> int:
    client = session(options.endpoint_url).client("logs")
    since = (int(time.time()) - LOOK_BACK) * 1000
    seen: set[Line] = set()
    try:
        while True:
            new = sorted(set(_lines(client, since)) - seen)
            for line in new:
                print(f"{line.function:<20} {line.text}", flush=True)
            # Only lines of the last millisecond can come again.
            since = max(since, *(line.moment for line in new)) if new else since
            seen = {line for line in seen.union(new) if line.moment >= since}
            time.sleep(POLL_EVERY)
    except KeyboardInterrupt:
        return 0


def _lines(client: Any, since: int) -> Iterator[Line]:
    for group in client.describe_log_groups(logGroupNamePrefix=PREFIX)["logGroups"]:
        name = group["logGroupName"]
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=name, startTime=since)
        for event in (event for page in pages for event in page["events"]):
            text = event["message"].rstrip()
            if text and not text.startswith(NOISE):
                yield Line(event["timestamp"], name.removeprefix(PREFIX), event.get("logStreamName", ""), text)
