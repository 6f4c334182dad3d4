"""The courses' part of a user's dashboard."""

from chalicelib.courses.progress import newest_begun_by, studies_of
from chalicelib.courses.progress_responses import StudyView
from chalicelib.school.readings import Readings


def progress(readings: Readings) -> list[StudyView]:
    """How far somebody is in their newest courses, and where they go on."""
    return [StudyView.of_study(each) for each in studies_of(readings.of(newest_begun_by))]
