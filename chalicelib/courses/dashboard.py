"""The courses' part of a user's dashboard."""

from chalicelib.accounts.authentication import Caller
from chalicelib.courses.progress import progress_of
from chalicelib.courses.responses import EstimationView


def progress(caller: Caller) -> list[EstimationView]:
    """How far the caller is in their newest courses."""
    return [EstimationView.of(each) for each in progress_of(caller.id)]
