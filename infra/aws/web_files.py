"""Publishes a build of the web client into its bucket, which CloudFront reads.

New assets go first and the page last: no page names what is not there. Assets that the build no longer has stay for a
month, since pages that are open load parts of theirs when they need them. They are tagged, and S3 counts the month
(infra/templates/resources.yaml).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3

from infra import routing, web_policy

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SUPERSEDED: Final = {"superseded": "true"}
"""The tag of an asset that no page of the newest build names."""


def is_built(build: Path) -> bool:
    return (build / "index.html").is_file()


def publish(aws: boto3.Session, bucket: str, build: Path) -> int:
    """Returns how many assets the build has. What was published before stays until it is superseded."""
    s3 = aws.client("s3")
    assets = {_key(path): file for path, file in _assets(build)}
    for key, file in assets.items():
        # One that was superseded loses its tag.
        s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes(), **_headers(key))
    page = _key(routing.WEB_PAGE)
    s3.put_object(Bucket=bucket, Key=page, Body=(build / "index.html").read_bytes(), **_headers(page))
    for key in _published(s3, bucket) - assets.keys():
        _supersede(s3, bucket, key)
    return len(assets)


def _assets(build: Path) -> Iterator[tuple[str, Path]]:
    folder = build / "assets"
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield f"{routing.WEB_ASSETS}{file.relative_to(folder).as_posix()}", file


def _published(s3: "S3Client", bucket: str) -> set[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=_key(routing.WEB_ASSETS))
    return {each["Key"] for page in pages for each in page.get("Contents", ())}


def _supersede(s3: "S3Client", bucket: str, key: str) -> None:
    """Tags an asset, once. It is copied over itself: S3 counts the days of an object since it was written."""
    tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    if {each["Key"]: each["Value"] for each in tags} == SUPERSEDED:
        return
    tagging = "&".join(f"{name}={value}" for name, value in SUPERSEDED.items())
    s3.copy_object(
        Bucket=bucket,
        Key=key,
        CopySource={"Bucket": bucket, "Key": key},
        MetadataDirective="REPLACE",
        TaggingDirective="REPLACE",
        Tagging=tagging,
        **_headers(key),
    )


def _key(path: str) -> str:
    """Object keys are what CloudFront asks for, without the first slash."""
    return path.removeprefix("/")


def _headers(key: str) -> dict[str, Any]:
    named = web_policy.file_headers(f"/{key}")
    return {"ContentType": named["Content-Type"], "CacheControl": named["Cache-Control"]}
