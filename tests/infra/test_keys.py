"""Secrets are replaced in steps, none of which signs anybody out."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.aws import keys
from infra.aws.keys import KINDS, KeyStep

JWT, FRONT_DOOR = KINDS["jwt"], KINDS["front-door"]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        session = boto3.Session(region_name="us-east-1")
        keys.ensure(session, "dev")
        yield session


def stored(aws: boto3.Session, kind: keys.KeyKind) -> Any:
    found = aws.client("ssm").get_parameter(Name=kind.name("dev"), WithDecryption=True)["Parameter"]
    assert found["Type"] == "SecureString"
    return json.loads(found["Value"])


def test_first_keys_are_long_and_made_once(aws: boto3.Session) -> None:
    first = stored(aws, JWT), stored(aws, FRONT_DOOR)
    keys.ensure(aws, "dev")

    assert (stored(aws, JWT), stored(aws, FRONT_DOOR)) == first
    assert list(first[0]["keys"]) == [first[0]["current"]]
    assert all(len(secret) >= keys.SECRET_BYTES for secret in [*first[0]["keys"].values(), *first[1]])


def test_signing_key_is_believed_before_it_signs_and_after_it_has_signed(aws: boto3.Session) -> None:
    old = stored(aws, JWT)["current"]

    assert keys.perform(aws, "dev", JWT, KeyStep.ADD) == 2
    added = stored(aws, JWT)
    assert added["current"] == old
    assert keys.perform(aws, "dev", JWT, KeyStep.USE) == 2
    used = stored(aws, JWT)
    assert used["keys"] == added["keys"]
    assert used["current"] != old
    assert keys.perform(aws, "dev", JWT, KeyStep.DROP) == 1
    assert stored(aws, JWT) == {"current": used["current"], "keys": {used["current"]: added["keys"][used["current"]]}}


def test_front_doors_key_is_believed_before_it_is_sent_and_after_it_was(aws: boto3.Session) -> None:
    old = keys.front_door_key(aws, "dev")

    assert keys.perform(aws, "dev", FRONT_DOOR, KeyStep.ADD) == 2
    assert keys.front_door_key(aws, "dev") == old
    keys.perform(aws, "dev", FRONT_DOOR, KeyStep.USE)
    new = keys.front_door_key(aws, "dev")
    assert new != old
    assert set(stored(aws, FRONT_DOOR)) == {old, new}
    assert keys.perform(aws, "dev", FRONT_DOOR, KeyStep.DROP) == 1
    assert stored(aws, FRONT_DOOR) == [new]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_dropping_never_drops_the_key_in_use(aws: boto3.Session, kind: keys.KeyKind) -> None:
    before = stored(aws, kind)
    keys.perform(aws, "dev", kind, KeyStep.ADD)
    keys.perform(aws, "dev", kind, KeyStep.DROP)

    assert stored(aws, kind) == before
