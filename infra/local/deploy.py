"""Deploys the packaged stack to an emulator, new or over an existing one."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from infra.aws import keys, stack
from infra.local import judge_proxy
from infra.local.bridges.bridge import Addresses, Bridge, LocalEndpoints, Template
from infra.local.cloud import REGION, STACK, STAGE, Cloud, LocalCloudError, session
from infra.local.options import Options
from infra.packaging.package import Package
from infra.packaging.template_files import load_template

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

CODE_BUCKET = "lyceum-local-artifacts"
STACK_WITHIN = 180.0  # seconds; for a stuck emulator, not a promise of speed
POLL_EVERY = 0.1  # seconds
COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


class UnusableStateError(Exception):
    """The emulator's stored state is inconsistent; only a fresh start helps."""


def deploy(options: Options, package: Package, bridge: Bridge) -> Cloud:
    """Create or update the stack, its secrets and its mail identity."""
    aws = session(options.endpoint_url)
    kept = _ensure_code_bucket(aws)
    around = LocalEndpoints(
        code_bucket=CODE_BUCKET,
        code_key=stack.upload_file(aws, CODE_BUCKET, package.code.path),
        layer_keys=_upload_layers(aws, package) if bridge.takes_layer else {},
        judge_proxy_key=stack.upload(aws, CODE_BUCKET, _judge_proxy(), ".zip"),
        endpoint_url=options.endpoint_url,
        judge_url=options.judge_url,
        front_door_url=options.front_door_url,
    )
    template = bridge.localise(load_template(package.template), around)
    deployed_template(package).write_text(json.dumps(template), encoding="utf-8")
    outputs = _apply(aws, template, f"{options.endpoint_url}/{CODE_BUCKET}", kept=kept)
    _enable_expiry(aws, template)
    keys.ensure(aws, STAGE)
    _ensure_mail_identity(aws, template)
    return _cloud(options, bridge.addresses(aws, options.endpoint_url, outputs))


def _judge_proxy() -> bytes:
    """The archive of the function that asks the judge process."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # The same bytes each time, so that nothing is uploaded or changed again.
        entry = zipfile.ZipInfo("judge_proxy.py", date_time=(1980, 1, 1, 0, 0, 0))
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, Path(judge_proxy.__file__).read_bytes())
    return packed.getvalue()


def _upload_layers(aws: boto3.Session, package: Package) -> dict[str, str]:
    return {name: stack.upload_file(aws, CODE_BUCKET, each.path) for name, each in package.layers.items()}


def deployed_template(package: Package) -> Path:
    """Where the template lies as it was deployed, in JSON."""
    return package.template.with_name("deployed.json")


def _ensure_code_bucket(aws: boto3.Session) -> bool:
    """Whether it was there: then the emulator has kept something of an earlier run."""
    s3 = aws.client("s3")
    try:
        s3.head_bucket(Bucket=CODE_BUCKET)
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        s3.create_bucket(Bucket=CODE_BUCKET)
        return False
    return True


def _apply(aws: boto3.Session, template: Template, bucket_url: str, *, kept: bool) -> Mapping[str, str]:
    # By URL: a template passed directly may not exceed 51,200 bytes.
    url = f"{bucket_url}/{stack.upload(aws, CODE_BUCKET, json.dumps(template).encode(), '.json')}"
    cloudformation = aws.client("cloudformation")
    before = _status(cloudformation)
    if before in COMPLETE:
        _update(cloudformation, url)
    elif before is None:
        cloudformation.create_stack(StackName=STACK, TemplateURL=url, Capabilities=stack.CAPABILITIES)
    else:
        raise UnusableStateError(f"the kept stack is {before}")
    _wait(cloudformation, kept=kept)
    _check_services(aws)
    deployed = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in deployed["Outputs"]}


def _update(cloudformation: "CloudFormationClient", url: str) -> None:
    try:
        cloudformation.update_stack(StackName=STACK, TemplateURL=url, Capabilities=stack.CAPABILITIES)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise UnusableStateError(f"the kept stack refuses the update: {error}") from error


def _status(cloudformation: "CloudFormationClient") -> str | None:
    try:
        return cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's "does not exist"
            return None
        raise


def _wait(cloudformation: "CloudFormationClient", *, kept: bool) -> None:
    deadline = time.monotonic() + STACK_WITHIN
    while (status := _status(cloudformation) or "") and status.endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise LocalCloudError(f"the stack is still {status} after {STACK_WITHIN:.0f} s")
        time.sleep(POLL_EVERY)
    if status in COMPLETE:
        return
    reason = f"the stack ended as {status}: {stack.first_failure(cloudformation, STACK)}"
    raise UnusableStateError(reason) if kept else LocalCloudError(reason)


def _check_services(aws: boto3.Session) -> None:
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
    "AWS::Lambda::EventSourceMapping": lambda aws, uuid: aws.client("lambda").get_event_source_mapping(UUID=uuid),
    "AWS::SQS::Queue": lambda aws, url: aws.client("sqs").get_queue_attributes(QueueUrl=url),
    "AWS::S3::Bucket": lambda aws, name: aws.client("s3").head_bucket(Bucket=name),
    "AWS::KMS::Key": lambda aws, key: aws.client("kms").describe_key(KeyId=key),
    "AWS::ApiGateway::RestApi": lambda aws, api: aws.client("apigateway").get_rest_api(restApiId=api),
    "AWS::ApiGatewayV2::Api": lambda aws, api: aws.client("apigatewayv2").get_api(ApiId=api),
}


def _enable_expiry(aws: boto3.Session, template: Template) -> None:
    """MiniStack expires items, but its CloudFormation passes over the tables' TimeToLiveSpecification."""
    dynamodb = aws.client("dynamodb")
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        table = aws.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=name)
        table_name = table["StackResourceDetail"]["PhysicalResourceId"]
        expiry = dynamodb.describe_time_to_live(TableName=table_name)["TimeToLiveDescription"]
        if expiry["TimeToLiveStatus"] == "DISABLED":
            wanted = resource["Properties"]["TimeToLiveSpecification"]
            dynamodb.update_time_to_live(TableName=table_name, TimeToLiveSpecification=wanted)


def _ensure_mail_identity(aws: boto3.Session, template: Template) -> None:
    """On AWS the stack or the account owns it; emulators' CloudFormation does not know the type. It may be there."""
    aws.client("ses").verify_domain_identity(Domain=template["Parameters"]["MailIdentity"]["Default"])


def _cloud(options: Options, addresses: Addresses) -> Cloud:
    return Cloud(
        stage=STAGE,
        region=REGION,
        endpoint_url=options.endpoint_url,
        rest_url=addresses.rest_url,
        websocket_url=addresses.websocket_url,
        front_door_url=options.front_door_url,
    )
