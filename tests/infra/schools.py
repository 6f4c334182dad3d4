"""A small school that is deployed to an AWS account in memory (cloud_stub.py), as often as a test wants."""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from infra.aws import destroy, judge_images
from infra.aws.deploy import ACCOUNT, Deployment
from infra.packaging import image
from infra.packaging.archives import Archive
from infra.packaging.package import Package
from infra.packaging.template_files import load_template
from tests.infra.cloud_stub import Account, Cloud, Params
from tests.infra.stack_stub import CHANGEABLE, CloudFormation, Stack

OWN: Final = {
    "MailFrom": "school@school.example",
    "MailIdentity": "school.example",
    "AllowedOrigins": "https://school.example",
}
CHOSEN: Final = {**OWN, "JudgeConcurrency": "407"}
INDEX: Final = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}


def table(name: str, *indexes: str) -> Params:
    properties: Params = {
        "TableName": {"Fn::Sub": f"lyceum-${{Stage}}-{name}"},
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
        "DeletionProtectionEnabled": {"Fn::If": ["IsProd", True, False]},
    }
    if indexes:
        properties["GlobalSecondaryIndexes"] = [{"IndexName": each, **INDEX} for each in indexes]
    return {"Type": "AWS::DynamoDB::Table", "Properties": properties}


def application(stage: str = "prod", changes: Mapping[str, Params] = MappingProxyType({})) -> Params:
    """A small stage of each kind of resource that holds data, in the order in which they are made."""
    policies = {"UpdateReplacePolicy": "Retain", "DeletionPolicy": "RetainExceptOnCreate"}
    kept: dict[str, Params] = {
        "Courses": table("courses", "by_course"),
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": ["tests"]}},
        "Web": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": ["web"]}},
        "Secrets": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {}, "EnableKeyRotation": True}},
    } | {name: each for name, each in changes.items() if each["Type"] == "AWS::DynamoDB::Table"}
    parameters = {name: {"Type": "String", "Default": value} for name, value in {"Stage": stage, **OWN}.items()}
    given = {name: {"Type": "String"} for name in ("JudgeImage", "S3PrefixList")}
    numbers = {"FrontDoorHost": {"Type": "String", "Default": ""}, "JudgeConcurrency": {"Type": "Number", "Default": 9}}
    numbers["Architecture"] = {"Type": "String", "Default": "x86_64"}
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"Name": {"Fn::Sub": "${MailFrom} ${JudgeConcurrency}"}}}
    function = {"Image": {"Ref": "JudgeImage"}, "Origins": {"Fn::Sub": "${AllowedOrigins} ${FrontDoorHost}"}}
    return {
        "Parameters": {**parameters, **given, **numbers},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        "Resources": {
            **{name: {**each, **(policies if stage == "prod" else {})} for name, each in kept.items()},
            "Queue": queue,
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            **{name: each for name, each in changes.items() if name not in kept},
        },
        "Outputs": {
            "RestAPIId": {"Value": "rest1"},
            "WebsocketAPIId": {"Value": "socket1"},
            "TestDataBucketName": {"Value": {"Ref": "Bucket"}},
            "WebBucketName": {"Value": {"Ref": "Web"}},
            "WebBucketHost": {"Value": "web.example"},
            "UploadsHost": {"Value": "uploads.example"},
            "FrontDoorHost": {"Value": {"Ref": "FrontDoorHost"}},
        },
    }


def door() -> Params:
    names = ("Stage", "FrontDoorKey", "LogRetention", "RequestsPerAddress", "RestHost", "WebsocketHost")
    declared: Params = {name: {"Type": "String"} for name in (*names, "WebBucketHost", "UploadsHost")}
    return {
        "Parameters": {**declared, "DomainName": {"Type": "String", "Default": ""}},
        "Resources": {"Distribution": {"Type": "Distribution", "Properties": {"Host": {"Ref": "RestHost"}}}},
        "Outputs": {"Url": {"Value": "https://door.example"}},
    }


@functools.cache
def _account() -> Params:
    return load_template(ACCOUNT)


@dataclass
class Builder(image.Builder):
    account: Account
    built: list[str] = field(default_factory=list)
    manifest: str = judge_images.MANIFESTS[0]

    def build(self, tag: str, arguments: dict[str, str]) -> None:
        self.built.append(tag)

    def push(self, tag: str, *, user: str, password: str) -> None:
        registry, _, version = tag.rpartition(":")
        pushed = {"repositoryName": registry.partition("/")[2], "imageTag": version}
        pushed["imageManifestMediaType"] = self.manifest
        self.account.put_image({**pushed, "imageManifest": f"sha256:{len(self.built)}"})

    def run(self, tag: str, script: str, volumes: Sequence[str] = (), *, as_caller: bool = False) -> None:
        raise NotImplementedError


@dataclass
class School:
    """An AWS account and somebody who deploys to it."""

    directory: Path
    account: Account = field(default_factory=Account)
    packaged_for: list[tuple[str | None, str]] = field(default_factory=list)
    """The frontends' origins and the processor of each package that was built."""
    stacks: CloudFormation = field(init=False)
    cloud: Cloud = field(init=False)
    builder: Builder = field(init=False)

    def __post_init__(self) -> None:
        (self.directory / "web" / "assets").mkdir(parents=True, exist_ok=True)
        (self.directory / "web" / "index.html").write_text("page", encoding="utf-8")
        self.stacks = CloudFormation(self.account)
        self.cloud = Cloud((self.account, self.stacks))
        self.builder = Builder(self.account)

    def deploy(
        self,
        chosen: Mapping[str, str] = MappingProxyType({}),
        template: Params | None = None,
        *,
        stage: str = "prod",
        forgotten: tuple[str, ...] = (),
        **parts: Any,
    ) -> dict[str, str]:
        path = self.directory / "template.yaml"
        path.write_text(json.dumps(template or application(stage)), encoding="utf-8")  # which is YAML too
        package = Package(stage, path, Archive(path, 0, 0), {})

        def packaged(stage: str, out: Path, origins: str | None, processor: str) -> Package:
            self.packaged_for.append((origins, processor))
            return package

        deployment = Deployment(
            stage=stage,
            aws=self.cloud.session,
            builder=self.builder,
            package=packaged,
            front_door=door,
            account=_account,
            web=self.directory / "web",
            pause=lambda seconds: None,
            **parts,
        )
        return deployment.run(chosen, forgotten)

    def destroy(self, stage: str = "prod") -> None:
        self.stack(f"lyceum-{stage}").is_protected = False
        answer = f"lyceum-{stage}"
        assert destroy.destroy(self.cloud.session, stage, lambda question: answer, pause=lambda seconds: None)

    def stack(self, name: str = "lyceum-prod") -> Stack:
        found = self.stacks.named(name)
        assert found is not None
        return found

    def fail(self, logical_id: str, *steps: str) -> None:
        self.stacks.fails = lambda resource, step: resource == logical_id and step in steps

    def succeed(self) -> None:
        self.stacks.fails = lambda resource, step: False


def in_order(school: School) -> None:
    """The stage is as one deployment without a fault makes it: nothing is missing, unprotected or left over."""
    account, held = school.account, school.stack().resources
    assert school.stack().status in CHANGEABLE
    assert school.stack().is_protected
    assert account.tables.keys() == {"lyceum-prod-courses"}
    assert account.tables["lyceum-prod-courses"]["DeletionProtectionEnabled"] is True
    assert account.buckets.keys() == {held[name].physical_id for name in ("Bucket", "Web")} | {artifacts(school)}
    assert [key for key, state in account.keys.items() if state == "Enabled"] == [held["Secrets"].physical_id]
    assert held["Function"].properties["Origins"] == "https://school.example door.example"
    assert held["Queue"].properties["Name"] == "school@school.example 407"
    assert "app/index.html" in account.buckets[held["Web"].physical_id]


def artifacts(school: School) -> str:
    return school.stack("lyceum-account").resources["Artifacts"].physical_id
