"""Routes of the statements of problems, in single languages, and of the files that they show."""

import re

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import spoken_names
from chalicelib.common.http import errors, etags, headers, requests, routing
from chalicelib.common.http.errors import In, Place
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import files, library, statements, translations
from chalicelib.judge.requests import FileBody, StatementBody
from chalicelib.judge.statements import pictures, stored_files
from chalicelib.judge.statements.responses import FilesView, FileUpload, FileView, WrittenView

routes = routing.Routes(__name__, tag="Judge")


@routes.get("/problems/{problem_id}/statements/{language}", access=authentication.TEACHER, versioned=True)
def show_statement(problem_id: int, language: str, caller: Caller) -> routing.Answer[WrittenView]:
    """The statement in one language, as its author wrote it and as it is read."""
    return _written(library.readable_by(caller, problem_id), language)


@routes.put("/problems/{problem_id}/statements/{language}", access=authentication.TEACHER, raises=[409], versioned=True)
def write_statement(
    problem_id: int, language: str, caller: Caller, body: StatementBody, request: requests.Request
) -> routing.Answer[WrittenView]:
    """Write the statement in one language, as Markdown, TeX or HTML; `language` is a tag such as `ru` or `pt-BR`."""
    problem = library.editable_by(caller, problem_id, expected=etags.if_match(request))
    if not re.fullmatch(spoken_names.TAG, language):
        raise errors.BadRequest("not_a_language", "This is no tag of a language", where=Place(In.PATH, "language"))
    translations.put(problem, language=spoken_names.tag(language), title=body.name, source=body.text, form=body.format)
    return _written(problem, language)


@routes.delete(
    "/problems/{problem_id}/statements/{language}",
    access=authentication.TEACHER,
    status=204,
    raises=[409],
    versioned=True,
)
def remove_statement(problem_id: int, language: str, caller: Caller, request: requests.Request) -> None:
    """Have no statement in this language any more. If it was the main one, another takes its place."""
    problem = library.editable_by(caller, problem_id, expected=etags.if_match(request))
    translations.remove(problem, spoken_names.tag(language))


@routes.get("/problems/{problem_id}/files", access=authentication.TEACHER)
def list_files(problem_id: int, caller: Caller) -> FilesView:
    """The files that the statements of a problem may show."""
    problem = library.readable_by(caller, problem_id)
    return FilesView(items=[FileView.of(file) for file in files.of(problem)])


@routes.post("/problems/{problem_id}/files", access=authentication.TEACHER, status=201, creates=False)
def invite_file(problem_id: int, caller: Caller) -> FileUpload:
    """Where to upload a file of a statement to; S3 takes no more than 2 MB."""
    return FileUpload.of(files.invite(library.editable_by(caller, problem_id)))


@routes.put("/problems/{problem_id}/files/{name}", access=authentication.TEACHER, raises=[409, 422], versioned=True)
def keep_file(
    problem_id: int, name: str, caller: Caller, body: FileBody, request: requests.Request
) -> routing.Answer[FileView]:
    """Give an uploaded file the name that statements call it by: PNG, JPEG, GIF, WebP, SVG; a PDF has a link."""
    problem = library.editable_by(caller, problem_id, expected=etags.if_match(request))
    if not re.fullmatch(pictures.NAME, name):
        raise errors.BadRequest("not_a_file_name", "No file can be called so", where=Place(In.PATH, "name"))
    files.put(problem, name, body.upload_id)
    kept = next(file for file in files.of(problem) if file.name == name)
    return routing.Answer(body=FileView.of(kept), headers=etags.header(problem.version))


@routes.delete(
    "/problems/{problem_id}/files/{name}", access=authentication.TEACHER, status=204, raises=[409], versioned=True
)
def remove_file(problem_id: int, name: str, caller: Caller, request: requests.Request) -> None:
    """Delete a file of the statements."""
    files.remove(library.editable_by(caller, problem_id, expected=etags.if_match(request)), name)


@routes.get(
    "/problems/{problem_id}/pictures/{digest}/{name}",
    access=routing.PUBLIC,
    status=302,
    headers=["Location"],
    caching=headers.kept_for(stored_files.KEPT_FOR),
)
def redirect_to_file(problem_id: int, digest: str, name: str) -> routing.Answer[str]:
    """A picture of a statement, by the path that the statement has. Who has not read that cannot guess it."""
    return routing.Answer(body="", headers={"Location": files.address(problem_id, digest, name)})


def _written(problem: Problem, language: str) -> routing.Answer[WrittenView]:
    body = WrittenView.of(problem, statements.get(problem, spoken_names.tag(language)))
    return routing.Answer(body=body, headers=etags.header(problem.version))
