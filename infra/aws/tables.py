"""Looks at a stage's tables before a deployment changes them."""

import copy
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.aws import change_sets, retained, table_indexes
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
        steps = table_indexes.changes(table_indexes.as_declared(table, properties), properties.get(INDEXES, ()))
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


def strays(
    aws: boto3.Session, stack: str, template: Template, found: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, str]:
    """Tables that are there, but not in the stack: logical id -> name. A release that did not know them left them."""
    cloudformation = aws.client("cloudformation")
    if change_sets.find(cloudformation, stack) is None:
        return {}
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    held = {
        each["LogicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceStatus"] not in {"DELETE_COMPLETE", "DELETE_SKIPPED"}
    }
    left = {logical_id: table for logical_id, table in found.items() if table is not None and logical_id not in held}
    for logical_id, table in left.items():
        declared = _tables(template)[logical_id]
        if table_indexes.changes(table_indexes.as_declared(table, declared), declared.get(INDEXES, ())):
            raise StackError(
                f"{table['TableName']} is no part of {stack} and has other indexes than this release wants"
            )
    return {logical_id: table["TableName"] for logical_id, table in left.items()}


def with_names(template: Template, names: Mapping[str, str]) -> Template:
    """CloudFormation takes in what is there by names that it has not to work out."""
    changed = copy.deepcopy(template)
    for logical_id, name in names.items():
        changed["Resources"][logical_id]["Properties"]["TableName"] = name
    return changed


INDEXES = "GlobalSecondaryIndexes"


def _tables(template: Template) -> dict[str, dict[str, Any]]:
    return {
        logical_id: resource["Properties"]
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }
