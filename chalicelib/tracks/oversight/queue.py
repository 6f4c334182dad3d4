"""Lists what a track's teachers are to look at, the most urgent first, and how fair an assignment's reviews are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.common.http import paging
from chalicelib.tracks import access, criteria, models, state, work_models
from chalicelib.tracks.evidence import correctness, counter_models
from chalicelib.tracks.evidence.counter_models import CounterTest
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.oversight import fairness, priority
from chalicelib.tracks.oversight.fairness import FairnessCard
from chalicelib.tracks.oversight.priority import Case, Judged, Rubric
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Review, Submission

REVIEWED = frozenset({Stage.CODE_REVIEW, Stage.COMPLETED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of it. `names` are what authors and reviewers are called, by their ids."""

    page: paging.Page[Case]
    names: Mapping[int, str | None]


def of_track(caller: Caller, track_id: int, assignment_id: int | None, query: paging.ListQuery) -> Queue:
    """404 and 403 as `access.get_taught` raises them. One query for each assignment that is or was reviewed, and one
    more where it is judged.
    """
    track_state = access.get_taught(caller, track_id)
    looked_at = [
        each for each in track_state.assignments if assignment_id in {None, each.id} and each.stage in REVIEWED
    ]
    cases = priority.ordered(case for each in looked_at for case in _cases(track_state, each))
    page = paging.read_ranked(query, cases, priority.rank)
    involved = {case.submission.user_id for case in page.items}
    involved |= {review.reviewer_id for case in page.items for review in case.reviews}
    return Queue(page=page, names=access.display_names(involved))


def _cases(track_state: TrackState, assignment: Assignment) -> Sequence[Case]:
    track = track_state.track
    rubric = Rubric(criteria=list(track.criteria), max_score=track.max_score, works=criteria.works_among(track.options))
    submissions, written = work_models.work_in(assignment.id)
    reviews: dict[int, list[Review]] = defaultdict(list)
    for review in written:
        reviews[review.submission_id].append(review)
    tried = [] if assignment.problem_id is None else counter_models.of_assignment(assignment.id)
    found = (priority.case_of(assignment, each, reviews[each.id], rubric, _judged(each, tried)) for each in submissions)
    return [case for case in found if case is not None]


def _judged(submission: Submission, tried: Sequence[CounterTest]) -> Judged | None:
    verdict = (submission.judged or {}).get("verdict")
    if verdict is None:
        return None
    return Judged(passes=verdict == correctness.RIGHT, broken_by=correctness.breaking_of(submission, tried))


def fairness_of(caller: Caller, assignment_id: int) -> FairnessCard:
    """404 for no such assignment; 403 for who does not teach its track, and for a teacher who takes part."""
    place = models.find_place(assignment_id)
    if place is None:
        raise state.no_such_assignment()
    track_state = access.get_taught(caller, place.track_id)
    assignment = track_state.find(assignment_id)
    if assignment is None:
        raise state.no_such_assignment()
    submissions, reviews = work_models.work_in(assignment_id)
    return fairness.card_of(
        assignment,
        submissions,
        reviews,
        models.participants_of(place.track_id),
        list(track_state.track.criteria),
        clock.now(),
    )
