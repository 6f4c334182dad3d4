"""What a deployment writes down for the next one: parameters of SSM, `/lyceum/{scope}/{name}`, each a JSON object.

They outlive the stacks. A scope is a stage, or `account` for what all stages share.
"""

import json
from collections.abc import Mapping

import boto3


def read(aws: boto3.Session, scope: str, name: str) -> dict[str, str]:
    return recorded(aws, scope, name) or {}


def recorded(aws: boto3.Session, scope: str, name: str) -> dict[str, str] | None:
    """None when nothing was ever written."""
    ssm = aws.client("ssm")
    try:
        value = ssm.get_parameter(Name=_parameter(scope, name))["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None
    found: dict[str, str] = json.loads(value)
    return found


def write(aws: boto3.Session, scope: str, name: str, values: Mapping[str, str]) -> None:
    if recorded(aws, scope, name) != values:
        text = json.dumps(dict(sorted(values.items())))
        aws.client("ssm").put_parameter(Name=_parameter(scope, name), Type="String", Value=text, Overwrite=True)


def update(aws: boto3.Session, scope: str, name: str, values: Mapping[str, str]) -> None:
    if values:
        write(aws, scope, name, {**read(aws, scope, name), **values})


def delete_all(aws: boto3.Session, scope: str) -> None:
    aws.client("ssm").delete_parameters(Names=[_parameter(scope, name) for name in NAMES])


NAMES = ("choices", "held", "canary")
"""The last is the canary's secret (canary_account.py), which names a course of this stage."""


def _parameter(scope: str, name: str) -> str:
    return f"/lyceum/{scope}/{name}"
