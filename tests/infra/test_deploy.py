"""`make deploy` and `make destroy` in the emulator: small templates, a builder that remembers, the real steps."""

import argparse
import functools
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boto3
import httpx
import pytest
import yaml

from infra.aws import change_sets, deploy, destroy, web_files
from infra.aws.change_sets import StackError
from infra.aws.deploy import Deployment
from infra.aws.rollback_code import Rollback
from infra.local import emulator
from infra.local.options import Options
from infra.packaging import image
from infra.packaging.archives import Archive
from infra.packaging.package import Package
from tests.e2e.local_cloud import PATIENCE, free_ports
from tests.infra.cloud_stub import ThriftySession
from tests.infra.conftest import Built, cfn_lint

REGION: Final = "eu-central-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture(scope="module")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """moto forgets the outputs of stacks that change sets made; the local cloud's emulator does not."""
    directory = tmp_path_factory.mktemp("emulator")
    (port,) = free_ports(1)
    options = Options(front_door_port=0, emulator_port=port, judge_port=0, state_dir=directory, external_endpoint="")
    emulator.prepare(options)
    with (directory / "lock").open("w") as lock:
        machine = emulator.child(options, lock=lock.fileno())
        machine.start()
        machine.wait_ready()
        yield options.endpoint_url
        machine.stop()


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return ThriftySession(region_name=REGION)


@pytest.fixture
def aws(emulator_url: str, session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    httpx.post(f"{emulator_url}/_ministack/reset", timeout=PATIENCE)
    for name, value in {"ENDPOINT_URL": emulator_url, "ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return session


@dataclass
class Builder(image.Builder):
    """Pushes an image that is only a name."""

    aws: boto3.Session
    built: list[str] = field(default_factory=list)
    credentials: list[tuple[str, str]] = field(default_factory=list)

    def build(self, tag: str, arguments: dict[str, str]) -> None:
        self.built.append(tag)

    def push(self, tag: str, *, user: str, password: str) -> None:
        assert tag in self.built
        self.credentials.append((user, password))
        registry, _, version = tag.rpartition(":")
        manifest = json.dumps({"schemaVersion": 2, "config": {"digest": f"sha256:{len(self.built):064}"}})
        repository = registry.partition("/")[2]
        self.aws.client("ecr").put_image(repositoryName=repository, imageTag=version, imageManifest=manifest)

    def run(self, tag: str, script: str, volumes: Sequence[str] = (), *, as_caller: bool = False) -> None:
        raise NotImplementedError


def briefly(seconds: float) -> None:
    """The emulator is done sooner than AWS."""
    time.sleep(min(seconds, 0.05))


# As infra/templates/resources.yaml has it.
UPLOADS = {
    "AllowedMethods": ["POST"],
    "AllowedOrigins": {
        "Fn::Split": [
            ",",
            {
                "Fn::If": [
                    "HasFrontDoor",
                    {"Fn::Sub": "https://a.example,https://${FrontDoorHost}"},
                    "https://a.example",
                ]
            },
        ]
    },
}


OWN: Final = {
    "MailFrom": "school@school.example",
    "MailIdentity": "school.example",
    "AllowedOrigins": "https://school.example",
}
"""What prod wants to be told."""


def application(stage: str = "dev", **changes: Any) -> dict[str, Any]:
    """As much of the packaged template as deploying looks at."""
    function = {
        "FunctionName": {"Fn::Sub": "lyceum-${Stage}-refresh-languages"},
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Runtime": "python3.11",
        "Handler": "index.handler",
        "Code": {"ZipFile": "def handler(event, context): ..."},
    }
    names = {"Stage": stage, "MailFrom": "nobody@lyceum.example", "LogLevel": "INFO"}
    names |= {"MailIdentity": "lyceum.example", "AllowedOrigins": "https://lyceum.example"}
    parameters = {name: {"Type": "String", "Default": default} for name, default in names.items()}
    return {
        "Parameters": {
            **parameters,
            "FrontDoorHost": {"Type": "String", "Default": ""},
            "JudgeImage": {"Type": "String"},
            "S3PrefixList": {"Type": "String"},
        },
        "Conditions": {"HasFrontDoor": {"Fn::Not": [{"Fn::Equals": [{"Ref": "FrontDoorHost"}, ""]}]}},
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
            "Refresh": {"Type": "AWS::Lambda::Function", "Properties": function},
            "TestData": {"Type": "AWS::S3::Bucket", "Properties": {"CorsConfiguration": {"CorsRules": [UPLOADS]}}},
            "Web": {"Type": "AWS::S3::Bucket", "Properties": {}},
            "Setting": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": {"Fn::Sub": "${MailFrom} ${LogLevel} ${JudgeImage}"}},
            },
            **changes,
        },
        "Outputs": {
            "RestAPIId": {"Value": "rest1"},
            "WebsocketAPIId": {"Value": "socket1"},
            "TestDataBucketName": {"Value": {"Ref": "TestData"}},
            "WebBucketName": {"Value": {"Ref": "Web"}},
            "WebBucketHost": {"Value": {"Fn::Sub": f"${{Web}}.s3.{REGION}.amazonaws.com"}},
            "UploadsHost": {"Value": {"Fn::Sub": f"${{TestData}}.s3.{REGION}.amazonaws.com"}},
            "Setting": {"Value": {"Ref": "Setting"}},
            "FrontDoorHost": {"Condition": "HasFrontDoor", "Value": {"Ref": "FrontDoorHost"}},
        },
    }


def door() -> dict[str, Any]:
    given = ("Stage", "FrontDoorKey", "LogRetention", "RequestsPerAddress")
    names = (*given, "RestHost", "WebsocketHost", "WebBucketHost", "UploadsHost")
    parameters: dict[str, Any] = {name: {"Type": "String"} for name in names}
    told = {"Type": "String", "Value": {"Fn::Sub": "${RestHost} ${WebsocketHost} ${FrontDoorKey} ${DomainName}"}}
    web = {"Type": "String", "Value": {"Fn::Sub": "${WebBucketHost} ${UploadsHost}"}}
    return {
        "Parameters": {**parameters, "DomainName": {"Type": "String", "Default": ""}},
        "Resources": {
            "Told": {"Type": "AWS::SSM::Parameter", "Properties": told},
            "Hosts": {"Type": "AWS::SSM::Parameter", "Properties": web},
        },
        "Outputs": {
            "Url": {"Value": "https://door.example"},
            "Told": {"Value": {"Ref": "Told"}},
            "Hosts": {"Value": {"Ref": "Hosts"}},
        },
    }


Deploy = Callable[..., dict[str, str]]


@pytest.fixture
def builder(aws: boto3.Session) -> Builder:
    return Builder(aws)


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A build of the web client."""
    (tmp_path / "web" / "assets").mkdir(parents=True)
    (tmp_path / "web" / "index.html").write_text("page", encoding="utf-8")
    (tmp_path / "web" / "assets" / "main-1.js").write_text("script", encoding="utf-8")
    return tmp_path / "web"


@pytest.fixture
def deployed(aws: boto3.Session, builder: Builder, tmp_path: Path, web: Path) -> Deploy:
    """Deploys `template` with parameters; each time, or the first time, something changes."""

    def run(template: dict[str, Any] | None = None, *, stage: str = "dev", **parameters: str) -> dict[str, str]:
        (tmp_path / "template.yaml").write_text(yaml.safe_dump(template or application(stage)), encoding="utf-8")
        archive = Archive(tmp_path / "code.zip", 0, 0)
        package = Package(stage, tmp_path / "template.yaml", archive, {"ManagedLayer": archive})
        parts: dict[str, Any] = {
            "package": lambda stage, out, origins, processor: package,
            "front_door": door,
            "web": web,
        }
        parts["pause"] = briefly
        return Deployment(stage=stage, aws=aws, builder=builder, **parts).run(parameters)

    return run


def said(aws: boto3.Session, name: str, region: str = REGION) -> str:
    value = aws.client("ssm", region_name=region).get_parameter(Name=name)["Parameter"]["Value"]
    return str(value)


def test_a_first_deployment_makes_everything_and_says_where_it_is(
    aws: boto3.Session, builder: Builder, deployed: Deploy
) -> None:
    outputs = deployed(MailFrom="school@lyceum.example")

    (tag,) = builder.built
    ((user, password),) = builder.credentials
    mail, level, judge = said(aws, outputs["Setting"]).split()
    repository, _, digest = judge.partition("@")
    assert outputs["Url"] == "https://door.example"
    assert (mail, level) == ("school@lyceum.example", "INFO")
    assert repository == tag.rpartition(":")[0]
    assert digest.startswith("sha256:")
    assert user == "AWS"
    assert password


def test_front_door_gets_the_apis_hosts_and_the_key_that_the_api_believes(aws: boto3.Session, deployed: Deploy) -> None:
    outputs = deployed(DomainName="api.school.example")

    rest, websocket, key, domain = said(aws, outputs["Told"], "us-east-1").split()
    (believed,) = json.loads(secret(aws, "front-door-keys"))
    assert rest == f"rest1.execute-api.{REGION}.amazonaws.com"
    assert websocket == f"socket1.execute-api.{REGION}.amazonaws.com"
    assert (key, domain) == (believed, "api.school.example")


def test_the_web_client_is_there_before_the_front_door_that_leads_to_it(aws: boto3.Session, deployed: Deploy) -> None:
    outputs = deployed()

    bucket, uploads = said(aws, outputs["Hosts"], "us-east-1").split()
    listed = aws.client("s3").list_objects_v2(Bucket=outputs["WebBucketName"])["Contents"]
    assert bucket == f"{outputs['WebBucketName']}.s3.{REGION}.amazonaws.com"
    assert uploads == f"{outputs['TestDataBucketName']}.s3.{REGION}.amazonaws.com"
    assert [each["Key"] for each in listed] == ["app/assets/main-1.js", "app/index.html"]


def test_without_a_build_of_the_web_client_nothing_is_deployed(
    aws: boto3.Session, builder: Builder, deployed: Deploy, web: Path
) -> None:
    (web / "index.html").unlink()

    with pytest.raises(deploy.DeployError, match=r"no web client in .*: run `make web`"):
        deployed()
    assert builder.built == []


def test_the_bucket_takes_what_the_front_doors_own_pages_send(
    aws: boto3.Session, deployed: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    for times_applied in (2, 1):  # the host is known only when the front door is there; then it is remembered
        outputs = deployed()

        (rule,) = aws.client("s3").get_bucket_cors(Bucket=outputs["TestDataBucketName"])["CORSRules"]
        assert rule["AllowedOrigins"] == ["https://a.example", "https://door.example"]
        assert capsys.readouterr().out.count("- the stack lyceum-dev") == times_applied + 1  # the front door's is one


def test_the_next_deployment_remembers_what_was_said_once(aws: boto3.Session, deployed: Deploy) -> None:
    deployed(MailFrom="school@lyceum.example", LogLevel="DEBUG", DomainName="api.school.example")
    outputs = deployed(LogLevel="WARNING")

    mail, level, _ = said(aws, outputs["Setting"]).split()
    assert (mail, level) == ("school@lyceum.example", "WARNING")
    assert said(aws, outputs["Told"], "us-east-1").endswith(" api.school.example")


def test_keys_survive_deployments(aws: boto3.Session, deployed: Deploy) -> None:
    deployed()
    before = [secret(aws, kind) for kind in ("jwt-keys", "front-door-keys")]
    deployed()

    assert [secret(aws, kind) for kind in ("jwt-keys", "front-door-keys")] == before


def test_unknown_parameter_is_refused_before_anything_is_changed(aws: boto3.Session, deployed: Deploy) -> None:
    with pytest.raises(deploy.DeployError, match="no parameter MailForm"):
        deployed(MailForm="a slip")

    assert change_sets.find(aws.client("cloudformation"), "lyceum-dev") is None


def test_prod_is_protected_and_dev_is_not(aws: boto3.Session, deployed: Deploy) -> None:
    deployed()
    deployed(stage="prod", **OWN)
    stacks = aws.client("cloudformation").describe_stacks()["Stacks"]

    protected = {each["StackName"] for each in stacks if each.get("EnableTerminationProtection")}
    assert protected == {"lyceum-prod"}


def served(code: str, tmp_path: Path) -> dict[str, Any]:
    """A template with a function of ours, whose code is on disk."""
    with zipfile.ZipFile(tmp_path / f"{code}.zip", "w") as archive:
        archive.writestr("index.py", f"def handler(event, context): return {code!r}")
    function = {
        "FunctionName": {"Fn::Sub": "lyceum-${Stage}-served"},
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Runtime": "python3.11",
        "Handler": "index.handler",
        "CodeUri": f"./{code}.zip",
    }
    journal = {
        "TableName": {"Fn::Sub": "lyceum-${Stage}-migrations"},
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    }
    template = application(
        Served={"Type": "AWS::Serverless::Function", "Properties": function},
        Migrations={"Type": "AWS::DynamoDB::Table", "Properties": journal},
    )
    return {"Transform": "AWS::Serverless-2016-10-31", **template}


def test_the_code_of_before_comes_back_and_nothing_else_changes(
    aws: boto3.Session, deployed: Deploy, tmp_path: Path, web: Path
) -> None:
    def runs() -> str:
        return aws.client("lambda").get_function(FunctionName="lyceum-dev-served")["Configuration"]["CodeSha256"]

    deployed(served("old", tmp_path))
    old = runs()
    (web / "index.html").write_text("new page", encoding="utf-8")
    outputs = deployed(served("new", tmp_path), MailFrom="school@lyceum.example")
    assert runs() != old

    apply = functools.partial(change_sets.apply, pause=briefly)
    back = Rollback(stage="dev", aws=aws, ask=answers("lyceum-dev"), apply=apply).run(force=False)

    assert back is not None
    assert runs() == old
    assert web_files.published_page(aws, outputs["WebBucketName"]).content == b"page"
    assert said(aws, outputs["Setting"]).startswith("school@lyceum.example INFO")


def test_archives_are_uploaded_once_under_the_hash_of_their_content(aws: boto3.Session, tmp_path: Path) -> None:
    aws.client("s3").create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": REGION})
    (tmp_path / "code.zip").write_bytes(b"code")
    function = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./code.zip"}}
    template = {"Resources": {"One": function, "Two": json.loads(json.dumps(function)), "Table": {"Type": "Other"}}}

    deploy.upload_archives(aws, "artifacts", template, tmp_path)

    (stored,) = aws.client("s3").list_objects_v2(Bucket="artifacts")["Contents"]
    uris = {template["Resources"][name]["Properties"]["CodeUri"] for name in ("One", "Two")}
    assert uris == {f"s3://artifacts/{stored['Key']}"}


def test_an_unchanged_stack_is_left_alone(aws: boto3.Session) -> None:
    body = {"TemplateBody": json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}, "Outputs": {}})}
    change_sets.apply(aws, "one", body, {}, pause=briefly)
    before = aws.client("cloudformation").describe_stack_events(StackName="one")["StackEvents"]

    assert change_sets.apply(aws, "one", body, {}, pause=briefly) == {}
    assert len(aws.client("cloudformation").describe_stack_events(StackName="one")["StackEvents"]) == len(before)


def test_a_stack_that_is_not_there_is_named(aws: boto3.Session) -> None:
    with pytest.raises(StackError, match=f"no stack nowhere in {REGION}"):
        change_sets.outputs(aws, "nowhere")


def test_malformed_parameter_is_refused() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="not Name=Value"):
        deploy.assignment("MailFrom")


# --- After a failure, as the emulator plays CloudFormation (test_redeploying.py has every step) ---------------------


def data(**changes: Any) -> dict[str, Any]:
    """What prod keeps when its stack is gone, and a table that a first deployment makes before it fails."""
    policies = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    courses = {
        "TableName": {"Fn::Sub": "lyceum-${Stage}-courses"},
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": True,
    }
    allowed = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}
    key = {"KeyPolicy": {"Version": "2012-10-17", "Statement": [allowed]}, "EnableKeyRotation": True}
    template = application("prod")
    for name in ("TestData", "Web"):
        template["Resources"][name] |= policies
    template["Resources"] |= {
        "Courses": {"Type": "AWS::DynamoDB::Table", **policies, "Properties": courses},
        "Secrets": {"Type": "AWS::KMS::Key", **policies, "Properties": key},
        **changes,
    }
    return template


def test_a_first_deployment_to_prod_that_failed_is_repeated(aws: boto3.Session, deployed: Deploy) -> None:
    aws.client("ssm").put_parameter(Name="/taken", Value="1", Type="String")
    bad = {
        "Type": "AWS::SSM::Parameter",
        "DependsOn": ["Courses", "Secrets"],
        "Properties": {"Type": "String", "Value": "2", "Name": "/taken"},
    }
    with pytest.raises(StackError, match=r"lyceum-prod failed and is ROLLBACK_COMPLETE: Bad: "):
        deployed(data(Bad=bad), stage="prod", **OWN)
    assert aws.client("dynamodb").list_tables()["TableNames"] == []

    deployed(data(), stage="prod")

    table = aws.client("dynamodb").describe_table(TableName="lyceum-prod-courses")["Table"]
    assert table["DeletionProtectionEnabled"] is True


def test_prod_is_made_of_what_its_former_stack_has_left(aws: boto3.Session, deployed: Deploy) -> None:
    outputs = deployed(data(), stage="prod", **OWN)
    before = held(aws)
    aws.client("s3").put_object(Bucket=outputs["TestDataBucketName"], Key="tests/1.zip", Body=b"x")
    aws.client("dynamodb").put_item(TableName="lyceum-prod-courses", Item={"pk": {"S": "a"}})
    aws.client("cloudformation").update_termination_protection(
        StackName="lyceum-prod", EnableTerminationProtection=False
    )
    assert destroy.destroy(aws, "prod", answers("lyceum-prod"), pause=briefly)

    again = deployed(data(), stage="prod")

    assert held(aws) == before
    assert again["TestDataBucketName"] == outputs["TestDataBucketName"]
    assert aws.client("dynamodb").scan(TableName="lyceum-prod-courses")["Count"] == 1


def held(aws: boto3.Session) -> dict[str, str]:
    listed = aws.client("cloudformation").describe_stack_resources(StackName="lyceum-prod")["StackResources"]
    kinds = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key")
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed if each["ResourceType"] in kinds}


# --- Destroying ------------------------------------------------------------------------------------------------------


def answers(*texts: str) -> Callable[[str], str]:
    waiting = list(texts)
    return lambda question: waiting.pop(0)


@pytest.mark.parametrize("answer", ["", "y", "yes", "lyceum", "lyceum-prod"])
def test_nothing_is_destroyed_by_a_mere_yes(aws: boto3.Session, deployed: Deploy, answer: str) -> None:
    deployed()

    assert destroy.destroy(aws, "dev", answers(answer), pause=briefly) is False
    assert change_sets.find(aws.client("cloudformation"), "lyceum-dev") is not None


def test_dev_goes_with_its_data_and_its_keys(aws: boto3.Session, deployed: Deploy) -> None:
    outputs = deployed()
    bucket, web_bucket = outputs["TestDataBucketName"], outputs["WebBucketName"]
    aws.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        aws.client("s3").put_object(Bucket=bucket, Key="tests/1/1.zip", Body=b"x")

    assert destroy.destroy(aws, "dev", answers("lyceum-dev"), pause=briefly) is True

    names = {each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]}
    assert change_sets.find(aws.client("cloudformation"), "lyceum-dev") is None
    assert change_sets.find(aws.client("cloudformation", region_name="us-east-1"), "lyceum-dev-front-door") is None
    assert change_sets.find(aws.client("cloudformation"), deploy.ACCOUNT_STACK) is not None
    assert {bucket, web_bucket} & names == set()
    assert [each["Name"] for each in aws.client("ssm").describe_parameters()["Parameters"]] == ["/lyceum/account/held"]


def test_destroying_again_is_no_error(aws: boto3.Session, deployed: Deploy) -> None:
    deployed()

    assert destroy.destroy(aws, "dev", answers("lyceum-dev"), pause=briefly)
    assert destroy.destroy(aws, "dev", answers("lyceum-dev"), pause=briefly)


def test_prod_is_destroyed_only_when_its_protection_is_lifted(aws: boto3.Session, deployed: Deploy) -> None:
    deployed(stage="prod", **OWN)
    with pytest.raises(StackError, match="lyceum-prod is protected"):
        destroy.destroy(aws, "prod", answers("lyceum-prod"), pause=briefly)
    cloudformation = aws.client("cloudformation")
    assert change_sets.find(cloudformation, "lyceum-prod") is not None
    cloudformation.update_termination_protection(StackName="lyceum-prod", EnableTerminationProtection=False)

    assert destroy.destroy(aws, "prod", answers("lyceum-prod"), pause=briefly)
    assert json.loads(secret(aws, "jwt-keys", stage="prod"))["keys"]


# --- Templates besides the packaged one -------------------------------------------------------------------------------


def test_cfn_lint_finds_nothing_in_the_accounts_template() -> None:
    assert cfn_lint(deploy.ACCOUNT) == (0, "")


def test_every_parameter_without_a_default_is_given(built: Built) -> None:
    open_ones = {name for name, each in built.template["Parameters"].items() if "Default" not in each}

    assert open_ones <= {"JudgeImage", "S3PrefixList"}
    assert set(deploy.REMEMBERED) <= built.template["Parameters"].keys()


def secret(aws: boto3.Session, kind: str, *, stage: str = "dev") -> str:
    found = aws.client("ssm").get_parameter(Name=f"/lyceum/{stage}/{kind}", WithDecryption=True)["Parameter"]
    assert found["Type"] == "SecureString"
    return str(found["Value"])
