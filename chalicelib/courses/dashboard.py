"""The courses' part of a user's dashboard."""

from chalicelib.accounts.authentication import Caller
from chalicelib.courses.progress import studies_of
from chalicelib.courses.progress_responses import StudyView


def progress(caller: Caller) -> list[StudyView]:
    """How far the caller is in their newest courses, and where they go on."""
    return [StudyView.of_study(each) for each in studies_of(caller.id)]
