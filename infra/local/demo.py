"""Loads the demo data: accounts, a course, a team and a track. Loading it again changes nothing.

It goes in through the application's own code (`demo_school.py`), run as a program with the environment that a deployed
function gets: into the same tables and bucket.
"""

import os
import subprocess
import sys

from infra.local.cloud import Cloud, LocalCloudError
from infra.packaging.package import ROOT

PASSWORD = "lyceum-demo-1"  # noqa: S105 - published in the README, and only on the local cloud


def load(cloud: Cloud) -> list[str]:
    """Lines to print below the URLs: sign-ins and first commands."""
    function = cloud.aws.client("lambda").get_function_configuration(FunctionName=f"lyceum-{cloud.stage}-api")
    environment = {
        **os.environ,
        "AWS_DEFAULT_REGION": cloud.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        **function["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": cloud.endpoint_url,
    }
    command = [sys.executable, "-m", "infra.local.demo_school", PASSWORD]
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if outcome.returncode:
        raise LocalCloudError(f"demo data could not be loaded:\n{outcome.stderr.strip()}")
    return _lines(cloud.front_door_url)


def _lines(url: str) -> list[str]:
    return [
        f"Docs        {url}/docs",
        "",
        f"Sign-ins    admin, teacher, pupil, boris, vera: each with the password {PASSWORD}",
        "Team 1      pupil, boris and vera, who train in contest 1",
        "Tracks      1 waits for three; the same three review in 2, send in to 3, and are done with 4",
        "",
        "First commands:",
        *_commands(url),
    ]


def _commands(url: str) -> tuple[str, str, str]:
    """Sign in, attend a course, solve a task."""
    json = "-H 'Content-Type: application/json'"
    bearer = '-H "Authorization: Bearer $TOKEN"'
    credentials = f'{{"login": "pupil", "password": "{PASSWORD}"}}'
    read = """python3 -c 'import json, sys; print(json.load(sys.stdin)["jwt_access"])'"""
    program = '{"code": "print(sum(map(int, input().split())))"}'
    return (
        f"TOKEN=$(curl -s {url}/login {json} -d '{credentials}' | {read})",
        f"curl -s -X POST {url}/courses/attend/1 {bearer}",
        f"curl -s {url}/courses/1/1/2 {bearer} {json} -d '{program}'",
    )
