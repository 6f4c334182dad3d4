"""Uploads of packages: `imports/{import_id}.zip` in the bucket of test data, put there by the client.

Beside it lie pages of what the import itself has made of the tests so far, `imports/{import_id}-made-{page}.zip`. S3
reports all of them. Single large files of tests lie at `made/{import_id}/{attempt}/12.in`, most of them put there by
the judge: nobody is told of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, TypedDict

from botocore.exceptions import ClientError

from chalicelib.common import ranges, s3, settings

UPLOAD_SECONDS = 900
"""How long a package may be sent after it was announced."""

MADE_SECONDS = 600
"""How long the judge may use an address: the one that is asked again has as long as the first."""

_KEY = re.compile(r"imports/([0-9]{1,16})(?:-made(?:-([0-9]{1,9}))?)?\.zip")


class _Object(TypedDict):
    Bucket: str
    Key: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that S3 takes: POST it to `url` as multipart/form-data, these fields first and then the `file`."""

    url: str
    fields: Mapping[str, str]


def upload_for(import_id: int, *, size: int) -> Upload:
    """Takes a file of just so many bytes, once announced, for a few minutes."""
    form = s3.client().generate_presigned_post(
        Bucket=settings.load().test_data_bucket,
        Key=_key(import_id),
        Conditions=[["content-length-range", size, size]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return Upload(form["url"], form["fields"])


def opened(import_id: int) -> BinaryIO:
    """The package, which is fetched as it is read."""
    return ranges.opened(settings.load().test_data_bucket, _key(import_id))


def opened_page(import_id: int, page: int) -> BinaryIO:
    return ranges.opened(settings.load().test_data_bucket, _page_key(import_id, page))


def write_page(import_id: int, page: int, data: BinaryIO) -> None:
    """S3 reports its arrival, and so the import goes on."""
    s3.client().put_object(Bucket=settings.load().test_data_bucket, Key=_page_key(import_id, page), Body=data)


def import_of(key: str) -> tuple[int, int] | None:
    """The import that an object belongs to, and which page of it this is (0: the package); None when it is neither."""
    found = _KEY.fullmatch(key)
    return (int(found[1]), int(found[2] or 0)) if found else None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where one attempt at a page keeps large files: no other writes there. Their names are those of its files."""

    import_id: int
    attempt: int

    def name(self, file: str) -> str:
        """Of a file of this attempt, such as "12.in", as every attempt of the import finds it."""
        return f"{self.attempt}/{file}"

    def address_to_put(self, name: str) -> str:
        """Where the judge may put it, for a few minutes."""
        return s3.client().generate_presigned_url("put_object", Params=self._object(name), ExpiresIn=MADE_SECONDS)

    def address(self, name: str) -> str:
        """Where the judge can fetch it, for a few minutes."""
        return s3.client().generate_presigned_url("get_object", Params=self._object(name), ExpiresIn=MADE_SECONDS)

    def read(self, name: str, *, at_most: int) -> bytes | None:
        """None when it is larger, or not there: whoever put it there is not to be trusted."""
        try:
            stored = s3.client().get_object(**self._object(name))
        except ClientError as error:
            if not s3.is_missing(error):
                raise
            return None
        return stored["Body"].read() if stored["ContentLength"] <= at_most else None

    def _object(self, name: str) -> "_Object":
        return {"Bucket": settings.load().test_data_bucket, "Key": f"made/{self.import_id}/{name}"}


def _page_key(import_id: int, page: int) -> str:
    return f"imports/{import_id}-made-{page}.zip"


def _key(import_id: int) -> str:
    return f"imports/{import_id}.zip"
