"""`make deploy STAGE=dev`: the packaged stack to AWS.

Needs AWS credentials and region as the aws command does, Docker for the judge's image, and
    ARTIFACTS_BUCKET   a bucket for templates and archives
    JUDGE_REPOSITORY   the judge's ECR repository, e.g. 123456789012.dkr.ecr.eu-central-1.amazonaws.com/lyceum-judge
ALLOWED_ORIGIN, if set, is the frontend's origin. Other parameters of infra/resources.yaml keep their stage's default
(infra/package.py) unless every deployment names them:
    make deploy STAGE=dev ARGS="--parameter MailIdentity=school.example --parameter MailFrom=no-reply@school.example"
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import yaml
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra import package as packaging
from infra import stack
from infra.package import ROOT, PackagingError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STAGES = ("dev", "prod")
# The properties that hold a path to an archive, by resource type.
CODE_PROPERTIES = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


class DeployError(Exception):
    """The message is one line for the person at the keyboard."""


def deploy(stage: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """The stack's outputs."""
    bucket, repository = _required("ARTIFACTS_BUCKET"), _required("JUDGE_REPOSITORY")
    aws = boto3.Session()
    image = build_judge(aws, repository)
    print("packaging the application", flush=True)
    built = packaging.package(stage, ROOT / "build")
    template = yaml.safe_load(built.template.read_text(encoding="utf-8"))
    upload_archives(aws, bucket, template, built.template.parent)
    url = f"https://{bucket}.s3.amazonaws.com/{stack.upload(aws, bucket, json.dumps(template).encode(), '.json')}"
    print("creating or updating the stack", flush=True)
    outputs = apply(aws, f"lyceum-{stage}", url, {**parameters, "JudgeImage": image})
    stack.ensure_jwt_keys(aws, stage)
    if failure := stack.refresh_languages(aws, stage):
        raise DeployError(f"the stack is deployed, but refresh_languages failed: {failure}")
    return outputs


def build_judge(aws: boto3.Session, repository: str) -> str:
    """Build and push the image; its URI by digest, so that CloudFormation sees a new one."""
    tag = f"{repository}:{time.strftime('%Y%m%d%H%M%S', time.gmtime())}"
    _docker(
        "build", "--platform", "linux/amd64", "--provenance=false", "-f", "judge_container/Dockerfile", "-t", tag, "."
    )
    grant = aws.client("ecr").get_authorization_token()["authorizationData"][0]
    user, _, password = base64.b64decode(grant["authorizationToken"]).decode().partition(":")
    _docker("login", "--username", user, "--password-stdin", repository.partition("/")[0], password=password)
    _docker("push", tag)
    pushed = aws.client("ecr").describe_images(
        repositoryName=repository.partition("/")[2], imageIds=[{"imageTag": tag.rpartition(":")[2]}]
    )
    return f"{repository}@{pushed['imageDetails'][0]['imageDigest']}"


def upload_archives(aws: boto3.Session, bucket: str, template: dict[str, Any], directory: Path) -> None:
    """Replace the paths in `template` by where their files now lie in S3."""
    uploaded: dict[str, str] = {}
    for resource in template["Resources"].values():
        name = CODE_PROPERTIES.get(resource["Type"])
        if name is None:
            continue
        path = resource["Properties"][name]
        if path not in uploaded:
            uploaded[path] = stack.upload_file(aws, bucket, directory / path)
        resource["Properties"][name] = f"s3://{bucket}/{uploaded[path]}"


def apply(aws: boto3.Session, name: str, url: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Through a change set: the template is a SAM template, and only those expand it."""
    cloudformation = aws.client("cloudformation")
    kind = "UPDATE" if _exists(cloudformation, name) else "CREATE"
    change_set = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"deploy-{int(time.time())}",
        ChangeSetType="UPDATE" if kind == "UPDATE" else "CREATE",
        TemplateURL=url,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=stack.CAPABILITIES,
    )["Id"]
    if _has_changes(cloudformation, change_set):
        cloudformation.execute_change_set(ChangeSetName=change_set)
        _wait_for_stack(cloudformation, name, kind)
    deployed = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in deployed["Outputs"]}


def _exists(cloudformation: "CloudFormationClient", name: str) -> bool:
    try:
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's "does not exist"
            return False
        raise
    return status != "REVIEW_IN_PROGRESS"  # only a change set, never executed


def _has_changes(cloudformation: "CloudFormationClient", change_set: str) -> bool:
    try:
        cloudformation.get_waiter("change_set_create_complete").wait(
            ChangeSetName=change_set, WaiterConfig={"Delay": 3, "MaxAttempts": 100}
        )
    except WaiterError as error:
        reason = str(error.last_response.get("StatusReason", error))
        if "didn't contain changes" in reason or "No updates are to be performed" in reason:
            cloudformation.delete_change_set(ChangeSetName=change_set)
            return False
        raise DeployError(f"the change set failed: {reason}") from error
    return True


def _wait_for_stack(cloudformation: "CloudFormationClient", name: str, kind: str) -> None:
    patience: Any = {"Delay": 5, "MaxAttempts": 360}
    try:
        if kind == "UPDATE":
            cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=patience)
        else:
            cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=patience)
    except WaiterError as error:
        raise DeployError(f"the stack failed: {stack.first_failure(cloudformation, name)}") from error


def _docker(*arguments: str, password: str | None = None) -> None:
    try:
        subprocess.run(["docker", *arguments], cwd=ROOT, input=password, text=True, check=True)
    except FileNotFoundError as error:
        raise DeployError("docker is missing: the judge's image is built with it") from error
    except subprocess.CalledProcessError as error:
        raise DeployError(f"docker {arguments[0]} failed") from error


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise DeployError(f"{name} is not set (see the top of infra/deploy.py)")
    return value


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not Name=Value")
    return name, value


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploy to AWS.")
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--parameter", type=_assignment, action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    try:
        outputs = deploy(arguments.stage, dict(arguments.parameter))
    except (DeployError, PackagingError, BotoCoreError, ClientError) as error:
        print(f"make deploy: {error}", file=sys.stderr)
        return 1
    for name, value in sorted(outputs.items()):
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
