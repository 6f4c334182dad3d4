"""The tests' short way to moto answers as the long one does, and its tables forget what a failed transaction did.

So does moto with what tests/support/quick_moto.py has it do in fewer steps.
"""

import functools
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.models import botocore_stubber

from chalicelib.common.dynamo import items
from tests.support import database, quick_moto
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
CONDITIONS = (
    "attribute_exists(#a) AND NOT attribute_exists(nowhere)",
    "#a = :half OR #u <> :u",
    "#a < :big AND (#a <= :big) AND #u > :low AND #u >= :u",
    "#a BETWEEN :half AND :big",
    "#u IN (:low, :u)",
    "contains(#s, :one_of) AND contains(#u, :u)",
    "begins_with(#u, :u) AND size(#l) = :two AND attribute_type(#a, :kind)",
    "#l[0].x = :no AND #l[1] <> :u",
    "nowhere = :u",
    "#a = :missing",
    "#missing = :u",
    "((#u = :u))",
)
CONDITION_NAMES = {"#a": "amount", "#s": "set", "#l": "list", "#u": "user"}
CONDITION_VALUES = {
    ":half": {"N": "12.5"},
    ":big": {"N": "100"},
    ":low": {"S": "a"},
    ":u": {"S": "u"},
    ":two": {"N": "2"},
    ":kind": {"S": "N"},
    ":no": {"BOOL": False},
    ":one_of": {"S": "b"},
}
UPDATES = (
    "SET fresh = if_not_exists(fresh, :n), #l = list_append(#l, :more)",
    "SET #n = #n - :n REMOVE nothing, #l[0]",
    "ADD #n :n, tags :tags",
    "DELETE #s :tags",
    "SET deep.er = :n",
    "SET #l[0].y = :more, fresh = :n",
    "SET #n = :missing",
    "SET #n = :n, #n = :n",
    "SET pk = :n",
    "SET big = :big",
    "REMOVE #l[1], #l[2] SET fresh = :n",
    "SET #n = #l + :n",
    "SET SET",
)
UPDATE_NAMES = {"#n": "amount", "#l": "list", "#s": "set"}
UPDATE_VALUES: dict[str, Any] = {
    ":n": {"N": "2"},
    ":more": {"L": [{"S": "y"}]},
    ":tags": {"SS": ["b", "c"]},
    ":big": {"S": "ы" * 210_000},
}
KEY_CONDITIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("pk = :pk AND sk > :one", {":one": {"S": "0"}}),
    ("pk = :pk AND begins_with(sk, :one)", {":one": {"S": "1"}}),
    ("pk = :pk AND sk BETWEEN :one AND :two", {":one": {"S": "1"}, ":two": {"S": "2"}}),
    ("(pk = :pk) AND (sk <= :one)", {":one": {"S": "1"}}),
    ("pk = :pk AND sk = :one", {":one": {"S": ""}}),
    ("pk = :pk AND sk = :two", {":one": {"S": "1"}}),
    ("pk > :pk", {}),
    ("pk = :pk AND amount = :one", {":one": {"N": "1"}}),
)


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
    return [answer(request) for request in (*requests, *expressions(client, here))]


def expressions(client: Any, here: dict[str, Any]) -> list[Callable[[], Any]]:
    """Requests with an expression of each form, some of them wrong."""

    def used(names: dict[str, Any], expression: str) -> dict[str, Any]:
        return {name: value for name, value in names.items() if re.search(rf"{name}\b", expression)}

    def stored(condition: str) -> Any:
        client.put_item(**here, Item=ITEM)
        names, values = used(CONDITION_NAMES, condition), used(CONDITION_VALUES, condition)
        named = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        filled = {name: each for name, each in named.items() if each}
        return client.put_item(**here, Item=ITEM, ConditionExpression=condition, **filled)

    def updated(expression: str) -> Any:
        client.put_item(**here, Item=ITEM)
        names, values = used(UPDATE_NAMES, expression), used(UPDATE_VALUES, expression)
        named = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        filled = {name: each for name, each in named.items() if each}
        return client.update_item(**here, Key=KEY, UpdateExpression=expression, ReturnValues="ALL_NEW", **filled)

    def found(condition: str, values: dict[str, Any]) -> Any:
        values = {":pk": {"S": "a"}, **values}
        return client.query(**here, KeyConditionExpression=condition, ExpressionAttributeValues=values)

    of_user = {"ExpressionAttributeNames": {"#u": "user"}, "ExpressionAttributeValues": {":u": {"S": "u"}}}
    return [
        *(functools.partial(stored, condition) for condition in CONDITIONS),
        *(functools.partial(updated, expression) for expression in UPDATES),
        *(functools.partial(found, *each) for each in KEY_CONDITIONS),
        lambda: client.query(**here, IndexName="by_user", KeyConditionExpression="#u = :u", Limit=1, **of_user),
        lambda: client.scan(**here, FilterExpression="#u = :u", ProjectionExpression="pk, sk", **of_user),
        lambda: client.get_item(**here, Key=KEY, ProjectionExpression="amount, pk"),
        lambda: client.get_item(**here, Key=KEY, ProjectionExpression="packed, nowhere"),
        lambda: client.put_item(**here, Item={**ITEM, "big": {"S": "ы" * 210_000}}),
        lambda: client.put_item(**here, Item={**ITEM, "sk": {"S": ""}}),
    ]


def answer(request: Callable[[], Any]) -> Any:
    try:
        parsed = request()
    except (ClientError, KeyError, ValueError, TypeError) as refusal:
        parsed = {"refused": type(refusal).__name__, **getattr(refusal, "response", {"said": str(refusal)})}
    return {name: value for name, value in parsed.items() if name != "ResponseMetadata"}


def test_all_ways_answer_alike(school: School) -> None:
    client = aws("dynamodb")
    with open_school(), quick_moto.uninstalled(), database.over_http(client, botocore_stubber):
        moto = answers(client)
    for asked in (client, items.connection().client) * 2:  # what is read once is remembered
        with open_school():
            assert answers(asked) == moto
    refused = Counter(each["refused"] for each in moto if "refused" in each)
    assert refused == {
        "ClientError": 15,
        "ConditionalCheckFailedException": 2,
        "KeyError": 2,
        "ResourceNotFoundException": 1,
        "TransactionCanceledException": 1,
    }


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
