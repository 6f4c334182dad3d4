"""Records migrations in the table {app}-{stage}-migrations, and keeps the lease that one run holds at a time.

MIGRATION / {id}   a migration that was begun: its state, and where its next page begins
LEASE     / LEASE  who is running migrations, and until when others have to keep out
"""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from infra.migrations.pages import Position, Tables
from infra.migrations.plan import State, States

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

RECORDS = "MIGRATION"
LEASE_KEY = {"pk": "LEASE", "sk": "LEASE"}
LEASE = timedelta(minutes=2)
"""How long a page may take; and how long the next run waits after one that was killed."""
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class LeaseError(Exception):
    """The message is one line for the person at the keyboard."""


@dataclass
class Journal:
    """Every write after `begin` holds only while this run has the lease, and renews it."""

    tables: Tables
    term: timedelta = LEASE
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")

    def states(self) -> States:
        return {record["sk"]: State(record["state"]) for record in self._records()}

    def changed_at(self) -> dict[str, str]:
        """When each migration's record was last written."""
        return {record["sk"]: record["changed_at"] for record in self._records()}

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Alone, for the time of the block; LeaseError while somebody else is at it."""
        now = datetime.now(UTC)
        try:
            self._table.update_item(
                Key=LEASE_KEY,
                UpdateExpression="SET #owner = :me, #until = :until",
                ConditionExpression="attribute_not_exists(#owner) OR #until < :now",
                ExpressionAttributeNames=_LEASE_NAMES,
                ExpressionAttributeValues={":me": self.owner, ":until": _text(now + self.term), ":now": _text(now)},
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException as error:
            raise LeaseError(self._occupied()) from error
        try:
            yield
        finally:
            self._release()

    def begin(self, migration_id: str, state: State) -> Position:
        """Where to go on; from the start, unless this was interrupted while doing the same."""
        record: Any = self._table.get_item(Key=_key(migration_id), ConsistentRead=True).get("Item", {})
        position: Position = record.get("position") if record.get("state") == state else None
        self.record(migration_id, state, position)
        return position

    def record(self, migration_id: str, state: State, position: Position = None) -> None:
        """LeaseError, and nothing recorded, when the lease has run out and another run has taken it."""
        now = datetime.now(UTC)
        item = {**_key(migration_id), "state": state.value, "position": position, "changed_at": _text(now)}
        self._write_as_owner({"Put": {"TableName": self._table.name, "Item": item}}, now)

    def forget(self, migration_id: str) -> None:
        """What was rolled back is pending again."""
        deletion = {"Delete": {"TableName": self._table.name, "Key": _key(migration_id)}}
        self._write_as_owner(deletion, datetime.now(UTC))

    @property
    def _table(self) -> "Table":
        return self.tables("migrations")

    def _records(self) -> list[dict[str, Any]]:
        answer = self._table.query(KeyConditionExpression=Key("pk").eq(RECORDS), ConsistentRead=True)
        return list(answer["Items"])

    def _write_as_owner(self, write: Any, now: datetime) -> None:
        renewal: Any = {
            "Update": {
                "TableName": self._table.name,
                "Key": LEASE_KEY,
                "UpdateExpression": "SET #until = :until",
                "ConditionExpression": "#owner = :me",
                "ExpressionAttributeNames": _LEASE_NAMES,
                "ExpressionAttributeValues": {":me": self.owner, ":until": _text(now + self.term)},
            }
        }
        client = self._table.meta.client
        try:
            client.transact_write_items(TransactItems=[write, renewal])
        except client.exceptions.TransactionCanceledException as error:
            if error.response["CancellationReasons"][1].get("Code") != "ConditionalCheckFailed":
                raise
            raise LeaseError("another run has taken over: this one took too long over a page") from error

    def _occupied(self) -> str:
        lease: Any = self._table.get_item(Key=LEASE_KEY, ConsistentRead=True).get("Item")
        if lease is None:
            return "another run of migrations has just ended: run this again"
        return f"{lease['owner']} is running migrations: wait for it, or, if it has died, until {lease['until']}"

    def _release(self) -> None:
        try:
            self._table.delete_item(
                Key=LEASE_KEY,
                ConditionExpression="#owner = :me",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":me": self.owner},
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return  # it ran out, and another run has it


_LEASE_NAMES = {"#owner": "owner", "#until": "until"}


def _key(migration_id: str) -> dict[str, str]:
    return {"pk": RECORDS, "sk": migration_id}


def _text(moment: datetime) -> str:
    return f"{moment:{TIME}}"
