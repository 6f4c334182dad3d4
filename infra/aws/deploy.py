"""`make deploy STAGE=dev`: deploys everything to AWS, through change sets.

Needs credentials and a region as the aws command does, and Docker or buildah for the judge's image. ALLOWED_ORIGINS, if
set, are the frontends' origins, with commas between. Other parameters of the templates (infra/templates) are named so:
    make deploy STAGE=prod ARGS="--parameter MailIdentity=school.example --parameter DomainName=api.school.example"
The stacks remember the parameters of the school itself (REMEMBERED); all others have the stage's default
(packaging/package.py).
"""

import argparse
import base64
import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import web_policy
from infra.aws import change_sets, keys, releases, stack, web_files
from infra.aws.change_sets import StackError
from infra.packaging import front_door, image, template_files
from infra.packaging import package as packaging
from infra.packaging.image import ImageError
from infra.packaging.package import ROOT, Package, PackagingError
from infra.packaging.template_files import Template

STAGES = ("dev", "prod")
ACCOUNT = ROOT / "infra" / "templates" / "account.yaml"
ACCOUNT_STACK = "lyceum-account"
REMEMBERED = (
    *("MailFrom", "MailIdentity", "CreateMailIdentity", "MailZoneId", "DomainName", "HostedZoneId"),
    *("AlarmTopicArn", "AlarmEmail", "MonthlyBudget"),
    "FrontDoorHost",  # known last: a first deployment applies the stack a second time with it
)
# The properties that hold a path to an archive, by resource type.
CODE_PROPERTIES = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
FRONT_DOOR_DEFAULTS = {"dev": {"RequestsPerAddress": "0"}, "prod": {"RequestsPerAddress": "20000"}}


class DeployError(Exception):
    """The message is one line for the person at the keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The parts of a deployment; tests use smaller ones."""

    stage: str
    aws: boto3.Session
    builder: image.Builder
    package: Callable[[str, Path], Package] = packaging.package
    front_door: Callable[[], Template] = front_door.template
    web: Path = web_policy.BUILD

    @property
    def name(self) -> str:
        return stack_name(self.stage)

    def run(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Deploys the stage. Returns the outputs of its stacks."""
        if not web_files.is_built(self.web):
            raise DeployError(f"there is no web client in {self.web}: run `make web`")
        with step("the account's stack"):
            account = change_sets.apply(self.aws, ACCOUNT_STACK, _body(template_files.load_template(ACCOUNT)), {})
        with step("the judge's image"):
            judge = push_judge(self.aws, self.builder, account["JudgeRepository"])
        with step("the application's package"):
            built = self.package(self.stage, ROOT / "build")
        door = self.front_door()
        template = template_files.load_template(built.template)
        ours, its = _split_parameters(parameters, template, door)
        keys.ensure(self.aws, self.stage)
        uploaded = self._upload(template, built.template.parent, account["ArtifactsBucket"])
        ours = {**ours, "JudgeImage": judge, "S3PrefixList": s3_prefix_list(self.aws)}
        with step(f"the stack {self.name}"):
            outputs = self._apply(uploaded, ours)
        self._fill(outputs)
        bucket, web = account["ArtifactsBucket"], outputs["WebBucketName"]
        releases.remember(
            self.aws, bucket, self.stage, releases.current(self.aws, bucket, web, template, ours["JudgeImage"])
        )
        with step(f"the stack {front_door_name(self.stage)}"):
            opened = self._open_front_door(door, outputs, its)
        host = opened["Url"].removeprefix("https://")
        if outputs.get("FrontDoorHost") != host:
            with step(f"the stack {self.name}, which learns the front door's host"):
                outputs = self._apply(uploaded, {**ours, "FrontDoorHost": host})
        return outputs | opened

    def _upload(self, template: Template, directory: Path, bucket: str) -> str:
        """Returns the URL of the template: one of more than 51,200 bytes is read from S3."""
        upload_archives(self.aws, bucket, template, directory)
        key = stack.upload(self.aws, bucket, json.dumps(template).encode(), ".json")
        return f"{self.aws.client('s3').meta.endpoint_url}/{bucket}/{key}"

    def _apply(self, url: str, parameters: Mapping[str, str]) -> dict[str, str]:
        outputs = change_sets.apply(self.aws, self.name, {"TemplateURL": url}, parameters, remembered=REMEMBERED)
        if self.stage == "prod":
            protect(self.aws, self.name)
        return outputs

    def _fill(self, outputs: Mapping[str, str]) -> None:
        """Gives the stack what it needs and CloudFormation does not bring."""
        with step("the judge's languages"):
            if failure := stack.refresh_languages(self.aws, self.stage):
                raise DeployError(f"the stack is deployed, but refresh_languages failed: {failure}")
        with step("the web client's files"):
            web_files.publish(self.aws, outputs["WebBucketName"], self.web)

    def _open_front_door(self, template: Template, api: Mapping[str, str], named: Mapping[str, str]) -> dict[str, str]:
        hosts = {"RestHost": self._host(api["RestAPIId"]), "WebsocketHost": self._host(api["WebsocketAPIId"])}
        hosts |= {name: api[name] for name in ("WebBucketHost", "UploadsHost")}
        retention = str((packaging.SHARED_PARAMETERS | packaging.STAGE_PARAMETERS[self.stage])["LogRetention"])
        ours = {"Stage": self.stage, "LogRetention": retention, **FRONT_DOOR_DEFAULTS[self.stage], **hosts}
        secret = {"FrontDoorKey": keys.front_door_key(self.aws, self.stage)}
        return change_sets.apply(
            front_door_session(self.aws),
            front_door_name(self.stage),
            _body(template),
            {**ours, **named, **secret},
            remembered=REMEMBERED,
        )

    def _host(self, api: str) -> str:
        return f"{api}.execute-api.{self.aws.region_name}.amazonaws.com"


def stack_name(stage: str) -> str:
    return f"lyceum-{stage}"


def front_door_name(stage: str) -> str:
    return f"lyceum-{stage}-front-door"


def front_door_session(aws: boto3.Session) -> boto3.Session:
    """Returns a session with the same credentials in the region of CloudFront's stacks."""
    given = aws.get_credentials()
    if given is None or aws.region_name == front_door.REGION:
        return aws
    frozen = given.get_frozen_credentials()
    return boto3.Session(frozen.access_key, frozen.secret_key, frozen.token, region_name=front_door.REGION)


def push_judge(aws: boto3.Session, builder: image.Builder, repository: str) -> str:
    """Builds and pushes the image. Returns its URI by digest, so that CloudFormation sees a new one."""
    # Tags are immutable; two people may deploy within a second.
    tag = f"{repository}:{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:8]}"
    builder.build(tag, {"BASE": image.BASE, "LANGUAGES": ""})
    grant = aws.client("ecr").get_authorization_token()["authorizationData"][0]
    user, _, password = base64.b64decode(grant["authorizationToken"]).decode().partition(":")
    builder.push(tag, user=user, password=password)
    pushed = aws.client("ecr").describe_images(
        repositoryName=repository.partition("/")[2], imageIds=[{"imageTag": tag.rpartition(":")[2]}]
    )
    return f"{repository}@{pushed['imageDetails'][0]['imageDigest']}"


def upload_archives(aws: boto3.Session, bucket: str, template: Template, directory: Path) -> None:
    """Uploads the files that `template` names, and replaces their paths by their places in S3."""
    uploaded: dict[str, str] = {}
    for resource in template["Resources"].values():
        name = CODE_PROPERTIES.get(resource["Type"])
        if name is None:
            continue
        path = resource["Properties"][name]
        if path not in uploaded:
            uploaded[path] = stack.upload_file(aws, bucket, directory / path)
        resource["Properties"][name] = f"s3://{bucket}/{uploaded[path]}"


def s3_prefix_list(aws: boto3.Session) -> str:
    """Returns the prefix list of S3 in this region, which the judge may reach."""
    named = {"Name": "prefix-list-name", "Values": [f"com.amazonaws.{aws.region_name}.s3"]}
    (found,) = aws.client("ec2").describe_managed_prefix_lists(Filters=[named])["PrefixLists"]
    return str(found["PrefixListId"])


def protect(aws: boto3.Session, name: str) -> None:
    aws.client("cloudformation").update_termination_protection(StackName=name, EnableTerminationProtection=True)


def _split_parameters(
    parameters: Mapping[str, str], template: Template, door: Template
) -> tuple[dict[str, str], dict[str, str]]:
    """Splits the parameters by the stacks that declare them, perhaps both."""
    shares = [
        {name: value for name, value in parameters.items() if name in each["Parameters"]} for each in (template, door)
    ]
    if unknown := sorted(parameters.keys() - shares[0].keys() - shares[1].keys()):
        raise DeployError(f"there is no parameter {', '.join(unknown)}")
    return shares[0], shares[1]


def _body(template: Template) -> dict[str, str]:
    return {"TemplateBody": json.dumps(template)}


@contextmanager
def step(name: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"- {name} ...", flush=True)
    yield
    print(f"  done in {time.monotonic() - began:.0f} s", flush=True)


def assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not Name=Value")
    return name, value


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.aws.deploy", description="Deploy to AWS.")
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--parameter", type=assignment, action="append", default=[], metavar="NAME=VALUE")
    arguments: Any = parser.parse_args()
    try:
        deployment = Deployment(stage=arguments.stage, aws=boto3.Session(), builder=image.builder())
        outputs = deployment.run(dict(arguments.parameter))
    except (DeployError, StackError, ImageError, PackagingError, BotoCoreError, ClientError) as error:
        print(f"make deploy: {error}", file=sys.stderr)
        return 1
    for name, value in sorted(outputs.items()):
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
