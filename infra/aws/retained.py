"""Gives a new stack the tables, buckets and keys that a former one has left.

What holds data outlives its stack in prod. A stack that is made anew would fail at the tables, whose names are taken,
and would begin with an empty bucket and another key. So it is first made of what is there, as it is there; the
deployment then changes that as it changes any stack.

CloudFormation's own way (ImportExistingResources) takes only names that stand in the template as they are, and those of
ours contain the stage; buckets and keys have no name of ours at all: `note` remembers which they were (ADR 0039).
"""

import json
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore.exceptions import ClientError

from infra.aws import change_sets, records, table_indexes
from infra.aws.change_sets import Pause, StackError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ResourceToImportTypeDef

Template = dict[str, Any]
Resource = dict[str, Any]

IDENTIFIERS: Final = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::KMS::Key": "KeyId",
    "AWS::ECR::Repository": "RepositoryName",
}
"""By which property CloudFormation finds a resource."""
GONE = {"404", "NoSuchBucket", "ResourceNotFoundException", "NotFoundException", "RepositoryNotFoundException"}


def note(aws: boto3.Session, scope: str, stack: str) -> None:
    """Remembers what a stack holds, for the day on which it is gone. `scope` is the stage, or `account`."""
    cloudformation = aws.client("cloudformation")
    found = change_sets.find(cloudformation, stack)
    if found is None:
        return
    held = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=found["StackId"])
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] in IDENTIFIERS
        and each.get("PhysicalResourceId")
        and each["ResourceStatus"] not in {"CREATE_IN_PROGRESS", "CREATE_FAILED", "DELETE_COMPLETE"}
    }
    records.update(aws, scope, "held", held)


def adopt(aws: boto3.Session, scope: str, stack: str, template: Template, *, pause: Pause = time.sleep) -> list[str]:
    """Makes the stack, which must not exist, of what is there already. Returns the resources' logical ids."""
    known = records.read(aws, scope, "held")
    resources = dict(_existing(aws, template, known, {"Stage": scope}))
    if not resources:
        return []
    identifiers: list[ResourceToImportTypeDef] = []
    for logical_id, (identifier, resource) in resources.items():
        kind = resource["Type"]
        identifiers.append(
            {
                "ResourceType": kind,
                "LogicalResourceId": logical_id,
                "ResourceIdentifier": {IDENTIFIERS[kind]: identifier},
            }
        )
    body = json.dumps({"Resources": {name: resource for name, (_, resource) in resources.items()}})
    change_sets.adopt(aws, stack, body, identifiers, pause=pause)
    return sorted(resources)


def _existing(
    aws: boto3.Session, template: Template, known: Mapping[str, str], parameters: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, Resource]]]:
    """(logical id, (identifier, the resource as it is there))."""
    for logical_id, declared in template["Resources"].items():
        kind = declared["Type"]
        if kind not in IDENTIFIERS or "DeletionPolicy" not in declared:
            continue
        properties = resolved(declared.get("Properties", {}), parameters)
        identifier = properties.get(IDENTIFIERS[kind], known.get(logical_id))
        if identifier is None:
            continue
        found = _as_it_is(aws, kind, identifier, properties, is_kept=declared["DeletionPolicy"] != "Delete")
        if found is not None:
            policies = {name: declared[name] for name in ("DeletionPolicy", "UpdateReplacePolicy") if name in declared}
            yield logical_id, (identifier, {"Type": kind, **policies, "Properties": found})


def resolved(value: Any, parameters: Mapping[str, str]) -> Any:
    """`value` with the parameters in place of the references to them; what CloudFormation alone knows stays."""
    if isinstance(value, list):
        return [resolved(each, parameters) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"} and value["Ref"] in parameters:
        return parameters[value["Ref"]]
    if value.keys() == {"Fn::Sub"} and isinstance(value["Fn::Sub"], str):
        text = value["Fn::Sub"]
        for name, given in parameters.items():
            text = text.replace(f"${{{name}}}", given)
        return {"Fn::Sub": text} if "${" in text else text
    return {name: resolved(each, parameters) for name, each in value.items()}


def _as_it_is(
    aws: boto3.Session, kind: str, identifier: str, declared: Mapping[str, Any], *, is_kept: bool
) -> dict[str, Any] | None:
    """The properties that a resource has and that later changes of the stack go out from; None when it is gone.

    Whatever is not among them, the deployment sets as the template says. What only a new resource could have is taken
    from the template.
    """
    try:
        match kind:
            case "AWS::DynamoDB::Table":
                return _table(aws, identifier, declared)
            case "AWS::S3::Bucket":
                aws.client("s3").head_bucket(Bucket=identifier)
                return {}
            case "AWS::KMS::Key":
                return _key(aws, identifier, declared, is_kept=is_kept)
            case _:
                return _repository(aws, identifier, declared)
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return None
        raise


def _key(aws: boto3.Session, key_id: str, declared: Mapping[str, Any], *, is_kept: bool) -> dict[str, Any] | None:
    """A key that is about to be deleted can be had back, and nothing else reads what it encrypted."""
    state = aws.client("kms").describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
    if state == "Enabled":
        return {"KeyPolicy": declared["KeyPolicy"]}
    if is_kept:
        raise StackError(f"the former stack's key {key_id} is {state}: enable it, or take it out of /lyceum/STAGE/held")
    return None


def _repository(aws: boto3.Session, name: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    aws.client("ecr").describe_repositories(repositoryNames=[name])
    return {each: declared[each] for each in ("RepositoryName", "EncryptionConfiguration") if each in declared}


def _table(aws: boto3.Session, name: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    """A table that was restored from a backup has its items and indexes, and nothing else of what it had."""
    dynamodb = aws.client("dynamodb")
    table = dynamodb.describe_table(TableName=name)["Table"]
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    is_there = {
        "SSESpecification": table.get("SSEDescription", {}).get("Status") == "ENABLED",
        "StreamSpecification": table.get("StreamSpecification", {}).get("StreamEnabled", False),
        "TimeToLiveSpecification": expiry["TimeToLiveStatus"] in {"ENABLED", "ENABLING"},
        "PointInTimeRecoverySpecification": recovery == "ENABLED",
    }
    left_out = {each for each, is_on in is_there.items() if not is_on} | {"GlobalSecondaryIndexes"}
    properties = {each: value for each, value in declared.items() if each not in left_out}
    properties["AttributeDefinitions"] = table["AttributeDefinitions"]
    properties["KeySchema"] = table["KeySchema"]
    properties["DeletionProtectionEnabled"] = table.get("DeletionProtectionEnabled", False)
    if indexes := table_indexes.as_declared(cast("Any", table), declared):
        properties["GlobalSecondaryIndexes"] = indexes
    return properties
