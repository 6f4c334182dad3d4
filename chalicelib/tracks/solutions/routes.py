"""Routes of the code of solutions: for their authors, their reviewers and who teaches the track."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits
from chalicelib.common.http import routing
from chalicelib.tracks import submissions
from chalicelib.tracks.solutions import files
from chalicelib.tracks.solutions.requests import DiffQuery, FilesQuery
from chalicelib.tracks.solutions.responses import DiffView, SolutionCodeView, SolutionUploadView

routes = routing.Routes(__name__, tag="Tracks")


@routes.post(
    "/assignments/{assignment_id}/submit/upload", access=authentication.USER, status=201, creates=False, raises=[400]
)
def invite_solution(assignment_id: int, caller: Caller) -> SolutionUploadView:
    """Where to upload a zip archive of at most 1 MiB to, which is then sent in by its `upload_id`."""
    return SolutionUploadView.of(submissions.upload(caller, assignment_id))


@routes.get("/assignments/{assignment_id}/submissions/{submission_id}/files", access=authentication.USER)
def show_solution_files(assignment_id: int, submission_id: int, query: FilesQuery, caller: Caller) -> SolutionCodeView:
    """The files of a solution, or one of them with its content, in any version that the caller may read."""
    return SolutionCodeView.of(files.read(caller, assignment_id, submission_id, version=query.version, path=query.path))


@routes.get(
    "/assignments/{assignment_id}/submissions/{submission_id}/diff",
    access=authentication.USER,
    limit=limits.COSTLY_READS,
)
def show_solution_diff(assignment_id: int, submission_id: int, query: DiffQuery, caller: Caller) -> DiffView:
    """What differs between two versions of a solution, line by line."""
    found = files.compare(
        caller, assignment_id, submission_id, version=query.version, against=query.against, path=query.path
    )
    return DiffView.of(found)
