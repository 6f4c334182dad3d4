"""`make logs`: follow the functions' logs, all of them, in the order in which the lines came."""

import time
from collections.abc import Iterator
from typing import Any

from infra.local.cloud import STACK, session
from infra.local.options import Options

POLL_EVERY = 0.5  # seconds
LOOK_BACK = 60.0  # seconds


def follow(options: Options) -> int:
    client = session(options.endpoint_url).client("logs")
    since = int((time.time() - LOOK_BACK) * 1000)
    seen: set[str] = set()
    try:
        while True:
            for moment, identity, line in sorted(_events(client, since)):
                if identity not in seen:
                    seen.add(identity)
                    print(line, flush=True)
                    since = max(since, moment)
            time.sleep(POLL_EVERY)
    except KeyboardInterrupt:
        return 0


def _events(client: Any, since: int) -> Iterator[tuple[int, str, str]]:
    """(time, identity, text) of every line from `since` on."""
    for group in client.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}-")["logGroups"]:
        name = group["logGroupName"]
        function = name.removeprefix(f"/aws/lambda/{STACK}-")
        for event in client.filter_log_events(logGroupName=name, startTime=since)["events"]:
            yield event["timestamp"], f"{name} {event['eventId']}", f"{function}  {event['message'].rstrip()}"
