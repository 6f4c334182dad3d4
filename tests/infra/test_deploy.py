"""What `make deploy` does to the artefact before CloudFormation gets it."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra import deploy, stack

BUCKET = "artifacts"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        session = boto3.Session(region_name="us-east-1")
        session.client("s3").create_bucket(Bucket=BUCKET)
        yield session


def test_archives_are_uploaded_once_under_the_hash_of_their_content(aws: boto3.Session, tmp_path: Path) -> None:
    (tmp_path / "code.zip").write_bytes(b"code")
    function = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./code.zip"}}
    template = {"Resources": {"One": function, "Two": json.loads(json.dumps(function)), "Table": {"Type": "Other"}}}

    deploy.upload_archives(aws, BUCKET, template, tmp_path)

    (stored,) = aws.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    uris = {template["Resources"][name]["Properties"]["CodeUri"] for name in ("One", "Two")}
    assert uris == {f"s3://{BUCKET}/{stored['Key']}"}


def test_signing_keys_are_made_once(aws: boto3.Session) -> None:
    ssm = aws.client("ssm")

    stack.ensure_jwt_keys(aws, "dev")
    first = ssm.get_parameter(Name="/lyceum/dev/jwt-keys", WithDecryption=True)["Parameter"]
    stack.ensure_jwt_keys(aws, "dev")

    keys = json.loads(first["Value"])
    assert (first["Type"], list(keys["keys"])) == ("SecureString", [keys["current"]])
    assert ssm.get_parameter(Name="/lyceum/dev/jwt-keys", WithDecryption=True)["Parameter"]["Value"] == first["Value"]


def test_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARTIFACTS_BUCKET", raising=False)

    with pytest.raises(deploy.DeployError, match="ARTIFACTS_BUCKET is not set"):
        deploy.deploy("dev", {})
