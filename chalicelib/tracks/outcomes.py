"""What has come of somebody's solutions in their tracks."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.common.http import paging
from chalicelib.school.late_policy import Charge
from chalicelib.school.readings import Readings
from chalicelib.school.results import WorkResult
from chalicelib.tracks import late_charges, models, scoring, state, work_models
from chalicelib.tracks.models import Assignment, Participant, Status, Track
from chalicelib.tracks.reliability import calibration
from chalicelib.tracks.reliability.calibration import Weigh
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Submission

MOST_TRACKS = 5
"""Of somebody's tracks, the newest, that are looked at: each costs a query."""
NOTHING = Charge()


def results_of(readings: Readings, since: datetime, until: datetime) -> list[WorkResult]:
    """Scores of the assignments whose review stage has ended in a time, of those that the user has sent something to.

    As in the standings, nothing is told to somebody who still owes reviews of an assignment.
    """
    taken_part_in = models.participations_of(readings.user_id, paging.ListQuery(limit=MOST_TRACKS))
    found: list[WorkResult] = []
    for track, participant in taken_part_in:
        track_state = state.find(track.id) if track.status != Status.WAITING else None
        if track_state is not None:
            found += _ended(track_state, participant, since, until)
    return found


def _ended(track_state: TrackState, participant: Participant, since: datetime, until: datetime) -> Iterator[WorkResult]:
    ended = [each for each in track_state.assignments if _has_ended(each, since, until)]
    ended = [each for each in ended if not participant.owed_in(each.id)]
    if not ended:
        return
    sent = work_models.submissions_of(participant.user_id, [each.id for each in track_state.assignments])
    track = track_state.track
    weigh = calibration.weights_in(track)
    charges = late_charges.charges_of(participant, track_state.assignments, sent, track.late_days)
    for each in ended:
        if each.id in sent:
            yield WorkResult(
                title=each.title,
                within=track.title,
                at=each.code_review_deadline or until,
                points=_score(track, sent[each.id], charges.get(each.id, NOTHING), weigh),
                max_points=track.max_score * len(track.criteria),
            )


def _has_ended(assignment: Assignment, since: datetime, until: datetime) -> bool:
    ended_at = assignment.code_review_deadline
    return assignment.stage == Stage.COMPLETED and ended_at is not None and since < ended_at <= until


def _score(track: Track, own: Submission, charge: Charge, weigh: Weigh | None) -> float | None:
    reviews = work_models.counted(work_models.reviews_of(own.assignment_id, own.user_id))
    medians = calibration.medians(track.criteria, reviews, weigh)
    points = scoring.points(medians, own.decided_scores)
    return None if points is None else scoring.total([charge.of(sum(points.values()))])
