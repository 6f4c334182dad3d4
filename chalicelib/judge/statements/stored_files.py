"""Files that texts show, in S3: pictures, and documents to which a text has a link. The client uploads them itself.

It gets a form that takes one file of a limited size. Uploads are stored under `uploads/`, where they expire after a
day. When the author names the file, and it is of the kind that its name says, it is copied to where no client can
write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from botocore.exceptions import ClientError

from chalicelib.common import s3, settings
from chalicelib.common.http import errors
from chalicelib.judge.statements import pictures

UPLOAD_SECONDS = 600
SHOWN_SECONDS = 3600
KEPT_FOR = timedelta(minutes=5)
"""How long the addresses hold, and how long a browser may keep the second."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that a browser posts, the file last."""

    upload_id: int
    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    name: str
    content_type: str
    size: int
    path: str


def invite(upload_id: int, key: str) -> Upload:
    """Where to upload a file to. S3 itself refuses one that is too large."""
    form = s3.client().generate_presigned_post(
        _bucket(),
        key,
        Conditions=[["content-length-range", 1, pictures.MAX_BYTES]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return Upload(upload_id, form["url"], dict(form["fields"]))


def uploaded(key: str, called: str) -> bytes:
    """An uploaded file that is to be called so; 404 before it is uploaded.

    422 for a kind that texts do not show, and for a file that is not what its name says. S3 has held the size against
    the form.
    """
    try:
        data = s3.client().get_object(Bucket=_bucket(), Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        raise errors.NotFound("file_not_uploaded", "The file has not been uploaded") from error
    kind = pictures.kind_of(called)
    if kind is None or not pictures.is_of_kind(data[: pictures.HEAD_BYTES], kind):
        named = ", ".join(pictures.KINDS)
        raise errors.Unprocessable("not_such_a_file", "The file is not what its name says: {kinds}", kinds=named)
    return data


def write(key: str, name: str, data: bytes) -> None:
    s3.client().put_object(Bucket=_bucket(), Key=key, Body=data, ContentType=pictures.kind_of(name) or "")


def read(key: str) -> bytes:
    return s3.client().get_object(Bucket=_bucket(), Key=key)["Body"].read()


def copy(source: str, target: str) -> None:
    s3.client().copy_object(Bucket=_bucket(), Key=target, CopySource=f"{_bucket()}/{source}")


def delete(*keys: str) -> None:
    s3.delete_all(_bucket(), keys)


def address(key: str, name: str) -> str:
    """Where a file lies, for an hour."""
    kind = pictures.kind_of(name) or ""
    shown = "attachment" if kind == pictures.SVG else "inline"  # what is in a picture runs only when it is opened
    return s3.client().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": _bucket(),
            "Key": key,
            "ResponseContentType": kind,
            "ResponseContentDisposition": f'{shown}; filename="{name}"',
        },
        ExpiresIn=SHOWN_SECONDS,
    )


def no_such_file() -> errors.NotFound:
    return errors.NotFound("file_not_found", "There is no such file")


def _bucket() -> str:
    return settings.load().test_data_bucket
