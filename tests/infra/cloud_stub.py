"""An AWS account in memory, behind boto3's own clients: it answers what a deployment asks, and any answer can fail.

botocore checks and encodes each request as ever; what would go out is answered here. CloudFormation: stack_stub.py.
"""

import base64
import functools
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final

import boto3
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

REGION: Final = "us-east-1"  # where CloudFront's stacks are too
HOST: Final = f"1.dkr.ecr.{REGION}.amazonaws.com"
Params = dict[str, Any]


class ThriftySession(boto3.Session):
    """Makes each client once: that takes longer than most of what a test asks of it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._made: dict[tuple[str, str | None], Any] = {}

    def client(self, service_name: str, region_name: str | None = None, **options: Any) -> Any:  # type: ignore[override]
        if options:  # a resource's: it changes its client for good (DynamoDB's takes plain values)
            return super().client(service_name, region_name=region_name, **options)  # type: ignore[call-overload]
        key = (service_name, region_name)
        if key not in self._made:
            self._made[key] = super().client(service_name, region_name=region_name)  # type: ignore[call-overload]
        return self._made[key]


class Refused(Exception):
    """AWS's answer with a code and a message."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass
class Account:
    """The services beside CloudFormation. Methods are operations by their names in boto3."""

    tables: dict[str, Params] = field(default_factory=dict)
    buckets: dict[str, dict[str, str]] = field(default_factory=dict)
    """Name -> key -> tag, an empty text where there is none."""
    keys: dict[str, str] = field(default_factory=dict)
    """Id -> state."""
    repositories: dict[str, list[Params]] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def get_parameter(self, params: Params) -> Params:
        if params["Name"] not in self.parameters:
            raise Refused("ParameterNotFound")
        return {"Parameter": {"Name": params["Name"], "Value": self.parameters[params["Name"]]}}

    def put_parameter(self, params: Params) -> Params:
        if params["Name"] in self.parameters and not params.get("Overwrite"):
            raise Refused("ParameterAlreadyExists")
        self.parameters[params["Name"]] = params["Value"]
        return {}

    def delete_parameters(self, params: Params) -> Params:
        for name in params["Names"]:
            self.parameters.pop(name, None)
        return {}

    def head_bucket(self, params: Params) -> Params:
        if params["Bucket"] not in self.buckets:
            raise Refused("404", "Not Found", 404)
        return {}

    def put_object(self, params: Params) -> Params:
        self.head_bucket(params)
        self.buckets[params["Bucket"]][params["Key"]] = ""
        self.objects[params["Bucket"], params["Key"]] = (
            params["Body"].getvalue() if isinstance(params["Body"], io.BytesIO) else params["Body"]
        )
        return {}

    def get_object(self, params: Params) -> Params:
        return {"Body": io.BytesIO(self.objects[params["Bucket"], params["Key"]])}

    def list_objects_v2(self, params: Params) -> Params:
        listed = self.buckets[params["Bucket"]]
        return {"Contents": [{"Key": key} for key in listed if key.startswith(params.get("Prefix", ""))]}

    def get_object_tagging(self, params: Params) -> Params:
        tag = self.buckets[params["Bucket"]][params["Key"]]
        return {"TagSet": [dict(zip(("Key", "Value"), tag.split("="), strict=True))] if tag else []}

    def copy_object(self, params: Params) -> Params:
        self.buckets[params["Bucket"]][params["Key"]] = params["Tagging"]
        return {}

    def list_object_versions(self, params: Params) -> Params:
        return {"Versions": [{"Key": key, "VersionId": "null"} for key in self.buckets[params["Bucket"]]]}

    def delete_objects(self, params: Params) -> Params:
        for each in params["Delete"]["Objects"]:
            del self.buckets[params["Bucket"]][each["Key"]]
        return {}

    def get_authorization_token(self, params: Params) -> Params:
        return {"authorizationData": [{"authorizationToken": base64.b64encode(b"AWS:secret").decode()}]}

    def describe_repositories(self, params: Params) -> Params:
        if missing := set(params["repositoryNames"]) - self.repositories.keys():
            raise Refused("RepositoryNotFoundException", f"{missing}")
        return {"repositories": [{"repositoryName": name} for name in params["repositoryNames"]]}

    def describe_images(self, params: Params) -> Params:
        images = self.repositories[params["repositoryName"]]
        if "imageIds" in params:
            (wanted,) = params["imageIds"]
            images = [each for each in images if wanted["imageTag"] in each["imageTags"]]
        return {"imageDetails": images}

    def batch_get_image(self, params: Params) -> Params:
        """Of a type that is not named here, ECR's documents do not say what they give out: so nothing."""
        digest = params["imageIds"][0]["imageDigest"]
        (found,) = (each for each in self.repositories[params["repositoryName"]] if each["imageDigest"] == digest)
        kind = found["imageManifestMediaType"]
        if kind not in params.get("acceptedMediaTypes", ()):
            return {"images": [], "failures": [{"failureCode": "ImageNotFound"}]}
        return {"images": [{"imageManifest": digest, "imageManifestMediaType": kind}], "failures": []}

    def put_image(self, params: Params) -> Params:
        images = self.repositories[params["repositoryName"]]
        kind = params["imageManifestMediaType"]
        if any(params["imageTag"] in each["imageTags"] for each in images):
            raise Refused("ImageTagAlreadyExistsException")
        same = [each for each in images if each["imageDigest"] == params["imageManifest"]]
        if same:
            if (same[0]["imageManifestMediaType"], params["imageDigest"]) != (kind, params["imageManifest"]):
                raise Refused("ImageDigestDoesNotMatchException")
            same[0]["imageTags"].append(params["imageTag"])
        else:
            pushed = {"imageDigest": params["imageManifest"], "imageTags": [params["imageTag"]]}
            images.append({**pushed, "imageManifestMediaType": kind, "imagePushedAt": datetime.now(UTC)})
        return {}

    def describe_managed_prefix_lists(self, params: Params) -> Params:
        return {"PrefixLists": [{"PrefixListId": "pl-1"}]}

    def invoke(self, params: Params) -> Params:
        return {"Payload": io.BytesIO(b"null")}

    def describe_table(self, params: Params) -> Params:
        if params["TableName"] not in self.tables:
            raise Refused("ResourceNotFoundException")
        properties = self.tables[params["TableName"]]
        named = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "DeletionProtectionEnabled")
        table = {name: properties[name] for name in named if name in properties}
        return {"Table": {"TableName": params["TableName"], **table}}

    def describe_time_to_live(self, params: Params) -> Params:
        expires = "TimeToLiveSpecification" in self.tables[params["TableName"]]
        return {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED" if expires else "DISABLED"}}

    def list_backup_vaults(self, params: Params) -> Params:
        return {"BackupVaultList": []}

    def describe_continuous_backups(self, params: Params) -> Params:
        return {"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED"}}

    def describe_key(self, params: Params) -> Params:
        if params["KeyId"] not in self.keys:
            raise Refused("NotFoundException")
        return {"KeyMetadata": {"KeyId": params["KeyId"], "KeyState": self.keys[params["KeyId"]]}}


@dataclass
class Cloud:
    """Answers the requests of `session`. `services` are what has a method for each operation."""

    services: tuple[Any, ...]
    requests: list[str] = field(default_factory=list)
    lost: Callable[[int], str] = lambda _: ""
    """Of the request with this number: "before" when it never arrives, "after" when its answer does not."""

    @property
    def session(self) -> boto3.Session:
        """One for all clouds: making its clients takes ten times as long as a deployment does here."""
        shared = _session()
        shared.cloud = self
        return shared

    @contextmanager
    def losing(self, number: int, when: str) -> Iterator[None]:
        begin = len(self.requests)
        self.lost = lambda count: when if count == begin + number else ""
        try:
            yield
        finally:
            self.lost = lambda _: ""

    def answer(self, operation: str, params: Params) -> tuple[Any, Params]:
        self.requests.append(operation)
        fate = self.lost(len(self.requests))
        if fate == "before":
            raise EndpointConnectionError(endpoint_url=operation)
        status, parsed = self._asked(operation, params)
        if fate == "after":
            raise ReadTimeoutError(endpoint_url=operation)
        return SimpleNamespace(status_code=status), {"ResponseMetadata": {"HTTPStatusCode": status}, **parsed}

    def _asked(self, name: str, params: Params) -> tuple[int, Params]:
        operation = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        (method,) = (getattr(each, operation) for each in self.services if hasattr(each, operation))
        try:
            return 200, method(params)
        except Refused as refusal:
            return refusal.status, {"Error": {"Code": refusal.code, "Message": refusal.message}}


class _SharedSession(ThriftySession):
    """Its clients are answered by the cloud that was last asked for it."""

    cloud: Cloud

    def __init__(self) -> None:
        super().__init__(aws_access_key_id="id", aws_secret_access_key="key", region_name=REGION)
        self.events.register("before-parameter-build.*.*", self._note)
        self.events.register("before-call.*.*", self._answer)  # type: ignore[arg-type]

    @staticmethod
    def _note(params: Params, context: Params, **_: Any) -> None:
        context["given"] = params

    def _answer(self, model: Any, context: Params, **_: Any) -> tuple[Any, Params]:
        return self.cloud.answer(model.name, context["given"])


@functools.cache
def _session() -> _SharedSession:
    return _SharedSession()


def _read(body: bytes | io.BytesIO) -> bytes:
    """botocore wraps what it sends."""
    return body.getvalue() if isinstance(body, io.BytesIO) else body
