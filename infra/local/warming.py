"""Calls every function once before anybody waits for it: the first call of a process costs the application's import.

Each gets an event of its own kind that gives it nothing to do, or what its schedule has it do anyway. The emulator
keeps the process that answered and gives it the next event; one that raised it replaces, so none of these may.
"""

import os
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from infra.aws import stack
from infra.local import emulator, front_door
from infra.local.cloud import Cloud, LocalCloudError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

Event = Mapping[str, Any]

ANSWER_WITHIN = 180  # seconds; for a machine that is busy, not a promise of speed
# More would be no faster, and each of them would come closer to the front door's patience.
AT_ONCE = os.cpu_count() or 1
EMPTY_BATCH: Event = {"Records": []}
CONNECTION: Event = {"connectionId": "warming", "domainName": "localhost", "stage": "api", "apiId": "warming"}

EVENTS: Mapping[str, Event] = {
    "advance": EMPTY_BATCH,
    "dispatch": EMPTY_BATCH,
    "fan-out": EMPTY_BATCH,
    "import-package": EMPTY_BATCH,
    "fetch-code": EMPTY_BATCH,
    "rejudge-page": EMPTY_BATCH,
    "enroll-page": EMPTY_BATCH,
    "send-letters": EMPTY_BATCH,
    "tell-presence": EMPTY_BATCH,
    "refresh-languages": stack.SCHEDULED,
    "requeue-waiting": stack.SCHEDULED,
    "sweep": stack.SCHEDULED,
    # A ticket that nobody was given, and a connection that there is not.
    "websocket-connect": {"requestContext": CONNECTION, "queryStringParameters": {"ticket": "warming"}},
    "websocket-message": {"requestContext": CONNECTION, "body": '{"type": "PING"}'},
    "websocket-disconnect": {"requestContext": CONNECTION},
}
"""By function, without the stack's name before it. The API itself is called through the front door."""
INDISPENSABLE = ("refresh-languages",)
"""Without it no program is judged in the first hour."""


def warm(cloud: Cloud, names: Collection[str]) -> None:
    """Call the API and these functions. LocalCloudError names one that failed; those that wait are not called then."""
    client = cloud.aws.client("lambda", config=Config(read_timeout=ANSWER_WITHIN, max_pool_connections=AT_ONCE))
    calls = [partial(_call_api, cloud)]
    calls += [partial(_call, client, cloud.stage, name, EVENTS[name]) for name in names]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda call: call(), calls))


def _call_api(cloud: Cloud) -> None:
    if not emulator.is_answering(f"{cloud.front_door_url}/health", within=front_door.ANSWER_WITHIN):
        raise LocalCloudError("GET /health is not answered: see `make logs`")


def _call(client: "LambdaClient", stage: str, name: str, event: Event) -> None:
    failure = stack.failure_of(client, f"lyceum-{stage}-{name}", event)
    if failure is not None:
        raise LocalCloudError(f"{name} failed: {failure}")
