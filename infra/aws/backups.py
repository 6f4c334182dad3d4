"""`make backups STAGE=prod REGION=eu-west-1`: has AWS Backup copy a stage's tables every night into another region.

For a vault in another account, its admin applies infra/templates/backup_copies.yaml there, and
    make backups STAGE=prod ARGS="--copy-vault arn:aws:backup:eu-west-1:…:backup-vault:lyceum-prod-copies"
names it; both accounts are then of one organisation, in which copies between accounts are allowed. Repeating it changes
nothing.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.aws import change_sets
from infra.aws.change_sets import Pause, StackError
from infra.aws.deploy import STAGES, stack_name
from infra.packaging.package import ROOT

BACKUPS = ROOT / "infra" / "templates" / "backups.yaml"
COPIES = ROOT / "infra" / "templates" / "backup_copies.yaml"
MANAGED = "DynamoDB"
"""AWS Backup's name for what it is to back up, and to manage wholly: only then it copies to elsewhere."""

POINTS_GO = 5
"""Seconds until copies that were deleted are gone."""

Apply = Callable[[boto3.Session, str, Mapping[str, str], Mapping[str, str]], dict[str, str]]


class BackupsError(Exception):
    """The message is one line for the person at the keyboard."""


def set_up(aws: boto3.Session, stage: str, vault_arn: str, *, apply: Apply = change_sets.apply) -> dict[str, str]:
    """Copies the stage's tables into a vault from now on. Returns the outputs of the stack that does."""
    topic = change_sets.outputs(aws, stack_name(stage)).get("AlarmTopicArn")
    if topic is None:
        raise BackupsError(f"{stack_name(stage)} has no topic for alarms: deploy this version first")
    _manage_tables(aws.client("backup"))
    parameters = {"Stage": stage, "CopyVaultArn": vault_arn, "AlarmTopicArn": topic}
    return apply(aws, f"{stack_name(stage)}-backups", _body(BACKUPS.read_text(encoding="utf-8")), parameters)


def make_vault(aws: boto3.Session, stage: str, region: str, *, apply: Apply = change_sets.apply) -> str:
    """Makes the vault for copies in another region of the same account. Returns its ARN."""
    if region == aws.region_name:
        raise BackupsError(f"{region} is where the tables are: copies belong elsewhere")
    there = boto3.Session(region_name=region)
    account = aws.client("sts").get_caller_identity()["Account"]
    _manage_tables(there.client("backup"))
    parameters = {"Stage": stage, "SourceAccount": account}
    made = apply(there, f"{stack_name(stage)}-backup-copies", _body(COPIES.read_text(encoding="utf-8")), parameters)
    return made["CopyVaultArn"]


def delete(aws: boto3.Session, stage: str, *, pause: Pause = time.sleep) -> None:
    """Deletes what `set_up` has made, which its template retains: the vault, with all copies in it, and its key."""
    change_sets.delete(aws, f"{stack_name(stage)}-backups", pause=pause)
    client, name = aws.client("backup"), stack_name(stage)
    vaults = [
        each for page in client.get_paginator("list_backup_vaults").paginate() for each in page["BackupVaultList"]
    ]
    for vault in (each for each in vaults if each["BackupVaultName"] == name):
        while points := client.list_recovery_points_by_backup_vault(BackupVaultName=name)["RecoveryPoints"]:
            for point in points:
                client.delete_recovery_point(BackupVaultName=name, RecoveryPointArn=point["RecoveryPointArn"])
            pause(POINTS_GO)
        _forget_key(aws, vault["EncryptionKeyArn"])
        client.delete_backup_vault(BackupVaultName=name)


def _forget_key(aws: boto3.Session, key: str) -> None:
    kms = aws.client("kms")
    if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] != "PendingDeletion":
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)  # the shortest


def _manage_tables(client: Any) -> None:
    """Opts in to AWS Backup for DynamoDB, in the region of `client`; CloudFormation cannot. Other services stay as they
    are set.
    """
    settings = client.describe_region_settings()
    wanted = {}
    for name in ("ResourceTypeOptInPreference", "ResourceTypeManagementPreference"):
        now = settings.get(name, {})
        if not now.get(MANAGED):
            wanted[name] = {**now, MANAGED: True}
    if wanted:
        client.update_region_settings(**wanted)


def _body(template: str) -> dict[str, str]:
    return {"TemplateBody": template}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make backups", description="Copy a stage's tables elsewhere every night.")
    parser.add_argument("--stage", choices=STAGES, required=True)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="of the copies, in this account")
    where.add_argument("--copy-vault", help="the ARN of a vault in another account")
    arguments = parser.parse_args()
    aws = boto3.Session()
    try:
        vault = arguments.copy_vault or make_vault(aws, arguments.stage, arguments.region)
        outputs = set_up(aws, arguments.stage, vault)
    except (BackupsError, StackError, BotoCoreError, ClientError) as error:
        print(f"make backups: {error}", file=sys.stderr)
        return 1
    for name, value in sorted({**outputs, "CopyVaultArn": vault}.items()):
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
