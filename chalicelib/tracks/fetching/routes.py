"""Routes of the fetching of code."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import routing
from chalicelib.tracks.fetching import retries
from chalicelib.tracks.fetching.responses import FetchView

routes = routing.Routes(__name__, tag="Tracks")


@routes.post(
    "/assignments/{assignment_id}/submissions/{submission_id}/fetch",
    access=authentication.USER,
    status=202,
    creates=False,
    limit=retries.LIMIT,
    raises=[409],
)
def fetch_solution(assignment_id: int, submission_id: int, caller: Caller) -> FetchView:
    """Have the code of a link fetched once more; once submissions are closed, the commit that was fetched before."""
    return FetchView.of(retries.ask_anew(caller, assignment_id, submission_id))
