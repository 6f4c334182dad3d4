"""`make deploy STAGE=dev`: deploys everything to AWS, through change sets.

Needs credentials and a region as the aws command does, and Docker or buildah for the judge's image. ALLOWED_ORIGINS, if
set, are the frontends' origins, with commas between. Other parameters of the templates (infra/templates) are named so:
    make deploy STAGE=prod ARGS="--parameter MailIdentity=school.example --parameter DomainName=api.school.example"
What was named once counts until it is named otherwise or forgotten (--forget Name); all other parameters have the
stage's default (packaging/package.py).
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import web_policy
from infra.aws import change_sets, choices, judge_images, keys, records, releases, retained, stack, tables, web_files
from infra.aws.change_sets import Pause, StackError
from infra.aws.choices import ChoiceError
from infra.packaging import front_door, image, runtime, template_files
from infra.packaging import package as packaging
from infra.packaging.image import ImageError
from infra.packaging.package import ROOT, Package, PackagingError
from infra.packaging.template_files import Template

STAGES = ("dev", "prod")
ACCOUNT = ROOT / "infra" / "templates" / "account.yaml"
ACCOUNT_STACK = "lyceum-account"
ACCOUNT_SCOPE = "account"
"""Where the records of what all stages share are kept (records.py)."""
REMEMBERED = ("FrontDoorHost",)
"""What the stack itself remembers: known last, so a first deployment applies the stack a second time with it."""
FOUND_OUT = frozenset({"Stage", "JudgeImage", "S3PrefixList", "FrontDoorHost", "FrontDoorKey"}) | {
    *("RestHost", "WebsocketHost", "WebBucketHost", "UploadsHost"),
}
"""Parameters that the deployment itself gives."""
FRONT_DOOR_DEFAULTS = {"dev": {"RequestsPerAddress": "0"}, "prod": {"RequestsPerAddress": "20000"}}
# The properties that hold a path to an archive, by resource type.
CODE_PROPERTIES = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


class DeployError(Exception):
    """The message is one line for the person at the keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The parts of a deployment; tests use smaller ones."""

    stage: str
    aws: boto3.Session
    builder: image.Builder
    package: Callable[[str, Path, str | None, str], Package] = packaging.package
    front_door: Callable[[], Template] = front_door.template
    account: Callable[[], Template] = lambda: template_files.load_template(ACCOUNT)
    web: Path = web_policy.BUILD
    origins: str | None = None
    """The frontends' origins, as the environment names them."""
    rebuild_image: bool = False
    skip: tuple[str, ...] = ()
    """Logical ids of resources that a rollback which failed is to leave as they are."""
    pause: Pause = time.sleep

    @property
    def name(self) -> str:
        return stack_name(self.stage)

    def run(self, parameters: Mapping[str, str], forgotten: Collection[str] = ()) -> dict[str, str]:
        """Deploys the stage. Returns the outputs of its stacks."""
        if not web_files.is_built(self.web):
            raise DeployError(f"there is no web client in {self.web}: run `make web`")
        chosen = self._choose(parameters, forgotten)
        with step("the application's package"):
            processor = chosen.get("Architecture", runtime.X86_64)
            built = self.package(self.stage, ROOT / "build", choices.origins(chosen), processor)
        door = self.front_door()
        template = template_files.load_template(built.template)
        chosen = _known(chosen, parameters, template, door)
        tables.check_indexes(template, tables.look(self.aws, template, self.stage))
        records.write(self.aws, self.stage, "choices", chosen)
        account = self._deploy_account()
        with step("the judge's image"):
            judge = judge_images.ensure(
                self.aws, self.builder, account["JudgeRepository"], self.stage, rebuild=self.rebuild_image
            )
        keys.ensure(self.aws, self.stage)
        upload_archives(self.aws, account["ArtifactsBucket"], template, built.template.parent)
        ours = {**_share(chosen, template), "JudgeImage": judge, "S3PrefixList": s3_prefix_list(self.aws)}
        return self._deploy_stage(template, account["ArtifactsBucket"], ours, door, _share(chosen, door))

    def _choose(self, parameters: Mapping[str, str], forgotten: Collection[str]) -> dict[str, str]:
        stacks = {self.name: self.aws, front_door_name(self.stage): front_door_session(self.aws)}
        before = choices.load(self.aws, self.stage, stacks)
        chosen = choices.decide(before, parameters, forgotten, origins=self.origins)
        choices.check(self.stage, chosen)
        for name, value in sorted(chosen.items()):
            print(f"  {name}: {value}{'' if name in parameters else ' (chosen before)'}", flush=True)
        return chosen

    def _deploy_account(self) -> dict[str, str]:
        template = self.account()
        with step("the account's stack"):
            self._prepare(self.aws, ACCOUNT_SCOPE, ACCOUNT_STACK, template)
            outputs = change_sets.apply(self.aws, ACCOUNT_STACK, _body(template), {}, pause=self.pause)
            retained.note(self.aws, ACCOUNT_SCOPE, ACCOUNT_STACK)
        return outputs

    def _deploy_stage(
        self,
        template: Template,
        bucket: str,
        ours: Mapping[str, str],
        door: Template,
        its: Mapping[str, str],
    ) -> dict[str, str]:
        with step(f"the stack {self.name}"):
            self._prepare(self.aws, self.stage, self.name, template)
            found = tables.look(self.aws, template, self.stage)
            strays = tables.strays(self.aws, self.name, template, found)
            template = tables.with_names(template, strays)
            first = tables.without_protection_of_new_ones(template, found) if self.stage == "prod" else template
            outputs = self._apply(first, bucket, ours, takes_in=bool(strays))
        self._fill(outputs)
        web = outputs["WebBucketName"]
        release = releases.current(self.aws, bucket, web, template, ours["JudgeImage"])
        releases.remember(self.aws, bucket, self.stage, release)
        with step(f"the stack {front_door_name(self.stage)}"):
            opened = self._open_front_door(door, outputs, its)
        host = opened["Url"].removeprefix("https://")
        if outputs.get("FrontDoorHost") != host or first != template:
            with step(f"the stack {self.name} again, with the front door's host and protection of new tables"):
                outputs = self._apply(template, bucket, {**ours, "FrontDoorHost": host})
        return outputs | opened

    def _prepare(self, aws: boto3.Session, scope: str, name: str, template: Template) -> None:
        """So that the stack can be changed, or made of what a former one has left."""
        retained.note(aws, scope, name)
        if change_sets.recover(aws, name, skip=self.skip, pause=self.pause):
            return
        if adopted := retained.adopt(aws, scope, name, template, pause=self.pause):
            print(f"  made of what a former stack has left: {', '.join(adopted)}", flush=True)

    def _apply(
        self, template: Template, bucket: str, parameters: Mapping[str, str], *, takes_in: bool = False
    ) -> dict[str, str]:
        # By URL: one of more than 51,200 bytes is read from S3.
        key = stack.upload(self.aws, bucket, json.dumps(template).encode(), ".json")
        url = {"TemplateURL": f"{self.aws.client('s3').meta.endpoint_url}/{bucket}/{key}"}
        outputs = change_sets.apply(
            self.aws, self.name, url, parameters, remembered=REMEMBERED, takes_in=takes_in, pause=self.pause
        )
        retained.note(self.aws, self.stage, self.name)
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
        retention = packaging.defaults(self.stage)["LogRetention"]
        ours = {"Stage": self.stage, "LogRetention": retention, **FRONT_DOOR_DEFAULTS[self.stage], **hosts}
        secret = {"FrontDoorKey": keys.front_door_key(self.aws, self.stage)}
        aws, name = front_door_session(self.aws), front_door_name(self.stage)
        change_sets.recover(aws, name, skip=self.skip, pause=self.pause)
        return change_sets.apply(aws, name, _body(template), {**ours, **named, **secret}, pause=self.pause)

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


def _known(chosen: Mapping[str, str], named: Mapping[str, str], template: Template, door: Template) -> dict[str, str]:
    """The choices that this release knows. One that was only remembered may belong to a parameter that is gone."""
    declared = template["Parameters"].keys() | door["Parameters"].keys()
    if unknown := sorted(named.keys() - (declared - FOUND_OUT)):
        raise DeployError(f"there is no parameter {', '.join(unknown)} to choose")
    for name in sorted(chosen.keys() - declared):
        print(f"  {name} is no parameter any more, and forgotten", flush=True)
    return {name: value for name, value in chosen.items() if name in declared}


def _share(chosen: Mapping[str, str], template: Template) -> dict[str, str]:
    return {name: value for name, value in chosen.items() if name in template["Parameters"]}


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
    parser.add_argument("--forget", action="append", default=[], metavar="NAME", help="go back to the stage's default")
    parser.add_argument("--skip", action="append", default=[], metavar="ID", help="of a rollback that failed")
    parser.add_argument("--rebuild-image", action="store_true", help="for updates of Debian's packages")
    arguments: Any = parser.parse_args()
    try:
        deployment = Deployment(
            stage=arguments.stage,
            aws=boto3.Session(),
            builder=image.builder(),
            origins=packaging.named_origins(),
            rebuild_image=arguments.rebuild_image,
            skip=tuple(arguments.skip),
        )
        outputs = deployment.run(dict(arguments.parameter), arguments.forget)
    except (DeployError, ChoiceError, StackError, ImageError, PackagingError, BotoCoreError, ClientError) as error:
        print(f"make deploy: {error}", file=sys.stderr)
        return 1
    for name, value in sorted(outputs.items()):
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
