"""Put the packaged stack into an emulator, new or over what is there."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import yaml
from botocore.exceptions import ClientError

from infra.local import bridge
from infra.local.cloud import REGION, STACK, STAGE, Cloud, LocalCloudError, session
from infra.local.options import Options
from infra.package import Package

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

CODE_BUCKET = "lyceum-local-artifacts"
JWT_KEYS = f"/lyceum/{STAGE}/jwt-keys"
SECRET_BYTES = 48
STACK_WITHIN = 60.0  # seconds
POLL_EVERY = 0.1  # seconds
COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


class UnusableStateError(Exception):
    """What the emulator kept does not hold together; only a fresh start helps."""


def deploy(options: Options, package: Package) -> Cloud:
    """Create or update the stack, its secrets and its mail identity."""
    aws = session(options.endpoint_url)
    around = bridge.Surroundings(
        code_bucket=CODE_BUCKET,
        code_key=_upload(aws, package.code.path.read_bytes(), "zip"),
        endpoint_url=options.endpoint_url,
        judge_url=options.judge_url,
    )
    template = bridge.localise(yaml.safe_load(package.template.read_text(encoding="utf-8")), around)
    # By URL: in the request itself a template may have 51 200 bytes (of the file in S3, 1 MB).
    key = _upload(aws, json.dumps(template).encode(), "json")
    outputs = _apply(aws, f"{options.endpoint_url}/{CODE_BUCKET}/{key}")
    _ensure_jwt_keys(aws)
    _ensure_mail_identity(aws, template)
    return _cloud(options, outputs)


def _upload(aws: boto3.Session, content: bytes, suffix: str) -> str:
    """Under a key that changes with the content, so that an update sees new code."""
    key = f"{hashlib.sha256(content).hexdigest()}.{suffix}"
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=CODE_BUCKET)
    s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=content)
    return key


def _apply(aws: boto3.Session, template_url: str) -> Mapping[str, str]:
    cloudformation = aws.client("cloudformation")
    before = _status(cloudformation)
    if before in COMPLETE:
        _update(cloudformation, template_url)
    elif before is None:
        cloudformation.create_stack(StackName=STACK, TemplateURL=template_url, Capabilities=["CAPABILITY_IAM"])
    else:
        raise UnusableStateError(f"the kept stack is {before}")
    _wait(cloudformation, known=before is not None)
    _expect_everything(aws)
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _update(cloudformation: "CloudFormationClient", template_url: str) -> None:
    try:
        cloudformation.update_stack(StackName=STACK, TemplateURL=template_url, Capabilities=["CAPABILITY_IAM"])
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise UnusableStateError(f"the kept stack refuses the update: {error}") from error


def _status(cloudformation: "CloudFormationClient") -> str | None:
    try:
        return cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise


def _wait(cloudformation: "CloudFormationClient", *, known: bool) -> None:
    deadline = time.monotonic() + STACK_WITHIN
    while (status := _status(cloudformation) or "") and status.endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise LocalCloudError(f"the stack is still {status} after {STACK_WITHIN:.0f} s")
        time.sleep(POLL_EVERY)
    if status in COMPLETE:
        return
    reason = f"the stack ended as {status}: {_first_failure(cloudformation)}"
    raise UnusableStateError(reason) if known else LocalCloudError(reason)


def _first_failure(cloudformation: "CloudFormationClient") -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failures = [event for event in reversed(events) if event.get("ResourceStatus", "").endswith("_FAILED")]
    if not failures:
        return "no resource says why"
    return f"{failures[0].get('LogicalResourceId')}: {failures[0].get('ResourceStatusReason')}"


def _expect_everything(aws: boto3.Session) -> None:
    """A stack that the emulator remembers may stand on services that it forgot, when it was killed while saving."""
    listed = aws.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    for resource in listed:
        probe = PROBES.get(resource["ResourceType"])
        if probe is None:
            continue
        try:
            probe(aws, resource["PhysicalResourceId"])
        except ClientError as error:
            raise UnusableStateError(f"{resource['LogicalResourceId']} is gone: {error}") from error


PROBES: dict[str, Callable[[boto3.Session, str], object]] = {
    "AWS::DynamoDB::Table": lambda aws, name: aws.client("dynamodb").describe_table(TableName=name),
    "AWS::Lambda::Function": lambda aws, name: aws.client("lambda").get_function(FunctionName=name),
    "AWS::SQS::Queue": lambda aws, url: aws.client("sqs").get_queue_attributes(QueueUrl=url),
    "AWS::S3::Bucket": lambda aws, name: aws.client("s3").head_bucket(Bucket=name),
    "AWS::ApiGateway::RestApi": lambda aws, api: aws.client("apigateway").get_rest_api(restApiId=api),
    "AWS::ApiGatewayV2::Api": lambda aws, api: aws.client("apigatewayv2").get_api(ApiId=api),
}


def _ensure_jwt_keys(aws: boto3.Session) -> None:
    """The first signing key. Keys that exist are never replaced: that would end every session."""
    key_id = secrets.token_hex(4)
    keys = {"current": key_id, "keys": {key_id: secrets.token_urlsafe(SECRET_BYTES)}}
    ssm = aws.client("ssm")
    try:
        ssm.put_parameter(Name=JWT_KEYS, Type="SecureString", Value=json.dumps(keys), Overwrite=False)
    except ssm.exceptions.ParameterAlreadyExists:
        return


def _ensure_mail_identity(aws: boto3.Session, template: bridge.Template) -> None:
    """On AWS the stack or the account owns it; MiniStack's CloudFormation does not know the type."""
    identity = template["Parameters"]["MailIdentity"]["Default"]
    ses = aws.client("sesv2")
    try:
        ses.create_email_identity(EmailIdentity=identity)
    except ses.exceptions.AlreadyExistsException:
        return


def _cloud(options: Options, outputs: Mapping[str, str]) -> Cloud:
    gateway = f"{options.endpoint_url}/_aws/execute-api"
    websocket = f"{gateway}/{outputs['WebsocketApiId']}/api"
    return Cloud(
        stage=STAGE,
        region=REGION,
        endpoint_url=options.endpoint_url,
        rest_url=f"{gateway}/{outputs['RestApiId']}/api",
        websocket_url=urlsplit(websocket)._replace(scheme="ws").geturl(),
        front_door_url=options.front_door_url,
    )
