"""`make deployer STAGE=prod REPOSITORY=school@1/lyceum@2`: policies for who deploys, and a role for a pipeline.

An admin of the account runs it once, in the region of the stage. The numbers are those that GitHub has drawn for owner
and repository (docs/operations.md says how to read them). Without REPOSITORY there are only the policies, for people.
Repeating it changes nothing; the account's provider for GitHub is made once, for all stages.
"""

import argparse
import sys
from collections.abc import Callable, Mapping

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.aws import change_sets
from infra.aws.change_sets import StackError
from infra.aws.deploy import STAGES
from infra.packaging.package import ROOT

TEMPLATE = ROOT / "infra" / "templates" / "deployer.yaml"
ISSUER = "token.actions.githubusercontent.com"

Apply = Callable[[boto3.Session, str, Mapping[str, str], Mapping[str, str]], dict[str, str]]


def set_up(aws: boto3.Session, stage: str, repository: str, *, apply: Apply = change_sets.apply) -> dict[str, str]:
    """Makes policies and role. Returns their ARNs. Without a repository the one that was named before stays."""
    name = f"deployer-of-lyceum-{stage}"
    ours = change_sets.find(aws.client("cloudformation"), name)
    given = {each["ParameterKey"]: each["ParameterValue"] for each in ours.get("Parameters", [])} if ours else {}
    # The stack that made the provider goes on owning it; others refer to it.
    provider = given["ProviderArn"] if given.get("Repository") else _provider(aws)
    named = repository or given.get("Repository", "")
    parameters = {"Stage": stage, "Repository": named, "ProviderArn": provider}
    return apply(aws, name, {"TemplateBody": TEMPLATE.read_text(encoding="utf-8")}, parameters)


def _provider(aws: boto3.Session) -> str:
    """The ARN of the account's provider for GitHub, or nothing."""
    listed = aws.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return next((each["Arn"] for each in listed if each["Arn"].endswith(f"/{ISSUER}")), "")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make deployer", description="Who may deploy a stage.")
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument(
        "--repository", default="", help="owner@number/name@number on GitHub; owner/name of an older one"
    )
    arguments = parser.parse_args()
    try:
        outputs = set_up(boto3.Session(), arguments.stage, arguments.repository)
    except (StackError, BotoCoreError, ClientError) as error:
        print(f"make deployer: {error}", file=sys.stderr)
        return 1
    for name, value in sorted(outputs.items()):
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
