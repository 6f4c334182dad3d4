"""Accounts that were erased while erasing left them in their tracks are taken out of these.

Their work stood in results with its link, and stages waited for their reviews. What has to be settled depends on what
their tracks are doing at that moment, so this only sets a timer for each erased account, within the next hour; when it
fires, the application takes the account out, as it does now with whoever is erased. A timer that is there already
stays. The way back takes those timers away that have not fired: the version before does not know what to do then.
"""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from infra.migrations.pages import Item, Position, Tables, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

TOPIC = "left_in_tracks"
SHARDS = 16
WITHIN_MINUTES = 60
"""So that not all fire at once."""


def forward(tables: Tables, position: Position) -> Position:
    now = datetime.now(UTC)
    return visit_items(tables, "accounts", position, lambda _, item: _set_timer(tables("common"), item, now))


def back(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "accounts", position, lambda _, item: _remove_timer(tables("common"), item))


def _set_timer(table: "Table", item: Item, now: datetime) -> None:
    if item["kind"] != "account" or item["state"] != "deleted":
        return
    subject = str(item["id"])
    spread = zlib.crc32(f"{TOPIC}#{subject}".encode())
    due_at = (now + timedelta(minutes=spread // SHARDS % WITHIN_MINUTES)).strftime("%Y-%m-%dT%H:%M:%S.%f%z")
    try:
        table.put_item(
            Item={
                **_key(subject),
                "kind": "timer",
                "topic": TOPIC,
                "subject": subject,
                "due_at": due_at,
                "sweep_at": due_at,
                "due_shard": f"{spread % SHARDS:02}",
                "revision": 1,
            },
            ConditionExpression="attribute_not_exists(pk)",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return


def _remove_timer(table: "Table", item: Item) -> None:
    if item["kind"] == "account":
        table.delete_item(Key=_key(str(item["id"])))


def _key(subject: str) -> Mapping[str, str]:
    return {"pk": f"TIMER#{TOPIC}#{subject}", "sk": "TIMER"}
