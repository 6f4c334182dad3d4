"""Pictures of courses. The client uploads them to S3 itself.

It gets an address that accepts one file of the named type and of a limited size.

Uploads are stored under `uploads/`, where they expire after a day. When the author confirms an upload and it really is
a picture, it is copied to a place that no client can write to, and shown.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe, s3, settings
from chalicelib.common.http import errors
from chalicelib.common.http.etags import IfMatch
from chalicelib.courses import authoring, models
from chalicelib.courses.models import Change, Course

MAX_BYTES = 2 * 1024 * 1024
UPLOAD_SECONDS = 600
SHOWN_SECONDS = 3600
KEPT_FOR = timedelta(minutes=5)
"""How long the addresses hold, and how long a browser may keep the second."""

SIGNATURES = {
    "image/png": (0, b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": (0, b"\xff\xd8\xff"),
    "image/webp": (8, b"WEBP"),
}
"""What a file of each type has at which place."""
SUFFIXES = tuple(kind.rpartition("/")[2] for kind in SIGNATURES)
HEAD_BYTES = 12


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that a browser posts, the file last."""

    picture_id: int
    url: str
    fields: dict[str, str]


def invite(caller: Caller, course_id: int, content_type: str) -> Upload:
    """Where to upload a picture to. S3 itself refuses another type and more than MAX_BYTES."""
    authoring.own(caller, course_id)
    picture_id = ids.new_id(clock.now())
    form = s3.client().generate_presigned_post(
        settings.load().test_data_bucket,
        _upload_key(course_id, picture_id),
        Fields={"Content-Type": content_type},
        Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, MAX_BYTES]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return Upload(picture_id, form["url"], dict(form["fields"]))


def show(caller: Caller, course_id: int, picture_id: int, *, expected: IfMatch = None) -> Course:
    """Make an uploaded picture that of the course; 404 before it is uploaded, 422 when it is none."""
    course, _ = authoring.own(caller, course_id, expected)
    _check(_upload_key(course_id, picture_id))
    bucket = settings.load().test_data_bucket
    source = f"{bucket}/{_upload_key(course_id, picture_id)}"
    s3.client().copy_object(Bucket=bucket, Key=_key(course_id, picture_id), CopySource=source)
    changed = _set(caller, course_id, picture_id, expected)
    if course.picture_id not in {None, picture_id}:
        forget(course)
    observe.logger.info("picture shown", course_id=course_id, picture_id=picture_id)
    return changed


def address(course_id: int) -> str:
    """Where the picture of a course lies, for an hour; 404 without one. A picture is no secret, be its course one."""
    course = models.find_course(course_id)
    if course is None or course.picture_id is None:
        raise errors.NotFound("no_picture", "This course has no picture")
    return s3.client().generate_presigned_url(
        "get_object",
        Params={"Bucket": settings.load().test_data_bucket, "Key": _key(course_id, course.picture_id)},
        ExpiresIn=SHOWN_SECONDS,
    )


def remove(caller: Caller, course_id: int, *, expected: IfMatch = None) -> None:
    """Show no picture any more."""
    course, _ = authoring.own(caller, course_id)
    _set(caller, course_id, None, expected)
    forget(course)


def read(course: Course) -> tuple[str, bytes] | None:
    """The picture of a course with the suffix that says its kind; None without one."""
    if course.picture_id is None:
        return None
    stored = s3.client().get_object(Bucket=settings.load().test_data_bucket, Key=_key(course.id, course.picture_id))
    data = stored["Body"].read()
    kind = _kind_of(data)
    return (kind.rpartition("/")[2], data) if kind else None


def is_picture(data: bytes) -> bool:
    return len(data) <= MAX_BYTES and _kind_of(data) is not None


def write(course_id: int, picture_id: int, data: bytes) -> None:
    """Store a picture of a course that is made; ValueError when it is none."""
    kind = _kind_of(data)
    if kind is None:
        raise ValueError(course_id)
    s3.client().put_object(
        Bucket=settings.load().test_data_bucket, Key=_key(course_id, picture_id), Body=data, ContentType=kind
    )


def _kind_of(data: bytes) -> str | None:
    fitting = (kind for kind, (start, first) in SIGNATURES.items() if data[start : start + len(first)] == first)
    return next(fitting, None)


def copy(source: Course, target: Course) -> None:
    """Have a course that names the picture of another have that picture."""
    if source.picture_id is None:
        return
    bucket = settings.load().test_data_bucket
    old, new = (_key(course.id, source.picture_id) for course in (source, target))
    s3.client().copy_object(Bucket=bucket, Key=new, CopySource=f"{bucket}/{old}")


def forget(course: Course) -> None:
    """Delete the picture that a course has."""
    if course.picture_id is not None:
        erase(course.id, course.picture_id)


def erase(course_id: int, picture_id: int) -> None:
    """Delete a picture that was written for a course that is not made after all. Again is no harm."""
    s3.client().delete_object(Bucket=settings.load().test_data_bucket, Key=_key(course_id, picture_id))


def _set(caller: Caller, course_id: int, picture_id: int | None, expected: IfMatch) -> Course:
    def attempt() -> Course:
        course, _ = authoring.own(caller, course_id, expected)
        return models.change_course(Change(course=course, fields={"picture_id": picture_id}))

    return authoring.retry_on_conflict(attempt)


def _check(key: str) -> None:
    """S3 has held the type and the size against the form; the first bytes tell whether the type is true."""
    try:
        head = s3.client().get_object(
            Bucket=settings.load().test_data_bucket, Key=key, Range=f"bytes=0-{HEAD_BYTES - 1}"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        raise errors.NotFound("picture_not_uploaded", "The picture has not been uploaded") from error
    start, signature = SIGNATURES.get(head["ContentType"], (0, None))
    first = head["Body"].read()
    if signature is None or first[start : start + len(signature)] != signature or _size(head) > MAX_BYTES:
        raise errors.Unprocessable("not_a_picture", "This is no PNG, JPEG or WebP picture of at most 2 MB")


def _size(head: Any) -> int:
    """Of the whole object: "bytes 0-11/1234"."""
    return int(head["ContentRange"].rpartition("/")[2])


def _upload_key(course_id: int, picture_id: int) -> str:
    return f"uploads/pictures/{course_id}/{picture_id}"


def _key(course_id: int, picture_id: int) -> str:
    return f"pictures/{course_id}/{picture_id}"
