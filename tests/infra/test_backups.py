"""`make backups`: every night a copy of each table goes to another region or account, and a failed one is told."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from infra.aws import backups, costs
from infra.aws.backups import BACKUPS, COPIES, BackupsError
from infra.packaging.template_files import load_template
from tests.infra.conftest import Built, cfn_lint

TEMPLATE = load_template(BACKUPS)["Resources"]
VAULT = "arn:aws:backup:eu-west-1:123456789012:backup-vault:lyceum-prod-copies"


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = TEMPLATE[name]["Properties"]
    return found


@pytest.mark.parametrize("path", [BACKUPS, COPIES], ids=lambda path: str(path.stem))
def test_cfn_lint_finds_nothing(path: Any) -> None:
    assert cfn_lint(path) == (0, "")


def test_every_table_is_copied_but_those_of_a_moment(built: Built) -> None:
    selection = properties("Selection")["BackupSelection"]
    wanted, unwanted = ([each["Fn::Sub"] for each in selection[name]] for name in ("Resources", "NotResources"))

    def copied(table: str) -> bool:
        name = f"arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/{table}"
        return any(_fits(name, each) for each in wanted) and not any(_fits(name, each) for each in unwanted)

    tables = {each["TableName"]["Fn::Sub"] for each in built.resources("AWS::DynamoDB::Table").values()}
    assert {table for table in tables if not copied(table)} == {
        "lyceum-${Stage}-realtime",
        "lyceum-${Stage}-idempotency",
    }
    assert not copied("lyceum-${Stage}-courses-restored")


def _fits(name: str, pattern: str) -> bool:
    return fnmatchcase(name, re.sub(r"[\[\]?]", "", pattern))


def test_copies_elsewhere_outlast_those_beside_the_tables() -> None:
    rules = {each["RuleName"]: each for each in properties("Plan")["BackupPlan"]["BackupPlanRule"]}
    lock = load_template(COPIES)["Resources"]["Copies"]["Properties"]["LockConfiguration"]
    kept = {}
    for name, rule in rules.items():
        (copy,) = rule["CopyActions"]
        assert copy["DestinationBackupVaultArn"] == {"Ref": "CopyVaultArn"}
        # A vault refuses copies that are to live shorter than its lock says.
        assert rule["Lifecycle"]["DeleteAfterDays"] < lock["MinRetentionDays"] <= copy["Lifecycle"]["DeleteAfterDays"]
        kept[name] = rule["Lifecycle"]["DeleteAfterDays"], copy["Lifecycle"]["DeleteAfterDays"]

    (here, nightly), (_, weekly) = kept["nightly"], kept["weekly"]
    assert here + nightly + weekly / 7 == costs.BACKUPS_KEPT


def test_a_failed_backup_is_told_and_the_topic_takes_it(built: Built) -> None:
    rule = properties("Failures")
    (policy,) = built.resources("AWS::SNS::TopicPolicy").values()
    allowed = {each["Sid"]: each for each in policy["PolicyDocument"]["Statement"]}["OurBackupsTell"]

    assert {"FAILED", "EXPIRED", "ABORTED"} <= set(rule["EventPattern"]["detail"]["state"])
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    source = allowed["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert source.endswith(f":rule/{rule['Name']['Fn::Sub']}")


# --- The command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.Session(region_name="eu-central-1")


class Regional:
    """AWS Backup's settings of a region, of which moto knows nothing."""

    def __init__(self, **settings: Mapping[str, bool]) -> None:
        self.settings = settings
        self.written: list[Any] = []

    def describe_region_settings(self) -> Any:
        return self.settings

    def update_region_settings(self, **changes: Any) -> None:
        self.written.append(changes)


def test_tables_are_opted_in_and_other_services_left_as_they_are() -> None:
    region = Regional(ResourceTypeOptInPreference={"EBS": False, "DynamoDB": True}, ResourceTypeManagementPreference={})

    backups._manage_tables(region)

    assert region.written == [{"ResourceTypeManagementPreference": {"DynamoDB": True}}]


def test_a_region_that_has_opted_in_is_not_asked_again() -> None:
    yes = {"DynamoDB": True}
    region = Regional(ResourceTypeOptInPreference=yes, ResourceTypeManagementPreference=yes)

    backups._manage_tables(region)

    assert region.written == []


def test_copies_in_the_tables_own_region_are_refused(aws: boto3.Session) -> None:
    with pytest.raises(BackupsError, match="copies belong elsewhere"):
        backups.make_vault(aws, "prod", "eu-central-1")


def test_a_stage_without_a_topic_is_to_be_deployed_first(aws: boto3.Session) -> None:
    body = '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'
    aws.client("cloudformation").create_stack(StackName="lyceum-prod", TemplateBody=body)

    with pytest.raises(BackupsError, match="lyceum-prod has no topic for alarms: deploy this version first"):
        backups.set_up(aws, "prod", VAULT)


class Answers:
    """What AWS Backup and KMS are asked when a stage goes; a copy is gone a while after it was deleted."""

    def __init__(self, *, copies: int) -> None:
        self.points = [f"point-{number}" for number in range(copies)]
        self.asked: list[str] = []

    def answer(self, model: Any, params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:
        self.asked.append(model.name)
        vaults = [
            {"BackupVaultName": name, "EncryptionKeyArn": f"key of {name}"} for name in ("lyceum-dev", "lyceum-prod")
        ]
        answers: dict[str, Any] = {
            "ListBackupVaults": {"BackupVaultList": vaults},
            "ListRecoveryPointsByBackupVault": {"RecoveryPoints": [{"RecoveryPointArn": each} for each in self.points]},
            "DescribeKey": {"KeyMetadata": {"KeyState": "Enabled"}},
        }
        said = params["body"].decode() if isinstance(params["body"], bytes) else str(params["body"])
        assert "prod" not in params["url_path"] + said
        found: dict[str, Any] = answers.get(model.name, {})
        return AWSResponse("", 200, HTTPHeaders(), None), found


def test_a_stage_that_goes_takes_its_copies_and_their_key_with_it(aws: boto3.Session) -> None:
    answers = Answers(copies=2)
    events: Any = aws.events
    for service in ("backup", "kms"):
        events.register(f"before-call.{service}", answers.answer)

    backups.delete(aws, "dev", pause=lambda seconds: answers.points.clear())

    assert answers.asked == [
        *("ListBackupVaults", "ListRecoveryPointsByBackupVault", "DeleteRecoveryPoint", "DeleteRecoveryPoint"),
        *("ListRecoveryPointsByBackupVault", "DescribeKey", "ScheduleKeyDeletion", "DeleteBackupVault"),
    ]
