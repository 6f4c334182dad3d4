"""Functions that deploying to AWS and to the local cloud have in common."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import CapabilityType
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
CAPABILITIES: Sequence["CapabilityType"] = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")


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


def first_failure(cloudformation: "CloudFormationClient", stack: str) -> str:
    """Returns which resource failed first and why; the others were only cancelled."""
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failures = [event for event in reversed(events) if event.get("ResourceStatus", "").endswith("_FAILED")]
    if not failures:
        return "no resource says why"
    return f"{failures[0].get('LogicalResourceId')}: {failures[0].get('ResourceStatusReason')}"
