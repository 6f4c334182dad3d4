"""What awaits a teacher in their tracks. What it reads is bounded."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from chalicelib.school import relations
from chalicelib.school.overviews import Overview, Waiting, merged
from chalicelib.school.relations import Group, GroupKind
from chalicelib.tracks import falling_behind, models, state
from chalicelib.tracks.models import Assignment, Status, Track
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Review, Submission

MOST_TAUGHT = 100
"""Of somebody's tracks, the newest, that are looked up: one request."""
MOST_RUNNING, MOST_OVER = 10, 3
"""Of those, the newest that are looked at: two queries each, and for each assignment two."""
MOST_ASSIGNMENTS = 2
"""Of one track, the last that were opened."""
MOST_REVIEWS = 1000
"""Of one assignment."""
OVER_FOR = timedelta(days=14)
"""For so long a track that is over is looked at: reviews may still be written, and disputes settled."""


def overview(teacher_id: int, groups: Collection[Group], now: datetime) -> Overview:
    """Without tracks that the teacher takes part in: there they see what participants see."""
    taught = relations.of_kind(GroupKind.TRACK, groups)[::-1]
    keys = [models.track_key(each.id) for each in taught[:MOST_TAUGHT]]
    found = sorted(Track.batch_get(keys) if keys else (), key=lambda each: each.id, reverse=True)
    running = [each for each in found if each.status == Status.ACTIVE]
    over = [each for each in found if each.status == Status.COMPLETED]
    parts = [_of_track(each.id, teacher_id, now) for each in (*running[:MOST_RUNNING], *over[:MOST_OVER])]
    is_whole = len(taught) <= MOST_TAUGHT and len(running) <= MOST_RUNNING
    return merged([Overview(waiting=_waiting(found, now), is_whole=is_whole), *parts])


def _waiting(tracks: Sequence[Track], now: datetime) -> list[Waiting]:
    return [waiting for each in tracks if (waiting := falling_behind.waits(each, now))]


def _of_track(track_id: int, teacher_id: int, now: datetime) -> Overview:
    track_state = state.find(track_id)
    if track_state is None or _is_long_over(track_state, now):
        return Overview()
    participants = models.participants_of(track_id)
    if any(each.user_id == teacher_id for each in participants):
        return Overview()
    track = track_state.track
    looked_at = falling_behind.begun(track_state.assignments, MOST_ASSIGNMENTS)
    submissions = {each.id: _submissions_to(each) for each in looked_at}
    sent = {assignment_id: {each.user_id for each in found} for assignment_id, found in submissions.items()}
    reviews = {each.id: _reviews_of(each) for each in looked_at}
    return Overview(
        waiting=[found for each in looked_at for found in falling_behind.waits_in(track, each, submissions[each.id])],
        behind=[found for each in participants if (found := falling_behind.behind(track_state, each, sent, now))],
        disagreements=[
            found
            for each in looked_at
            for found in falling_behind.disagreements(track, each, reviews[each.id], submissions[each.id])
        ],
        is_whole=all(len(each) < MOST_REVIEWS for each in reviews.values()),
    )


def _is_long_over(track_state: TrackState, now: datetime) -> bool:
    ends = [each.code_review_deadline for each in track_state.assignments if each.code_review_deadline]
    return track_state.track.status == Status.COMPLETED and max(ends, default=now - OVER_FOR) <= now - OVER_FOR


def _submissions_to(assignment: Assignment) -> list[Submission]:
    """As many as take part at most; without what they link to."""
    pk, _ = models.assignment_place_key(assignment.id)
    wanted = ["kind", "id", "user_id", "reviews", "decision", "appealed_at"]
    return list(Submission.query(pk, Submission.sk.startswith(models.SUBMISSIONS), attributes_to_get=wanted))


def _reviews_of(assignment: Assignment) -> list[Review]:
    """Their points, without their words."""
    pk, _ = models.assignment_place_key(assignment.id)
    wanted = ["kind", "submission_id", "author_id", "capacity", "scores", "completed_at", "withheld"]
    of_kind = Review.sk.startswith(models.REVIEWS)
    return list(Review.query(pk, of_kind, limit=MOST_REVIEWS, attributes_to_get=wanted))
