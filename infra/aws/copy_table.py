"""`python -m infra.aws.copy_table SOURCE TARGET`: makes a table's items those of another, after a restore.

DynamoDB restores into a new table, but the functions use theirs by its name. Run it while nothing writes to TARGET;
repeating it, also after an interruption, gives the same result.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

KEY = ("pk", "sk")


@dataclass(frozen=True, slots=True)
class Copied:
    written: int
    deleted: int


def copy(aws: boto3.Session, source: str, target: str) -> Copied:
    dynamodb = aws.resource("dynamodb")
    restored, kept = dynamodb.Table(source), set[tuple[Any, ...]]()
    written = deleted = 0
    with dynamodb.Table(target).batch_writer() as batch:
        for item in _items(restored):
            batch.put_item(Item=item)
            kept.add(_key(item))
            written += 1
        for item in _items(dynamodb.Table(target), ProjectionExpression="pk, sk"):
            if _key(item) not in kept:
                batch.delete_item(Key=item)
                deleted += 1
    return Copied(written, deleted)


def _items(table: Any, **options: Any) -> Iterator[dict[str, Any]]:
    for page in table.meta.client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True, **options):
        yield from page["Items"]


def _key(item: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(item[name] for name in KEY)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.aws.copy_table", description="After a restore.")
    parser.add_argument("source", help="the restored table")
    parser.add_argument("target", help="the table that the functions know")
    arguments = parser.parse_args()
    try:
        copied = copy(boto3.Session(), arguments.source, arguments.target)
    except (BotoCoreError, ClientError) as error:
        print(f"copy_table: {error}", file=sys.stderr)
        return 1
    print(f"{copied.written} items written, {copied.deleted} deleted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
