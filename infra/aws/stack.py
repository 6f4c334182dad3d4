"""Functions that deploying to AWS and to the local cloud have in common."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef
    from mypy_boto3_lambda import LambdaClient

SCHEDULED: Mapping[str, Any] = {
    "version": "0",
    "id": "deployment",
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "detail": {},
    "account": "",
    "time": "",
    "region": "",
    "resources": [],
}
"""What EventBridge sends to a function on a schedule."""
BEGINNINGS = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS", "DELETE_IN_PROGRESS"})
"""What CloudFormation says of a stack when an operation on it begins."""
CANCELLED = "cancelled"
"""Stands in the reasons of resources that were given up because another had failed."""
CAPABILITIES: Sequence["CapabilityType"] = ("CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
"""NAMED, since the deployer's role has a name of ours (infra/templates/deployer.yaml)."""


def upload(aws: boto3.Session, bucket: str, content: bytes, suffix: str) -> str:
    """Uploads content. Returns its key, which changes with the content, so that CloudFormation sees a change."""
    key = f"{hashlib.sha256(content).hexdigest()}{suffix}"
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    return key


def upload_file(aws: boto3.Session, bucket: str, path: Path) -> str:
    return upload(aws, bucket, path.read_bytes(), path.suffix)


def refresh_languages(aws: boto3.Session, stage: str) -> str | None:
    """Refreshes the languages now, since the schedule first waits a full period. Returns what went wrong, or None."""
    return failure_of(aws.client("lambda"), f"lyceum-{stage}-refresh-languages", SCHEDULED)


def failure_of(client: "LambdaClient", function: str, event: Mapping[str, Any]) -> str | None:
    """Calls a function and waits for it. Returns its error, or None."""
    answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
    return answer["Payload"].read().decode(errors="replace") if answer.get("FunctionError") else None


def first_failure(cloudformation: "CloudFormationClient", stack: str, operation: str | None = None) -> str:
    """Returns which resource failed first in an operation and why; the others were only cancelled.

    `operation` is the token with which it was begun; without one it is the last there was.
    """
    failed = "no resource says why"
    for event in _operations_events(cloudformation, stack, operation):  # the newest first
        reason = event.get("ResourceStatusReason", "no reason is given")
        if event.get("ResourceStatus", "").endswith("_FAILED") and CANCELLED not in reason:
            failed = f"{event.get('LogicalResourceId')}: {reason}"
    return failed


def _operations_events(
    cloudformation: "CloudFormationClient", stack: str, operation: str | None
) -> "Iterator[StackEventTypeDef]":
    """Reads back until the operation began: it may have hundreds of events, and before them are those of others."""
    is_known = False
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
        for event in page["StackEvents"]:
            token = event.get("ClientRequestToken")
            is_known = is_known or (operation is not None and token == operation)
            if is_known and token not in {None, operation}:
                return
            yield event
            if _begins(event) and not (is_known and token != operation):
                return


def _begins(event: "StackEventTypeDef") -> bool:
    is_stacks_own = event.get("PhysicalResourceId") == event["StackId"]
    return is_stacks_own and event.get("ResourceStatus") in BEGINNINGS


def first_violation(cloudformation: "CloudFormationClient", change_set: str) -> str:
    """Returns what CloudFormation, which checks a change set before anything is done, found first."""
    listed = cloudformation.describe_events(ChangeSetName=change_set, Filters={"FailedEvents": True})
    for event in listed["OperationEvents"]:
        if found := event.get("ValidationStatusReason"):
            return f"{event.get('LogicalResourceId')}: {found}"
    return "no event says why"
