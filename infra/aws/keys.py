"""`make keys STAGE=prod KIND=jwt DO=add`: makes the secrets in SSM and replaces them without interruption.

    KIND  jwt          signs tokens and codes
          front-door   proves to the API that CloudFront sent a request
    DO    add          another key, which is accepted but not used yet
          use          the newest key is used from now on (front-door: with the next deployment)
          drop         only the key in use is accepted

Functions keep keys for five minutes, so `use` follows `add` after that, and `drop` follows `use` when nothing made with
the old key is worth anything any more: docs/operations.md says when.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SECRET_BYTES = 48


class KeyStep(StrEnum):
    ADD = "add"
    USE = "use"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class KeyKind:
    """A kind of key: how each step changes the stored value. Values are parsed, as the functions read them."""

    parameter: str
    first: Callable[[], Any]
    add: Callable[[Any], Any]
    use: Callable[[Any], Any]
    drop: Callable[[Any], Any]

    def name(self, stage: str) -> str:
        return f"/lyceum/{stage}/{self.parameter}"


def _add_signer(value: Any) -> Any:
    return {**value, "keys": {**value["keys"], secrets.token_hex(4): _secret()}}


def _first_signer() -> Any:
    return _use_signer(_add_signer({"keys": {}}))


def _use_signer(value: Any) -> Any:
    return {**value, "current": list(value["keys"])[-1]}


def _drop_signers(value: Any) -> Any:
    return {**value, "keys": {value["current"]: value["keys"][value["current"]]}}


def _secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


KINDS: Mapping[str, KeyKind] = {
    "jwt": KeyKind("jwt-keys", _first_signer, _add_signer, _use_signer, _drop_signers),
    # CloudFront sends the first one, the API believes all.
    "front-door": KeyKind(
        "front-door-keys",
        lambda: [_secret()],
        lambda value: [*value, _secret()],
        lambda value: [value[-1], *value[:-1]],
        lambda value: value[:1],
    ),
}


def ensure(aws: boto3.Session, stage: str) -> None:
    """Makes the first keys. Existing keys are never replaced: that would end every session."""
    ssm = aws.client("ssm")
    for kind in KINDS.values():
        try:
            ssm.put_parameter(Name=kind.name(stage), Type="SecureString", Value=json.dumps(kind.first()))
        except ssm.exceptions.ParameterAlreadyExists:
            continue


def front_door_key(aws: boto3.Session, stage: str) -> str:
    """Returns the key that CloudFront is to send."""
    return str(_read(aws, KINDS["front-door"].name(stage))[0])


def delete_all(aws: boto3.Session, stage: str) -> None:
    aws.client("ssm").delete_parameters(Names=[kind.name(stage) for kind in KINDS.values()])


def perform(aws: boto3.Session, stage: str, kind: KeyKind, step: KeyStep) -> int:
    """Performs a step. Returns how many keys are accepted after it."""
    name = kind.name(stage)
    value = {KeyStep.ADD: kind.add, KeyStep.USE: kind.use, KeyStep.DROP: kind.drop}[step](_read(aws, name))
    aws.client("ssm").put_parameter(Name=name, Type="SecureString", Value=json.dumps(value), Overwrite=True)
    return len(value["keys"] if isinstance(value, dict) else value)


def _read(aws: boto3.Session, name: str) -> Any:
    return json.loads(aws.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="make keys", description="Replace the secrets of a stage.")
    parser.add_argument("--stage", choices=("dev", "prod"), required=True)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("step", type=KeyStep, choices=list(KeyStep))
    arguments = parser.parse_args()
    try:
        believed = perform(boto3.Session(), arguments.stage, KINDS[arguments.kind], arguments.step)
    except (BotoCoreError, ClientError) as error:
        print(f"make keys: {error}", file=sys.stderr)
        return 1
    print(f"{arguments.kind}: {believed} believed, {arguments.step} done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
