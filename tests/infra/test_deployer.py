"""Who deploys may do what a deployment does: what CloudFormation needs for our resources, what our commands call."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import boto3
import pytest
from botocore import xform_name
from moto import mock_aws

from infra.aws import deploy, deployer, stack
from infra.aws.backups import BACKUPS, COPIES
from infra.packaging import front_door
from infra.packaging.package import ROOT
from infra.packaging.template_files import load_template
from tests.infra.conftest import Built, cfn_lint, listed, schemas

TEMPLATE = load_template(deployer.TEMPLATE)
POLICIES = {
    name: each["Properties"]["PolicyDocument"]
    for name, each in TEMPLATE["Resources"].items()
    if each["Type"] == "AWS::IAM::ManagedPolicy"
}
ALLOWED = [action for each in POLICIES.values() for part in each["Statement"] for action in listed(part["Action"])]
MOST_OF_A_POLICY = 6144  # characters that are no blanks: IAM's quota

# What SAM makes of its own kinds.
OF_SAM = {
    "AWS::Serverless::Function": ("AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Events::Rule"),
    "AWS::Serverless::LayerVersion": ("AWS::Lambda::LayerVersion",),
    "AWS::Serverless::Api": ("AWS::ApiGateway::RestApi", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"),
}
# What CloudFormation can do with these kinds of resources and we never have it do.
UNUSED = {
    "acm-pca:*": "certificates of a private authority",
    "apigateway:*agResource": "no name that IAM knows: POST, PUT and DELETE of /tags",
    "autoscaling:*InstanceRefresh": "machines live for a week anyhow",
    "autoscaling:*LoadBalancer*": "nobody calls the judge's machines",
    "autoscaling:*MetricsCollection": "metrics of groups",
    "autoscaling:*NotificationConfiguration": "notifications of groups",
    "autoscaling:*Processes": "groups that pause",
    "autoscaling:*TrafficSources": "nobody calls the judge's machines",
    "billing:*": "budgets by billing view",
    "cloudfront:*ConnectionGroup": "distributions for tenants",
    "cloudfront:*StagingConfig": "distributions for trying things out",
    "cloudfront:GetVpcOrigin": "origins in a VPC",
    "dynamodb:*Item": "imports from S3: what is in tables is no deployer's",
    "dynamodb:*KinesisStreamingDestination": "streams to Kinesis",
    "dynamodb:*TableReplica": "global tables",
    "dynamodb:ImportTable": "imports from S3",
    "dynamodb:Scan": "imports from S3",
    "ec2:*VpcEncryptionControl*": "encryption between machines",
    "ec2:Get[*]": "of templates alone",
    "ecs:PutAccountSetting*": "settings of the account",
    "elasticloadbalancing:*": "nobody calls the judge's machines",
    "elasticfilesystem:*": "functions with a file system",
    "firehose:*": "logs that go to Firehose",
    "kinesis:*": "streams to Kinesis",
    "lambda:*Capacity*": "functions on instances of one's own",
    "lambda:*ProvisionedConcurrencyConfig": "functions that are scaled",
    "lambda:AssociateRuntimeAlias": "runtimes that AWS is asked to hold",
    "logs:CreateLogStream": "exports of tables",
    "logs:PutLogEvents": "exports of tables",
    "managed-fleets:*": "groups of fleets",
    "payments:*": "budgets by payment",
    "s3:*Metadata*": "tables about objects",
    "s3:REST.PUT.OBJECT": "no action of IAM",
    "s3files:*": "functions with a file system",
    "s3tables:*": "tables about objects",
    "ssm:Get[*]": "the image's number alone",
    "vpc-lattice:*": "endpoints of a service network",
    "vpce:*": "endpoints in several regions",
    "*:AllowVendedLogDeliveryForResource": "logs of other services",
}


def kinds(built: Built) -> set[str]:
    """The types of everything that is deployed."""
    templates = [
        built.template,
        front_door.template(),
        *(load_template(path) for path in (deploy.ACCOUNT, BACKUPS, COPIES)),
    ]
    declared = {each["Type"] for template in templates for each in template["Resources"].values()}
    return {kind for each in declared for kind in OF_SAM.get(each, (each,))}


@pytest.fixture(scope="module")
def needed() -> Mapping[str, set[str]]:
    """What CloudFormation says it needs, by type of resource."""
    found: dict[str, set[str]] = {}
    for schema in schemas():
        handlers = schema.get("handlers", {})
        wanted = [handlers[each]["permissions"] for each in ("create", "read", "update", "delete") if each in handlers]
        found.setdefault(schema["typeName"], set()).update(action for part in wanted for action in part)
    return found


def fits(action: str, patterns: Any) -> bool:
    return any(fnmatchcase(action.lower(), each.lower()) for each in patterns)


def test_cfn_lint_finds_nothing() -> None:
    """It also knows every action of IAM."""
    assert cfn_lint(deployer.TEMPLATE) == (0, "")


def test_everything_that_cloudformation_needs_for_our_resources_is_allowed(
    built: Built, needed: Mapping[str, set[str]]
) -> None:
    missing = {
        f"{kind} {action}"
        for kind in kinds(built)
        for action in needed[kind]
        if not fits(action, ALLOWED) and not fits(action, UNUSED)
    }

    assert sorted(missing) == []


def test_cloudfront_may_be_told_where_its_log_goes() -> None:
    """Which CloudFormation's schema of log deliveries asks for by the names of other services alone."""
    assert fits("cloudfront:AllowVendedLogDeliveryForResource", ALLOWED)


def test_nothing_is_called_unused_that_is_allowed(needed: Mapping[str, set[str]]) -> None:
    every = {action for actions in needed.values() for action in actions}

    assert [
        each for each in UNUSED if not any(fits(action, [each]) and not fits(action, ALLOWED) for action in every)
    ] == []


def called() -> Iterator[tuple[str, list[str]]]:
    """(method, the actions that it may be) of every operation of AWS that the deployment's modules name."""
    operations: dict[str, list[str]] = {}
    for service in ("cloudformation", "s3", "ecr", "ssm", "ec2", "lambda", "dynamodb", "backup"):
        for operation in boto3.client(service, region_name="eu-central-1").meta.service_model.operation_names:
            operations.setdefault(xform_name(operation), []).append(f"{service}:{operation}")
    for path in sorted((ROOT / "infra" / "aws").glob("*.py")):
        if path.stem in OF_ADMINS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in operations:
                yield node.attr, operations[node.attr]


OF_ADMINS = {"admin", "admin_account", "canary", "canary_account", "copy_table", "deployer", "scan"}
"""Commands that need the rights of an operator."""
OTHER_NAMES = {
    "s3:ListObjectsV2": "s3:ListBucket",
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:CopyObject": "s3:PutObject",
    "s3:HeadBucket": "s3:ListBucket",
}


def test_everything_that_our_commands_call_is_allowed() -> None:
    found = dict(called())

    assert len(found) > 10
    assert {
        method: actions
        for method, actions in found.items()
        if not any(fits(OTHER_NAMES.get(action, action), ALLOWED) for action in actions)
    } == {}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_no_longer_than_iam_takes(name: str) -> None:
    assert len(re.sub(r"\s", "", json.dumps(POLICIES[name]))) <= MOST_OF_A_POLICY


def test_a_deployer_reads_no_table_and_touches_no_other_stage() -> None:
    statements = [part for each in POLICIES.values() for part in each["Statement"]]
    named = [json.dumps(part["Resource"]) for part in statements if part["Resource"] != "*"]
    asked = [part["Resource"]["Fn::Sub"] for part in statements if fits("dynamodb:Query", listed(part["Action"]))]

    assert not fits("dynamodb:GetItem", ALLOWED)
    assert [each.rpartition("/")[2] for each in asked] == ["lyceum-${Stage}-migrations"]
    assert not fits("iam:CreateUser", ALLOWED)
    assert [each for each in named if re.search(r"lyceum[-/](?!\$\{Stage\}|account|judge)", each)] == []
    assert {
        part["Sid"] for part in statements if "iam:PassRole" in listed(part["Action"]) and "Condition" not in part
    } == set()


def resources(action: str) -> list[str]:
    """What an action is allowed on, with or without a condition."""
    found = [part for each in POLICIES.values() for part in each["Statement"] if fits(action, listed(part["Action"]))]
    return [
        str(each["Fn::Sub"] if isinstance(each, dict) else each) for part in found for each in listed(part["Resource"])
    ]


@pytest.mark.parametrize(
    "action",
    [
        *("cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:DeleteDashboards", "logs:DeleteLogGroup"),
        *("logs:DeleteMetricFilter", "logs:DeleteRetentionPolicy", "backup:DeleteBackupVault"),
        *("backup:DeleteBackupVaultLockConfiguration", "backup:PutBackupVaultAccessPolicy", "ecs:DeleteService"),
        *("autoscaling:DeleteAutoScalingGroup", "dynamodb:DeleteTable", "iam:AddRoleToInstanceProfile"),
    ],
)
def test_what_another_stage_needs_is_named_by_the_stage(action: str) -> None:
    named = [each for each in resources(action) if not each.endswith(":backup-plan:*")]

    assert named
    assert [each for each in named if "${Stage}" not in each] == []


def test_copies_of_another_stage_stay() -> None:
    (statement,) = [
        part
        for each in POLICIES.values()
        for part in each["Statement"]
        if fits("backup:DeleteRecoveryPoint", listed(part["Action"]))
    ]
    rules = load_template(BACKUPS)["Resources"]["Plan"]["Properties"]["BackupPlan"]["BackupPlanRule"]

    assert statement["Condition"] == {"StringEquals": {"aws:ResourceTag/lyceum-stage": {"Ref": "Stage"}}}
    assert [each["RecoveryPointTags"] for each in rules] == [{"lyceum-stage": {"Ref": "Stage"}}] * len(rules)


def test_what_is_made_has_the_names_that_are_allowed(built: Built) -> None:
    """Alarms have those of CloudFormation, which begin with the stack's."""
    groups = [each["LogGroupName"]["Fn::Sub"] for each in built.resources("AWS::Logs::LogGroup").values()]
    allowed = [each.split(":log-group:")[1] for each in resources("logs:DeleteLogGroup") if ":log-group:" in each]

    assert [name for name in groups if not any(fnmatchcase(name, each) for each in allowed)] == []
    assert [each for each in built.resources("AWS::CloudWatch::Alarm").values() if "AlarmName" in each] == []


def test_layers_have_the_name_that_is_allowed(built: Built) -> None:
    names = [each["LayerName"] for each in built.resources("AWS::Serverless::LayerVersion").values()]

    assert names
    assert [name for name in names if not name.startswith(f"lyceum-{built.package.stage}-")] == []


def test_the_pipelines_role_is_for_one_repository_and_one_environment() -> None:
    role = TEMPLATE["Resources"]["Role"]
    (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert role["Condition"] == "HasRepository"
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{deployer.ISSUER}:aud": "sts.amazonaws.com",
            f"{deployer.ISSUER}:sub": {"Fn::Sub": "repo:${Repository}:environment:${Stage}"},
        }
    }
    # Its own policies may not make it mightier.
    assert not role["Properties"]["RoleName"]["Fn::Sub"].startswith("lyceum-")
    # Without it CloudFormation makes no role that is given a name.
    assert "CAPABILITY_NAMED_IAM" in stack.CAPABILITIES


@pytest.mark.parametrize(
    ("repository", "is_taken"),
    [
        ("school@1234/lyceum@5678", True),
        ("school/lyceum", True),
        ("", True),
        ("school@1234/lyceum", False),
        ("school@*/lyceum@*", False),
        ("school/lyceum:ref:refs/heads/main", False),
    ],
)
def test_a_repository_is_named_as_githubs_tokens_do(repository: str, is_taken: bool) -> None:  # noqa: FBT001 - parametrized
    """Those of repositories made since 2026-07-15 have GitHub's numbers of owner and repository, and no other name."""
    pattern = TEMPLATE["Parameters"]["Repository"]["AllowedPattern"]

    assert (re.fullmatch(pattern, repository) is not None) is is_taken


def test_workflows_name_actions_by_commits() -> None:
    """A tag can be moved, also by who has taken over the action's repository."""
    used = [
        line.split("uses:")[1].strip()
        for path in (ROOT / ".github" / "workflows").glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]

    assert used
    assert [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}  # v[\d.]+", each)] == []


# --- The command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.Session(region_name="eu-central-1")


class Applied:
    """Remembers which provider each stack was told of."""

    def __init__(self) -> None:
        self.providers: list[str] = []

    def __call__(
        self, aws: boto3.Session, name: str, template: Mapping[str, str], parameters: Mapping[str, str]
    ) -> dict[str, str]:
        assert name == f"deployer-of-lyceum-{parameters['Stage']}"
        self.providers.append(parameters["ProviderArn"])
        return {}


def test_the_accounts_provider_is_made_once(aws: boto3.Session) -> None:
    apply = Applied()
    deployer.set_up(aws, "dev", "school/lyceum", apply=apply)
    made = aws.client("iam").create_open_id_connect_provider(
        Url=f"https://{deployer.ISSUER}", ClientIDList=["sts.amazonaws.com"]
    )["OpenIDConnectProviderArn"]

    deployer.set_up(aws, "prod", "school/lyceum", apply=apply)

    assert apply.providers == ["", made]


def test_without_a_repository_the_one_that_was_named_stays(aws: boto3.Session) -> None:
    told: list[str] = []

    def apply(
        aws: boto3.Session, name: str, template: Mapping[str, str], parameters: Mapping[str, str]
    ) -> dict[str, str]:
        told.append(parameters["Repository"])
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        body = {
            "Parameters": {key: {"Type": "String"} for key in parameters},
            "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        }
        aws.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(body), Parameters=given)  # type: ignore[arg-type]
        return {}

    def remember(*_: Any) -> dict[str, str]:
        told.append(_[3]["Repository"])
        return {}

    deployer.set_up(aws, "dev", "school/lyceum", apply=apply)
    deployer.set_up(aws, "dev", "", apply=remember)

    assert told == ["school/lyceum", "school/lyceum"]
