"""Uploads of packages: `imports/{import_id}.zip` in the bucket of test data, put there by the client."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.common import s3, settings

UPLOAD_SECONDS = 900
"""How long a package may be sent after it was announced."""

_KEY = re.compile(r"imports/([0-9]{1,16})\.zip")


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


def read(import_id: int) -> bytes:
    return s3.client().get_object(Bucket=settings.load().test_data_bucket, Key=_key(import_id))["Body"].read()


def import_of(key: str) -> int | None:
    """The import that an object belongs to; None when it is no package."""
    found = _KEY.fullmatch(key)
    return int(found[1]) if found else None


def _key(import_id: int) -> str:
    return f"imports/{import_id}.zip"
