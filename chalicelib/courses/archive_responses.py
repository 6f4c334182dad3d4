"""Responses about archives of courses."""

from collections.abc import Sequence
from typing import Any, Self

from chalicelib.common.http.responses import Moment, View
from chalicelib.common.texts import Text
from chalicelib.courses import archives
from chalicelib.courses.archive_models import ArchiveKind, ArchiveState, CourseArchive
from chalicelib.judge.packages.responses import FaultView
from chalicelib.judge.packages.upload import Upload
from chalicelib.judge.responses import UploadView


class CourseArchiveView(View):
    """`done`: an export can be fetched at `url` for an hour, and `course_id` is the course that an import has made.

    `failed`: nothing was made, for these faults. `warnings` name what was left out.
    """

    archive_id: int
    kind: ArchiveKind
    state: ArchiveState
    course_id: int | None
    url: str | None
    faults: list[FaultView]
    warnings: list[FaultView]
    created_at: Moment

    @classmethod
    def of(cls, archive: CourseArchive) -> Self:
        is_there = archive.direction == ArchiveKind.EXPORT or archive.state == ArchiveState.DONE
        return cls(
            archive_id=archive.id,
            kind=ArchiveKind(archive.direction),
            state=ArchiveState(archive.state),
            course_id=archive.course_id if is_there else None,
            url=archives.address(archive),
            faults=_faults(archive.faults),
            warnings=_faults(archive.warnings),
            created_at=archive.created_at,
        )


def _faults(stored: Sequence[Sequence[Any]]) -> list[FaultView]:
    return [FaultView(file=file, reason=Text.from_json(reason)) for file, reason in stored]


class ArchiveUpload(View):
    """Where to send an archive; then look at what becomes of it."""

    archive_id: int
    upload: UploadView

    @classmethod
    def of(cls, archive: CourseArchive, upload: Upload) -> Self:
        return cls(archive_id=archive.id, upload=UploadView(url=upload.url, fields=dict(upload.fields)))
