"""Decides who may read the code of a submission: its author, who teaches the track, and its reviewers.

A reviewer is one to whom it was allotted or handed out, or who has reviewed it; and only while submissions are closed:
when they are opened again, its author writes on.
"""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import errors
from chalicelib.tracks import access, masking, models, review_duties, state, work_models
from chalicelib.tracks.masking import Mask
from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.reviewing import known_names
from chalicelib.tracks.solutions import code
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Submission

REVIEWED_IN = frozenset({Stage.CODE_REVIEW, Stage.COMPLETED})
"""Stages in which reviewers read code."""


class ReaderRole(StrEnum):
    AUTHOR = "author"
    REVIEWER = "reviewer"
    TEACHER = "teacher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a submission, and as what. `mask` hides the author's names from reviewers."""

    track_state: TrackState
    assignment: Assignment
    submission: Submission
    role: ReaderRole
    mask: Mask

    @property
    def oldest_version(self) -> int:
        """The oldest version that they may read: what was never up for review is not a reviewer's business."""
        return code.first_shown(self.submission) if self.role is ReaderRole.REVIEWER else 1


def reader_of(caller: Caller, assignment_id: int, submission_id: int) -> Reader:
    """Returns as what the caller may read a submission; 404 for everybody else, and for what there is not."""
    place = work_models.find_submission_place(submission_id)
    if place is None or place.assignment_id != assignment_id:
        raise no_such_submission()
    track_state, assignment = state.with_assignment_of(place.track_id, assignment_id)
    submission = work_models.find_submission(assignment_id, place.user_id)
    if submission is None:
        raise no_such_submission()
    participant = models.find_participant(place.track_id, caller.id)
    if participant is not None:
        role = role_of(participant, assignment, submission)
    else:
        role = ReaderRole.TEACHER if access.may_write(caller, track_state.track) else None
    if role is None:
        raise no_such_submission()
    mask = known_names.mask_of_code(submission) if role is ReaderRole.REVIEWER else masking.NO_MASK
    return Reader(track_state=track_state, assignment=assignment, submission=submission, role=role, mask=mask)


def role_of(participant: Participant, assignment: Assignment, submission: Submission) -> ReaderRole | None:
    """Returns as what one who takes part may read a submission; None when they may not. Pure."""
    if submission.user_id == participant.user_id:
        return ReaderRole.AUTHOR
    theirs = {
        *participant.owed_in(assignment.id),
        *participant.handed_in(assignment.id),
        *review_duties.reviews_by(participant, assignment.id),
    }
    return ReaderRole.REVIEWER if submission.id in theirs and assignment.stage in REVIEWED_IN else None


def no_such_submission() -> errors.NotFound:
    return errors.NotFound("solution_not_found", "Submission not found")
