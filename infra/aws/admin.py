"""`make admin EMAIL=…`: makes the account with this address an admin, on any stage (`local` unless STAGE says).

An existing account gets the role, and its sessions have it at once; for an unknown address a new account is made and
its owner gets an invitation by mail. On AWS it needs the credentials and region of the aws command and the permissions
of the API: to read and write the accounts table, read the signing keys, send mail.

The application's own code does it (`admin_account.py`), run as a program with the environment of the deployed API.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError

from chalicelib.accounts import emails
from chalicelib.common.texts import ENGLISH, Language, languages
from infra.local import cloud
from infra.local import options as settings
from infra.packaging import compiled_texts
from infra.packaging.package import ROOT, STAGE_PARAMETERS

USAGE = "make admin EMAIL=you@school.example [STAGE=local|dev|prod]"
QUIET = {"LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true", "POWERTOOLS_TRACE_DISABLED": "true"}
"""What was done is printed, not logged."""


class AdminError(Exception):
    """The message is one line for the person at the keyboard."""


def session_for(stage: str, endpoint_url: str) -> boto3.Session:
    """Returns a session for a stage; `endpoint_url` is the emulator's, for the local one."""
    aws = cloud.session(endpoint_url) if stage == cloud.STAGE else boto3.Session()
    if not aws.region_name:
        raise NoRegionError
    return aws


def deployed_environment(aws: boto3.Session, stage: str) -> dict[str, str]:
    """Returns the environment of a stage's API: the names of its tables, parameters and senders."""
    function = f"lyceum-{stage}-api"
    client = aws.client("lambda")
    try:
        return dict(client.get_function_configuration(FunctionName=function)["Environment"]["Variables"])
    except client.exceptions.ResourceNotFoundException as error:
        raise AdminError(f"nothing is deployed as {function} in {client.meta.region_name}: {_hint(stage)}") from error
    except EndpointConnectionError as error:
        raise AdminError(f"{client.meta.endpoint_url} does not answer: {_hint(stage)}") from error


def make_admin(email: str, stage: str, language: Language, endpoint_url: str) -> int:
    """Makes an admin, or prints why not. Returns the exit status."""
    aws = session_for(stage, endpoint_url)
    compiled_texts.compile_all()  # the invitation is worded here, not in the deployed function
    environment = deployed_environment(aws, stage)
    command = [sys.executable, "-m", "infra.aws.admin_account", email, language]
    inherited = child_environment(aws, stage, endpoint_url)
    return subprocess.run(command, cwd=ROOT, env={**inherited, **environment, **QUIET}, check=False).returncode


def child_environment(aws: boto3.Session, stage: str, endpoint_url: str) -> Mapping[str, str]:
    """Returns the environment of the program. Only on AWS do the operator's own AWS settings count."""
    if stage != cloud.STAGE:
        return {**os.environ, "AWS_DEFAULT_REGION": aws.region_name}
    return {
        **settings.child_environment(),
        "AWS_DEFAULT_REGION": cloud.REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": endpoint_url,
    }


def _hint(stage: str) -> str:
    return "start it with `make run`" if stage == cloud.STAGE else f"see `make deploy STAGE={stage}`"


def _address(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError(f"EMAIL is missing: {USAGE}")
    try:
        return emails.valid(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error


def _arguments() -> Any:
    parser = argparse.ArgumentParser(prog="make admin", usage=USAGE, description="Make somebody an admin.")
    parser.add_argument("email", type=_address)
    parser.add_argument("--stage", choices=sorted(STAGE_PARAMETERS), default=cloud.STAGE)
    parser.add_argument("--language", type=Language, choices=languages(), default=ENGLISH, help="of the mail")
    settings.add_arguments(parser)
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    try:
        return make_admin(arguments.email, arguments.stage, arguments.language, settings.read(arguments).endpoint_url)
    except (NoCredentialsError, NoRegionError) as error:
        print(f"make admin: {error}: set them as for the aws command", file=sys.stderr)
    except (AdminError, BotoCoreError, ClientError) as error:
        print(f"make admin: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
