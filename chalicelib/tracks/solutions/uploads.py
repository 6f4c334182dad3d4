"""Uploads of solutions: a zip archive that the client posts to S3 itself, by a form that takes one of at most 1 MiB.

It lies under `uploads/`, where it expires after a day, below who may send it in. When it is sent in, its files become
a version, as files in a body do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from chalicelib.common import clock, ids, s3, settings
from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place, Violation
from chalicelib.common.texts import Text
from chalicelib.judge.packages.archive import Fault
from chalicelib.tracks.solutions import zips
from chalicelib.tracks.solutions.zips import Taken

UPLOAD_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that a browser posts, the file last."""

    upload_id: int
    url: str
    fields: Mapping[str, str]


def invite(assignment_id: int, user_id: int) -> Upload:
    """Where to upload an archive to. S3 itself refuses one that is too large."""
    upload_id = ids.new_id(clock.now())
    form = s3.client().generate_presigned_post(
        settings.load().test_data_bucket,
        _key(assignment_id, user_id, upload_id),
        Conditions=[["content-length-range", 1, zips.MAX_BYTES]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return Upload(upload_id, form["url"], dict(form["fields"]))


def take(assignment_id: int, user_id: int, upload_id: int) -> Taken:
    """The files of an archive; 404 before it is uploaded, 422 with every reason for one that is not taken."""
    try:
        return zips.take(_uploaded(_key(assignment_id, user_id, upload_id)))
    except zips.Refused as refused:
        violations = [_violation(fault) for fault in refused.faults]
        raise errors.Unprocessable("archive_refused", "The archive is not taken", violations=violations) from refused


def _violation(fault: Fault) -> Violation:
    named = Text("file_refused", "'{name}': {reason}", {"name": fault.file, "reason": fault.reason})
    return Violation(Place(In.BODY, "/upload_id"), fault.reason.code, named if fault.file else fault.reason)


def _uploaded(key: str) -> bytes:
    """S3 has held the size against the form."""
    try:
        found = s3.client().get_object(Bucket=settings.load().test_data_bucket, Key=key)
    except ClientError as error:
        if not s3.is_missing(error):
            raise
        raise errors.NotFound("file_not_uploaded", "The file has not been uploaded") from error
    return found["Body"].read()


def _key(assignment_id: int, user_id: int, upload_id: int) -> str:
    return f"uploads/solutions/{assignment_id}/{user_id}/{upload_id}.zip"
