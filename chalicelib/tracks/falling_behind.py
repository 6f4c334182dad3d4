"""Decides what of a track waits for its teachers, and who of its participants falls behind. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.school.overviews import Behind, BehindKind, Disagreement, Place, Waiting, WaitingKind
from chalicelib.tracks import scoring, starting, work_models
from chalicelib.tracks.models import Assignment, Participant, Status, Track
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Review, Submission

LONG_WAIT = timedelta(days=7)
"""After so long a track that is not full, but could start, waits for its teacher's decision."""


def waits(track: Track, now: datetime) -> Waiting | None:
    """Whether a track waits for its teacher: its time to start has passed, or it has waited long to be full."""
    if track.status != Status.WAITING or track.current_participants < (0 if track.starts_at else starting.FEWEST):
        return None
    since = track.starts_at or track.created_at
    if since + (timedelta(0) if track.starts_at else LONG_WAIT) > now:
        return None
    place = Place(within=track.title, ids={"track_id": track.id})
    return Waiting(kind=WaitingKind.TRACK, place=place, since=since, count=track.current_participants)


def lacks_reviews(track: Track, assignment: Assignment, submissions: Iterable[Submission]) -> Waiting | None:
    """Whether submissions lack reviews after the review stage: teachers may write them."""
    lacking = sum(each.reviews < assignment.reviews_each for each in submissions)
    over_at = assignment.code_review_deadline
    if assignment.stage != Stage.COMPLETED or not lacking or over_at is None:
        return None
    return Waiting(kind=WaitingKind.REVIEWS, place=_place(track, assignment), since=over_at, count=lacking)


def waits_in(track: Track, assignment: Assignment, submissions: Sequence[Submission]) -> list[Waiting]:
    """What of the submissions to an assignment waits for a teacher."""
    found = (lacks_reviews(track, assignment, submissions), contested(track, assignment, submissions))
    return [each for each in found if each]


def contested(track: Track, assignment: Assignment, submissions: Iterable[Submission]) -> Waiting | None:
    """Whether authors have appealed and wait for a teacher's decision."""
    since = [each.appealed_at for each in submissions if each.appealed_at]
    if not since:
        return None
    return Waiting(kind=WaitingKind.APPEALS, place=_place(track, assignment), since=min(since), count=len(since))


def behind(
    track_state: TrackState, participant: Participant, sent: Mapping[int, Collection[int]], now: datetime
) -> Behind | None:
    """How many times somebody let pass, and since when: submissions to those assignments of which `sent` tells who sent
    something in, and reviews that they owe when their stage is over.
    """
    missed = [
        *_not_sent(track_state, participant, sent, now),
        *_not_reviewed(track_state, participant, now),
    ]
    if not missed:
        return None
    since, assignment = min(missed, key=lambda each: each[0])
    place = _place(track_state.track, assignment)
    return Behind(kind=BehindKind.MISSED, user_id=participant.user_id, place=place, since=since, count=len(missed))


def disagreements(
    track: Track, assignment: Assignment, reviews: Iterable[Review], submissions: Iterable[Submission] = ()
) -> Iterator[Disagreement]:
    """Submissions whose reviewers disagree, but for those that a teacher has reviewed or decided on."""
    decided = {each.id for each in submissions if each.decision}
    of: dict[int, list[Review]] = defaultdict(list)
    for review in work_models.counted(reviews):
        if review.submission_id not in decided:
            of[review.submission_id].append(review)
    for submission_id, each in of.items():
        spread = scoring.disagreement(track.criteria, [review.scores for review in each], track.max_score)
        if spread is None or any(review.is_teachers for review in each):
            continue
        yield Disagreement(
            user_id=each[0].author_id,
            place=_place(track, assignment, submission_id=submission_id),
            since=max(review.completed_at for review in each),
            spread=spread.part,
            criterion=spread.criterion,
            reviews=len(each),
        )


def begun(assignments: Sequence[Assignment], at_most: int) -> list[Assignment]:
    """The last of a track's assignments that have been opened."""
    return [each for each in assignments if each.stage != Stage.NOT_STARTED][-at_most:]


def _not_sent(
    track_state: TrackState, participant: Participant, sent: Mapping[int, Collection[int]], now: datetime
) -> Iterator[tuple[datetime, Assignment]]:
    for assignment in track_state.assignments:
        extension = participant.extension_in(assignment.id)
        moments = (assignment.submission_deadline, extension.submission_until if extension else None)
        until = max((each for each in moments if each is not None), default=None)
        if assignment.id not in sent or participant.user_id in sent[assignment.id] or until is None:
            continue
        if until <= now and assignment.stage not in {Stage.NOT_STARTED, Stage.REOPENING}:
            yield until, assignment


def _not_reviewed(
    track_state: TrackState, participant: Participant, now: datetime
) -> Iterator[tuple[datetime, Assignment]]:
    for assignment in track_state.assignments:
        extension, over_at = participant.extension_in(assignment.id), assignment.code_review_deadline
        if assignment.stage == Stage.COMPLETED and over_at and not (extension and extension.may_review(now)):
            for _ in participant.overdue_in(assignment.id, now):
                yield over_at, assignment


def _place(track: Track, assignment: Assignment, **more: int) -> Place:
    ids = {"track_id": track.id, "assignment_id": assignment.id, **more}
    return Place(within=track.title, title=assignment.title, ids=ids)
