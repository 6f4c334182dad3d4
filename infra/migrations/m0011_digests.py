"""Accounts whose address was confirmed before there were digests get the timer of theirs.

It is as the application makes it, at 16 o'clock by UTC and a minute of the account's own: the first time that it fires
it moves on by the time zone of the account. A timer that is there already stays. The way back takes these timers away,
and those of what waits: the version before does not know what to do when they fire.
"""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from infra.migrations.pages import Item, Position, Tables, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

HOUR = 16
SHARDS = 16
TOPICS = ("digest", "waiting")


def forward(tables: Tables, position: Position) -> Position:
    now = datetime.now(UTC)
    return visit_items(tables, "accounts", position, lambda _, item: _set_timer(tables("common"), item, now))


def back(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "accounts", position, lambda _, item: _remove_timers(tables("common"), item))


def _set_timer(table: "Table", item: Item, now: datetime) -> None:
    if item["kind"] != "account" or item["state"] != "activated":
        return
    if not item.get("verified_mail") or item.get("email_hold"):
        return
    digest, subject = TOPICS[0], str(item["id"])
    due_at = first_digest(int(item["id"]), now).strftime("%Y-%m-%dT%H:%M:%S.%f%z")
    shard = f"{zlib.crc32(f'{digest}#{subject}'.encode()) % SHARDS:02}"
    try:
        table.put_item(
            Item={
                **_key(digest, subject),
                "kind": "timer",
                "topic": digest,
                "subject": subject,
                "due_at": due_at,
                "sweep_at": due_at,
                "due_shard": shard,
                "revision": 1,
            },
            ConditionExpression="attribute_not_exists(pk)",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return


def first_digest(account_id: int, now: datetime) -> datetime:
    minute = zlib.crc32(str(account_id).encode()) % 60
    today = now.replace(hour=HOUR, minute=minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def _remove_timers(table: "Table", item: Item) -> None:
    if item["kind"] == "account":
        for topic in TOPICS:
            table.delete_item(Key=_key(topic, str(item["id"])))


def _key(topic: str, subject: str) -> Mapping[str, str]:
    return {"pk": f"TIMER#{topic}#{subject}", "sk": "TIMER"}
