"""Computes standings: the scores of a submission, an assignment and a track, and who still has reviews to write.

They are computed from the reviews that exist: one that comes late counts from then on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.common.http import errors
from chalicelib.school.late_policy import Charge
from chalicelib.tracks import access, late_charges, models, review_duties, scoring, work_models
from chalicelib.tracks.access import AssignmentViewer, Viewer
from chalicelib.tracks.evidence import counter_models, judging, points
from chalicelib.tracks.masking import NO_MASK, Mask
from chalicelib.tracks.models import Assignment, Participant, Status, Track
from chalicelib.tracks.reliability import calibration
from chalicelib.tracks.reliability.calibration import Weigh
from chalicelib.tracks.reviewing import known_names
from chalicelib.tracks.scoring import Standing
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Review, Submission

NOTHING = Charge()
Charges = Mapping[int, Charge]
"""What lateness costs, by submission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`medians` is None without reviews. A teacher's decision on an appeal stands in their place. `charge` is what
    being late costs. `shows_verdict`: who asks may know what the judge says of it.
    """

    submission: Submission
    reviews: Sequence[Review]
    medians: Mapping[str, float] | None
    charge: Charge
    shows_verdict: bool = False

    @property
    def score(self) -> float | None:
        points = scoring.points(self.medians, self.submission.decided_scores)
        return None if points is None else scoring.total([self.charge.of(sum(points.values()))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Of an assignment of a track. `names` are there for those who see all; authors do not learn who reviewed them:
    `mask` hides what these are called, in their words.
    """

    track: Track
    assignment: Assignment
    results: Sequence[Result]
    names: Mapping[int, str | None] | None
    mask: Mask = NO_MASK


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedReviews:
    """`by_reviewer`: the submissions that each is still to review. `waiting`: those with too few."""

    assignment: Assignment
    by_reviewer: Mapping[int, Sequence[int]]
    waiting: Sequence[Submission]
    names: Mapping[int, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedParticipant:
    place: int
    standing: Standing
    username: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How results of a track come about: what each review counts, and what lateness costs."""

    track: Track
    weigh: Weigh | None
    charges: Charges

    @classmethod
    def of(cls, track: Track, charges: Charges) -> Self:
        return cls(track=track, weigh=calibration.weights_in(track), charges=charges)


def visible_to(caller: Caller, assignment_id: int) -> Results:
    """Authors see what others say of their own submission, once the review stage is over; teachers all, at any time."""
    viewer = access.get_viewer(caller, assignment_id)
    assignment, track = viewer.assignment, viewer.track_state.track
    if viewer.sees_all:
        submissions = work_models.submissions_to(assignment.id)
        participants = models.participants_of(viewer.track_state.track.id)
        charges = _charges(viewer.track_state, participants, _sent(viewer.track_state, {assignment.id: submissions}))
        results = _results(submissions, work_models.reviews_of(assignment.id), Counting.of(track, charges))
        involved = {each.reviewer_id for result in results for each in result.reviews}
        names = access.display_names(involved | {each.user_id for each in submissions})
        results = [replace(each, shows_verdict=True) for each in results]
        return Results(track=track, assignment=assignment, results=results, names=names)
    access.refuse_before_results(assignment)
    own = work_models.find_submission(assignment.id, caller.id)
    reviews = sorted(work_models.counted(work_models.reviews_of(assignment.id, caller.id)), key=lambda each: each.id)
    found = _results([own], reviews, Counting.of(track, _own_charges(viewer, own))) if own else []
    shown = judging.is_shown_to_author(assignment, viewer.participant, clock.now())
    results = [replace(each, shows_verdict=shown) for each in found]
    mask = known_names.mask_of({each.reviewer_id for each in reviews})
    return Results(track=track, assignment=assignment, results=results, names=None, mask=mask)


def owed_in(caller: Caller, assignment_id: int) -> OwedReviews:
    """Whose reviews are missing, and which submissions wait for some; 403 for one who takes part and so reviews."""
    viewer = access.get_viewer(caller, assignment_id)
    if not viewer.sees_all:
        raise access.takes_part()
    track_state, assignment = viewer.track_state, viewer.assignment
    owed = {each.user_id: each.owed_in(assignment.id) for each in models.participants_of(track_state.track.id)}
    by_reviewer = {user_id: submissions for user_id, submissions in owed.items() if submissions}
    waiting = review_duties.short(work_models.submissions_to(assignment.id), assignment)
    names = access.display_names({*by_reviewer, *(each.user_id for each in waiting)})
    return OwedReviews(assignment=assignment, by_reviewer=by_reviewer, waiting=waiting, names=names)


def standings(caller: Caller, track_id: int) -> Sequence[RankedParticipant]:
    """Everybody who takes part, by the medians of all assignments whose review stage is over.

    For a participant who still owes reviews of one, that one does not count yet: its scores would tell them whose work
    they have before them. For the same reason times of submission break ties, and counter-tests earn their points, only
    when the whole track is over.
    """
    viewer = access.find_viewer(caller, track_id)
    if viewer is None:
        raise errors.NotFound("track_not_found_or_not_enrolled", "Track not found or user not enrolled")
    participants = models.participants_of(track_id)
    results = _by_author(viewer, participants)
    everybody = [each.user_id for each in participants]
    names = access.display_names(everybody)
    timed = viewer.track_state.track.status == Status.COMPLETED
    evidence = _evidence(viewer.track_state) if timed else {}
    ranked = scoring.ranked(
        scoring.standing(
            user_id,
            [(each.score, each.submission.submitted_at) for each in results[user_id]],
            timed=timed,
            evidence=evidence.get(user_id, 0),
        )
        for user_id in everybody
    )
    return [RankedParticipant(place=place, standing=each, username=names[each.user_id]) for place, each in ranked]


def _evidence(track_state: TrackState) -> Mapping[int, float]:
    """What counter-tests have earned their reviewers, in the assignments where they earn something."""
    found: dict[int, float] = defaultdict(float)
    for assignment in track_state.assignments:
        if assignment.evidence_points:
            tried = counter_models.of_assignment(assignment.id)
            for user_id, earned in points.earned(tried, assignment.evidence_points).items():
                found[user_id] += earned
    return found


def _by_author(viewer: Viewer, participants: Sequence[Participant]) -> Mapping[int, list[Result]]:
    found: dict[int, list[Result]] = defaultdict(list)
    track_state = viewer.track_state
    counted = [each for each in track_state.assignments if _counts_for(viewer, each)]
    sent = _sent(track_state, {each.id: work_models.submissions_to(each.id) for each in counted})
    counting = Counting.of(track_state.track, _charges(track_state, participants, sent))
    for assignment in counted:
        reviews = work_models.reviews_of(assignment.id)
        for result in _results(sent[assignment.id], reviews, counting):
            found[result.submission.user_id].append(result)
    return found


def _sent(track_state: TrackState, known: Mapping[int, Sequence[Submission]]) -> Mapping[int, Sequence[Submission]]:
    """What was sent to the assignments that decide what lateness costs: all, where late days are shared by them."""
    others = track_state.assignments if track_state.track.late_days else ()
    missing = [each.id for each in others if each.late_policy and each.id not in known]
    return {**known, **{assignment_id: work_models.submissions_to(assignment_id) for assignment_id in missing}}


def _charges(
    track_state: TrackState, participants: Iterable[Participant], sent: Mapping[int, Sequence[Submission]]
) -> Charges:
    """What lateness costs each submission."""
    own: dict[int, dict[int, Submission]] = defaultdict(dict)
    for assignment_id, submissions in sent.items():
        for each in submissions:
            own[each.user_id][assignment_id] = each
    found: dict[int, Charge] = {}
    for participant in participants:
        theirs = own[participant.user_id]
        charges = late_charges.charges_of(participant, track_state.assignments, theirs, track_state.track.late_days)
        found |= {theirs[assignment_id].id: charge for assignment_id, charge in charges.items()}
    return found


def _own_charges(viewer: AssignmentViewer, own: Submission) -> Charges:
    if viewer.participant is None or not viewer.assignment.late_policy:
        return {}
    shared = [each.id for each in viewer.track_state.assignments if each.late_policy and each.id != own.assignment_id]
    others = work_models.submissions_of(own.user_id, shared if viewer.track_state.track.late_days else ())
    sent = {assignment_id: [each] for assignment_id, each in {**others, own.assignment_id: own}.items()}
    return _charges(viewer.track_state, [viewer.participant], sent)


def _counts_for(viewer: Viewer, assignment: Assignment) -> bool:
    is_blind = viewer.participant is not None and bool(viewer.participant.owed_in(assignment.id))
    return assignment.stage == Stage.COMPLETED and not is_blind


def _results(submissions: Iterable[Submission], reviews: Iterable[Review], counting: Counting) -> list[Result]:
    of: dict[int, list[Review]] = defaultdict(list)
    for review in reviews:
        of[review.submission_id].append(review)
    return [
        Result(
            submission=submission,
            reviews=of[submission.id],
            medians=calibration.medians(
                counting.track.criteria, work_models.counted(of[submission.id]), counting.weigh
            ),
            charge=counting.charges.get(submission.id, NOTHING),
        )
        for submission in submissions
    ]
