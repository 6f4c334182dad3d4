"""Lists the requests of a function to the tables and the permissions of its policy in one form: `PutItem accounts`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.common.dynamo import items
from infra.packaging.package import ROOT


@contextmanager
def recorded() -> Iterator[set[str]]:
    """The permissions that DynamoDB asks for while this is open."""
    needed: set[str] = set()

    def record(model: Any, params: dict[str, Any], **_: object) -> None:
        needed.update(_needed(model.name, json.loads(params["body"])))

    events = items.connection().client.meta.events
    events.register("before-call.dynamodb", record)
    try:
        yield needed
    finally:
        events.unregister("before-call.dynamodb", record)


def allowed(function: str) -> set[str]:
    """What .chalice/policy-….json lets a function do to tables."""
    policy = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text(encoding="utf-8"))
    return {
        f"{action.removeprefix('dynamodb:')} {_resource(resource)}"
        for statement in policy["Statement"]
        for action in _listed(statement["Action"])
        if action.startswith("dynamodb:")
        for resource in _listed(statement["Resource"])
        if not _is_stream(resource)
    }


def resources_of(function: str, action: str) -> list[Any]:
    """What a policy lets a function do an action to."""
    policy = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text(encoding="utf-8"))
    return [each["Resource"] for each in policy["Statement"] if action in _listed(each["Action"])]


def _needed(operation: str, request: dict[str, Any]) -> Iterator[str]:
    if operation in {"TransactGetItems", "TransactWriteItems"}:
        # DynamoDB knows no action of this name: each part of a transaction needs its own.
        for item in request["TransactItems"]:
            for kind, write in item.items():
                yield f"{kind}Item {_package(write['TableName'])}"
    elif operation in {"BatchGetItem", "BatchWriteItem"}:
        yield from (f"{operation} {_package(name)}" for name in request["RequestItems"])
    else:
        index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
        yield f"{operation} {_package(request['TableName'])}{index}"


def _package(table_name: str) -> str:
    return table_name.rpartition("-")[2]


def _is_stream(resource: Any) -> bool:
    """Lambda itself reads the streams, with the function's role."""
    return "StreamArn" in resource.get("Fn::GetAtt", []) or "/stream/" in resource.get("Fn::Sub", "")


def _resource(resource: dict[str, Any]) -> str:
    """{"Fn::GetAtt": ["JudgeTable", "Arn"]} or {"Fn::Sub": "${JudgeTable.Arn}/index/waiting"}."""
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0]).removesuffix("Table").lower()
    table_part, _, index = resource["Fn::Sub"].partition(".Arn}")
    return f"{table_part.removeprefix('${').removesuffix('Table').lower()}{index}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
