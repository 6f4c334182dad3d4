"""Assignments: teachers create, change and delete them, and each viewer sees their own view of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.school.late_policy import LatePolicy
from chalicelib.tracks import access, models, state, tracks, work_models
from chalicelib.tracks.access import Viewer
from chalicelib.tracks.evidence import judging
from chalicelib.tracks.evidence.judging import VerdictShown
from chalicelib.tracks.late_work import Extension
from chalicelib.tracks.models import Assignment, Changes, Participant, Status, Track
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Submission

MOST = 50
"""Assignments of a track: it is read as a whole."""

BEFORE_REVIEW = frozenset({Stage.NOT_STARTED, Stage.SUBMISSION, Stage.CLOSING, Stage.REOPENING})
SHOWN_AS = {Stage.CLOSING: Stage.SUBMISSION, Stage.REOPENING: Stage.SUBMISSION}
"""There is nothing to review before it is written who reviews what."""
"""Stages that last a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssignment:
    """Without `order` it comes last."""

    title: str
    description: str
    order: int | None
    deadline_hours: float
    review_hours: float
    late_policy: LatePolicy | None = None
    appeal_hours: float = models.DEFAULT_APPEAL_HOURS
    problem_id: int | None = None
    verdict_shown: VerdictShown = VerdictShown.AT_ONCE
    evidence_points: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentForViewer:
    """An assignment as one viewer sees it. `is_available`: they can do something for it now. `submission` is theirs."""

    assignment: Assignment
    track: Track
    takes_part: bool
    submission: Submission | None = None
    stage: Stage
    is_available: bool
    is_hidden: bool = False
    shows_verdict: bool = False
    reviews_done: int = 0
    reviews_required: int
    extension: Extension | None = None


def add(caller: Caller, track_id: int, new: NewAssignment) -> AssignmentForViewer:
    """404 for no such track or problem, 403 for who does not teach it or may not use it; 409 when the track has
    started, or is full.
    """
    access.check_may_write(caller, tracks.get(track_id))
    judging.check_usable(caller, new.problem_id)
    track_state = _waiting(track_id)
    last = max((each.order for each in track_state.assignments), default=0)

    def store(assignment_id: int) -> Assignment:
        assignment = _assignment(assignment_id, track_state.track, new, order=new.order or last + 1)
        models.add_assignment(assignment, below=MOST)
        return assignment

    try:
        assignment = transactions.with_new_id(store)
    except transactions.ConditionFailed as refused:
        raise _refusal_to_add(track_id) from refused
    observe.logger.info("assignment added", track_id=track_id, assignment_id=assignment.id, by=caller.id)
    return for_teachers(assignment.id)


def change(caller: Caller, assignment_id: int, changes: Changes, expected: IfMatch) -> AssignmentForViewer:
    """Only while the track waits: 409 afterwards; 412 when it is not as it was seen."""
    _, assignment = _own(caller, assignment_id)
    judging.check_usable(caller, changes.get("problem_id"))
    try:
        models.change_assignment(assignment, changes, expected)
    except transactions.ConditionFailed as refused:
        raise _refusal_to_change(refused, expected) from refused
    observe.logger.info("assignment changed", assignment_id=assignment_id, by=caller.id)
    return for_teachers(assignment_id)


def delete(caller: Caller, assignment_id: int, expected: IfMatch) -> None:
    """Only while the track waits: 409 afterwards; 412 when it is not as it was seen."""
    _, assignment = _own(caller, assignment_id)
    try:
        models.delete_assignment(assignment, expected)
    except transactions.ConditionFailed as refused:
        raise _refusal_to_change(refused, expected) from refused
    observe.logger.info("assignment deleted", assignment_id=assignment_id, by=caller.id)


def visible_to(caller: Caller, track_id: int) -> Sequence[AssignmentForViewer]:
    """404 for one who neither takes part nor teaches it, and, as Learning Platform has it, for a track without
    assignments.
    """
    viewer = access.find_viewer(caller, track_id)
    if viewer is None or not (viewer.track_state.assignments or viewer.sees_all):
        raise errors.NotFound("track_not_found_or_not_enrolled", "Track not found or user not enrolled")
    return _for_viewer(viewer)


def get(caller: Caller, assignment_id: int) -> AssignmentForViewer:
    """404 for no such assignment, 403 for one who neither takes part in its track nor teaches it."""
    viewer = access.get_viewer(caller, assignment_id)
    own = work_models.find_submission(assignment_id, caller.id) if viewer.participant else None
    return for_viewer(viewer.track_state, viewer.assignment, viewer.participant, own)


def current_for(caller: Caller, track_id: int) -> AssignmentForViewer:
    """The first for which the caller can do something: where they owe reviews, or where the track is. Else 404."""
    viewer = access.find_viewer(caller, track_id)
    current = next((each for each in _for_viewer(viewer) if each.is_available), None) if viewer else None
    if current is None:
        raise errors.NotFound("no_available_assignment", "No available assignment found")
    return current


def for_viewer(
    track_state: TrackState,
    assignment: Assignment,
    participant: Participant | None,
    own: Submission | None = None,
) -> AssignmentForViewer:
    """As a participant sees it, who has sent in `own`; without one, as a teacher does."""
    stage = Stage(assignment.stage)
    planned = track_state.track.reviews_per_user if stage in BEFORE_REVIEW else assignment.reviews_each
    seen = AssignmentForViewer(
        assignment=assignment,
        track=track_state.track,
        takes_part=participant is not None,
        submission=own,
        stage=SHOWN_AS.get(stage, stage),
        is_available=stage not in {Stage.NOT_STARTED, Stage.COMPLETED},
        reviews_required=planned,
        shows_verdict=judging.is_shown_to_author(assignment, participant, clock.now()),
    )
    return seen if participant is None else _for_participant(seen, participant, track_state, clock.now())


def _for_participant(
    seen: AssignmentForViewer, participant: Participant, track_state: TrackState, now: datetime
) -> AssignmentForViewer:
    """What they owe, and more time of their own, keep an assignment open to them; debts keep later ones shut."""
    assignment, stage = seen.assignment, Stage(seen.assignment.stage)
    owed = participant.owed_in(assignment.id)
    done = len(participant.written_in(assignment.id)) + len(participant.extras_in(assignment.id))
    barred = access.is_barred(track_state, assignment, participant, now)
    extension = participant.extension_in(assignment.id)
    return replace(
        seen,
        extension=extension,
        stage=Stage.CODE_REVIEW if owed else seen.stage,
        is_available=not barred and (seen.is_available or bool(owed) or participant.may_submit(assignment.id, now)),
        is_hidden=stage is Stage.NOT_STARTED or barred,
        reviews_done=done,
        reviews_required=seen.reviews_required if stage in BEFORE_REVIEW else done + len(owed),
    )


def _for_viewer(viewer: Viewer) -> list[AssignmentForViewer]:
    """All assignments of a track, in their order."""
    track_state, participant = viewer.track_state, viewer.participant
    wanted = [each.id for each in track_state.assignments if each.stage != Stage.NOT_STARTED]
    own = work_models.submissions_of(participant.user_id, wanted) if participant else {}
    return [for_viewer(track_state, each, participant, own.get(each.id)) for each in track_state.assignments]


def for_teachers(assignment_id: int) -> AssignmentForViewer:
    """As it is now."""
    track_state, assignment = state.with_assignment(assignment_id)
    return for_viewer(track_state, assignment, None)


def _own(caller: Caller, assignment_id: int) -> tuple[TrackState, Assignment]:
    """An assignment that the caller may write; 404 for no such assignment, 403 for one of another's track."""
    track_state, assignment = state.with_assignment(assignment_id)
    access.check_may_write(caller, track_state.track)
    return track_state, assignment


def _waiting(track_id: int) -> TrackState:
    track_state = state.find(track_id)
    if track_state is None:
        raise tracks.no_such_track()
    if track_state.track.status != Status.WAITING:
        raise tracks.has_started()
    return track_state


def _refusal_to_add(track_id: int) -> errors.LyceumError:
    track_state = _waiting(track_id)
    if len(track_state.assignments) < MOST:
        return errors.ChangedMeanwhile()
    return errors.Conflict("too_many_assignments", "A track has at most {limit} assignments", limit=MOST)


def _refusal_to_change(refused: transactions.ConditionFailed, expected: IfMatch) -> errors.LyceumError:
    if models.TRACK_WAITS in refused.failed:
        return tracks.has_started()
    return etags.refusal(expected, gone=state.no_such_assignment())


def _assignment(assignment_id: int, track: Track, new: NewAssignment, *, order: int) -> Assignment:
    return Assignment(
        *models.assignment_key(track.id, assignment_id),
        id=assignment_id,
        track_id=track.id,
        title=new.title,
        description=new.description,
        order=order,
        deadline_hours=new.deadline_hours,
        review_hours=new.review_hours,
        late_policy=new.late_policy.to_json() if new.late_policy else None,
        appeal_hours=new.appeal_hours,
        problem_id=new.problem_id,
        verdict_shown=new.verdict_shown,
        evidence_points=new.evidence_points,
        created_at=clock.now(),
    )
