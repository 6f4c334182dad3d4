"""After a restore the functions' table holds what the restored one does."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.aws.copy_table import Copied, CopyError, copy

PK, SK = ("pk", "HASH"), ("sk", "RANGE")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        session = boto3.Session(region_name="us-east-1")
        for name in ("restored", "ours"):
            create(session, name, PK, SK)
        for name in ("kept-restored", "kept"):  # as the answers that are kept for repetition
            create(session, name, PK)
        yield session


def create(aws: boto3.Session, name: str, *key: tuple[str, str]) -> None:
    aws.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute, _ in key],
        KeySchema=[{"AttributeName": attribute, "KeyType": kind} for attribute, kind in key],  # type: ignore[typeddict-item]
    )


def put(aws: boto3.Session, table: str, *items: dict[str, Any]) -> None:
    with aws.resource("dynamodb").Table(table).batch_writer() as batch:
        for item in items:
            batch.put_item(Item=item)


def items_of(aws: boto3.Session, table: str) -> list[dict[str, Any]]:
    found = aws.resource("dynamodb").Table(table).scan()["Items"]
    return sorted(found, key=lambda item: (item["pk"], item.get("sk")))


def test_what_was_lost_comes_back_and_what_came_later_goes(aws: boto3.Session) -> None:
    lost, changed = {"pk": "A", "sk": "1", "text": "lost"}, {"pk": "A", "sk": "2", "points": 5}
    put(aws, "restored", lost, changed)
    put(aws, "ours", {**changed, "points": 0}, {"pk": "A", "sk": "3", "text": "later"})

    assert copy(aws, "restored", "ours") == Copied(written=2, deleted=1)
    assert items_of(aws, "ours") == items_of(aws, "restored") == [lost, changed]


def test_more_than_a_page_is_copied_and_doing_it_again_changes_nothing(aws: boto3.Session) -> None:
    put(aws, "restored", *({"pk": "A", "sk": f"{number:04}", "text": "x" * 30_000} for number in range(100)))

    assert copy(aws, "restored", "ours") == Copied(written=100, deleted=0)
    assert copy(aws, "restored", "ours") == Copied(written=100, deleted=0)


def test_a_table_whose_items_have_one_key_alone_is_copied_too(aws: boto3.Session) -> None:
    lost, changed = {"pk": "A", "text": "lost"}, {"pk": "B", "points": 5}
    put(aws, "kept-restored", lost, changed)
    put(aws, "kept", {**changed, "points": 0}, {"pk": "C", "text": "later"})

    assert copy(aws, "kept-restored", "kept") == Copied(written=2, deleted=1)
    assert items_of(aws, "kept") == [lost, changed]


def test_nothing_is_copied_over_a_table_with_other_keys(aws: boto3.Session) -> None:
    put(aws, "kept", {"pk": "A"})

    with pytest.raises(CopyError, match="restored is no copy of kept"):
        copy(aws, "restored", "kept")
    assert items_of(aws, "kept") == [{"pk": "A"}]
