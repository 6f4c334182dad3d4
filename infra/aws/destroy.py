"""`make destroy STAGE=dev`: deletes a stage from AWS, after asking.

In prod the stack is protected, and tables and test data outlive it, with what the school had chosen: `make deploy` then
makes a new stack of them. Their nightly copies go on. In other stages all of it is deleted, with the copies beside the
tables; those in another region or account stay until their time is up. What an AWS account has once for all stages
(infra/templates/account.yaml) stays.
"""

import argparse
import sys
import time
from collections.abc import Callable

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.aws import backups, change_sets, keys, records, retained
from infra.aws.change_sets import Pause, StackError
from infra.aws.deploy import STAGES, front_door_name, front_door_session, stack_name

Ask = Callable[[str], str]
BUCKETS = ("TestDataBucketName", "WebBucketName")
"""Outputs of the stack."""


def destroy(aws: boto3.Session, stage: str, ask: Ask, *, pause: Pause = time.sleep) -> bool:
    """Deletes a stage if `ask` confirms it. Returns whether it did."""
    name = stack_name(stage)
    kept = "its tables and test data stay" if stage == "prod" else "WITH ALL ITS DATA"
    if ask(f"This deletes {name} in {aws.region_name}, {kept}. Type {name} to go on: ").strip() != name:
        return False
    change_sets.delete(front_door_session(aws), front_door_name(stage), pause=pause)
    retained.note(aws, stage, name)
    for bucket in () if stage == "prod" else _buckets(aws, name):
        # S3 deletes no bucket that holds anything, and CloudFormation empties none.
        aws.resource("s3").Bucket(bucket).object_versions.delete()
    change_sets.delete(aws, name, pause=pause)
    if stage != "prod":
        backups.delete(aws, stage, pause=pause)
        keys.delete_all(aws, stage)
        records.delete_all(aws, stage)
    return True


def _buckets(aws: boto3.Session, name: str) -> list[str]:
    if change_sets.find(aws.client("cloudformation"), name) is None:
        return []
    outputs = change_sets.outputs(aws, name)
    return [outputs[each] for each in BUCKETS if each in outputs]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make destroy", description="Delete a stage from AWS.")
    parser.add_argument("--stage", choices=STAGES, required=True)
    try:
        meant = destroy(boto3.Session(), parser.parse_args().stage, input)
    except EOFError:
        meant = False
    except (StackError, BotoCoreError, ClientError) as error:
        print(f"make destroy: {error}", file=sys.stderr)
        return 1
    print("deleted" if meant else "nothing was deleted")
    return 0 if meant else 1


if __name__ == "__main__":
    sys.exit(main())
