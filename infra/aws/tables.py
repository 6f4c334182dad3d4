"""Looks at a stage's tables before a deployment changes them."""

import copy
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.aws import retained, table_indexes
from infra.aws.change_sets import StackError

Template = dict[str, Any]


def look(aws: boto3.Session, template: Template, stage: str) -> dict[str, Mapping[str, Any] | None]:
    """What DynamoDB says of each table of the template, by its logical id; None where there is none yet."""
    dynamodb = aws.client("dynamodb")
    found: dict[str, Mapping[str, Any] | None] = {}
    for logical_id, properties in _tables(template).items():
        name = retained.resolved(properties["TableName"], {"Stage": stage})
        try:
            found[logical_id] = dynamodb.describe_table(TableName=name)["Table"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            found[logical_id] = None
    return found


def check_indexes(template: Template, found: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Refuses what CloudFormation would refuse halfway."""
    for logical_id, properties in _tables(template).items():
        table = found[logical_id]
        if table is None:
            continue
        steps = table_indexes.changes(
            table_indexes.as_declared(table, properties), properties.get("GlobalSecondaryIndexes", ())
        )
        if len(steps) > table_indexes.AT_ONCE:
            raise StackError(
                f"{logical_id} takes one change of its indexes at a time, and this release makes {len(steps)} "
                f"({', '.join(steps)}): deploy the releases between first"
            )


def without_protection_of_new_ones(template: Template, found: Mapping[str, Mapping[str, Any] | None]) -> Template:
    """A table that may not be deleted could not be taken back when its first deployment fails."""
    changed = copy.deepcopy(template)
    for logical_id, properties in _tables(changed).items():
        if found[logical_id] is None:
            properties["DeletionProtectionEnabled"] = False
    return changed


def _tables(template: Template) -> dict[str, dict[str, Any]]:
    return {
        logical_id: resource["Properties"]
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }
