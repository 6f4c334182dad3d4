"""Decides until when an author may appeal. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib.tracks import late_facts
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Review


def until(assignment: Assignment, reviews: Iterable[Review]) -> datetime | None:
    """The moment by which an appeal has to come: so long after the review stage, and after each review that came later.

    A late review counts from the end of its day (UTC), so that this tells nobody when it was written. None while the
    stage is not over.
    """
    over_at = assignment.code_review_deadline
    if assignment.stage != Stage.COMPLETED or over_at is None:
        return None
    late = (late_facts.counts_from(each.completed_at) for each in reviews if each.completed_at > over_at)
    return max([over_at, *late]) + timedelta(hours=assignment.appeal_hours)
