"""`make canary STAGE=prod`: makes the account and the task that the canary (infra/canary.py) uses, with a new password.

Then `make deploy STAGE=prod ARGS="--parameter Canary=on"` starts it. Repeating it replaces the account. It needs the
credentials and region of the aws command, to read and write the tables common, accounts, school, judge and courses, the
bucket of tests, and the parameter.
"""

import argparse
import subprocess
import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.admin import QUIET, AdminError, child_environment, deployed_environment, session_for
from infra.local import options as settings
from infra.packaging.package import ROOT, STAGE_PARAMETERS


def main() -> int:
    parser = argparse.ArgumentParser(prog="make canary", description="Make what the canary needs.")
    parser.add_argument("--stage", choices=sorted(STAGE_PARAMETERS), required=True)
    settings.add_arguments(parser)
    arguments = parser.parse_args()
    endpoint = settings.read(arguments).endpoint_url
    try:
        aws = session_for(arguments.stage, endpoint)
        environment = deployed_environment(aws, arguments.stage)
    except (AdminError, BotoCoreError, ClientError) as error:
        print(f"make canary: {error}", file=sys.stderr)
        return 1
    inherited = child_environment(aws, arguments.stage, endpoint)
    command = [sys.executable, "-m", "infra.aws.canary_account"]
    return subprocess.run(command, cwd=ROOT, env={**inherited, **environment, **QUIET}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
