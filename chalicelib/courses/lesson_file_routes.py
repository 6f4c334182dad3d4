"""Routes of the files that the texts of lessons show."""

import re

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import errors, etags, headers, requests, routing
from chalicelib.common.http.errors import In, Place
from chalicelib.courses import lesson_files, lesson_texts
from chalicelib.judge.requests import FileBody
from chalicelib.judge.statements import pictures, stored_files
from chalicelib.judge.statements.responses import FilesView, FileUpload, FileView

routes = routing.Routes(__name__, tag="Courses")


@routes.get("/courses/{course_id}/lessons/{lesson_id}/files", access=authentication.TEACHER)
def list_lesson_files(course_id: int, lesson_id: int, caller: Caller) -> FilesView:
    """The files that the text of a lesson may show."""
    return FilesView(items=[FileView.of(file) for file in lesson_files.of(caller, course_id, lesson_id)])


@routes.post("/courses/{course_id}/lessons/{lesson_id}/files", access=authentication.TEACHER, status=201, creates=False)
def invite_lesson_file(course_id: int, lesson_id: int, caller: Caller) -> FileUpload:
    """Where to upload a file of a lesson's text to; S3 takes no more than 2 MB."""
    return FileUpload.of(lesson_files.invite(caller, course_id, lesson_id))


@routes.put(
    "/courses/{course_id}/lessons/{lesson_id}/files/{name}",
    access=authentication.TEACHER,
    raises=[409, 422],
    versioned=True,
)
def keep_lesson_file(
    course_id: int, lesson_id: int, name: str, caller: Caller, body: FileBody, request: requests.Request
) -> routing.Answer[FileView]:
    """Give an uploaded file the name that the text calls it by: PNG, JPEG, GIF, WebP, SVG; a PDF has a link."""
    if not re.fullmatch(pictures.NAME, name):
        raise errors.BadRequest("not_a_file_name", "No file can be called so", where=Place(In.PATH, "name"))
    course, kept = lesson_files.put(
        caller, course_id, lesson_id, name, body.upload_id, expected=etags.if_match(request)
    )
    return routing.Answer(body=FileView.of(kept), headers=etags.header(course.version))


@routes.delete(
    "/courses/{course_id}/lessons/{lesson_id}/files/{name}",
    access=authentication.TEACHER,
    status=204,
    raises=[409],
    versioned=True,
)
def remove_lesson_file(course_id: int, lesson_id: int, name: str, caller: Caller, request: requests.Request) -> None:
    """Delete a file of a lesson."""
    lesson_files.remove(caller, course_id, lesson_id, name, expected=etags.if_match(request))


@routes.get(
    "/courses/{course_id}/{lesson_id}/pictures/{ticket}/{name}",
    access=routing.PUBLIC,
    status=302,
    headers=["Location"],
    caching=headers.kept_for(stored_files.KEPT_FOR),
)
def redirect_to_lesson_file(course_id: int, lesson_id: int, ticket: str, name: str) -> routing.Answer[str]:
    """A picture of a lesson, by the path that the text has for who may read it. It holds until the end of the next day,
    and for pupils as long as they may read the lesson.
    """
    return routing.Answer(body="", headers={"Location": lesson_texts.address(course_id, lesson_id, ticket, name)})
