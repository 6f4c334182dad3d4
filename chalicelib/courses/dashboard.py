"""The courses' part of a user's dashboard."""

from pydantic import JsonValue

from chalicelib.accounts.authentication import Caller
from chalicelib.courses.progress import progress_of
from chalicelib.courses.responses import EstimationView


def progress(caller: Caller) -> JsonValue:
    """How far the caller is in their newest courses."""
    return [EstimationView.of(each).model_dump(mode="json", by_alias=True) for each in progress_of(caller.id)]
