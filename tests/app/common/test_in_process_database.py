"""The tests' short way to moto answers as the long one does, and its tables forget what a failed transaction did."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.models import botocore_stubber

from tests.support import database
from tests.support.school import School, aws, open_school

TABLE = "lyceum-local-realtime"
"""It has a stream and an index."""
KEY = {"pk": {"S": "a"}, "sk": {"S": "1"}}
OTHER = {"pk": {"S": "a"}, "sk": {"S": "2"}}
MISSING = {"pk": {"S": "b"}, "sk": {"S": "1"}}
ITEM = {
    **KEY,
    "user": {"S": "u"},
    "packed": {"B": b"\x00\xff"},
    "amount": {"N": "12.5"},
    "nothing": {"NULL": True},
    "list": {"L": [{"M": {"x": {"BOOL": False}}}, {"S": ""}]},
    "set": {"SS": ["b", "a"]},
}
UPDATE: dict[str, Any] = {
    "Key": KEY,
    "UpdateExpression": "SET #n = #n + :one, #l[0].x = :yes",
    "ExpressionAttributeNames": {"#n": "amount", "#l": "list"},
    "ExpressionAttributeValues": {":one": {"N": "1"}, ":yes": {"BOOL": True}},
}
ABSENT = "attribute_not_exists(pk)"


def answers(client: Any) -> list[Any]:
    """Of one request after another, the last ones refused."""
    here = {"TableName": TABLE}
    of_user: dict[str, Any] = {
        **here,
        "IndexName": "by_user",
        "KeyConditionExpression": "#u = :u",
        "ExpressionAttributeNames": {"#u": "user"},
        "ExpressionAttributeValues": {":u": {"S": "u"}},
    }
    of_partition: dict[str, Any] = {
        **here,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "a"}},
    }
    requests: list[Callable[[], Any]] = [
        lambda: client.put_item(**here, Item=ITEM, ReturnValues="ALL_OLD", ReturnConsumedCapacity="TOTAL"),
        lambda: client.put_item(**here, Item=ITEM, ReturnValues="ALL_OLD"),
        lambda: client.get_item(**here, Key=KEY),
        lambda: client.get_item(**here, Key=KEY, ProjectionExpression="amount, packed"),
        lambda: client.get_item(**here, Key=MISSING),
        lambda: client.update_item(**here, **UPDATE, ReturnValues="ALL_NEW"),
        lambda: client.update_item(**here, **UPDATE, ReturnValues="UPDATED_OLD"),
        lambda: client.transact_write_items(
            TransactItems=[
                {"Put": {**here, "Item": {**ITEM, **OTHER}, "ConditionExpression": ABSENT}},
                {"ConditionCheck": {**here, "Key": MISSING, "ConditionExpression": ABSENT}},
            ]
        ),
        lambda: client.transact_get_items(TransactItems=[{"Get": {**here, "Key": each}} for each in (KEY, MISSING)]),
        lambda: client.batch_get_item(RequestItems={TABLE: {"Keys": [KEY, OTHER, MISSING]}}),
        lambda: client.query(**of_partition, Limit=1),
        lambda: client.query(**of_partition, ScanIndexForward=False),
        lambda: client.query(**of_user),
        lambda: client.scan(**here, Select="COUNT"),
        lambda: client.scan(**here),
        lambda: client.delete_item(**here, Key=OTHER, ReturnValues="ALL_OLD"),
        lambda: client.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": {**ITEM, **OTHER}}}]}),
        lambda: client.put_item(
            **here, Item=ITEM, ConditionExpression=ABSENT, ReturnValuesOnConditionCheckFailure="ALL_OLD"
        ),
        lambda: client.transact_write_items(
            TransactItems=[
                {"ConditionCheck": {**here, "Key": MISSING, "ConditionExpression": ABSENT}},
                {"Put": {**here, "Item": ITEM, "ConditionExpression": ABSENT}},
            ]
        ),
        lambda: client.update_item(**here, Key=KEY, UpdateExpression="SET"),
        lambda: client.get_item(TableName="lyceum-local-nowhere", Key=KEY),
    ]
    return [answer(request) for request in requests]


def answer(request: Callable[[], Any]) -> Any:
    try:
        parsed = request()
    except ClientError as refusal:
        parsed = {"refused": type(refusal).__name__, **refusal.response}
    return {name: value for name, value in parsed.items() if name != "ResponseMetadata"}


def test_both_ways_answer_alike(school: School) -> None:
    client = aws("dynamodb")
    short = answers(client)
    with open_school(), database.over_http(client, botocore_stubber):
        assert answers(client) == short
    assert [each["refused"] for each in short if "refused" in each] == [
        "ConditionalCheckFailedException",
        "TransactionCanceledException",
        "ClientError",
        "ResourceNotFoundException",
    ]


@pytest.mark.parametrize("table", [TABLE, "lyceum-local-school"])
def test_a_transaction_that_fails_leaves_no_trace(school: School, table: str) -> None:
    client = aws("dynamodb")
    client.put_item(TableName=table, Item=ITEM)
    client.put_item(TableName=table, Item={**ITEM, **OTHER})
    before, told = client.scan(TableName=table)["Items"], len(school.live.records())
    writes = [
        {"Update": {"TableName": table, **UPDATE}},
        {"Delete": {"TableName": table, "Key": OTHER}},
        {"Put": {"TableName": table, "Item": {**ITEM, **MISSING}}},
        {
            "ConditionCheck": {
                "TableName": table,
                "Key": {**KEY, "sk": {"S": "3"}},
                "ConditionExpression": "attribute_exists(pk)",
            }
        },
    ]
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(TransactItems=writes)
    assert client.scan(TableName=table)["Items"] == before
    assert school.live.records() == []
    client.transact_write_items(TransactItems=writes[:3])
    (changed, added) = client.scan(TableName=table)["Items"]
    assert (changed["amount"], changed["list"]["L"][0]) == ({"N": "13.5"}, {"M": {"x": {"BOOL": True}}})
    assert (added["pk"], added["sk"]) == (MISSING["pk"], MISSING["sk"])
    assert len(school.live.records()) == (3 if told else 0)
