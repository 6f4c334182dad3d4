"""Publishes a build of the web client into its bucket, which CloudFront reads.

New assets go first and the page last: no page names what is not there. Assets that the build no longer has stay for a
month, since pages that are open load parts of theirs when they need them. They are tagged, and S3 counts the month
(infra/templates/resources.yaml).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3

from infra import routing, web_policy

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SUPERSEDED: Final = {"superseded": "true"}
"""The tag of an asset that no page of the newest build names."""


class WebFilesError(Exception):
    """The message is one line for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Published:
    """What browsers get now: the page, and the keys of its assets."""

    content: bytes
    assets: list[str]


def is_built(build: Path) -> bool:
    return (build / "index.html").is_file()


def publish(aws: boto3.Session, bucket: str, build: Path) -> int:
    """Returns how many assets the build has. What was published before stays until it is superseded."""
    s3 = aws.client("s3")
    assets = {_key(path): file for path, file in _assets(build)}
    for key, file in assets.items():
        # One that was superseded loses its tag.
        s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes(), **_headers(key))
    _publish_page(s3, bucket, (build / "index.html").read_bytes(), assets.keys())
    return len(assets)


def publish_again(aws: boto3.Session, bucket: str, page: bytes, assets: Collection[str]) -> None:
    """Brings back a page of before with its assets, which are kept for a month. WebFilesError, and nothing done, when
    some are gone.
    """
    s3 = aws.client("s3")
    if gone := sorted(set(assets) - _published(s3, bucket)):
        raise WebFilesError(f"{len(gone)} files of that web client are gone, as {gone[0]}: deploy its commit")
    for key in assets:
        _copy_over(s3, bucket, key, tags={})
    _publish_page(s3, bucket, page, assets)


def published_page(aws: boto3.Session, bucket: str) -> Published:
    """Reads what browsers get now."""
    s3 = aws.client("s3")
    content = s3.get_object(Bucket=bucket, Key=_key(routing.WEB_PAGE))["Body"].read()
    current = (key for key in _published(s3, bucket) if _tags(s3, bucket, key) != SUPERSEDED)
    return Published(content, sorted(current))


def _publish_page(s3: "S3Client", bucket: str, content: bytes, assets: Collection[str]) -> None:
    page = _key(routing.WEB_PAGE)
    s3.put_object(Bucket=bucket, Key=page, Body=content, **_headers(page))
    for key in _published(s3, bucket) - set(assets):
        _supersede(s3, bucket, key)


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
    if _tags(s3, bucket, key) != SUPERSEDED:
        _copy_over(s3, bucket, key, tags=SUPERSEDED)


def _tags(s3: "S3Client", bucket: str, key: str) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]}


def _copy_over(s3: "S3Client", bucket: str, key: str, *, tags: Mapping[str, str]) -> None:
    s3.copy_object(
        Bucket=bucket,
        Key=key,
        CopySource={"Bucket": bucket, "Key": key},
        MetadataDirective="REPLACE",
        TaggingDirective="REPLACE",
        Tagging="&".join(f"{name}={value}" for name, value in tags.items()),
        **_headers(key),
    )


def _key(path: str) -> str:
    """Object keys are what CloudFront asks for, without the first slash."""
    return path.removeprefix("/")


def _headers(key: str) -> dict[str, Any]:
    named = web_policy.file_headers(f"/{key}")
    return {"ContentType": named["Content-Type"], "CacheControl": named["Cache-Control"]}
