"""Pushes the judge's image, when there is none yet of what it would be built from.

A tag is `{stage}-{hash of what goes in}-{time}`. ECR's rules count the images of each stage by themselves
(infra/templates/account.yaml). What is there for another stage is only tagged for this one: so prod runs the very image
that dev has tried. Base image and Debian's packages are no inputs that one could hash: `rebuild` builds all the same.
"""

import base64
import fnmatch
import hashlib
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from infra.packaging import image
from infra.packaging.package import ROOT

INPUTS = (".dockerignore", "chalicelib/__init__.py", "chalicelib/judge_protocol", "judge_container")
"""What the Dockerfile, which is among them, copies."""
IGNORED = ("*/__pycache__/*",)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
"""What builders push: named, so that ECR gives out what is there, whatever it is, and nothing made of it."""
HASH_LENGTH = 16  # of 64 hexadecimal digits


def ensure(
    aws: boto3.Session,
    builder: image.Builder,
    repository: str,
    stage: str,
    *,
    root: Path = ROOT,
    rebuild: bool = False,
) -> str:
    """Returns the image's URI by digest, so that CloudFormation sees a new one."""
    arguments = {"BASE": image.BASE, "LANGUAGES": ""}
    version = inputs_hash(arguments, root)
    found = None if rebuild else _newest(aws, repository, version)
    if found is None:
        return f"{repository}@{_push(aws, builder, repository, _tag(stage, version), arguments)}"
    digest: str = found["imageDigest"]
    days = (datetime.now(UTC) - found["imagePushedAt"]).days
    print(
        f"  nothing to build: it is made of the same as {days} days ago (Debian's updates: --rebuild-image)", flush=True
    )
    if not any(tag.startswith(f"{stage}-") for tag in found["imageTags"]):
        _tag_again(aws, repository, digest, _tag(stage, version))
    return f"{repository}@{digest}"


def inputs_hash(arguments: Mapping[str, str], root: Path = ROOT) -> str:
    counted = hashlib.sha256(json.dumps(dict(sorted(arguments.items()))).encode())
    for path in _files(root):
        content = path.read_bytes()
        # A file that may be executed is another one in the image.
        entry = [path.relative_to(root).as_posix(), bool(path.stat().st_mode & 0o100), len(content)]
        counted.update(json.dumps(entry).encode() + content)
    return counted.hexdigest()[:HASH_LENGTH]


def _files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        path = root / name
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and not any(fnmatch.fnmatch(file.as_posix(), each) for each in IGNORED):
                yield file


def _tag(stage: str, version: str) -> str:
    # Tags are immutable; two people may deploy within a second.
    return f"{stage}-{version}-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:8]}"


def _newest(aws: boto3.Session, repository: str, version: str) -> dict[str, Any] | None:
    pages = (
        aws.client("ecr")
        .get_paginator("describe_images")
        .paginate(repositoryName=_name(repository), filter={"tagStatus": "TAGGED"})
    )
    same: list[dict[str, Any]] = [
        each
        for page in pages
        for each in page["imageDetails"]
        if any(tag.partition("-")[2].startswith(f"{version}-") for tag in each["imageTags"])
    ]
    return max(same, key=lambda each: each["imagePushedAt"], default=None)


def _push(aws: boto3.Session, builder: image.Builder, repository: str, tag: str, arguments: dict[str, str]) -> str:
    ecr = aws.client("ecr")
    builder.build(f"{repository}:{tag}", arguments)
    grant = ecr.get_authorization_token()["authorizationData"][0]
    user, _, password = base64.b64decode(grant["authorizationToken"]).decode().partition(":")
    builder.push(f"{repository}:{tag}", user=user, password=password)
    pushed = ecr.describe_images(repositoryName=_name(repository), imageIds=[{"imageTag": tag}])
    digest: str = pushed["imageDetails"][0]["imageDigest"]
    return digest


def _tag_again(aws: boto3.Session, repository: str, digest: str, tag: str) -> None:
    ecr, name = aws.client("ecr"), _name(repository)
    wanted = [{"imageDigest": digest}]
    answer = ecr.batch_get_image(repositoryName=name, imageIds=wanted, acceptedMediaTypes=list(MANIFESTS))
    if not answer["images"]:
        raise image.ImageError(f"ECR has {digest} and does not give it out: {answer['failures']}")
    (found,) = answer["images"]
    ecr.put_image(
        repositoryName=name,
        imageTag=tag,
        imageDigest=digest,  # so that ECR refuses a manifest that is not the very same
        imageManifest=found["imageManifest"],
        imageManifestMediaType=found["imageManifestMediaType"],
    )


def _name(repository: str) -> str:
    return repository.partition("/")[2]
