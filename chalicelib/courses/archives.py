"""Courses as archives: exports and imports are announced here, and done where the school's packages are read.

An archive that is to be read arrives in S3, which reports it; so it does an order to write one. Each step may happen
twice or be interrupted: ids are drawn and stored before anything is made under them, and what is made is made once.
"""

import re
from datetime import timedelta

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common import clock, ids, limits, observe, ranges, s3, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.texts import Stored, Text
from chalicelib.courses import archive_models, archive_reading, archive_writing, authoring
from chalicelib.courses.archive_models import ArchiveKind, ArchiveState, CourseArchive
from chalicelib.judge.models import Problem
from chalicelib.judge.packages.archive import MAX_FAULTS, Fault, Refused
from chalicelib.judge.packages.upload import UPLOAD_SECONDS, Upload

MAX_BYTES = 256 * 1024 * 1024
KEPT = timedelta(days=7)
"""An archive and what is told of it; S3 forgets the former by itself."""
SHOWN_SECONDS = 3600
LIMIT = limits.Limit("course_archives", 30, timedelta(hours=1))
_KEY = re.compile(r"imports/course-([0-9]{1,16})\.zip")


def order_export(caller: Caller, course_id: int) -> CourseArchive:
    """Have a course that the caller may write put into an archive; 404, 403 as for every change."""
    authoring.own(caller, course_id)
    ordered = _store(caller, ArchiveKind.EXPORT, course_id=course_id)
    s3.client().put_object(Bucket=_bucket(), Key=_key(ordered.id), Body=b"")
    return ordered


def announce_import(caller: Caller, *, size: int) -> tuple[CourseArchive, Upload]:
    """Where an archive of just so many bytes is to be sent; 413 for one that is too large."""
    if size > MAX_BYTES:
        raise errors.TooLarge(
            "course_archive_too_large", "An archive is not larger than {limit} bytes", limit=MAX_BYTES
        )
    announced = _store(caller, ArchiveKind.IMPORT, size=size)
    form = s3.client().generate_presigned_post(
        Bucket=_bucket(),
        Key=_key(announced.id),
        Conditions=[["content-length-range", size, size]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return announced, Upload(form["url"], form["fields"])


def get(caller: Caller, archive_id: int) -> CourseArchive:
    """404 also for somebody else's, unless one is an admin."""
    found = archive_models.find_archive(archive_id)
    if found is None or not (found.user_id == caller.id or caller.may(Permission.ADMINISTER)):
        raise errors.NotFound("course_archive_not_found", "There is no such archive")
    return found


def address(archive: CourseArchive) -> str | None:
    """Where an export can be fetched, for an hour; None while there is nothing."""
    if archive.direction != ArchiveKind.EXPORT or archive.state != ArchiveState.DONE:
        return None
    named = {"ResponseContentDisposition": f'attachment; filename="course-{archive.course_id}.zip"'}
    return s3.client().generate_presigned_url(
        "get_object", Params={"Bucket": _bucket(), "Key": _written_key(archive.id), **named}, ExpiresIn=SHOWN_SECONDS
    )


def is_archive(key: str) -> bool:
    """Whether an object that arrived in S3 is an archive of a course, or an order for one."""
    return _KEY.fullmatch(key) is not None


def take(key: str) -> None:
    """Do what an archive that arrived asks for. Done is done."""
    archive = _of_key(key)
    if archive is None or archive.state in {ArchiveState.DONE, ArchiveState.FAILED}:
        observe.logger.info("no archive to take", key=key)
        return
    try:
        if archive.direction == ArchiveKind.EXPORT:
            _write(archive)
        else:
            _read(archive)
    except Refused as refused:
        _end(archive, refused.faults)
    else:
        _end(archive, [])


def give_up(key: str, reason: Text) -> bool:
    """Have an archive that nobody could take be failed, and what was made of it be gone; False if it ended before, or
    its course is there, which is made last.
    """
    archive = _of_key(key)
    if archive is None or archive.state in {ArchiveState.DONE, ArchiveState.FAILED}:
        return False
    was_begun = archive.direction == ArchiveKind.IMPORT and archive.state == ArchiveState.WORKING
    if not archive_reading.undo(archive):
        _end(archive, [])
        return False
    _end(archive, [Fault("", reason)])
    if was_begun:  # last: whatever made the import die may come again when the archive is read once more
        archive_reading.erase_objects(archive_reading.opened(ranges.opened(_bucket(), _key(archive.id))), archive)
    return True


def _write(archive: CourseArchive) -> None:
    """Tests are secret from everybody but the author, so a problem leaves the school with nobody else, but an admin."""

    def may_take(problem: Problem) -> bool:
        return bool(archive.takes_all or problem.author_id == archive.user_id)

    course_id = archive.course_id or 0
    with archive_writing.written(course_id, may_take, at_most=MAX_BYTES) as file:
        s3.client().put_object(Bucket=_bucket(), Key=_written_key(archive.id), Body=file)
    archive.warnings = _listed(archive_writing.left_out(course_id, may_take))


def _read(archive: CourseArchive) -> None:
    file = ranges.opened(_bucket(), _key(archive.id))
    course = archive_reading.opened(file)
    if archive.state == ArchiveState.WAITING:
        now = clock.now()
        archive.course_id, archive.first_id = ids.new_id(now), ids.new_id(now)
        archive.problems, archive.state = len(course.described.problems), ArchiveState.WORKING.value
        archive_models.change_archive(archive, known_state=ArchiveState.WAITING)
    archive_reading.take_in(course, archive)


def _end(archive: CourseArchive, faults: list[Fault]) -> None:
    known = archive.state
    archive.state = (ArchiveState.FAILED if faults else ArchiveState.DONE).value
    archive.faults = _listed(faults)
    archive_models.change_archive(archive, known_state=known)
    observe.logger.info("course archive done", archive_id=archive.id, kind=archive.direction, faults=len(faults))


def _listed(faults: list[Fault]) -> list[list[Stored]]:
    return [[fault.file, fault.reason.to_json()] for fault in faults[: MAX_FAULTS + 1]]


def _store(caller: Caller, kind: ArchiveKind, *, course_id: int | None = None, size: int = 0) -> CourseArchive:
    def store(archive_id: int) -> CourseArchive:
        now = clock.now()
        made = archive_models.new_archive(archive_id, caller.id, kind, now, course_id=course_id, size=size)
        made.takes_all, made.expires_at = caller.may(Permission.ADMINISTER), now + KEPT
        transactions.create_new(made)
        return made

    stored = transactions.with_new_id(store)
    observe.logger.info("course archive ordered", archive_id=stored.id, kind=kind.value, course_id=course_id)
    return stored


def _of_key(key: str) -> CourseArchive | None:
    found = _KEY.fullmatch(key)
    return archive_models.find_archive(int(found[1])) if found else None


def _bucket() -> str:
    return settings.load().test_data_bucket


def _key(archive_id: int) -> str:
    return f"imports/course-{archive_id}.zip"


def _written_key(archive_id: int) -> str:
    return f"made/courses/{archive_id}.zip"
