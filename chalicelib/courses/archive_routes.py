"""Routes of archives: a course leaves the school with its problems, or comes into it."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import routing
from chalicelib.courses import archives
from chalicelib.courses.archive_responses import ArchiveUpload, CourseArchiveView
from chalicelib.courses.requests import ArchiveBody

routes = routing.Routes(__name__, tag="Authoring")


@routes.post(
    "/courses/{course_id}/export",
    access=authentication.TEACHER,
    limit=archives.LIMIT,
    status=202,
    creates=True,
    raises=[503],
    headers=["Location"],
)
def export_course(course_id: int, caller: Caller) -> routing.Answer[CourseArchiveView]:
    """Have a course put into an archive with its problems; `Location` tells when it can be fetched."""
    ordered = archives.order_export(caller, course_id)
    return routing.Answer(body=CourseArchiveView.of(ordered), headers={"Location": f"/course-archives/{ordered.id}"})


@routes.post(
    "/course-archives",
    access=authentication.TEACHER,
    limit=archives.LIMIT,
    status=201,
    creates=False,
    raises=[503],
    headers=["Location"],
)
def announce_archive(caller: Caller, body: ArchiveBody) -> routing.Answer[ArchiveUpload]:
    """Where to send the archive of a course, which becomes one's own draft; `Location` tells what becomes of it."""
    announced, upload = archives.announce_import(caller, size=body.size)
    location = f"/course-archives/{announced.id}"
    return routing.Answer(body=ArchiveUpload.of(announced, upload), headers={"Location": location})


@routes.get("/course-archives/{archive_id}", access=authentication.TEACHER)
def show_archive(archive_id: int, caller: Caller) -> CourseArchiveView:
    """What has become of an archive that one ordered or sent."""
    return CourseArchiveView.of(archives.get(caller, archive_id))
