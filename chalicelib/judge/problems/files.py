"""Files of statements: pictures, and documents to which a statement has a link. The client uploads them to S3 itself.

It gets a form that takes one file of a limited size. Uploads are stored under `uploads/`, where they expire after a
day. When the author names the file, and it is of the kind that its name says, it is copied to where no client can
write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from botocore.exceptions import ClientError

from chalicelib.common import clock, ids, observe, s3, settings
from chalicelib.common.http import errors
from chalicelib.judge import models
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import library, statements
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


def invite(problem: Problem) -> Upload:
    """Where to upload a file to. S3 itself refuses one that is too large."""
    upload_id = ids.new_id(clock.now())
    form = s3.client().generate_presigned_post(
        settings.load().test_data_bucket,
        _upload_key(problem.id, upload_id),
        Conditions=[["content-length-range", 1, pictures.MAX_BYTES]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return Upload(upload_id, form["url"], dict(form["fields"]))


def put(problem: Problem, called: str, upload_id: int) -> Problem:
    """Give an uploaded file its name, in place of one that had it; 404 before it is uploaded.

    422 for a kind that statements do not have, and for a file that is not what its name says; 409 for too many files.
    """
    known = problem.version
    if called not in problem.files and len(problem.files) >= pictures.MAX_FILES:
        raise errors.Conflict("too_many_problem_files", "A problem has at most {limit} files", limit=pictures.MAX_FILES)
    data, kind = _uploaded(problem.id, upload_id), pictures.kind_of(called)
    if kind is None or not pictures.is_of_kind(data[: pictures.HEAD_BYTES], kind):
        named = ", ".join(pictures.KINDS)
        raise errors.Unprocessable("not_such_a_file", "The file is not what its name says: {kinds}", kinds=named)
    write(problem.id, {called: data})
    name(problem, {called: data})
    library.store(problem, known)
    observe.logger.info("file kept", problem_id=problem.id, size=len(data))
    return problem


def write(problem_id: int, given: Mapping[str, bytes]) -> None:
    """Write files of a problem. They lie under their digests, so that twice is once."""
    for name, data in given.items():
        digest, kind = pictures.digest(data), pictures.kind_of(name) or ""
        bucket = settings.load().test_data_bucket
        s3.client().put_object(Bucket=bucket, Key=_key(problem_id, digest), Body=data, ContentType=kind)


def keys_of(problem_id: int, given: Mapping[str, bytes]) -> list[str]:
    """Returns where in the bucket `write` puts such files."""
    return [_key(problem_id, pictures.digest(data)) for data in given.values()]


def key(problem: Problem, name: str) -> str:
    """Where in the bucket a file of a problem lies."""
    return _key(problem.id, problem.files[name][0])


def name(problem: Problem, given: Mapping[str, bytes]) -> None:
    """Have a problem, which is not stored yet, have files that were written."""
    problem.files = {**problem.files, **{name: [pictures.digest(data), len(data)] for name, data in given.items()}}


def of(problem: Problem) -> list[File]:
    return [
        File(name=name, content_type=pictures.kind_of(name) or "", size=size, path=statements.file_path(problem, name))
        for name, (_, size) in sorted(problem.files.items())
    ]


def remove(problem: Problem, name: str) -> None:
    """404 when there is no such file. A statement that shows it shows its name from then on."""
    known = problem.version
    if name not in problem.files:
        raise no_such_file()
    digest = problem.files[name][0]
    problem.files = {each: kept for each, kept in problem.files.items() if each != name}
    library.store(problem, known)
    if all(digest != kept for kept, _ in problem.files.values()):
        s3.client().delete_object(Bucket=settings.load().test_data_bucket, Key=_key(problem.id, digest))


def address(problem_id: int, digest: str, name: str) -> str:
    """Where a file lies, for an hour; 404 when no file of the problem has that name and digest."""
    problem = models.find_problem(problem_id)
    kind = pictures.kind_of(name)
    if problem is None or kind is None or problem.files.get(name, [None])[0] != digest:
        raise no_such_file()
    shown = "attachment" if kind == pictures.SVG else "inline"  # what is in a picture runs only when it is opened
    return s3.client().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": settings.load().test_data_bucket,
            "Key": _key(problem_id, digest),
            "ResponseContentType": kind,
            "ResponseContentDisposition": f'{shown}; filename="{name}"',
        },
        ExpiresIn=SHOWN_SECONDS,
    )


def no_such_file() -> errors.NotFound:
    return errors.NotFound("file_not_found", "There is no such file")


def _uploaded(problem_id: int, upload_id: int) -> bytes:
    """S3 has held the size against the form."""
    try:
        found = s3.client().get_object(Bucket=settings.load().test_data_bucket, Key=_upload_key(problem_id, upload_id))
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        raise errors.NotFound("file_not_uploaded", "The file has not been uploaded") from error
    return found["Body"].read()


def _upload_key(problem_id: int, upload_id: int) -> str:
    return f"uploads/pictures/problems/{problem_id}/{upload_id}"


def _key(problem_id: int, digest: str) -> str:
    return f"pictures/problems/{problem_id}/{digest}"
