"""`python -m infra.aws.copy_table SOURCE TARGET`: makes a table's items those of another, after a restore.

DynamoDB restores into a new table, but the functions use theirs by its name. Run it while nothing writes to TARGET;
repeating it, also after an interruption, gives the same result.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError


class CopyError(Exception):
    """The message is one line for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Copied:
    written: int
    deleted: int


def copy(aws: boto3.Session, source: str, target: str) -> Copied:
    """Makes the items of `target` those of `source`. CopyError when their keys are not the same."""
    restored, ours = (aws.resource("dynamodb").Table(name) for name in (source, target))
    key = _key_attributes(ours)
    if _key_attributes(restored) != key:
        raise CopyError(f"{source} is no copy of {target}: its items have other keys")
    kept = set[tuple[Any, ...]]()
    written = deleted = 0
    with ours.batch_writer() as batch:
        for item in _items(restored):
            batch.put_item(Item=item)
            kept.add(_values(item, key))
            written += 1
        for item in _items(ours, **_only(key)):
            if _values(item, key) not in kept:
                batch.delete_item(Key=item)
                deleted += 1
    return Copied(written, deleted)


def _key_attributes(table: Any) -> tuple[str, ...]:
    """pk and sk; of the answers that are kept for repetition, pk alone."""
    return tuple(each["AttributeName"] for each in table.key_schema)


def _only(names: Sequence[str]) -> dict[str, Any]:
    """How a scan is told to read these attributes alone, whatever words of DynamoDB's they may be."""
    placeholders = {f"#{number}": name for number, name in enumerate(names)}
    return {"ProjectionExpression": ", ".join(placeholders), "ExpressionAttributeNames": placeholders}


def _items(table: Any, **options: Any) -> Iterator[dict[str, Any]]:
    for page in table.meta.client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True, **options):
        yield from page["Items"]


def _values(item: dict[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(item[name] for name in names)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.aws.copy_table", description="After a restore.")
    parser.add_argument("source", help="the restored table")
    parser.add_argument("target", help="the table that the functions know")
    arguments = parser.parse_args()
    try:
        copied = copy(boto3.Session(), arguments.source, arguments.target)
    except (CopyError, BotoCoreError, ClientError) as error:
        print(f"copy_table: {error}", file=sys.stderr)
        return 1
    print(f"{copied.written} items written, {copied.deleted} deleted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
